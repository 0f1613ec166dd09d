//! 公告 as readers find them.

use super::{Phase, phase};
use crate::frame::ask::Ask;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::kit::calendar::long_day;
use crate::kit::prose::safe;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::tables::BulletinId;
use store::bulletins::{BulletinView, one};

/// A bulletin in a list.
pub struct Line {
    pub id: i64,
    pub title: String,
    pub day: String,
    pub is_over: bool,
}

fn line(view: &BulletinView, today: i64) -> Line {
    Line {
        id: view.bulletin.id.0,
        title: view.words.title.clone(),
        day: long_day(view.bulletin.since),
        is_over: phase(&view.bulletin, today) == Phase::Over,
    }
}

/// What stands on home: those that count today, the newest first.
pub fn current(ask: &Ask, most: usize) -> Vec<Line> {
    let today = ask.today();
    let current = ask.content.bulletins.iter().filter(|view| phase(&view.bulletin, today) == Phase::Current);
    current.take(most).map(|view| line(view, today)).collect()
}

#[derive(Template)]
#[template(path = "bulletins/index.html")]
pub struct BulletinsPage {
    shell: Shell,
    lines: Vec<Line>,
}

/// With those that are over: what was told stays to be read.
pub async fn index(ask: Ask) -> Result<Response, Failure> {
    let told = |view: &&BulletinView| matches!(phase(&view.bulletin, ask.today()), Phase::Current | Phase::Over);
    let lines = ask.content.bulletins.iter().filter(told).map(|view| line(view, ask.today())).collect();
    page(&BulletinsPage { shell: ask.shell(), lines })
}

#[derive(Template)]
#[template(path = "bulletins/show.html")]
pub struct BulletinPage {
    shell: Shell,
    line: Line,
    body: String,
}

pub async fn show(ask: Ask, Path(id): Path<i64>) -> Result<Response, Failure> {
    let today = ask.today();
    let view = one(&ask.app.reads, BulletinId(id)).await?.ok_or(Failure::NotFound)?;
    if !matches!(phase(&view.bulletin, today), Phase::Current | Phase::Over) {
        return Err(Failure::NotFound);
    }
    let body = ask.content.filled(&safe(&view.words.body), today);
    page(&BulletinPage { shell: ask.shell(), line: line(&view, today), body })
}

sample! { Line { id = |draw| draw.id(), title, day, is_over } }
sample! { BulletinsPage { shell, lines } }
sample! { BulletinPage { shell, line, body = crate::kit::prose::sample } }
