//! Books as look-ups and imported files tell of them: kept, so that nobody is asked twice.

mod words;

pub use words::{BookRecord, Reply};

use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::isbn::Isbn;
use crate::core::world::{Draft, Halt, Need};

commands! {
    KeepBooks => keep,
}

/// What is told of a book replaces what was told before: nothing has to be read first.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// What was told of some books; the newest counts.
#[derive(Clone, Debug)]
pub struct KeepBooks {
    pub books: Vec<FoundBook>,
}

#[derive(Clone, Debug)]
pub struct FoundBook {
    pub isbn: i64,
    /// Who told it: the program's own number for each source.
    pub source: i64,
    /// As the program writes it; empty: nobody knows the book.
    pub record: String,
}

/// What has no ISBN cannot be found again, and is left out.
///
/// Refusals: NoPermission.
pub fn keep(d: &mut Draft, asked: &Asked, c: &KeepBooks) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let known = c.books.iter().filter(|book| Isbn::of(book.isbn).is_some());
    let mut rows = 0;
    for FoundBook { isbn, source, record } in known.cloned() {
        d.emit(BookRecord { isbn, source, at: asked.now.at, record });
        rows += 1;
    }
    Ok(Reply::BooksKept { rows })
}
