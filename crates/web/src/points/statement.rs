//! A month's statement for paper: what was there, each change, what is there; by a link that this library has signed.

use super::line::{Line, Sums};
use super::month_words;
use crate::frame::ask::{Ask, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::kit::signed_numbers::{read, signed};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::core::day::DAY_MS;
use domain::tables::{CardId, ReaderId};
use store::points::{balance_before, face, face_words, list, views};
use store::read::count;

const LABEL: &str = "points.statement";
const LINK_MS: i64 = DAY_MS;

#[derive(Template)]
#[template(path = "points/statement.html")]
pub struct StatementPage {
    shell: Shell,
    /// 王*萌（尾号0001）
    whose: String,
    month: String,
    sums: Sums,
    lines: Vec<Line>,
    made_at: String,
}

/// Of the month that begins then.
pub fn address(ask: &ReaderAsk, card: CardId, month: i64) -> String {
    let until_s = (ask.now + LINK_MS) / 1_000;
    let code = signed(&ask.app.keys, LABEL, &[ask.id().0, card.0, month / 1_000, until_s]);
    format!("/points/statements/{code}")
}

pub async fn show(ask: Ask, Path(code): Path<String>) -> Result<Response, Failure> {
    let app = &ask.app;
    let said = read::<4>(&app.keys, LABEL, &code).filter(|[.., until_s]| ask.now < until_s.saturating_mul(1_000));
    let [reader, card, month_s, _] = said.ok_or(Failure::NotFound)?;
    let (reader, card, since) = (ReaderId(reader), CardId(card), month_s * 1_000);
    // From the middle of the month after this one back to its beginning.
    let until = app.calendar.month_start(since + 45 * DAY_MS, 0);
    let queries = [list(card, reader, since, until), balance_before(card, reader, since), face(card, reader)];
    let [found, opening, shown] = app.reads.read(queries).await?;
    // Whoever has let the card go reads its points no more.
    let whose = face_words(shown)?.ok_or(Failure::NotFound)?;
    let found = views(found)?;
    let sums = Sums::of(count(opening)?, &found);
    // The first first, as paper is read.
    let lines = found.iter().rev().map(|view| Line::of(view, &app.calendar)).collect();
    page(&StatementPage {
        whose,
        month: month_words(app.calendar.year_month(since)),
        made_at: app.calendar.long_moment(ask.now),
        shell: ask.shell(),
        sums,
        lines,
    })
}

sample! { StatementPage { shell, whose, month, sums, lines, made_at } }
