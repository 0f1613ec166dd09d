//! 积分明细: what, when, plus or minus, balance after, newest first.

use crate::frame::ask::CardAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::frame::routes::{For, Routes};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use store::points::{PostingView, list, views};
use store::sessions::CardView;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/points", For::Holders, index)
}

/// How many earlier months can be chosen.
const MONTHS: i64 = 12;

/// A posting as it is read.
pub struct Line {
    pub what: String,
    pub when: String,
    pub points: i64,
    pub after: i64,
}

impl Line {
    pub fn of(view: &PostingView, calendar: &crate::kit::calendar::Calendar) -> Self {
        let posting = &view.posting;
        let what = crate::wording::posting(posting.kind, &view.about);
        Line { what, when: calendar.moment(posting.at), points: posting.points, after: posting.after }
    }

    /// Sign and figure, with a true minus.
    pub fn signed(&self) -> String {
        if self.points > 0 { format!("+{}", self.points) } else { format!("−{}", -self.points) }
    }
}

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
    heading: String,
    gained: i64,
    used: i64,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
pub struct Month {
    /// 0: the last month up to now; 1: the whole month before this one, and so on.
    #[serde(default)]
    back: i64,
}

pub async fn index(ask: CardAsk, Query(month): Query<Month>) -> Result<Response, Failure> {
    let (reader, inner) = (ask.id(), &ask);
    let calendar = &inner.app.calendar;
    let back = month.back.clamp(0, MONTHS);
    let (since, until) = match back {
        0 => (calendar.month_ago(inner.now), i64::MAX),
        back => (calendar.month_start(inner.now, back), calendar.month_start(inner.now, back - 1)),
    };
    let found = views(inner.app.reads.all(list(ask.card.card.id, reader, since, until)).await?)?;
    let sum = |gains: bool| found.iter().map(|v| v.posting.points).filter(|points| (*points > 0) == gains).sum::<i64>();
    let (gained, used) = (sum(true), -sum(false));
    let lines = found.iter().map(|view| Line::of(view, calendar)).collect();
    let heading = match back {
        0 => "近一个月".into(),
        _ => month_words(calendar.year_month(since)),
    };
    let chip = |months_back: i64| Chip {
        label: match months_back {
            0 => "近一个月".into(),
            back => format!("{}月", calendar.year_month(calendar.month_start(inner.now, back)).1),
        },
        months_back,
        on: months_back == back,
    };
    let chips = (0..=MONTHS).map(chip).collect();
    let several = inner.has_several_cards();
    page(&PointsPage { shell: inner.shell(), card: ask.card.clone(), several, chips, heading, gained, used, lines })
}

fn month_words((year, month): (i64, i64)) -> String {
    format!("{year}年{month}月")
}

sample! { Line { what, when, points, after } }
sample! { Chip { label, months_back, on } }
sample! { PointsPage { shell, card, several, chips, heading, gained, used, lines } }
