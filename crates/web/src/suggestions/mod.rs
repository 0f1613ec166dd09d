//! 图书推荐: readers propose, others join, staff decide, order and shelve.

mod export;
mod form;
pub mod reader;
pub mod show;
pub mod staff;
pub mod words;

use crate::frame::routes::{For, Routes};
use domain::staff::Permission;
use domain::suggestions::Book;
use domain::tables::{Suggestion, SuggestionKind, SuggestionState};

const BOOKS: For = For::Staff(&[Permission::AcquireBooks]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/suggestions", For::Readers, reader::index)
        .get("/suggestions/new", For::Holders, reader::new)
        .post("/suggestions", For::Holders, reader::propose)
        .get("/suggestions/{suggestion}", For::Readers, show::show)
        .post("/suggestions/{suggestion}/readers", For::Holders, reader::join)
        .get("/staff/suggestions", BOOKS, staff::index)
        .in_menu(75, "bulb", "荐书")
        .get("/staff/suggestions/export", BOOKS, export::export)
        .post("/staff/suggestions/batch", BOOKS, staff::batch)
        .get("/staff/suggestions/{suggestion}", BOOKS, staff::show)
        .post("/staff/suggestions/{suggestion}/decision", BOOKS, staff::decide)
        .post("/staff/suggestions/{suggestion}/reopening", BOOKS, staff::reopen)
        .post("/staff/suggestions/{suggestion}/order", BOOKS, staff::order)
        .post("/staff/suggestions/{suggestion}/arrival", BOOKS, staff::arrive)
}

/// As in the URL, in words.
const STATES: [(&str, &str, SuggestionState); 5] = [
    ("proposed", "待审核", SuggestionState::Proposed),
    ("accepted", "已采纳", SuggestionState::Accepted),
    ("declined", "未采纳", SuggestionState::Declined),
    ("ordered", "已订购", SuggestionState::Ordered),
    ("arrived", "已到馆", SuggestionState::Arrived),
];

fn state_words(state: SuggestionState) -> &'static str {
    STATES.iter().find(|(.., known)| *known == state).map_or("", |(_, words, _)| words)
}

fn class(state: SuggestionState) -> &'static str {
    match state {
        SuggestionState::Proposed => "st st-wait",
        SuggestionState::Accepted | SuggestionState::Ordered | SuggestionState::Arrived => "st st-ok",
        SuggestionState::Declined => "st st-no",
    }
}

fn kind_words(suggestion: &Suggestion) -> &'static str {
    match suggestion.kind {
        SuggestionKind::Title => "荐购",
        SuggestionKind::Copy => "增加复本",
    }
}

fn facts(book: &Book) -> String {
    crate::books::facts(&book.author, &book.publisher, &book.year)
}

/// Empty where the book has none.
fn isbn_words(isbn: i64) -> String {
    if isbn == 0 { String::new() } else { isbn.to_string() }
}

/// 2300 → 23.00; nothing known: empty.
fn yuan(cents: i64) -> String {
    if cents == 0 { String::new() } else { format!("{}.{:02}", cents / 100, cents % 100) }
}
