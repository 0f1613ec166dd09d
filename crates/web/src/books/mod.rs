//! Books: looked up in what the library has imported and in catalogues; staff see who told what, and switch sources.

mod cover;
mod look_up;
mod source;
pub mod staff;
pub mod words;

pub use cover::Fetching;
pub use look_up::{Found, clipped, facts, holdings, isbn_fault, look_up, look_up_for, work_of};
pub use source::{Source, SourceFault};

use crate::frame::routes::{For, Routes};
use domain::staff::Permission;

const BOOKS: For = For::Staff(&[Permission::AcquireBooks]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/covers/{isbn}", For::Everybody, cover::show)
        .get("/staff/books", BOOKS, staff::show)
        .in_menu(77, "book-2", "书目")
        .post("/staff/books/sources/{source}", BOOKS, staff::switch)
}
