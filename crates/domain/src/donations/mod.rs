//! 图书捐赠: a reader fills in a slip, brings the books, the desk counts them, staff review them, approval earns points.

pub mod code;
mod receiving;
mod reviewing;
mod words;

pub use receiving::{LapseDonation, ReceiveDonation};
pub use reviewing::{NoteCopies, ReviewDonation, ShelveDonation, Verdict};
pub use words::{CopiesRecord, DonatedBookNote, DonatedBookText, MessageKind, PostingKind, Refusal, Reply};

use crate::cards::replacements::stands_for;
use crate::core::asked::{Actor, Asked, commands};
use crate::core::code::secret_of;
use crate::core::day::plus;
use crate::core::isbn::Isbn;
use crate::core::refusal::Common;
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::ledger::{self, may_earn};
use crate::messages::tell;
use crate::places::{self, HOURS, hours};
use crate::readers::reader;
use crate::rules::{self, Rule};
use crate::tables::{
    BookCondition, BookFate, Card, CardId, DonatedBook, Donation, DonationId, DonationSecret, DonationState, Donor,
    Place, PlaceId, PlaceState, ReaderId, Table,
};

commands! {
    OfferDonation => offer,
    CancelDonation => cancel,
    ReceiveDonation => receiving::receive,
    ReviewDonation => reviewing::review,
    LapseDonation => receiving::lapse,
    ShelveDonation => reviewing::shelve,
    NoteCopies => reviewing::note_copies,
}

/// What an offer reads first; the rest follows from it.
pub fn needs(_: Actor, command: &Command) -> Vec<Need> {
    let donation = |id| Need::Row(Table::Donation, Donation::key(id));
    match command {
        Command::OfferDonation(c) => vec![
            Need::Row(Table::Card, Card::key(c.card)),
            Need::Row(Table::Place, Place::key(c.place)),
            Need::Row(Table::Donor, Donor::key(c.card)),
            HOURS[0],
            HOURS[1],
        ],
        Command::ReceiveDonation(c) => vec![
            Need::Row(Table::DonationSecret, DonationSecret::key(c.code.donation)),
            donation(c.code.donation),
            Need::children(Table::DonatedBook, [c.code.donation.0]),
        ],
        Command::CancelDonation(c) => vec![donation(c.donation)],
        Command::ReviewDonation(c) => {
            vec![donation(c.donation), Need::children(Table::DonatedBook, [c.donation.0])]
        }
        Command::LapseDonation(c) => vec![donation(c.donation)],
        Command::ShelveDonation(c) => vec![donation(c.donation)],
        Command::NoteCopies(c) => vec![donation(c.donation)],
    }
}

/// On one slip, with what the desk adds.
pub const BOOKS_MAX: usize = 20;
/// Of one title on a slip.
pub const COPIES_MAX: i64 = 20;
/// A card's slips whose books have not come yet.
pub const OPEN_MAX: i64 = 5;
pub const BOOK_TITLE_CHARS_MAX: usize = 100;
/// Of author, publisher and year: a whole slip fits one form.
pub const BOOK_WORDS_CHARS_MAX: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedBook {
    /// 0: the book has none.
    pub isbn: i64,
    pub copies: i64,
    pub condition: BookCondition,
    pub title: String,
    pub author: String,
    pub publisher: String,
    pub year: String,
}

/// The reader has looked through the list and gives the slip its code (确认捐赠).
#[derive(Clone, Debug)]
pub struct OfferDonation {
    pub card: CardId,
    /// Where the books will be brought.
    pub place: PlaceId,
    pub books: Vec<OfferedBook>,
}

#[derive(Clone, Copy, Debug)]
pub struct CancelDonation {
    pub donation: DonationId,
}

/// Refusals: AccountClosed, CardEnded, CopiesWrong, IsbnWrong, NoBooks, NoSuchPlace, NotYourCard, SignedOut, TextTooLong,
/// TitleMissing, TitleTwice, TooManyBooks, TooManyDonations.
pub fn offer(d: &mut Draft, asked: &Asked, c: &OfferDonation) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    let card = d.get::<Card>(Card::key(c.card))?.filter(|card| card.reader == Some(reader.id));
    may_earn(&card.ok_or(ledger::Refusal::NotYourCard)?)?;
    let place = d.get::<Place>(Place::key(c.place))?.filter(|place| place.state == PlaceState::Open);
    place.ok_or(places::Refusal::NoSuchPlace)?;
    if c.books.is_empty() {
        return Err(Refusal::NoBooks.into());
    }
    check(&c.books, 0)?;
    let donor = d.get::<Donor>(Donor::key(c.card))?.unwrap_or(Donor { card: c.card, open: 0 });
    if donor.open >= OPEN_MAX {
        return Err(Refusal::TooManyDonations { most: OPEN_MAX }.into());
    }
    let days = rules::today(d, Rule::DonationDays, asked.now)?;
    let day = plus(asked.now.today, days);
    let last_day = hours(d, Some(c.place))?.map_or(day, |hours| hours.open_day_from(day));
    let (id, secret) = (d.new_id(DonationId), secret_of(asked.seed));
    d.put(Donor { open: donor.open + 1, ..donor })?;
    d.add(Donation {
        id,
        state: DonationState::Offered,
        reader: reader.id,
        card: c.card,
        place: c.place,
        copies: c.books.iter().map(|book| book.copies).sum(),
        received: 0,
        accepted: 0,
        points: 0,
        last_day,
        received_at: 0,
        received_by: None,
        decided_at: 0,
        decided_by: None,
        shelved_at: 0,
        at: asked.now.at,
    });
    d.add(DonationSecret { donation: id, secret });
    for (number, book) in (1..).zip(&c.books) {
        add_book(d, id, number, book, 0);
    }
    tell(d, reader.id, MessageKind::DonationOffered, id.0, last_day, asked.now)?;
    Ok(Reply::DonationOffered { donation: id, secret })
}

