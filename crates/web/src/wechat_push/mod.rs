//! The official account's message push: WeChat checks that this server is the account's, and then tells of events.

use crate::frame::app::App;
use crate::frame::routes::{For, Routes};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use connectors::wechat::push_is_genuine;
use serde::Deserialize;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/wechat/push", For::Everybody, check).post("/wechat/push", For::Everybody, event)
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Push {
    signature: String,
    timestamp: String,
    nonce: String,
    echostr: String,
}

impl Push {
    fn is_genuine(&self, app: &App) -> bool {
        let token = &app.site.push_token;
        !token.is_empty() && push_is_genuine(token, &self.timestamp, &self.nonce, &self.signature)
    }
}

/// Answers what it was sent, if WeChat sent it.
pub async fn check(State(app): State<App>, Query(push): Query<Push>) -> Response {
    if push.is_genuine(&app) { push.echostr.into_response() } else { StatusCode::FORBIDDEN.into_response() }
}

/// Events are taken note of by nobody yet; WeChat asks only that they are answered, and would otherwise send them again.
pub async fn event(State(app): State<App>, Query(push): Query<Push>) -> Response {
    if push.is_genuine(&app) { "success".into_response() } else { StatusCode::FORBIDDEN.into_response() }
}
