//! 图书捐赠: slips, their books, and what became of them.

use crate::Slice;
use crate::cards::{OF_READER, STANDS_FOR};
use crate::fault::Done;
use crate::messages::About;
use crate::points::Cause;
use crate::read::{Query, Reads, Row, columns, ids, query};
use crate::verify::Invariant;
use domain::tables::{CardId, DonatedBook, Donation, DonationId, DonationState, Millis, ReaderId};
use std::sync::LazyLock;

pub const PAGE_ROWS: i64 = 50;
/// An export's most rows.
pub const EXPORT_ROWS_MAX: i64 = 20_000;
const OWN_ROWS_MAX: i64 = 200;
/// Of a job's part.
const PART_ROWS: i64 = 500;

#[derive(Clone, Debug)]
pub struct DonationView {
    pub donation: Donation,
    /// Of the first book.
    pub title: String,
    pub titles: i64,
    /// Of the card.
    pub masked_name: String,
    pub tail: String,
}

#[derive(Clone, Debug)]
pub struct BookView {
    pub book: DonatedBook,
    pub title: String,
    pub author: String,
    pub publisher: String,
    pub year: String,
    /// Why copies were declined.
    pub reason: String,
}

fn text(rest: &str) -> String {
    format!(
        "select {}, t.title, (select count(*) from donated_book b where b.donation = d.id), f.masked_name, f.tail \
         from donation d join donated_book_text t on t.donation = d.id and t.number = 1 \
         left join card_face f on f.card = d.card {rest}",
        columns::<Donation>("d")
    )
}

static ONE: LazyLock<String> = LazyLock::new(|| text("where d.id = $1"));
static OWN: LazyLock<String> =
    LazyLock::new(|| text(&format!("where d.card in {OF_READER} order by d.id desc limit $2")));
static LIST: LazyLock<String> =
    LazyLock::new(|| text("where d.state >= $1 and d.state <= $2 and d.id < $3 order by d.id desc limit $4"));
static BOOKS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, t.title, t.author, t.publisher, t.year, n.reason from donated_book b \
         join donated_book_text t on t.donation = b.donation and t.number = b.number \
         left join donated_book_note n on n.donation = b.donation and n.number = b.number \
         where b.donation = $1 order by b.number",
        columns::<DonatedBook>("b")
    )
});

pub fn one(donation: i64) -> Query {
    query(&ONE, [donation.into()])
}

/// Of the cards that a reader has, and of those that they replaced, newest first.
pub fn own(reader: ReaderId) -> Query {
    query(&OWN, [reader.0.into(), OWN_ROWS_MAX.into()])
}

/// Older than `before`; `state` None: of any.
pub fn list(state: Option<DonationState>, before: i64, rows: i64) -> Query {
    let (from, until) = state.map_or((0, i64::MAX), |state| (state as i64, state as i64));
    query(&LIST, [from.into(), until.into(), before.into(), rows.into()])
}

/// What a card has earned by donations in a year; `count` reads it.
pub fn earned_in(card: CardId, year: i64) -> Query {
    query("select points from donation_year where card = $1 and year = $2", [card.0.into(), year.into()])
}

/// A slip's books in its order.
pub fn books(donation: i64) -> Query {
    query(&BOOKS, [donation.into()])
}

static SECRET: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select s.secret from donation_secret s join donation d on d.id = s.donation join card k on k.id = d.card \
         {STANDS_FOR} where s.donation = $1 and c.reader = $2"
    )
});

/// The secret half of a slip's code, for whoever has the card.
pub fn secret(donation: i64, reader: ReaderId) -> Query {
    query(&SECRET, [donation.into(), reader.0.into()])
}

/// One, if this is its code.
pub fn of_code(donation: i64, secret: i64) -> Query {
    const TEXT: &str = "select donation from donation_secret where donation = $1 and secret = $2";
    query(TEXT, [donation.into(), secret.into()])
}

pub fn views(rows: Vec<Row>) -> Done<Vec<DonationView>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(donation) = row.row()? {
            let (title, titles) = (row.text()?, row.int()?);
            found.push(DonationView { donation, title, titles, masked_name: row.text()?, tail: row.text()? });
        }
    }
    Ok(found)
}

