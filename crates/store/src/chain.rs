//! The hash chain over batches of postings: a changed row is found.

use domain::core::row::Cells;
use domain::tables::Table;
use sha2::{Digest, Sha256};

/// SHA-256 of the previous hash, the batch's sequence and time, and its postings' cells in order of id,
/// each number as 8 bytes, little endian.
pub struct Link(Sha256);

impl Link {
    pub fn new(previous: &[u8], sequence: i64, at: i64) -> Self {
        let mut hash = Sha256::new_with_prefix(previous);
        hash.update(sequence.to_le_bytes());
        hash.update(at.to_le_bytes());
        Link(hash)
    }

    pub fn add(&mut self, posting: &Cells) {
        let width = Table::Posting.shape().columns.len();
        posting[..width].iter().for_each(|cell| self.0.update(cell.to_le_bytes()));
    }

    pub fn finish(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}
