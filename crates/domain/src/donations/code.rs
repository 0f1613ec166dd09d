//! 捐赠单号: what the reader shows at the desk, beside the books.

use crate::core::code::Code;
use crate::tables::DonationId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DonationCode {
    pub donation: DonationId,
    pub secret: i64,
}

impl DonationCode {
    fn code(self) -> Code {
        Code { id: self.donation.0, secret: self.secret }
    }

    /// Without spaces, as in the QR code.
    pub fn text(self) -> String {
        self.code().text()
    }

    /// In groups of four, as people read it.
    pub fn grouped(self) -> String {
        self.code().grouped()
    }

    /// Reads what was typed or scanned; None when it cannot be a code (a slip of the finger).
    pub fn parse(typed: &str) -> Option<DonationCode> {
        Code::parse(typed).map(|code| DonationCode { donation: DonationId(code.id), secret: code.secret })
    }
}