pub fn book_views(rows: Vec<Row>) -> Done<Vec<BookView>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(book) = row.row()? {
            let (title, author, publisher, year) = (row.text()?, row.text()?, row.text()?, row.text()?);
            found.push(BookView { book, title, author, publisher, year, reason: row.text()? });
        }
    }
    Ok(found)
}

/// Slips whose books have not come by their last day, after an id.
pub async fn overdue(reads: &Reads, today: i64, after: DonationId) -> Done<Vec<DonationId>> {
    const TEXT: &str = "select id from donation where state = DonationState::Offered and last_day < $1 and id > $2 \
        order by id limit $3";
    ids(reads.all(query(TEXT, [today.into(), after.0.into(), PART_ROWS.into()])).await?, DonationId)
}

/// A title of an accepted slip that may be on the shelf by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unshelved {
    pub donation: DonationId,
    pub number: i64,
    pub isbn: i64,
    /// How many other copies of it must come first: those of this slip, and of older ones that wait as well.
    pub wanted: i64,
    /// The copies that the catalogue showed at first; None: it has told nothing yet.
    pub copies: Option<i64>,
}

/// Slips after `after` that the catalogue was not asked about since a time, with all their titles that have an ISBN.
pub async fn unshelved(reads: &Reads, since: Millis, after: DonationId) -> Done<Vec<Unshelved>> {
    // A copy that comes may be an older slip's, also of one that was shelved since this one was accepted.
    const TEXT: &str = "select b.donation, b.number, b.isbn, (select cast(sum(o.accepted) as bigint) from donated_book o \
        join donation w on w.id = o.donation where o.isbn = b.isbn and o.donation <= b.donation \
        and w.state = DonationState::Accepted and (w.shelved_at = 0 or w.shelved_at >= d.decided_at)), \
        coalesce(c.copies, -1) from donated_book b join donation d on d.id = b.donation \
        left join donated_copies c on c.donation = b.donation and c.number = b.number \
        where b.isbn <> 0 and b.accepted > 0 and b.donation in (select u.id from donation u \
        where u.state = DonationState::Accepted and u.shelved_at = 0 and u.id > $1 \
        and exists (select 1 from donated_book i where i.donation = u.id and i.isbn <> 0 and i.accepted > 0) \
        and not exists (select 1 from donated_copies s where s.donation = u.id and s.at > $2) order by u.id limit 50) \
        order by b.donation, b.number";
    let rows = reads.all(query(TEXT, [after.0.into(), since.into()])).await?;
    rows.into_iter()
        .map(|mut row| {
            let (donation, number, isbn, wanted) = (row.cell()?, row.int()?, row.int()?, row.int()?);
            Ok(Unshelved { donation, number, isbn, wanted, copies: Some(row.int()?).filter(|copies| *copies >= 0) })
        })
        .collect()
}

/// What waits for review; and what was accepted since a time: copies and how many cards gave them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub waiting: i64,
    pub copies: i64,
    pub donors: i64,
}

pub async fn figures(reads: &Reads, since: Millis) -> Done<Figures> {
    const WAITING: &str = "select count(*) from donation where state = DonationState::Received";
    const TAKEN: &str = "select cast(coalesce(sum(accepted), 0) as bigint), count(distinct card) from donation \
        where state = DonationState::Accepted and decided_at >= $1";
    let [waiting, taken] = reads.read([query(WAITING, []), query(TAKEN, [since.into()])]).await?;
    let mut figures = Figures::default();
    if let Some(mut row) = waiting.into_iter().next() {
        figures.waiting = row.int()?;
    }
    if let Some(mut row) = taken.into_iter().next() {
        (figures.copies, figures.donors) = (row.int()?, row.int()?);
    }
    Ok(figures)
}

/// A slip of which something was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedSlip {
    pub decided_at: Millis,
    pub card: CardId,
    pub titles: i64,
    pub copies: i64,
    pub points: i64,
}

