//! A book's cover: fetched when it is first looked at, written anew, and kept by its content.

use super::look_up::read;
use crate::frame::app::App;
use crate::frame::failure::Failure;
use crate::kit::{assets, pictures};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::books::KeepCover;
use domain::core::asked::Actor;
use domain::core::day::DAY_MS;
use domain::core::isbn::Isbn;
use domain::core::record::Picture;
use image::ImageReader;
use std::io::Cursor;

/// That there was none is asked again after this time.
const NONE_KEPT_MS: i64 = DAY_MS;
/// What catalogues answer for a cover that they do not have is a picture of one pixel.
const SIDE_MIN: u32 = 40;

pub async fn show(State(app): State<App>, Path(isbn): Path<String>) -> Result<Response, Failure> {
    let isbn = Isbn::read(&isbn).map_err(|_| Failure::NotFound)?;
    let name = find(&app, isbn).await?;
    let to = name.and_then(|name| pictures::url(&name)).unwrap_or_else(|| assets::url("cover.svg").into());
    Ok(Redirect::to(&to).into_response())
}

/// The name of the picture. None: there is no cover, or it cannot be had now.
async fn find(app: &App, isbn: Isbn) -> Result<Option<String>, Failure> {
    match store::books::cover(&app.reads, isbn.number()).await? {
        Some((_, name)) if !name.is_empty() => return Ok(Some(name)),
        Some((at, _)) if (0..NONE_KEPT_MS).contains(&(app.now() - at)) => return Ok(None),
        _ => {}
    }
    let (known, ..) = store::books::known(&app.reads, isbn.number()).await?;
    let cover = known.as_ref().map(|known| read(known).record().cover).unwrap_or_default();
    if cover.is_empty() {
        return Ok(None);
    }
    let picture = match app.covers.fetch(&cover).await {
        Ok(file) => written_anew(app, file).await?,
        Err(fault) => {
            tracing::warn!(%isbn, %fault, "a cover could not be fetched");
            return Ok(None);
        }
    };
    let name = picture.as_ref().map(|picture| pictures::name(picture.hash)).unwrap_or_default();
    let keep = KeepCover { isbn: isbn.number(), picture, name: name.clone() };
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
