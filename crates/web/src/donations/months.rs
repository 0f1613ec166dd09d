//! 捐书统计: titles, copies, donors and points of the last twelve months, each by the day of its review.

use super::staff::PATH;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::kit::list::{Action, List, ListPage};
use crate::kit::table::{Cell, Table};
use axum::response::Response;
use domain::tables::CardId;
use std::collections::{BTreeMap, BTreeSet};
use store::donations::{AcceptedSlip, EXPORT_ROWS_MAX, accepted_since};

const MONTHS: i64 = 12;

/// A calendar month as a number: 202611.
type MonthOf = i64;

#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    slips: i64,
    titles: i64,
    copies: i64,
    points: i64,
    donors: BTreeSet<CardId>,
}

impl Sums {
    fn add(&mut self, slip: &AcceptedSlip) {
        self.slips += 1;
        self.titles += slip.titles;
        self.copies += slip.copies;
        self.points += slip.points;
        self.donors.insert(slip.card);
    }
}

fn months_before(month: MonthOf, count: i64) -> MonthOf {
    let months = month / 100 * 12 + month % 100 - 1 - count;
    months / 12 * 100 + months % 12 + 1
}

/// Every month from the first on, whether there was anything in it or not; the newest first, and the whole at the end.
fn summed(first: MonthOf, this: MonthOf, slips: &[(MonthOf, AcceptedSlip)]) -> Vec<(String, Sums)> {
    let mut months: BTreeMap<MonthOf, Sums> = BTreeMap::new();
    let mut month = this;
    while month >= first {
        months.insert(month, Sums::default());
        month = months_before(month, 1);
    }
    let mut whole = Sums::default();
    for (month, one) in slips {
        months.entry(*month).or_default().add(one);
        whole.add(one);
    }
    let words = |month: MonthOf| format!("{}年{}月", month / 100, month % 100);
    let rows = months.into_iter().rev().map(|(month, sums)| (words(month), sums));
    rows.chain([("合计".to_string(), whole)]).collect()
}

pub async fn show(ask: StaffAsk) -> Result<Response, Failure> {
    let calendar = &ask.app.calendar;
    let this = ask.today() / 100;
    let first = months_before(this, MONTHS - 1);
    let found = accepted_since(&ask.app.reads, calendar.day_start(first * 100 + 1)).await?;
    let is_cut = found.len() as i64 >= EXPORT_ROWS_MAX;
    let found: Vec<_> = found.into_iter().map(|slip| (calendar.day(slip.decided_at) / 100, slip)).collect();
    ListPage {
        shell: ask.shell(PATH),
        title: "捐书统计",
        actions: vec![Action::plain(PATH.into(), "捐书列表")],
        list: List {
            error: is_cut.then(|| format!("数据太多，只统计了最近 {EXPORT_ROWS_MAX} 张捐赠单，较早的月份不全。")),
            ..List::whole(PATH, table().on_screen(&summed(first, this, &found)), "")
        },
    }
    .answer()
}

fn table() -> Table<'static, (String, Sums)> {
    Table::new()
        .text("审核通过的月份", |(month, _): &(String, Sums)| month.clone())
        .number("捐赠单", |(_, sums)| Cell::Number(sums.slips))
        .number("种", |(_, sums)| Cell::Number(sums.titles))
        .number("册", |(_, sums)| Cell::Number(sums.copies))
        .number("捐赠人", |(_, sums)| Cell::Number(sums.donors.len() as i64))
        .number("积分", |(_, sums)| Cell::Number(sums.points))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_months_stand_there_and_a_donor_counts_once_in_the_whole() {
        let one = |card, copies| AcceptedSlip { decided_at: 0, card: CardId(card), titles: 1, copies, points: 5 };
        let slips = [(202_612, one(1, 2)), (202_612, one(1, 1)), (202_701, one(1, 1)), (202_701, one(2, 4))];
        let rows = summed(202_611, 202_701, &slips);
        let told: Vec<_> = rows.iter().map(|(words, s)| (words.as_str(), s.slips, s.copies, s.donors.len())).collect();
        assert_eq!(told, [("2027年1月", 2, 5, 2), ("2026年12月", 2, 3, 1), ("2026年11月", 0, 0, 0), ("合计", 4, 8, 2)]);
        assert_eq!((months_before(202_701, 1), months_before(202_612, 11)), (202_612, 202_601));
    }
}
