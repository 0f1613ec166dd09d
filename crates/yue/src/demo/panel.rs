//! The demonstration's own page: its clock, and where everything is.

use crate::clock::LibraryClock;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::core::day::{DAY_MS, MINUTE_MS};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use web::kit::calendar::Calendar;

const DAYS_MAX: i64 = 3_660;
const OFFSET_FILE: &str = "clock";

struct Panel {
    clock: LibraryClock,
    folder: PathBuf,
    sandbox: String,
}

/// The clock never goes back, not even over a restart: what is stored is already in the future.
pub fn kept_offset(folder: &Path) -> i64 {
    let kept = std::fs::read_to_string(folder.join(OFFSET_FILE)).ok();
    kept.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

pub fn routes(clock: &LibraryClock, folder: &Path, sandbox: &str) -> Router {
    let panel = Panel { clock: clock.clone(), folder: folder.into(), sandbox: sandbox.into() };
    Router::new().route("/demo", get(show)).route("/demo/clock", post(forward)).with_state(Arc::new(panel))
}

async fn show(State(panel): State<Arc<Panel>>) -> Html<String> {
    let now = Calendar::new("Asia/Shanghai").long_moment(panel.clock.now());
    let sandbox = &panel.sandbox;
    Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>演示系统</title><main><h1>演示系统</h1>\
         <p>图书馆的时间：<b>{now}</b></p>\
         <form method=\"post\" action=\"/demo/clock\"><label>向前拨 <input name=\"days\" type=\"number\" min=\"0\" \
         max=\"{DAYS_MAX}\" value=\"1\"> 天</label> <label><input name=\"minutes\" type=\"number\" min=\"0\" \
         max=\"1440\" value=\"0\"> 分钟</label> <button>拨动</button></form>\
         <ul><li><a href=\"/\">读者页面</a></li><li><a href=\"/staff\">后台管理</a></li>\
         <li><a href=\"{sandbox}/\">沙盒：微信、短信、借阅系统</a></li></ul></main></html>"
    ))
}

#[derive(Deserialize)]
struct Forward {
    #[serde(default)]
    days: i64,
    #[serde(default)]
    minutes: i64,
}

async fn forward(State(panel): State<Arc<Panel>>, headers: HeaderMap, Form(by): Form<Forward>) -> Response {
    // Another site open in the same browser must not move the clock.
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if origin.is_some_and(|origin| origin != format!("http://{host}")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if !(0..=DAYS_MAX).contains(&by.days) || !(0..=1_440).contains(&by.minutes) {
        return (StatusCode::UNPROCESSABLE_ENTITY, "days: 0–3660, minutes: 0–1440").into_response();
    }
    let offset = panel.clock.offset_ms() + by.days * DAY_MS + by.minutes * MINUTE_MS;
    // Kept first: a clock that fell back after a restart would stop the writer.
    if let Err(error) = std::fs::write(panel.folder.join(OFFSET_FILE), offset.to_string()) {
        return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response();
    }
    panel.clock.set_offset_ms(offset);
    Redirect::to("/demo").into_response()
}
