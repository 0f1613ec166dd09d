//! Codes that people carry: an id and a secret of 50 bits, Crockford base 32, with a check character.
//!
//! Carrying the id spares an index on random codes. The secret stands first: what begins like a number in a row reads like the
//! last digits of a card.

/// Crockford's: no I, L, O or U.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
pub const SECRET_BITS: u32 = 50;
const SECRET_DIGITS: usize = 10;
const ID_DIGITS_MIN: usize = 5;
const ID_DIGITS_MAX: usize = 13;
const CODE_DIGITS_MAX: usize = SECRET_DIGITS + ID_DIGITS_MAX + 1;

/// Ids are given once over all tables, so a code is of one thing alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    pub id: i64,
    pub secret: i64,
}

/// The secret of a seed: its low 50 bits.
pub fn secret_of(seed: i64) -> i64 {
    seed & ((1 << SECRET_BITS) - 1)
}

impl Code {
    /// Without spaces, as in the QR code.
    pub fn text(&self) -> String {
        let digit = |number: i64, place: usize| ((number >> (5 * place)) & 31) as u8;
        let mut id_digits = ID_DIGITS_MIN;
        while id_digits < ID_DIGITS_MAX && self.id >> (5 * id_digits) > 0 {
            id_digits += 1;
        }
        let mut digits: Vec<u8> = (0..SECRET_DIGITS).rev().map(|place| digit(self.secret, place)).collect();
        digits.extend((0..id_digits).rev().map(|place| digit(self.id, place)));
        digits.push(check_digit(&digits));
        digits.iter().map(|digit| char::from(ALPHABET[usize::from(*digit)])).collect()
    }

    /// In groups of four, as people read it.
    pub fn grouped(&self) -> String {
        let text = self.text();
        let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..(at + 4).min(text.len())]).collect();
        groups.join(" ")
    }

    /// Reads what was typed or scanned; None when it cannot be a code (a slip of the finger).
    pub fn parse(typed: &str) -> Option<Self> {
        let mut digits = vec![];
        for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            digits.push(digit_of(c)?);
            if digits.len() > CODE_DIGITS_MAX {
                return None;
            }
        }
        let (check, body) = digits.split_last()?;
        if body.len() < ID_DIGITS_MIN + SECRET_DIGITS || check_digit(body) != *check {
            return None;
        }
        let (secret, id) = body.split_at(SECRET_DIGITS);
        let number = |digits: &[u8]| digits.iter().try_fold(0i64, |n, d| n.checked_mul(32)?.checked_add(i64::from(*d)));
        Some(Code { id: number(id)?, secret: number(secret)? })
    }
}

/// What Crockford says of letters that look like figures: O is 0, I and L are 1.
fn digit_of(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|a| char::from(*a) == c).map(|at| at as u8)
}

/// Luhn's sum with 32 digits: finds every wrong digit and nearly every swapped pair.
fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits.iter().rev().enumerate().map(|(n, d)| luhn(*d, n % 2 == 0)).sum();
    ((32 - sum % 32) % 32) as u8
}

fn luhn(digit: u8, doubled: bool) -> u32 {
    let value = u32::from(digit) * if doubled { 2 } else { 1 };
    value / 32 + value % 32
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_code_reads_back() {
        for (id, seed) in [(1, 0), (77, i64::MAX), (33_554_431, 12_345_678_901), (33_554_432, 9), (i64::MAX, -1)] {
            let code = Code { id, secret: secret_of(seed) };
            assert_eq!(Code::parse(&code.text()), Some(code), "{id}");
            assert_eq!(Code::parse(&code.grouped().to_lowercase()), Some(code));
        }
        let code = Code { id: 5, secret: 7 };
        assert_eq!(code.grouped(), "0000 0000 0700 005F");
    }

    #[test]
    fn every_wrong_character_is_found() {
        let text = Code { id: 4_711, secret: secret_of(0x0123_4567_89ab_cdef) }.text();
        for at in 0..text.len() {
            for c in ALPHABET.iter().filter(|c| **c != text.as_bytes()[at]) {
                let mut wrong = text.clone().into_bytes();
                wrong[at] = *c;
                assert_eq!(Code::parse(std::str::from_utf8(&wrong).unwrap()), None);
            }
        }
    }

    #[test]
    fn nonsense_is_no_code() {
        for typed in ["", " ", "0", "你好", "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ", "U123 4567 89AB CDEF"] {
            assert_eq!(Code::parse(typed), None, "{typed}");
        }
    }
}
