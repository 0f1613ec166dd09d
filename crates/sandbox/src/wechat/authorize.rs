//! `/connect/oauth2/authorize`: silent for snsapi_base, a consent page for snsapi_userinfo.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ask::{Ask, Scope};
use super::consent;
use super::grant::Grant;
use super::user::Visitor;
use crate::world::World;

pub(super) async fn enter(State(world): State<Arc<World>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    let ask = match Ask::read(&query, &world.config.wechat.appid) {
        Ok(ask) => ask,
        Err(reason) => return consent::error_page(reason).into_response(),
    };
    let visitor = Visitor::of(&query, &headers, &world);
    let answer = match ask.scope {
        Scope::Base => to(ask.granted(&code(&world, &visitor, Scope::Base, false))),
        Scope::UserInfo => consent::page(&ask, &visitor.name, &world.config.users).into_response(),
    };
    with_cookie(answer, &visitor)
}

/// Where the consent page's buttons lead.
pub(super) async fn answer(State(world): State<Arc<World>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    let ask = match Ask::read(&query, &world.config.wechat.appid) {
        Ok(ask) => ask,
        Err(reason) => return consent::error_page(reason).into_response(),
    };
    let visitor = Visitor::of(&query, &headers, &world);
    let address = match decision(&query).as_deref() {
        Some("allow") => ask.granted(&code(&world, &visitor, ask.scope, false)),
        Some("snapshot") => ask.granted(&code(&world, &visitor, ask.scope, true)),
        Some("deny") => ask.refused(),
        _ => return consent::error_page("decision 参数错误").into_response(),
    };
    with_cookie(to(address), &visitor)
}

fn decision(query: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "decision").map(|(_, value)| value.into_owned())
}

fn code(world: &World, visitor: &Visitor, scope: Scope, snapshot: bool) -> String {
    // The snapshot page shows a made-up user, not the one who looks.
    let user = if snapshot { format!("快照访客{}", world.tokens.next(6)) } else { visitor.name.clone() };
    world.grants().issue_code(Grant { user, scope, snapshot }, &world.tokens, world.now())
}

fn to(address: String) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, address)]).into_response()
}

fn with_cookie(mut answer: Response, visitor: &Visitor) -> Response {
    if let Some(cookie) = visitor.cookie() {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}
