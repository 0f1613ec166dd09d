//! What came with a post: for its reader and for who answers, and for nobody else.

use super::LABEL;
use crate::frame::app::App;
use crate::frame::ask::{ReaderAsk, StaffAsk};
use crate::frame::failure::Failure;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::tables::ReaderId;

/// Of which thread, of which post, which of its pictures.
type At = Path<(i64, i64, i64)>;

pub async fn of_own(ask: ReaderAsk, Path(at): At) -> Result<Response, Failure> {
    shown(&ask.app, Some(ask.id()), at).await
}

pub async fn of_any(ask: StaffAsk, Path(at): At) -> Result<Response, Failure> {
    shown(&ask.app, None, at).await
}

/// How every JPEG begins. Those that were kept before pictures were sealed are as they came.
const JPEG: &[u8] = &[0xff, 0xd8, 0xff];

async fn shown(app: &App, of: Option<ReaderId>, at: (i64, i64, i64)) -> Result<Response, Failure> {
    let kept = store::feedback::picture(&app.reads, of, at).await?.ok_or(Failure::NotFound)?;
    let jpeg = match app.keys.open_bytes(LABEL, &kept) {
        Ok(jpeg) => jpeg,
        Err(_) if kept.starts_with(JPEG) => kept,
        Err(fault) => return Err(fault.into()),
    };
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response())
}
