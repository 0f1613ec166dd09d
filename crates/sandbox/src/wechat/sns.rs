//! `/sns/…`: a code becomes a token, a token a nickname. Errors come as HTTP 200 with an errcode.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::ask::Scope;
use super::grant::{Grant, Refusal, TOKEN_LIFE_S};
use super::user::{openid, unionid};
use crate::world::World;
use crate::{Mode, Party};

pub(super) type Parameters = BTreeMap<String, String>;

pub(super) async fn access_token(State(world): State<Arc<World>>, Query(sent): Query<Parameters>) -> Response {
    answer(&world, exchange(&world, &sent))
}

pub(super) async fn userinfo(State(world): State<Arc<World>>, Query(sent): Query<Parameters>) -> Response {
    answer(&world, profile(&world, &sent))
}

fn exchange(world: &World, sent: &Parameters) -> Result<Value, Refusal> {
    let account = &world.config.wechat;
    if required(sent, "appid", Refusal(41002, "appid missing"))? != account.appid {
        return Err(Refusal(40013, "invalid appid"));
    }
    if required(sent, "secret", Refusal(41004, "appsecret missing"))? != account.secret {
        return Err(Refusal(40125, "invalid appsecret"));
    }
    let code = required(sent, "code", Refusal(41008, "missing code"))?;
    if sent.get("grant_type").map(String::as_str) != Some("authorization_code") {
        return Err(Refusal(40002, "invalid grant_type"));
    }
    let now = world.now();
    let mut grants = world.grants();
    let grant = grants.use_code(code, now)?;
    let token = grants.issue_token(grant.clone(), &world.tokens, now);
    Ok(token_answer(world, &grant, &token))
}

fn token_answer(world: &World, grant: &Grant, token: &str) -> Value {
    let mut answer = json!({
        "access_token": token,
        "expires_in": TOKEN_LIFE_S,
        "refresh_token": format!("SANDBOX_{}", world.tokens.next(56)),
        "openid": openid(&world.config.wechat.appid, &grant.user),
        "scope": grant.scope.name(),
    });
    if grant.scope == Scope::UserInfo {
        answer["unionid"] = json!(unionid(&grant.user));
    }
    if grant.snapshot {
        answer["is_snapshotuser"] = json!(1);
    }
    // Another person's openid here could not be seen to be wrong; a missing one can.
    if lying(world) {
        answer["openid"] = Value::Null;
    }
    answer
}

fn profile(world: &World, sent: &Parameters) -> Result<Value, Refusal> {
    let token = required(sent, "access_token", Refusal(41001, "access_token missing"))?;
    let asked = required(sent, "openid", Refusal(41009, "missing openid"))?;
    let grant = world.grants().holder(token, world.now())?;
    if asked != openid(&world.config.wechat.appid, &grant.user) {
        return Err(Refusal(40003, "invalid openid"));
    }
    if grant.scope != Scope::UserInfo {
        return Err(Refusal(48001, "api unauthorized"));
    }
    let user = if lying(world) { format!("{}的邻居", grant.user) } else { grant.user };
    Ok(json!({
        "openid": openid(&world.config.wechat.appid, &user),
        "nickname": user,
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "privilege": [],
        "unionid": unionid(&user),
    }))
}

pub(super) fn required<'a>(sent: &'a Parameters, name: &str, missing: Refusal) -> Result<&'a str, Refusal> {
    sent.get(name).map(String::as_str).filter(|value| !value.is_empty()).ok_or(missing)
}

pub(super) fn lying(world: &World) -> bool {
    world.mode(Party::Wechat) == Mode::Lying
}

pub(super) fn answer(world: &World, outcome: Result<Value, Refusal>) -> Response {
    let body = outcome.unwrap_or_else(|Refusal(errcode, errmsg)| {
        json!({ "errcode": errcode, "errmsg": format!("{errmsg}, rid: {}", world.tokens.next(24)) })
    });
    // WeChat calls its JSON text/plain; a client must not insist on the type.
    ([(header::CONTENT_TYPE, "text/plain")], body.to_string()).into_response()
}