/// Decided since a time; at most as many as an export has.
pub async fn accepted_since(reads: &Reads, since: Millis) -> Done<Vec<AcceptedSlip>> {
    const TEXT: &str = "select d.decided_at, d.card, (select count(*) from donated_book b where b.donation = d.id and \
        b.accepted > 0), d.accepted, d.points from donation d where d.state = DonationState::Accepted \
        and d.decided_at >= $1 order by d.id desc limit $2";
    let rows = reads.all(query(TEXT, [since.into(), EXPORT_ROWS_MAX.into()])).await?;
    let slip = |mut row: Row| {
        let (decided_at, card) = (row.int()?, row.cell()?);
        Ok(AcceptedSlip { decided_at, card, titles: row.int()?, copies: row.int()?, points: row.int()? })
    };
    rows.into_iter().map(slip).collect()
}

const ABOUT: About = About {
    joins: "left join donated_book_text dn on m.kind in (donations::MessageKind::*) and dn.donation = m.about and dn.number = 1",
    title: "dn.title",
    words: &[],
    member: "",
};

const CAUSE: Cause = Cause {
    joins: "left join donated_book_text dn on p.kind in (donations::PostingKind::*) and dn.donation = p.cause and dn.number = 1",
    title: "dn.title",
};

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "what a donation has earned is in the ledger, once and on its card",
        violations: "select d.id from donation d left join (select cause, card, sum(points) as points, count(*) as times \
            from posting where kind in (donations::PostingKind::*) group by cause, card) p \
            on p.cause = d.id and p.card = d.card where coalesce(p.points, 0) <> d.points or coalesce(p.times, 0) > 1 \
            union all select p.id from posting p left join donation d on d.id = p.cause and d.card = p.card \
            where p.kind in (donations::PostingKind::*) and d.id is null",
    },
    Invariant {
        name: "a donation's copies are those of its books",
        violations: "select d.id from donation d left join (select donation, sum(copies) as copies, \
            sum(received) as received, sum(accepted) as accepted from donated_book group by donation) b \
            on b.donation = d.id where d.copies <> coalesce(b.copies, 0) or d.received <> coalesce(b.received, 0) \
            or d.accepted <> coalesce(b.accepted, 0) \
            union all select b.donation from donated_book b left join donation d on d.id = b.donation \
            where d.id is null or b.accepted < 0 or b.accepted > b.received",
    },
    Invariant {
        name: "a donation's state is what has happened to it",
        violations: "select id from donation where \
            (received_at > 0) <> (state in (DonationState::Received, DonationState::Accepted, DonationState::Declined)) \
            or (received_at > 0) <> (received > 0) or (received_at > 0) <> (received_by <> 0) \
            or (accepted > 0) <> (state = DonationState::Accepted) \
            or (decided_at > 0) <> (state not in (DonationState::Offered, DonationState::Received)) \
            or (decided_by <> 0) <> (state in (DonationState::Accepted, DonationState::Declined)) \
            or (shelved_at > 0 and state <> DonationState::Accepted) or (points > 0 and accepted = 0)",
    },
    Invariant {
        name: "a card awaits as many slips as are open",
        violations: "select c.card from (select card, count(*) as open from donation \
            where state = DonationState::Offered group by card) c left join donor d on d.card = c.card \
            where d.card is null or d.open <> c.open \
            union all select d.card from donor d where d.open <> 0 and not exists (select 1 from donation o \
            where o.card = d.card and o.state = DonationState::Offered)",
    },
    Invariant {
        name: "what a card's donations have earned by years is what they have earned",
        violations: "select coalesce(y.card, d.card) from (select card, sum(points) as points from donation_year \
            group by card) y full join (select card, sum(points) as points from donation where points > 0 \
            group by card) d on d.card = y.card where coalesce(y.points, 0) <> coalesce(d.points, 0)",
    },
    Invariant {
        name: "every donation has its secret",
        violations: "select d.id from donation d left join donation_secret s on s.donation = d.id where s.donation is null",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: Some(ABOUT), posting: Some(CAUSE) };
