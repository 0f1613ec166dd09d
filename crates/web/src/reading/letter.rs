//! 年度阅读信: a year told as a letter, and as a picture to keep.

use super::year::{Year, year_of};
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::kit::calendar::long_day;
use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// More would be a list, not a letter.
const TITLES_MAX: usize = 6;

#[derive(Template)]
#[template(path = "reading/letter.html")]
pub struct LetterPage {
    shell: Shell,
    /// 王*萌, or nobody's name.
    to: Option<String>,
    year: Year,
    /// The year is not over.
    is_going_on: bool,
    today: String,
}

impl LetterPage {
    /// 《…》《…》等
    fn titles(&self) -> String {
        let quoted = |title: &String| if title.contains('《') { title.clone() } else { format!("《{title}》") };
        let some: String = self.year.titles.iter().take(TITLES_MAX).map(quoted).collect();
        if self.year.titles.len() > TITLES_MAX { format!("{some}等") } else { some }
    }
}

fn name(ask: &ReaderAsk) -> Option<String> {
    ask.card.as_ref().map(|view| view.masked_name.clone())
}

pub async fn show(ask: ReaderAsk, Path(year): Path<i64>) -> Result<Response, Failure> {
    let year = year_of(&ask, year).await?;
    let today = ask.today();
    page(&LetterPage {
        shell: ask.shell(),
        to: name(&ask),
        is_going_on: year.year == today / 10_000,
        today: long_day(today),
        year,
    })
}

/// Figures only: what was read is for the letter, which nobody else sees.
#[derive(Template)]
#[template(path = "reading/card.svg", escape = "html")]
pub struct Card {
    year: Year,
    name: Option<String>,
    library: String,
    platform: String,
}

pub async fn card(ask: ReaderAsk, Path(year): Path<i64>) -> Result<Response, Failure> {
    let library = &ask.app.library;
    let (year, name) = (year_of(&ask, year).await?, name(&ask));
    let card = Card { year, name, library: library.name.clone(), platform: library.platform.clone() };
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], card.render()?).into_response())
}

sample! { LetterPage { shell, to, year, is_going_on, today } }
sample! { Card { year, name, library, platform } }
