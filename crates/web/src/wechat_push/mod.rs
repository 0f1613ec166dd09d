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
use domain::core::day::MINUTE_MS;
use domain::messages::NoteFollowing;
use serde::Deserialize;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/wechat/push", For::Everybody, check).post("/wechat/push", For::Everybody, event)
}

/// How far WeChat's clock and ours may be apart.
const PUSH_LIFE_MS: i64 = 10 * MINUTE_MS;

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
        // WeChat tries again within seconds: an old signature is somebody else's find.
        let sent_ms = self.timestamp.parse::<i64>().ok().and_then(|at_s| at_s.checked_mul(1_000));
        let is_fresh = sent_ms.is_some_and(|sent_ms| (app.now() - sent_ms).abs() <= PUSH_LIFE_MS);
        is_fresh && !token.is_empty() && push_is_genuine(token, &self.timestamp, &self.nonce, &self.signature)
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
    if let Some(Following { openid, follows, at_s }) = following(&body) {
        let known = store::sessions::reader_of_wechat(&app.reads, app.keys.digest("openid", &openid)).await?;
        if let Some(reader) = known {
            app.command(Actor::Job, None, NoteFollowing { reader, follows, known_at: at_s.saturating_mul(1_000) })
                .await?;
        }
    }
    Ok("success".into_response())
}
