//! 图书推荐: readers propose books, others join, the library decides, orders and shelves.

mod reviewing;
mod words;

pub use reviewing::{ArriveSuggestion, DecideSuggestion, OrderSuggestion, ReopenSuggestion};
pub use words::{MessageKind, PostingKind, Refusal, Reply, SuggestionNote, SuggestionText};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::isbn::Isbn;
use crate::core::refusal::Common;
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::ledger::{self, may_earn};
use crate::messages::tell;
use crate::readers::reader;
use crate::rules::{self, Rule};
use crate::tables::{
    Card, CardId, Reader, Suggestion, SuggestionId, SuggestionKind, SuggestionMonth, SuggestionOfIsbn,
    SuggestionReader, SuggestionState, Table,
};

commands! {
    Propose => propose,
    JoinSuggestion => join,
    DecideSuggestion => reviewing::decide_one,
    ReopenSuggestion => reviewing::reopen,
    OrderSuggestion => reviewing::order,
    ArriveSuggestion => reviewing::arrive,
}

/// What joins and decisions read first; the rest follows from it.
pub fn needs(_: Actor, command: &Command) -> Vec<Need> {
    match command {
        Command::Propose(c) => vec![
            Need::Row(Table::Card, Card::key(c.card)),
            Need::Row(Table::SuggestionOfIsbn, SuggestionOfIsbn::key(c.isbn, c.kind)),
        ],
        Command::JoinSuggestion(c) => vec![Need::Row(Table::Suggestion, Suggestion::key(c.suggestion))],
        _ => vec![],
    }
}

pub const BOOK_TITLE_CHARS_MAX: usize = 200;
pub const BOOK_WORDS_CHARS_MAX: usize = 100;
/// In cents: dearer than this is a slip of the finger.
pub const PRICE_MAX: i64 = 10_000_000;
/// So many readers are told in one batch; more need not say that they want a book.
pub const READERS_MAX: i64 = 500;

/// What the library's catalogue says of its copies, as far as it was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    pub copies: i64,
    pub lent: i64,
}

/// 去推荐, 申请增加复本
#[derive(Clone, Debug)]
pub struct Propose {
    pub card: CardId,
    pub kind: SuggestionKind,
    /// 0: the book has none, or nobody knows it.
    pub isbn: i64,
    pub held: Holdings,
    /// In cents; 0: not known.
    pub price: i64,
    pub book: Book,
}

/// A book as the reader proposes it: from a look-up, by hand, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    pub title: String,
    pub author: String,
    pub publisher: String,
    pub year: String,
    /// Why the reader proposes it.
    pub reason: String,
    /// Title and author without what editions differ in, to find the same work by.
    pub work: String,
}

/// 我也想读
#[derive(Clone, Copy, Debug)]
pub struct JoinSuggestion {
    pub suggestion: SuggestionId,
    pub card: CardId,
}

impl Suggestion {
    /// Whether somebody can still say that they want it, too.
    pub fn is_open(&self) -> bool {
        matches!(self.state, SuggestionState::Proposed | SuggestionState::Accepted | SuggestionState::Ordered)
    }
}

/// Whoever proposes what somebody else has proposed joins them.
///
/// Refusals: AccountClosed, AlreadyHeld, AlreadyYours, CardEnded, IsbnWrong, NotHeld, NotLentOut, NotYourCard, PriceWrong,
/// SignedOut, TextTooLong, TitleMissing, TooManyReaders, TooManySuggestions.
pub fn propose(d: &mut Draft, asked: &Asked, c: &Propose) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    own_card(d, &reader, c.card)?;
    check(c)?;
    held_as_it_should_be(c.kind, c.held)?;
    let known = match c.isbn {
        0 => None,
        isbn => d.get::<SuggestionOfIsbn>(SuggestionOfIsbn::key(isbn, c.kind))?,
    };
    if let Some(known) = known {
        return join_one(d, &reader, known.suggestion, c.card, asked.now);
    }
    count_month(d, c.card, asked.now)?;
    let (id, at) = (d.new_id(SuggestionId), asked.now.at);
    d.add(Suggestion {
        id,
        kind: c.kind,
        state: SuggestionState::Proposed,
        isbn: c.isbn,
        reader: reader.id,
        card: c.card,
        price: c.price,
        readers: 1,
        points: 0,
        decided_at: 0,
        decided_by: None,
        at,
    });
    d.add(SuggestionReader { suggestion: id, reader: reader.id, card: c.card, at });
    if c.isbn != 0 {
        d.put(SuggestionOfIsbn { isbn: c.isbn, kind: c.kind, suggestion: id })?;
    }
    let Book { title, author, publisher, year, reason, work } = c.book.clone();
    d.emit(SuggestionText { suggestion: id, title, author, publisher, year, reason, work });
    tell(d, reader.id, MessageKind::SuggestionReceived, id.0, 0, asked.now)?;
    Ok(Reply::Proposed { suggestion: id })
}

