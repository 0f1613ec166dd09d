//! `/control/{wechat|sms|sip2}`: the control handle over HTTP.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::html::wants;
use crate::world::World;
use crate::{Mode, Party};

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new().route("/control/{party}", get(show).post(change))
}

async fn show(State(world): State<Arc<World>>, Path(party): Path<String>) -> Response {
    match party.parse() {
        Ok(party) => Json(described(party, world.mode(party))).into_response(),
        Err(()) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn change(
    State(world): State<Arc<World>>,
    Path(party): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response {
    let Ok(party) = party.parse::<Party>() else { return StatusCode::NOT_FOUND.into_response() };
    let asked = format!("{}&{}", query.unwrap_or_default(), body.trim());
    let Some(mode) = mode_of(&asked) else {
        return (StatusCode::BAD_REQUEST, "slow=<ms>, down, lying, unknown or clear\n").into_response();
    };
    world.set_mode(party, mode);
    if wants(&headers, "text/html") {
        return Redirect::to("/").into_response();
    }
    Json(described(party, mode)).into_response()
}

fn mode_of(form: &str) -> Option<Mode> {
    url::form_urlencoded::parse(form.as_bytes()).find_map(|(name, value)| Mode::parse(&name, &value))
}

fn described(party: Party, mode: Mode) -> Value {
    let mut answer = json!({ "party": party.name(), "mode": mode.name() });
    if let Mode::Slow { ms } = mode {
        answer["ms"] = json!(ms);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_read_from_a_form() {
        assert_eq!(mode_of("&slow=300"), Some(Mode::Slow { ms: 300 }));
        assert_eq!(mode_of("down&"), Some(Mode::Down));
        assert_eq!(mode_of("&unknown="), Some(Mode::Unknown));
        assert_eq!(mode_of("&clear"), Some(Mode::Normal));
        assert_eq!(mode_of("&slow=soon"), None);
    }
}
