//! `GET /sms/{phone}`: what a phone has received, for people and for tests.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;

use super::Message;
use crate::html::{escape, live_page, wants};
use crate::world::{World, local};

const REFRESH_S: u32 = 5;

pub(super) async fn show(State(world): State<Arc<World>>, Path(phone): Path<String>, headers: HeaderMap) -> Response {
    let messages = world.inbox().of(&phone);
    if wants(&headers, "application/json") {
        return Json(messages).into_response();
    }
    page(&phone, &messages).into_response()
}

fn page(phone: &str, messages: &[Message]) -> Html<String> {
    let list: String = messages.iter().map(row).collect();
    let list = if list.is_empty() { "<p class=hint>还没有短信。</p>".to_owned() } else { list };
    live_page("短信", REFRESH_S, &format!("<h1>{} 的短信</h1>{list}", escape(phone)))
}

fn row(message: &Message) -> String {
    let at = local(Timestamp::from_millisecond(message.at).unwrap_or_default()).strftime("%Y-%m-%d %H:%M:%S");
    format!("<section class=card><p class=hint>{at}</p>{}</section>", escape(&message.text))
}
