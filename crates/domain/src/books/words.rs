//! What books can answer and refuse, and the records of them.

use crate::core::record::texts;
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::Millis;

replies! {
    Reply {
        BooksKept { rows: i64 } = 79,
        SourceSwitched { source: i64 } = 86,
        CoverKept { isbn: i64 } = 92,
    }
}

refusals! {
    Refusal { NoSuchSource }
}

texts! {
    /// A look-up: who told what, and when.
    BookRecord(isbn: i64) { source: i64, at: Millis, record: String } in "book" newest;
    /// A book of an imported file, and when it was imported.
    ImportedBookRecord(isbn: i64) { at: Millis, record: String } in "imported_book" newest;
    /// The picture of a book's cover; empty: there is none.
    CoverRecord(isbn: i64) { at: Millis, name: String, address: String } in "book_cover" newest;
    /// Whether a source is not asked.
    SwitchRecord(source: i64) { is_off: i64, at: Millis } in "book_source" newest;
}
