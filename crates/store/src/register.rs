//! The embedded register of patrons.

use crate::fault::Done;
use crate::read::{Reads, query};
use domain::core::digest::Digest;

/// A patron's sealed row.
pub async fn one(reads: &Reads, barcode: Digest) -> Done<Option<Vec<u8>>> {
    const TEXT: &str = "select sealed from patron where high = $1 and low = $2";
    let row = reads.one(query(TEXT, [barcode.high.into(), barcode.low.into()])).await?;
    row.map(|mut row| row.bytes()).transpose()
}

pub async fn count(reads: &Reads) -> Done<i64> {
    let row = reads.one(query("select count(*) from patron", [])).await?;
    row.map_or(Ok(0), |mut row| row.int())
}
