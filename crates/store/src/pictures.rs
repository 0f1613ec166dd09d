//! Pictures, by their content's hash: every instance has them, no shared disk is needed.

use crate::fault::Done;
use crate::read::{Reads, query};
use domain::core::digest::Digest;

pub async fn one(reads: &Reads, hash: Digest) -> Done<Option<Vec<u8>>> {
    const TEXT: &str = "select bytes from picture where high = $1 and low = $2";
    let row = reads.one(query(TEXT, [hash.high.into(), hash.low.into()])).await?;
    row.map(|mut row| row.bytes()).transpose()
}
