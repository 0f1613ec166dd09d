//! 导出我的数据: asked for, a page to read it, a file to keep.

mod file;
pub mod words;

pub use file::{Means, file_of, sealed};

use crate::frame::app::Stop;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::routes::{For, Routes};
use crate::wording;
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::exports::{AskForExport, EXPORT_DAYS, PAUSE_MS};
use file::{File, Section, opened};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/export", For::Readers, show)
        .post("/export", For::Readers, ask_for)
        .get("/export/page", For::Readers, read)
        .get("/export/file.json", For::Readers, download)
}

#[derive(Template)]
#[template(path = "exports/show.html")]
pub struct ExportPage {
    shell: Shell,
    key: String,
    days: i64,
    /// It is being put together.
    waits: bool,
    /// Until when it is there; empty: there is none.
    until: String,
    may_ask: bool,
    error: Option<String>,
}

async fn export_page(ask: &ReaderAsk, error: Option<String>) -> Result<Response, Failure> {
    let row = store::exports::of(&ask.app.reads, ask.id()).await?;
    let waits = row.is_some_and(|row| row.until == 0);
    let there = row.filter(|row| row.until > ask.now);
    let status = if error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let template = ExportPage {
        shell: ask.shell(),
        key: form_key()?,
        days: EXPORT_DAYS,
        waits,
        until: there.map_or(String::new(), |row| ask.app.calendar.moment(row.until)),
        may_ask: !waits && row.is_none_or(|row| ask.now >= row.at + PAUSE_MS),
        error,
    };
    page_with(status, &template)
}

pub async fn show(ask: ReaderAsk) -> Result<Response, Failure> {
    export_page(&ask, None).await
}

pub async fn ask_for(ask: ReaderAsk, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    match ask.app.command(ask.actor(), key, AskForExport {}).await {
        Ok(_) => Ok(Redirect::to("/export").into_response()),
        Err(Stop::Refused(why)) => export_page(&ask, Some(wording::refusal(why))).await,
        Err(stop) => Err(stop.into()),
    }
}

/// The reader's own file, while it is there.
async fn own(ask: &ReaderAsk) -> Result<File, Failure> {
    let sealed = store::exports::file(&ask.app.reads, ask.id(), ask.now).await?.ok_or(Failure::NotFound)?;
    opened(&ask.app.keys, &sealed).ok_or(Failure::NotFound)
}

#[derive(Template)]
#[template(path = "exports/page.html")]
pub struct ReadPage {
    shell: Shell,
    made_at: String,
    sections: Vec<Section>,
}

pub async fn read(ask: ReaderAsk) -> Result<Response, Failure> {
    let File { made_at, sections } = own(&ask).await?;
    page(&ReadPage { shell: ask.shell(), made_at, sections })
}

pub async fn download(ask: ReaderAsk) -> Result<Response, Failure> {
    let body = serde_json::to_string_pretty(&own(&ask).await?).map_err(|_| Failure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
    ];
    Ok((headers, body).into_response())
}

sample! { ExportPage { shell, key, days, waits, until, may_ask, error } }
sample! { ReadPage { shell, made_at, sections } }
