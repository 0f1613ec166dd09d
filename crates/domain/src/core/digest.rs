//! Keyed hashes, made outside: the domain compares them and never sees what was hashed.

/// The first 128 bits of a keyed hash, as two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest {
    pub high: i64,
    pub low: i64,
}

impl Digest {
    /// Stands for "not known".
    pub const NONE: Digest = Digest { high: 0, low: 0 };

    pub fn of_bytes(bytes: &[u8; 16]) -> Self {
        let half = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[at..at + 8]);
            i64::from_le_bytes(eight)
        };
        Digest { high: half(0), low: half(8) }
    }

    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}
