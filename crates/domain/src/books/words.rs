//! What keeping books can answer.

use crate::core::record::texts;
use crate::core::reply::replies;
use crate::tables::Millis;

replies! {
    Reply { BooksKept { rows: i64 } = 79 }
}

texts! {
    /// A look-up: who told what, and when.
    BookRecord(isbn: i64) { source: i64, at: Millis, record: String } in "book" newest;
}
