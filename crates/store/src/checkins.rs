//! 签到打卡 and 阅读足迹: a card's stamps, a reader's own traces.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Query, Reads, Row, columns, query};
use crate::verify::Invariant;
use domain::tables::{CardId, CheckIn, Month, ReaderId};
use std::sync::LazyLock;

static STAMPS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from checkin k join card c on c.id = $1 and c.reader = $2 \
         where (k.card = $1 or k.card in (select x.card from replaced x where x.successor = $1)) \
         and k.month >= $3 and k.month <= $4 \
         and k.month * 100 + k.date >= $5 and k.month * 100 + k.date <= $6 order by k.month, k.date",
        columns::<CheckIn>("k")
    )
});

/// From one day to another, the first first; with those of the cards that this one has replaced. The card must be the reader's.
pub fn between(card: CardId, reader: ReaderId, from: i64, until: i64) -> Query {
    let (first, last) = (from / 100, until / 100);
    query(&STAMPS, [card.0, reader.0, first, last, from, until].map(Into::into))
}

pub fn stamps(rows: Vec<Row>) -> Done<Vec<CheckIn>> {
    Ok(rows.into_iter().map(|mut row| row.row()).collect::<Done<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The stamps of some cards in a month.
#[derive(Debug)]
pub struct MonthPart {
    /// Card by card, each card's in order.
    pub stamps: Vec<CheckIn>,
    /// The last card that was looked at; None: there is none behind these.
    pub last: Option<CardId>,
}

/// For going through a month part by part, from the cards after one of them. The key begins with the card: from one to the next the
/// index leaps, so that other months are never read.
pub async fn month_part(reads: &Reads, month: Month, after: CardId) -> Done<MonthPart> {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        format!(
            "with recursive c(card, n) as (select min(k.card), 1 from checkin k where k.card > $1 union all \
             select (select min(k.card) from checkin k where k.card > c.card), c.n + 1 from c where c.card is not null and c.n < 1000) \
             select c.card, {} from c left join checkin k on k.card = c.card and k.month = $2 where c.card is not null \
             order by c.card, k.date",
            columns::<CheckIn>("k")
        )
    });
    let mut part = MonthPart { stamps: vec![], last: None };
    for mut row in reads.all(query(&TEXT, [after.0, month].map(Into::into))).await? {
        part.last = Some(row.cell()?);
        part.stamps.extend(row.row::<CheckIn>()?);
    }
    Ok(part)
}

/// A day's reading, its book sealed.
#[derive(Clone, Debug)]
pub struct Trace {
    pub day: i64,
    pub minutes: i64,
    pub book: Vec<u8>,
}

/// From one day to another, the last first: one a day, a year at most.
pub fn traces(reader: ReaderId, from: i64, until: i64) -> Query {
    const TEXT: &str = "select day, minutes, book from reading where reader = $1 and day >= $2 and day <= $3 order by day desc limit 400";
    query(TEXT, [reader.0.into(), from.into(), until.into()])
}

pub fn trace_views(rows: Vec<Row>) -> Done<Vec<Trace>> {
    rows.into_iter().map(|mut row| Ok(Trace { day: row.int()?, minutes: row.int()?, book: row.bytes()? })).collect()
}

/// The day of a reader's first trace; 0: there is none.
pub fn first_trace(reader: ReaderId) -> Query {
    query("select coalesce(min(day), 0) from reading where reader = $1", [reader.0.into()])
}

pub fn first_day(rows: Vec<Row>) -> Done<i64> {
    rows.into_iter().next().map_or(Ok(0), |mut row| row.int())
}

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "a stamp's points are those of its posting",
        violations: "select k.card from checkin k left join (select card, cause, count(*) as postings, \
            sum(points) as points from posting where kind = checkins::PostingKind::CheckIn group by card, cause) p \
            on p.card = k.card and p.cause = k.month * 100 + k.date \
            where coalesce(p.points, 0) <> k.points or coalesce(p.postings, 0) <> case when k.points = 0 then 0 else 1 end \
            union all select p.id from posting p left join checkin k \
            on k.card = p.card and k.month = p.cause / 100 and k.date = p.cause % 100 where p.kind = checkins::PostingKind::CheckIn and k.card is null",
    },
    Invariant {
        name: "a stamp is at least the first day in a row, and one made up earns nothing",
        violations: "select card from checkin where streak < 1 or points < 0 or (made_up = 1 and points <> 0)",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
