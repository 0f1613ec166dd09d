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

/// Some of them by their keys, from behind the last one.
pub async fn after(reads: &Reads, last: Option<Digest>, limit: usize) -> Done<Vec<(Digest, Vec<u8>)>> {
    const TEXT: &str = "select high, low, sealed from patron where (high, low) > ($1, $2) order by high, low limit $3";
    // The lowest of all keys is nobody's: it is the digest of nothing.
    let last = last.unwrap_or(Digest { high: i64::MIN, low: i64::MIN });
    let rows = reads.all(query(TEXT, [last.high.into(), last.low.into(), (limit as i64).into()])).await?;
    rows.into_iter().map(|mut row| Ok((Digest { high: row.int()?, low: row.int()? }, row.bytes()?))).collect()
}

pub async fn count(reads: &Reads) -> Done<i64> {
    let row = reads.one(query("select count(*) from patron", [])).await?;
    row.map_or(Ok(0), |mut row| row.int())
}
