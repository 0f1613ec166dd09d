//! Codes of certificates: numbers, and a mark that only this library can make of them. Nothing is stored.

use crate::frame::keys::Keys;
use domain::core::code::ALPHABET;

/// 50 bits, in so many letters.
const MARK_LETTERS: usize = 10;
/// As many as fit 63 bits.
const NUMBER_LETTERS_MAX: usize = 12;
/// Of a code as somebody types it.
const TYPED_CHARS_MAX: usize = 80;

fn letters(mut number: u64, at_least: usize) -> String {
    let mut found = vec![];
    while number > 0 || found.len() < at_least {
        found.push(char::from(ALPHABET[(number % 32) as usize]));
        number /= 32;
    }
    found.iter().rev().collect()
}

fn number(text: &str) -> Option<i64> {
    let digit = |c: char| ALPHABET.iter().position(|known| char::from(*known) == c);
    // First: a sum of more letters overflows.
    if !(1..=NUMBER_LETTERS_MAX).contains(&text.len()) {
        return None;
    }
    text.chars().try_fold(0, |sum, c| Some(sum * 32 + digit(c)? as i64))
}

/// `1A-0-5K-3-KA9X2-7K3M9QXD2T`. `label`: what they are signed as, so that no certificate is good for another kind.
pub fn signed(keys: &Keys, label: &str, numbers: &[i64]) -> String {
    let said: Vec<String> = numbers.iter().map(|number| letters(number.cast_unsigned(), 1)).collect();
    let said = said.join("-");
    let mark = keys.digest(label, &said).high.cast_unsigned() >> (64 - 5 * MARK_LETTERS);
    format!("{said}-{}", letters(mark, MARK_LETTERS))
}

/// As people type it. None: nobody here has made it.
pub fn read<const N: usize>(keys: &Keys, label: &str, typed: &str) -> Option<[i64; N]> {
    let plain = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    let text: String = typed.chars().filter(|c| !c.is_whitespace()).map(plain).take(TYPED_CHARS_MAX).collect();
    let numbers: Vec<i64> = text.split('-').take(N).map(number).collect::<Option<_>>()?;
    let numbers: [i64; N] = numbers.try_into().ok()?;
    let same: bool = subtle::ConstantTimeEq::ct_eq(signed(keys, label, &numbers).as_bytes(), text.as_bytes()).into();
    same.then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::{letters, number};

    #[test]
    fn numbers_read_back_without_letters_that_look_alike() {
        for n in [0, 1, 31, 32, 20261128, 1 << 40, (1 << 60) - 1] {
            assert_eq!(number(&letters(n, 1)), Some(n as i64));
        }
        assert_eq!(letters(1, 10), "0000000001");
        for wrong in ["", "U", "a", "1111111111111", "ZZZZZZZZZZZZZZ", "中"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }
}
