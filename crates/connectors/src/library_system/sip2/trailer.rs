//! The trailer `AY<sequence>AZ<checksum>`: which question an answer belongs to, and whether a byte was lost.

use super::settings::Checksum;
use crate::library_system::{Fault, Lie, Outage};

/// Two's complement of the byte sum, from the start to and including `AZ`.
pub(super) fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte))).wrapping_neg()
}

/// A message ready for the wire.
pub(super) fn seal(body: &[u8], sequence: u8) -> Vec<u8> {
    let mut bytes = body.to_vec();
    bytes.extend_from_slice(format!("AY{}AZ", sequence % 10).as_bytes());
    let sum = checksum(&bytes);
    bytes.extend_from_slice(format!("{sum:04X}\r").as_bytes());
    bytes
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opened<'a> {
    pub body: &'a [u8],
    pub sequence: Option<u8>,
    pub sum: Sum,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    Right,
    Wrong,
    Missing,
}

/// Takes the trailer off; a message without one is whole too.
pub(super) fn open(message: &[u8]) -> Opened<'_> {
    let message = message.trim_ascii();
    let (before, sum) = match message.split_last_chunk::<6>() {
        Some((before, [b'A', b'Z', digits @ ..])) if digits.iter().all(u8::is_ascii_hexdigit) => {
            let summed = message.get(..before.len() + 2).unwrap_or_default();
            let said = std::str::from_utf8(digits).ok().and_then(|digits| u16::from_str_radix(digits, 16).ok());
            (before, if said == Some(checksum(summed)) { Sum::Right } else { Sum::Wrong })
        }
        _ => (message, Sum::Missing),
    };
    match before.split_last_chunk::<3>() {
        Some((body, [b'A', b'Y', digit @ b'0'..=b'9'])) => Opened { body, sequence: Some(digit - b'0'), sum },
        _ => Opened { body: before, sequence: None, sum },
    }
}

impl Opened<'_> {
    pub(super) fn check(&self, asked: u8, mode: Checksum) -> Result<(), Fault> {
        match (mode, self.sum) {
            (Checksum::Off, _) | (_, Sum::Right) => {}
            (Checksum::Log, sum) => tracing::warn!(?sum, "sip2 checksum"),
            (Checksum::Strict, Sum::Wrong) => return Err(Outage::Unreadable { what: "its checksum is wrong" }.into()),
            (Checksum::Strict, Sum::Missing) => return Err(Outage::Unreadable { what: "it has no checksum" }.into()),
        }
        match self.sequence {
            Some(sequence) if sequence != asked => Err(Lie::OtherSequence.into()),
            None if mode == Checksum::Strict => Err(Outage::Unreadable { what: "it has no sequence number" }.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn checksums_are_the_documented_ones() {
        for (text, sum) in [("9900802.00AY1AZ", 0xFCA0), ("941AY0AZ", 0xFDFD), ("96AZ", 0xFEF6)] {
            assert_eq!(checksum(text.as_bytes()), sum, "{text}");
        }
        assert_eq!(seal(b"9900802.00", 1), b"9900802.00AY1AZFCA0\r");
    }

    #[test]
    fn what_was_sealed_opens() {
        let sealed = seal("64王|AE王|".as_bytes(), 7);
        assert_eq!(open(&sealed), Opened { body: "64王|AE王|".as_bytes(), sequence: Some(7), sum: Sum::Right });
        assert_eq!(open(b"96AZFEF6"), Opened { body: b"96", sequence: None, sum: Sum::Right });
        assert_eq!(open(b"941"), Opened { body: b"941", sequence: None, sum: Sum::Missing });
        assert_eq!(open(b"941AY0AZFDFE"), Opened { body: b"941", sequence: Some(0), sum: Sum::Wrong });
    }

    #[test]
    fn a_wrong_sum_is_judged_by_the_setting_and_a_wrong_sequence_never_passes() {
        let wrong = open(b"941AY0AZ0000");
        assert!(matches!(wrong.check(0, Checksum::Strict), Err(Fault::Unavailable(Outage::Unreadable { .. }))));
        assert!(wrong.check(0, Checksum::Log).is_ok());
        assert!(wrong.check(0, Checksum::Off).is_ok());
        assert!(matches!(wrong.check(1, Checksum::Off), Err(Fault::Lying(Lie::OtherSequence))));
        assert!(matches!(open(b"941").check(0, Checksum::Strict), Err(Fault::Unavailable(Outage::Unreadable { .. }))));
        assert!(open(b"941").check(0, Checksum::Off).is_ok());
    }
}