/// Refusals: AccountClosed, AlreadyYours, CardEnded, NoSuchSuggestion, NotYourCard, SignedOut, SuggestionOver, TooManyReaders.
pub fn join(d: &mut Draft, asked: &Asked, c: &JoinSuggestion) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    own_card(d, &reader, c.card)?;
    join_one(d, &reader, c.suggestion, c.card, asked.now)
}

fn join_one(d: &mut Draft, reader: &Reader, id: SuggestionId, card: CardId, now: Now) -> Result<Reply, Halt> {
    let suggestion = d.get::<Suggestion>(Suggestion::key(id))?.ok_or(Refusal::NoSuchSuggestion)?;
    if d.get::<SuggestionReader>(SuggestionReader::key(id, reader.id))?.is_some() {
        return Err(Refusal::AlreadyYours { suggestion: id }.into());
    }
    match () {
        () if !suggestion.is_open() => return Err(Refusal::SuggestionOver.into()),
        () if suggestion.readers >= READERS_MAX => return Err(Refusal::TooManyReaders.into()),
        () => {}
    }
    d.add(SuggestionReader { suggestion: id, reader: reader.id, card, at: now.at });
    d.put(Suggestion { readers: suggestion.readers + 1, ..suggestion })?;
    Ok(Reply::Joined { suggestion: id })
}

fn own_card(d: &Draft, reader: &Reader, card: CardId) -> Result<(), Halt> {
    let card = d.get::<Card>(Card::key(card))?.filter(|card| card.reader == Some(reader.id));
    let card = card.ok_or(ledger::Refusal::NotYourCard)?;
    Ok(may_earn(&card)?)
}

fn check(c: &Propose) -> Result<(), Halt> {
    let Book { title, author, publisher, year, reason, work } = &c.book;
    if title.trim().is_empty() {
        return Err(Common::TitleMissing.into());
    }
    texts::fits(title, BOOK_TITLE_CHARS_MAX)?;
    for text in [author, publisher, year] {
        texts::fits(text, BOOK_WORDS_CHARS_MAX)?;
    }
    texts::fits(reason, texts::REASON_CHARS_MAX)?;
    texts::fits(work, BOOK_TITLE_CHARS_MAX + BOOK_WORDS_CHARS_MAX + 1)?;
    if c.isbn != 0 && Isbn::of(c.isbn).is_none() {
        return Err(Refusal::IsbnWrong.into());
    }
    if !(0..=PRICE_MAX).contains(&c.price) {
        return Err(Refusal::PriceWrong.into());
    }
    Ok(())
}

/// A book that stands on the shelf is not bought; another copy only where all are lent.
fn held_as_it_should_be(kind: SuggestionKind, held: Holdings) -> Result<(), Refusal> {
    match kind {
        SuggestionKind::Title if held.copies > 0 => Err(Refusal::AlreadyHeld { copies: held.copies, lent: held.lent }),
        SuggestionKind::Copy if held.copies == 0 => Err(Refusal::NotHeld),
        SuggestionKind::Copy if held.lent < held.copies => Err(Refusal::NotLentOut),
        _ => Ok(()),
    }
}

fn count_month(d: &mut Draft, card: CardId, now: Now) -> Result<(), Halt> {
    let most = rules::today(d, Rule::SuggestionsAMonth, now)?;
    let month = now.today / 100;
    let count = d.get::<SuggestionMonth>(SuggestionMonth::key(card, month))?.map_or(0, |row| row.count);
    if count >= most {
        return Err(Refusal::TooManySuggestions { most }.into());
    }
    d.put(SuggestionMonth { card, month, count: count + 1 })
}
