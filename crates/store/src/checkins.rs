//! 签到打卡 and 阅读足迹: a month of stamps, a reader's own traces.

use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use domain::tables::{CardId, CheckIn, ReaderId};
use std::sync::LazyLock;

static MONTH: LazyLock<String> = LazyLock::new(|| {
    format!("select {} from checkin k where k.card = $1 and k.month = $2 order by k.date", columns::<CheckIn>("k"))
});

pub fn month(card: CardId, month: i64) -> Query {
    query(&MONTH, [card.0.into(), month.into()])
}

pub fn stamps(rows: Vec<Row>) -> Done<Vec<CheckIn>> {
    Ok(rows.into_iter().map(|mut row| row.row()).collect::<Done<Vec<_>>>()?.into_iter().flatten().collect())
}

/// How many days a card was stamped in a year, without those made up.
pub fn days_of_year(card: CardId, year: i64) -> Query {
    const TEXT: &str = "select count(*) from checkin where card = $1 and month > $2 and month < $3 and made_up = 0";
    query(TEXT, [card.0.into(), (year * 100).into(), (year * 100 + 13).into()])
}

/// A day's reading, its book sealed.
#[derive(Clone, Debug)]
pub struct Trace {
    pub day: i64,
    pub minutes: i64,
    pub book: Vec<u8>,
}

/// From one day to another, the last first.
pub fn traces(reader: ReaderId, from: i64, until: i64) -> Query {
    const TEXT: &str = "select day, minutes, book from reading where reader = $1 and day >= $2 and day <= $3 order by day desc limit 400";
    query(TEXT, [reader.0.into(), from.into(), until.into()])
}

pub fn trace_views(rows: Vec<Row>) -> Done<Vec<Trace>> {
    rows.into_iter().map(|mut row| Ok(Trace { day: row.int()?, minutes: row.int()?, book: row.bytes()? })).collect()
}
