//! The messages we receive, without their trailer: fixed part by position, then fields.

use super::fields::Fields;
use super::settings::Charset;

#[derive(Debug)]
pub(super) enum Answer<'a> {
    /// 94
    Login { accepted: bool },
    /// 98
    Status { on_line: bool, patron_information: bool },
    /// 64 and 24
    Patron(PatronAnswer<'a>),
    /// 96: our last message reached them damaged.
    SendAgain,
}

#[derive(Debug)]
pub(super) struct PatronAnswer<'a> {
    pub loans_denied: bool,
    pub card_lost: bool,
    pub fields: Fields<'a>,
}

/// Why an answer cannot be read.
pub(super) type What = &'static str;

// Widths of the fixed parts, with the two characters of the kind.
const STATUS_WIDTH: usize = 36;
const PATRON_STATUS_WIDTH: usize = 37;
const PATRON_INFORMATION_WIDTH: usize = 61;

/// Where "patron status request" and "patron information" stand in the list BX.
const BX_PATRON_STATUS: usize = 0;
const BX_PATRON_INFORMATION: usize = 7;

pub(super) fn parse(body: &[u8], charset: Charset) -> Result<Answer<'_>, What> {
    match body.first_chunk::<2>() {
        Some(b"94") => match body.get(2) {
            Some(b'1') => Ok(Answer::Login { accepted: true }),
            Some(b'0') => Ok(Answer::Login { accepted: false }),
            _ => Err("a login answer without its flag"),
        },
        Some(b"98") => status(body, charset),
        Some(b"64") => patron(body, PATRON_INFORMATION_WIDTH, charset),
        Some(b"24") => patron(body, PATRON_STATUS_WIDTH, charset),
        Some(b"96") => Ok(Answer::SendAgain),
        _ => Err("an unknown kind of message"),
    }
}

fn status(body: &[u8], charset: Charset) -> Result<Answer<'_>, What> {
    let on_line = match body.get(2) {
        Some(b'Y') => true,
        Some(b'N') => false,
        _ => return Err("a status answer without its flag"),
    };
    let fields = Fields::split(body.get(STATUS_WIDTH..).unwrap_or_default(), charset);
    let supported = fields.bytes("BX").unwrap_or_default();
    let flag = |at: usize| supported.get(at).copied();
    // Only a clear "23 but not 63" turns to the older question; many systems fill BX carelessly.
    let patron_information = flag(BX_PATRON_INFORMATION) != Some(b'N') || flag(BX_PATRON_STATUS) != Some(b'Y');
    Ok(Answer::Status { on_line, patron_information })
}

fn patron(body: &[u8], width: usize, charset: Charset) -> Result<Answer<'_>, What> {
    let Some((fixed, fields)) = body.split_at_checked(width) else {
        return Err("a patron answer that is too short");
    };
    // Counts may be blank; they are not looked at.
    Ok(Answer::Patron(PatronAnswer {
        loans_denied: fixed.get(2) == Some(&b'Y'),
        card_lost: fixed.get(6) == Some(&b'Y'),
        fields: Fields::split(fields, charset),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::patron::read;
    use super::super::request::{Card, LocalTime};
    use super::super::settings::Settings;
    use super::super::trailer::open;
    use super::*;

    #[test]
    fn a_status_answer_tells_which_question_to_ask() {
        let with = |bx: &str| format!("98YYYYNN10000320231026    1822322.00AOlib|BX{bx}|");
        for (bx, expected) in
            [("YYYYYYYYYYYNNNYY", true), ("YYYYYYYNYYYNNNYY", false), ("", true), ("NNNNNNNNNNNNNNNN", true)]
        {
            match parse(with(bx).as_bytes(), Charset::Utf8) {
                Ok(Answer::Status { on_line: true, patron_information }) => {
                    assert_eq!(patron_information, expected, "{bx}");
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn random_bytes_never_panic() {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let card = Card::parse("1").unwrap();
        let now = LocalTime::new(0, 480);
        let starts: [&[u8]; 7] = [b"", b"94", b"98Y", b"64", b"24", b"96AZ", b"64YYYYYYYYYYYYYY"];
        let bricks: [&[u8]; 8] = [b"|", b"AA1|", b"AE\x8F\x7C", b"AY0", b"AZ", b"FEF6", b"\x81\x30\x81", b"BLY|"];
        for _ in 0..20_000 {
            let mut bytes = starts[(next() % 7) as usize].to_vec();
            for _ in 0..next() % 80 {
                match next() % 4 {
                    0 => bytes.extend_from_slice(bricks[(next() % 8) as usize]),
                    1 => bytes.push(b' '),
                    _ => bytes.push(next() as u8),
                }
            }
            for charset in [Charset::Utf8, Charset::Gb18030] {
                let opened = open(&bytes);
                let _ = opened.check(0, super::super::settings::Checksum::Strict);
                if let Ok(Answer::Patron(answer)) = parse(opened.body, charset) {
                    let _ = read(&answer, card, &Settings::default(), &now);
                }
            }
        }
    }
}
