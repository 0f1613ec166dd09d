//! Values that differ from each other and from those of the last run. Nothing here is secret.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

pub(crate) struct Tokens {
    // Another seed each run: a new browser must not become a user of the last run.
    seed: u64,
    taken: AtomicU64,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self { seed: RandomState::new().build_hasher().finish(), taken: AtomicU64::new(0) }
    }

    /// Lower-case hexadecimal, at most 64 characters.
    pub(crate) fn next(&self, length: usize) -> String {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        let mut text = hex(&Sha256::digest(format!("{}/{taken}", self.seed)));
        text.truncate(length);
        text
    }

    /// In the form of a UUID, upper case.
    pub(crate) fn next_request_id(&self) -> String {
        let text = self.next(32).to_uppercase();
        format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
