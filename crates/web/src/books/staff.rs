//! 书目: where books are looked up, how each source does, and what is known of one ISBN.

use super::look_up::read;
use super::source::Source;
use super::{Found, facts, isbn_fault, look_up};
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page};
use crate::frame::posted::Posted;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use domain::books::{FILE, SwitchSource};
use domain::core::isbn::Isbn;
use serde::Deserialize;
use store::books::Sources;

const PATH: &str = "/staff/books";

pub struct SourceLine {
    pub number: i64,
    pub title: &'static str,
    /// What it has, or how it last answered.
    pub words: String,
    pub class: &'static str,
    /// Empty: it has not failed.
    pub fault: String,
    pub is_off: bool,
}

/// What is known of the ISBN that was asked for.
pub struct KnownBook {
    pub isbn: String,
    pub title: String,
    pub facts: String,
    /// Which source told of it, and when: 馆藏目录（SRU），2026年11月29日 10:03. Empty: it is not kept.
    pub told: String,
    pub copies: Vec<(String, String, &'static str)>,
    /// Something that staff should know; empty: nothing.
    pub note: &'static str,
}

#[derive(Template)]
#[template(path = "books/staff.html")]
pub struct BooksPage {
    shell: StaffShell,
    key: String,
    sources: Vec<SourceLine>,
    asked: String,
    error: String,
    known: Option<KnownBook>,
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    isbn: String,
}

pub async fn show(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (error, known) = match asked.isbn.trim() {
        "" => (String::new(), None),
        text => match Isbn::read(text) {
            Ok(isbn) => (String::new(), Some(known(&ask, isbn).await?)),
            Err(fault) => (isbn_fault(fault).into(), None),
        },
    };
    let sources = store::books::sources(&ask.app.reads).await?;
    page(&BooksPage {
        key: form_key()?,
        sources: ask.app.books.iter().map(|source| line(&ask, source, &sources)).collect(),
        asked: asked.isbn,
        error,
        known,
        shell: ask.shell(PATH),
    })
}

fn line(ask: &StaffAsk, source: &Source, sources: &Sources) -> SourceLine {
    let (noted, moment) = (source.noted(), |at: i64| ask.app.calendar.moment(at));
    let is_failing = noted.fault.as_ref().is_some_and(|(at, _)| *at > noted.answered_at);
    let (words, class) = match sources.imported {
        (0, _) if source.number == FILE => ("还没有导入".into(), "st"),
        (count, at) if source.number == FILE => (format!("{count} 种，{} 导入", moment(at)), "st st-ok"),
        _ if noted.answered_at == 0 && !is_failing => ("还没有用到".into(), "st"),
        _ if noted.answered_at == 0 => ("没有答过".into(), "st st-no"),
        _ if is_failing => (format!("上次答复 {}", moment(noted.answered_at)), "st st-no"),
        _ => (format!("正常，最近 {}", moment(noted.answered_at)), "st st-ok"),
    };
    SourceLine {
        number: source.number,
        title: source.title,
        words,
        class,
        fault: noted.fault.map(|(at, fault)| format!("{} {}", moment(at), fault.words())).unwrap_or_default(),
        is_off: sources.off.contains(&source.number),
    }
}

async fn known(ask: &StaffAsk, isbn: Isbn) -> Result<KnownBook, Failure> {
    let found = look_up(&ask.app, isbn).await?;
    let (kept, ..) = store::books::known(&ask.app.reads, isbn.number()).await?;
    let kept = kept.filter(|kept| read(kept) != Found::Unknown);
    let note = match &found {
        Found::Book(_) => "",
        Found::Part(_) => "有的来源没有回答，所知可能不全。",
        Found::Unknown => "各个来源都没有这本书。",
        Found::NoAnswer => "有的来源没有回答，不能说有没有这本书。",
    };
    let record = found.record();
    let copies = record.holdings.iter().map(|copy| {
        let lent = match copy.lent {
            Some(true) => "已借出",
            Some(false) => "在架",
            None => "",
        };
        (copy.branch.clone(), copy.shelf_mark.clone(), lent)
    });
    Ok(KnownBook {
        isbn: isbn.to_string(),
        copies: copies.collect(),
        facts: facts(&record.author, &record.publisher, &record.year),
        title: record.title,
        told: kept.map(|kept| told(ask, kept.source, kept.at)).unwrap_or_default(),
        note,
    })
}

/// Who has told of a book, and when.
pub fn told(ask: &StaffAsk, source: i64, at: i64) -> String {
    let title =
        ask.app.books.iter().find(|known| known.number == source).map_or("停用的来源", |known| known.title);
    format!("{title}，{}", ask.app.calendar.moment(at))
}

#[derive(Deserialize)]
pub struct Switch {
    off: bool,
}

/// 停用 and 启用: from now on the source is not asked, or is asked again.
pub async fn switch(ask: StaffAsk, Path(source): Path<i64>, posted: Posted<Switch>) -> Result<Response, Failure> {
    let (key, Switch { off }) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    ask.app.command(ask.actor(), key, SwitchSource { source, off: *off }).await?;
    Ok(Redirect::to(PATH).into_response())
}

sample! { SourceLine { number, title, words, class, fault, is_off } }
sample! { KnownBook { isbn, title, facts, told, copies, note } }
sample! { BooksPage { shell, key, sources, asked, error, known } }
