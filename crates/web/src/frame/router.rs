//! Every route of the site, and what stands before them all.

use crate::frame::app::App;
use crate::frame::failure::Failure;
use crate::frame::guard::{UPLOAD_BYTES_MAX, guard, hear_out};
use crate::frame::hosts::ours_alone;
use crate::frame::page::{headers, problems};
use crate::frame::routes::{Entry, For, Routes};
use crate::kit::{assets, manifest, pictures};
use crate::{SLICES, system};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use std::sync::LazyLock;
use std::time::Duration;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

const ANSWER_TIME_MAX: Duration = Duration::from_secs(20);

pub fn router(app: App) -> Router {
    routes()
        .router()
        .fallback(|| async { Failure::NotFound })
        .layer(from_fn_with_state(app.clone(), guard))
        // The guard has read the body within its own limits: the extractors' smaller ones would cut pictures off.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(UPLOAD_BYTES_MAX))
        .layer(from_fn(hear_out))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIME_MAX))
        .layer(from_fn_with_state(app.clone(), problems))
        .layer(from_fn_with_state(app.clone(), headers))
        .layer(from_fn_with_state(app.clone(), ours_alone))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(3)))
        .with_state(app)
}

/// What everybody and every program may ask for, whatever the library has.
fn of_the_program() -> Routes {
    Routes::default()
        .get("/healthz", For::Everybody, || async { "ok" })
        .get("/readyz", For::Everybody, system::readyz)
        .get("/metrics", For::Everybody, system::metrics)
        .get("/assets/{*name}", For::Everybody, assets::serve)
        .get("/manifest.webmanifest", For::Everybody, manifest::show)
        .get("/pictures/{file}", For::Everybody, pictures::serve)
}

/// The menu of the back office, from what the slices' routes say of it.
pub static MENU: LazyLock<Vec<Entry>> = LazyLock::new(|| routes().menu());

pub fn routes() -> Routes {
    SLICES.iter().fold(of_the_program(), |all, routes| all.and(routes()))
}
