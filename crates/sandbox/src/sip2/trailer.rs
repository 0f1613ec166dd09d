//! The end of a SIP2 message: `AY<sequence>AZ<checksum>`.

const LENGTH: usize = 9;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trailer {
    /// Error detection is off: the answer carries none either.
    Absent,
    Good {
        sequence: u8,
    },
    Bad,
}

/// The message without its trailer, and what the trailer says.
pub(super) fn split(message: &[u8]) -> (&[u8], Trailer) {
    let Some(at) = message.len().checked_sub(LENGTH) else { return (message, Trailer::Absent) };
    let (body, end) = message.split_at(at);
    let [b'A', b'Y', sequence, b'A', b'Z', sum @ ..] = end else { return (message, Trailer::Absent) };
    let good = checksum(&message[..message.len() - 4]);
    match sum.eq_ignore_ascii_case(good.as_bytes()) {
        true => (body, Trailer::Good { sequence: *sequence }),
        false => (body, Trailer::Bad),
    }
}

pub(super) fn append(message: &mut Vec<u8>, sequence: u8) {
    message.extend([b'A', b'Y', sequence, b'A', b'Z']);
    let sum = checksum(message);
    message.extend(sum.as_bytes());
}

/// The two's complement of the byte sum, over all up to and including `AZ`.
fn checksum(bytes: &[u8]) -> String {
    let sum = bytes.iter().fold(0u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    format!("{:04X}", sum.wrapping_neg())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        assert_eq!(checksum(b"9900802.00AY1AZ"), "FCA0");
        assert_eq!(checksum(b"941AY0AZ"), "FDFD");
        assert_eq!(checksum(b"96AZ"), "FEF6");
    }

    #[test]
    fn a_trailer_is_checked_and_taken_off() {
        assert_eq!(split(b"9900802.00AY1AZFCA0"), (&b"9900802.00"[..], Trailer::Good { sequence: b'1' }));
        assert_eq!(split(b"9900802.00AY1AZfca0").1, Trailer::Good { sequence: b'1' });
        assert_eq!(split(b"9900802.00AY1AZFCA1").1, Trailer::Bad);
        assert_eq!(split(b"9900802.00"), (&b"9900802.00"[..], Trailer::Absent));
        assert_eq!(split(b"97").1, Trailer::Absent);
    }

    #[test]
    fn what_is_appended_checks() {
        let mut message = "24阅|".as_bytes().to_vec();
        append(&mut message, b'7');
        assert_eq!(split(&message).1, Trailer::Good { sequence: b'7' });
    }
}
