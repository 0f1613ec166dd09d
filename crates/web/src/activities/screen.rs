//! 现场大屏: the venue's code as big as the projector allows, and the next one in time.

use super::staff::found;
use super::venue::{STEP_MS, address, code_now};
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::page;
use crate::frame::settings::Library;
use crate::kit::qr::Qr;
use askama::Template;
use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::tables::VenueCode;
use serde::Serialize;
use std::sync::Arc;

/// What the screen shows now.
#[derive(Serialize)]
pub struct Shown {
    side: usize,
    path: String,
    /// Until the next code; 0: printed, it stays.
    left_ms: i64,
    /// For WeChat's sandbox and for people who type.
    url: String,
    present: i64,
}

#[derive(Template)]
#[template(path = "activities/staff/screen.html")]
pub struct ScreenPage {
    library: Arc<Library>,
    activity: i64,
    title: String,
    when: String,
    place: String,
    renews: bool,
    shown: Shown,
}

async fn shown(ask: &StaffAsk, activity: i64) -> Result<(store::activities::ActivityView, Shown), Failure> {
    let view = found(ask, activity).await?;
    if view.rules.code == VenueCode::None {
        return Err(Failure::NotFound);
    }
    let code = code_now(&ask.app, view.activity.id, view.rules.code, ask.now);
    let url = address(&ask.app, view.activity.id, &code);
    let Qr { side, path } = Qr::of(&url)?;
    let left_ms = if view.rules.code == VenueCode::Static { 0 } else { STEP_MS - ask.now % STEP_MS };
    let present = view.activity.present;
    Ok((view, Shown { side, path, left_ms, url, present }))
}

pub async fn show(ask: StaffAsk, Path(activity): Path<i64>) -> Result<Response, Failure> {
    let (view, shown) = shown(&ask, activity).await?;
    page(&ScreenPage {
        library: ask.app.library.clone(),
        activity,
        title: view.text.title.clone(),
        when: ask.app.calendar.span(view.activity.starts, view.activity.ends),
        place: view.text.place.clone(),
        renews: view.rules.code == VenueCode::Renewing,
        shown,
    })
}

pub async fn code(ask: StaffAsk, Path(activity): Path<i64>) -> Result<Response, Failure> {
    let (_, shown) = shown(&ask, activity).await?;
    Ok(Json(shown).into_response())
}

sample! { Shown { side, path, left_ms, url, present } }
sample! { ScreenPage { library, activity, title, when, place, renews, shown } }
