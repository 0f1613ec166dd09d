//! Books as look-ups and imported files tell of them: kept, so that nobody is asked twice. Staff switch who is asked.

mod words;

pub use words::{BookRecord, CoverRecord, ImportedBookRecord, Refusal, Reply, SwitchRecord};

use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::isbn::Isbn;
use crate::core::record::Picture;
use crate::core::world::{Draft, Halt, Need};
use crate::staff::{Permission, audit, require_anywhere};
use crate::tables::Millis;

commands! {
    KeepBooks => keep,
    ImportBooks => import,
    SwitchSource => switch,
    KeepCover => keep_cover,
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
    /// Who told it: one of `SOURCES`, or 0 for nobody.
    pub source: i64,
    /// As the program writes it; empty: nobody knows the book.
    pub record: String,
    /// When the asking began: what a file or another source could say since then is not in it.
    pub asked_at: Millis,
}

/// What has no ISBN cannot be found again, and is left out.
///
/// Refusals: NoPermission.
pub fn keep(d: &mut Draft, asked: &Asked, c: &KeepBooks) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let known = c.books.iter().filter(|book| Isbn::of(book.isbn).is_some());
    let mut rows = 0;
    for FoundBook { isbn, source, record, asked_at } in known.cloned() {
        d.emit(BookRecord { isbn, source, at: asked_at.min(asked.now.at), record });
        rows += 1;
    }
    Ok(Reply::BooksKept { rows })
}

/// Books of a file that the library has given: it stands beside what look-ups tell.
#[derive(Clone, Debug)]
pub struct ImportBooks {
    pub books: Vec<ImportedBook>,
}

#[derive(Clone, Debug)]
pub struct ImportedBook {
    pub isbn: i64,
    /// As the program writes it.
    pub record: String,
}

/// Refusals: NoPermission.
pub fn import(d: &mut Draft, asked: &Asked, c: &ImportBooks) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let known = c.books.iter().filter(|book| Isbn::of(book.isbn).is_some());
    let mut rows = 0;
    for ImportedBook { isbn, record } in known.cloned() {
        d.emit(ImportedBookRecord { isbn, at: asked.now.at, record });
        rows += 1;
    }
    Ok(Reply::BooksKept { rows })
}

/// Who is asked for books: a source's number is stored with what it told, and never given to another.
pub const SOURCES: [i64; 3] = [SRU, OPEN_LIBRARY, FILE];
/// The library's own catalogue.
pub const SRU: i64 = 1;
pub const OPEN_LIBRARY: i64 = 2;
/// What the library has imported.
pub const FILE: i64 = 3;

/// Whether a source is asked.
#[derive(Clone, Debug)]
pub struct SwitchSource {
    pub source: i64,
    pub off: bool,
}

/// Refusals: NoPermission, NoSuchSource.
pub fn switch(d: &mut Draft, asked: &Asked, c: &SwitchSource) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::AcquireBooks)?.id;
    if !SOURCES.contains(&c.source) {
        return Err(Refusal::NoSuchSource.into());
    }
    d.emit(SwitchRecord { source: c.source, is_off: i64::from(c.off), at: asked.now.at });
    audit(d, Some(staff), if c.off { "book_source.off" } else { "book_source.on" }, c.source, "", asked.now);
    Ok(Reply::SourceSwitched { source: c.source })
}

/// A book's cover as it was fetched and written anew.
#[derive(Clone, Debug)]
pub struct KeepCover {
    pub isbn: i64,
    /// None: there is none.
    pub picture: Option<Picture>,
    /// What pages call it; empty where there is none.
    pub name: String,
    /// Where it was fetched from.
    pub address: String,
}

/// Refusals: NoPermission.
pub fn keep_cover(d: &mut Draft, asked: &Asked, c: &KeepCover) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    if let Some(picture) = &c.picture {
        d.emit(picture.clone());
    }
    d.emit(CoverRecord { isbn: c.isbn, at: asked.now.at, name: c.name.clone(), address: c.address.clone() });
    Ok(Reply::CoverKept { isbn: c.isbn })
}
