//! A year in figures: what the letter and its picture are made of.

use super::{Sums, title_of};
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use domain::core::day::number;
use domain::tables::{CardId, CheckIn};
use std::collections::BTreeSet;
use store::checkins::{Trace, between, stamps, trace_views, traces};

/// No library of ours is older.
const FIRST_YEAR: i64 = 2000;

pub struct Year {
    pub year: i64,
    /// Days with a stamp, and how many of them were made up.
    pub stamped: usize,
    pub made_up: usize,
    /// Days in a row, within the year.
    pub longest: usize,
    pub read: Sums,
    /// Each once, the first read first.
    pub titles: Vec<String>,
    /// The month with most days that left a stamp or a trace, and how many.
    pub busiest: Option<(i64, usize)>,
}

impl Year {
    pub fn is_empty(&self) -> bool {
        self.stamped == 0 && self.read.days == 0
    }
}

/// The stamps of the current card, the traces of the reader. Years to come have no figures.
pub async fn year_of(ask: &ReaderAsk, year: i64) -> Result<Year, Failure> {
    let app = &ask.app;
    if !(FIRST_YEAR..=ask.today() / 10_000).contains(&year) {
        return Err(Failure::NotFound);
    }
    let (from, until) = (year * 10_000, year * 10_000 + 1231);
    let card = ask.card.as_ref().map_or(CardId(0), |view| view.card.id);
    let queries = [between(card, ask.id(), from, until), traces(ask.id(), from, until)];
    let [stamped, read] = app.reads.read(queries).await?;
    let stamped = stamps(stamped)?;
    let read = trace_views(read)?.into_iter().map(|trace| (title_of(&app.keys, &trace), trace));
    let read: Vec<(Trace, String)> = read.map(|(title, trace)| (trace, title)).collect();
    Ok(Year {
        year,
        stamped: stamped.len(),
        made_up: stamped.iter().filter(|stamp| stamp.made_up).count(),
        longest: longest(&stamped),
        titles: titles(&read),
        busiest: busiest(&stamped, &read),
        read: Sums::of(&read),
    })
}

fn day(stamp: &CheckIn) -> i64 {
    stamp.month * 100 + stamp.date
}

/// The longest row of days that follow one another; the stamps come in order.
fn longest(stamps: &[CheckIn]) -> usize {
    let rows = stamps.chunk_by(|a, b| number(day(a)) + 1 == number(day(b)));
    rows.map(<[CheckIn]>::len).max().unwrap_or(0)
}

fn busiest(stamps: &[CheckIn], read: &[(Trace, String)]) -> Option<(i64, usize)> {
    let days: BTreeSet<i64> = stamps.iter().map(day).chain(read.iter().map(|(trace, _)| trace.day)).collect();
    let months = (1..=12).map(|month| (month, days.iter().filter(|day| *day / 100 % 100 == month).count()));
    // Of equals the first: the year is told in its order.
    months.filter(|(_, days)| *days > 0).rev().max_by_key(|(_, days)| *days)
}

fn titles(read: &[(Trace, String)]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let oldest_first = read.iter().rev().map(|(_, title)| title);
    oldest_first.filter(|title| seen.insert(title.to_lowercase())).cloned().collect()
}

sample! { Year { year, stamped, made_up, longest, read, titles, busiest } }

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(day: i64) -> CheckIn {
        CheckIn { card: CardId(1), month: day / 100, date: day % 100, streak: 1, made_up: false, points: 1, at: 0 }
    }

    fn trace(day: i64, title: &str) -> (Trace, String) {
        (Trace { day, minutes: 10, book: vec![] }, title.into())
    }

    #[test]
    fn the_longest_row_crosses_months_and_ends_with_a_gap() {
        let days = [20260130, 20260131, 20260201, 20260203, 20260204];
        assert_eq!(longest(&days.map(stamp)), 3);
        assert_eq!((longest(&[]), longest(&[stamp(20260101)])), (0, 1));
    }

    #[test]
    fn the_busiest_month_counts_a_day_once() {
        let stamps = [20260301, 20260302, 20260501].map(stamp);
        let read = [trace(20260502, "a"), trace(20260501, "b"), trace(20260301, "b")];
        assert_eq!(busiest(&stamps, &read), Some((3, 2)), "of equals the first");
        assert_eq!(busiest(&[], &[]), None);
    }

    #[test]
    fn titles_come_once_in_the_order_of_reading() {
        let read = [trace(20260503, "B"), trace(20260502, "a"), trace(20260501, "b")];
        assert_eq!(titles(&read), ["b", "a"]);
    }
}