/// `before`: how many stand on the slip already.
fn check(books: &[OfferedBook], before: usize) -> Result<(), Halt> {
    if before + books.len() > BOOKS_MAX {
        return Err(Refusal::TooManyBooks { most: BOOKS_MAX as i64 }.into());
    }
    for (n, book) in books.iter().enumerate() {
        if book.title.trim().is_empty() {
            return Err(Common::TitleMissing.into());
        }
        texts::fits(&book.title, BOOK_TITLE_CHARS_MAX)?;
        for text in [&book.author, &book.publisher, &book.year] {
            texts::fits(text, BOOK_WORDS_CHARS_MAX)?;
        }
        if book.isbn != 0 && Isbn::of(book.isbn).is_none() {
            return Err(Refusal::IsbnWrong.into());
        }
        if !(1..=COPIES_MAX).contains(&book.copies) {
            return Err(Refusal::CopiesWrong { most: COPIES_MAX }.into());
        }
        if books[..n].iter().any(|other| is_same(book, other)) {
            return Err(Refusal::TitleTwice.into());
        }
    }
    Ok(())
}

/// Copies of one title stand together, so that no cap is passed by saying it twice.
pub fn is_same(one: &OfferedBook, other: &OfferedBook) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    match (one.isbn, other.isbn) {
        (0, 0) => plain(&one.title) == plain(&other.title),
        (isbn, other) => isbn == other,
    }
}

/// `received`: by the desk, which adds what is not on the slip.
fn add_book(d: &mut Draft, donation: DonationId, number: i64, book: &OfferedBook, received: i64) {
    let OfferedBook { isbn, copies, condition, title, author, publisher, year } = book.clone();
    let copies = if received == 0 { copies } else { 0 };
    let (accepted, fate) = (0, BookFate::Kept);
    d.add(DonatedBook { donation, number, isbn, copies, condition, received, accepted, fate });
    d.emit(DonatedBookText { donation, number, title, author, publisher, year });
}

/// Until the books are there, by whoever has the card.
///
/// Refusals: AccountClosed, AlreadyReceived, DonationCancelled, DonationLapsed, NoSuchDonation, SignedOut.
pub fn cancel(d: &mut Draft, asked: &Asked, c: &CancelDonation) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let donation = found(d, c.donation)?;
    if owner(d, &donation)? != reader {
        return Err(Refusal::NoSuchDonation.into());
    }
    is_awaited(&donation, asked.now.today)?;
    close(d, &donation)?;
    d.put(Donation { state: DonationState::Cancelled, decided_at: asked.now.at, ..donation })?;
    tell(d, reader, MessageKind::DonationCancelled, donation.id.0, 0, asked.now)?;
    Ok(Reply::DonationCancelled { donation: donation.id })
}

fn found(d: &Draft, id: DonationId) -> Result<Donation, Halt> {
    Ok(d.get::<Donation>(Donation::key(id))?.ok_or(Refusal::NoSuchDonation)?)
}

/// Who is told: whoever has the card now, else who offered.
fn owner(d: &Draft, donation: &Donation) -> Result<ReaderId, Halt> {
    Ok(stands_for(d, donation.card)?.reader.unwrap_or(donation.reader))
}

/// Whether the books can still be brought; the pages and the decisions both ask this.
pub fn is_awaited(donation: &Donation, today: i64) -> Result<(), Refusal> {
    let last_day = donation.last_day;
    match donation.state {
        DonationState::Offered if today <= last_day => Ok(()),
        DonationState::Offered | DonationState::Lapsed => Err(Refusal::DonationLapsed { last_day }),
        DonationState::Cancelled => Err(Refusal::DonationCancelled),
        DonationState::Received | DonationState::Accepted | DonationState::Declined => Err(Refusal::AlreadyReceived),
    }
}

/// The card awaits one slip less.
fn close(d: &mut Draft, donation: &Donation) -> Result<(), Halt> {
    let donor = d.get::<Donor>(Donor::key(donation.card))?;
    match donor {
        Some(donor) => d.put(Donor { open: donor.open - 1, ..donor }),
        None => Ok(()),
    }
}
