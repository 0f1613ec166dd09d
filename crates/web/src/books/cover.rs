//! A book's cover: fetched when it is first looked at, written anew, and kept by its content.

use super::look_up::read;
use crate::frame::app::App;
use crate::frame::failure::Failure;
use crate::kit::{assets, pictures};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use connectors::books::BookRecord;
use domain::books::KeepCover;
use domain::core::asked::Actor;
use domain::core::day::{DAY_MS, MINUTE_MS};
use domain::core::isbn::Isbn;
use domain::core::record::Picture;
use domain::tables::Millis;
use image::ImageReader;
use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Semaphore;

/// That there was none is asked again after this time.
const NONE_KEPT_MS: Millis = DAY_MS;
/// Who did not answer is left alone for so long.
const FAULT_KEPT_MS: Millis = 15 * MINUTE_MS;
/// What catalogues answer for a cover that they do not have is a picture of one pixel.
const SIDE_MIN: u32 = 40;
const AT_ONCE: usize = 4;
/// Enough for a page or two; then all are asked anew.
const PUT_OFF_MAX: usize = 10_000;

/// Covers that are being fetched, or could not be had a moment ago: until when nobody asks for them again.
pub struct Fetching {
    put_off: Mutex<HashMap<i64, Millis>>,
    turns: Semaphore,
}

impl Default for Fetching {
    fn default() -> Self {
        Fetching { put_off: Mutex::default(), turns: Semaphore::new(AT_ONCE) }
    }
}

impl Fetching {
    /// Whether this one may be fetched now; nobody else does so meanwhile.
    fn begins(&self, isbn: Isbn, now: Millis) -> bool {
        let mut put_off = self.put_off.lock().unwrap_or_else(PoisonError::into_inner);
        if put_off.len() > PUT_OFF_MAX {
            put_off.clear();
        }
        let until = put_off.entry(isbn.number()).or_insert(0);
        let begins = *until <= now;
        if begins {
            *until = now + FAULT_KEPT_MS;
        }
        begins
    }

    fn ended(&self, isbn: Isbn) {
        self.put_off.lock().unwrap_or_else(PoisonError::into_inner).remove(&isbn.number());
    }
}

pub async fn show(State(app): State<App>, Path(isbn): Path<String>) -> Result<Response, Failure> {
    let isbn = Isbn::read(&isbn).map_err(|_| Failure::NotFound)?;
    let name = find(&app, isbn).await?;
    let to = name.and_then(|name| pictures::url(&name)).unwrap_or_else(|| assets::url("cover.svg").into());
    Ok(Redirect::to(&to).into_response())
}

/// The name of the picture. None: there is no cover, or it cannot be had now.
async fn find(app: &App, isbn: Isbn) -> Result<Option<String>, Failure> {
    let address = address(app, isbn).await?;
    let known = store::books::cover(&app.reads, isbn.number()).await?;
    match known.filter(|known| known.address == address || address.is_empty()) {
        Some(known) if !known.name.is_empty() => return Ok(Some(known.name)),
        Some(known) if (0..NONE_KEPT_MS).contains(&(app.now() - known.at)) => return Ok(None),
        _ => {}
    }
    if address.is_empty() || !app.fetching.begins(isbn, app.now()) {
        return Ok(None);
    }
    // Readers have the drawing meanwhile; a crowd of covers is fetched by and by.
    let Ok(_turn) = app.fetching.turns.acquire().await else { return Ok(None) };
    match app.covers.fetch(&address).await {
        Ok(file) => {
            let name = keep(app, isbn, file, address).await?;
            app.fetching.ended(isbn);
            Ok(name)
        }
        Err(fault) => {
            tracing::warn!(%isbn, %fault, "a cover could not be fetched");
            Ok(None)
        }
    }
}

/// Where the cover lies: as a look-up told, else as an imported file says.
async fn address(app: &App, isbn: Isbn) -> Result<String, Failure> {
    let (known, ..) = store::books::known(&app.reads, isbn.number()).await?;
    let told = known.as_ref().map(|known| read(known).record().cover).unwrap_or_default();
    if !told.is_empty() {
        return Ok(told);
    }
    let imported = store::books::imported(&app.reads, isbn.number()).await?;
    let record = imported.and_then(|text| serde_json::from_str::<BookRecord>(&text).ok());
    Ok(record.map(|record| record.cover).unwrap_or_default())
}

async fn keep(app: &App, isbn: Isbn, file: Option<Vec<u8>>, address: String) -> Result<Option<String>, Failure> {
    let picture = written_anew(app, file).await?;
    let name = picture.as_ref().map(|picture| pictures::name(picture.hash)).unwrap_or_default();
    let keep = KeepCover { isbn: isbn.number(), picture, name: name.clone(), address };
    let is_kept = app.command(Actor::Job, None, keep).await.is_ok();
    Ok(Some(name).filter(|name| is_kept && !name.is_empty()))
}

async fn written_anew(app: &App, file: Option<Vec<u8>>) -> Result<Option<Picture>, Failure> {
    let Some(file) = file.filter(|file| is_a_cover(file)) else { return Ok(None) };
    let pictures = pictures::read_all(app, vec![Bytes::from(file)]).await?;
    Ok(pictures.ok().and_then(|pictures| pictures.into_iter().next()))
}

fn is_a_cover(file: &[u8]) -> bool {
    let reader = ImageReader::new(Cursor::new(file)).with_guessed_format();
    let sides = reader.ok().and_then(|reader| reader.into_dimensions().ok());
    sides.is_some_and(|(width, height)| width.min(height) >= SIDE_MIN)
}
