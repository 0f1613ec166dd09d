//! The official account's message push: WeChat checks that this server is the account's, and then tells of events.

use crate::frame::app::App;
use crate::frame::failure::Failure;
use crate::frame::routes::{For, Routes};
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use connectors::wechat::{Following, following, push_is_genuine};
use domain::core::asked::Actor;
use domain::messages::NoteFollowing;
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

/// Who follows or leaves is noted; WeChat asks that every event is answered, and would otherwise send it again.
pub async fn event(State(app): State<App>, Query(push): Query<Push>, body: Bytes) -> Result<Response, Failure> {
    if !push.is_genuine(&app) {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    if let Some(Following { openid, follows }) = following(&body) {
        let known = store::sessions::reader_of_wechat(&app.reads, app.keys.digest("openid", &openid)).await?;
        if let Some(reader) = known {
            app.command(Actor::Job, None, NoteFollowing { reader, follows }).await?;
        }
    }
    Ok("success".into_response())
}
