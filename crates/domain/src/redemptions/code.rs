//! 兑换码: what the reader shows at the desk.

use crate::core::code::Code;
use crate::tables::RedemptionId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedemptionCode {
    pub redemption: RedemptionId,
    pub secret: i64,
}

impl RedemptionCode {
    fn code(self) -> Code {
        Code { id: self.redemption.0, secret: self.secret }
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
    pub fn parse(typed: &str) -> Option<RedemptionCode> {
        Code::parse(typed).map(|code| RedemptionCode { redemption: RedemptionId(code.id), secret: code.secret })
    }
}
