//! Identity numbers of GB 11643: 17 digits and a check character.

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// Whether the check character is right; X is a capital letter.
pub fn is_identity_number(text: &str) -> bool {
    let [digits @ .., check] = text.as_bytes() else { return false };
    if digits.len() != WEIGHTS.len() || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECKS[(sum % 11) as usize] == *check
}

#[cfg(test)]
mod tests {
    use super::is_identity_number;

    #[test]
    fn the_check_character_is_looked_at() {
        assert!(is_identity_number("11010519491231002X"));
        for wrong in ["110105194912310021", "11010519491231002x", "1101051949123100", "", "读者证"] {
            assert!(!is_identity_number(wrong), "{wrong}");
        }
    }
}
