//! Books as look-ups and imported files told of them.

use crate::fault::Done;
use crate::read::{Reads, query};
use domain::tables::Millis;

/// What is known of a book, by whom and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub source: i64,
    pub at: Millis,
    /// Empty: nobody knew it.
    pub record: String,
}

pub async fn known(reads: &Reads, isbn: i64) -> Done<Option<Known>> {
    let row = reads.one(query("select source, at, record from book where isbn = $1", [isbn.into()])).await?;
    row.map(|mut row| Ok(Known { source: row.int()?, at: row.int()?, record: row.text()? })).transpose()
}
