//! 积分明细: what, when, plus or minus, balance after, newest first; each month since the first, and a sheet for paper.

mod line;
pub mod statement;

pub use line::{Line, Sums};

use crate::frame::ask::CardAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::frame::routes::{For, Routes};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use store::points::{balance_before, list, views};
use store::read::count;
use store::sessions::CardView;
use store::transfers::{ReplacedCard, held, held_points, replaced};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/points", For::Holders, index)
        // By a signed link: it opens on any computer.
        .get("/points/statements/{code}", For::Everybody, statement::show)
}

/// As far back as anybody looks.
const MONTHS_MAX: i64 = 240;

pub struct Chip {
    pub label: String,
    pub months_back: i64,
    pub on: bool,
}

#[derive(Template)]
#[template(path = "points/index.html")]
pub struct PointsPage {
    shell: Shell,
    card: CardView,
    several: bool,
    chips: Vec<Chip>,
    /// Of the chosen month.
    back: i64,
    /// in, out, or empty: both.
    way: String,
    heading: String,
    sums: Sums,
    lines: Vec<Line>,
    /// What a transfer holds, and where that stands.
    held: Option<(i64, i64)>,
    /// Empty: for the last month, which is no calendar month.
    statement: String,
    /// The cards that the current one has replaced, and which of them is looked at; 0: none.
    replaced: Vec<ReplacedCard>,
    of: i64,
}

impl PointsPage {
    /// What the links of a replaced card's pages say beside the month.
    fn of_query(&self) -> String {
        if self.of == 0 { String::new() } else { format!("&of={}", self.of) }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Month {
    /// 0: the last month up to now; 1: this calendar month, 2: the one before, and so on.
    back: i64,
    way: String,
    /// A card that the current one has replaced.
    of: i64,
}

pub async fn index(ask: CardAsk, Query(month): Query<Month>) -> Result<Response, Failure> {
    let (reader, inner) = (ask.id(), &ask);
    let (calendar, now) = (&inner.app.calendar, inner.now);
    let replaced = replaced(&inner.app.reads, ask.card.card.id).await?;
    let (card, first) = match month.of {
        0 => (ask.card.card.id, ask.card.card.at),
        of => replaced.iter().find(|one| one.card.0 == of).map(|one| (one.card, one.since)).ok_or(Failure::NotFound)?,
    };
    let months = months_since(calendar.year_month(first), calendar.year_month(now));
    let back = month.back.clamp(0, months);
    let (since, until) = match back {
        0 => (calendar.month_ago(now), i64::MAX),
        1 => (calendar.month_start(now, 0), i64::MAX),
        back => (calendar.month_start(now, back - 1), calendar.month_start(now, back - 2)),
    };
    let queries = [list(card, reader, since, until), balance_before(card, reader, since), held(card, reader)];
    let [found, opening, waiting] = inner.app.reads.read(queries).await?;
    let found = views(found)?;
    let sums = Sums::of(count(opening)?, &found);
    let is_wanted = |points: i64| match month.way.as_str() {
        "in" => points > 0,
        "out" => points < 0,
        _ => true,
    };
    let shown = found.iter().filter(|view| is_wanted(view.posting.points));
    let this_year = calendar.year_month(now).0;
    let label = |back: i64| match back {
        0 => "近一个月".into(),
        back => match calendar.year_month(calendar.month_start(now, back - 1)) {
            (year, month) if year == this_year => format!("{month}月"),
            (year, month) => format!("{year}年{month}月"),
        },
    };
    let chips = (0..=months).map(|back_to| Chip { label: label(back_to), months_back: back_to, on: back_to == back });
    page(&PointsPage {
        chips: chips.collect(),
        heading: if back == 0 { "近一个月".into() } else { month_words(calendar.year_month(since)) },
        statement: if back == 0 { String::new() } else { statement::address(inner, card, since) },
        lines: shown.map(|view| Line::of(view, calendar)).collect(),
        held: held_points(waiting)?,
        back,
        way: if ["in", "out"].contains(&month.way.as_str()) { month.way } else { String::new() },
        sums,
        several: inner.has_several_cards(),
        replaced,
        of: month.of,
        card: ask.card.clone(),
        shell: inner.shell(),
    })
}

/// The calendar months from the first to this one.
fn months_since((first_year, first): (i64, i64), (year, month): (i64, i64)) -> i64 {
    ((year - first_year) * 12 + month - first + 1).clamp(1, MONTHS_MAX)
}

fn month_words((year, month): (i64, i64)) -> String {
    format!("{year}年{month}月")
}

sample! { Chip { label, months_back, on } }
sample! { PointsPage { shell, card, several, chips, back, way, heading, sums, lines, held = |draw| Some((draw.id(), 5)), statement, replaced, of = |draw| draw.id() } }

#[cfg(test)]
mod tests {
    use super::months_since;

    #[test]
    fn every_month_since_the_first_can_be_chosen() {
        assert_eq!(months_since((2026, 11), (2026, 11)), 1);
        assert_eq!(months_since((2025, 12), (2026, 2)), 3);
        // A clock that was wrong once.
        assert_eq!(months_since((2027, 1), (2026, 11)), 1);
    }
}
