//! `/cgi-bin/…`: the account's token and ticket, notices, the menu. Errors come as HTTP 200 with an errcode.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::grant::{INVALID_TOKEN, Refusal, TOKEN_EXPIRED, TOKEN_LIFE_S};
use super::sns::{Parameters, answer, lying, required};
use crate::world::World;

/// Old and new token are both good for so long.
const OVERLAP_MS: i64 = 5 * 60 * 1000;
const LIFE_MS: i64 = TOKEN_LIFE_S * 1000;
const VALUE_CHARS_MAX: usize = 20;

/// What has arrived in a user's WeChat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub openid: String,
    pub template: String,
    pub url: String,
    pub fields: BTreeMap<String, String>,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
}

#[derive(Default)]
pub(crate) struct Account {
    /// Newest last: value and when it was given out.
    tokens: Vec<(String, i64)>,
    ticket: Option<(String, i64)>,
    notices: Vec<Notice>,
    /// `client_msg_id` → msgid: the same id is sent once.
    sent: BTreeMap<String, i64>,
    menu: Option<Value>,
    /// Users who do not follow the account, by openid.
    strangers: Vec<String>,
}

impl Account {
    fn token(&mut self, force: bool, fresh: impl FnOnce() -> String, now: i64) -> (String, i64) {
        self.tokens.retain(|(_, at)| now - at < LIFE_MS);
        if let Some((token, at)) = self.tokens.last().filter(|(_, at)| !force && now - at < LIFE_MS - OVERLAP_MS) {
            return (token.clone(), (LIFE_MS - (now - at)) / 1000);
        }
        let token = fresh();
        self.tokens.push((token.clone(), now));
        (token, TOKEN_LIFE_S)
    }

    fn check(&self, token: &str, now: i64) -> Result<(), Refusal> {
        let (_, at) = self.tokens.iter().find(|(known, _)| known == token).ok_or(INVALID_TOKEN)?;
        if now - at >= LIFE_MS { Err(TOKEN_EXPIRED) } else { Ok(()) }
    }

    pub(crate) fn notices(&self, openid: &str) -> Vec<Notice> {
        self.notices.iter().rev().filter(|notice| notice.openid == openid).cloned().collect()
    }

    pub(crate) fn menu(&self) -> Option<Value> {
        self.menu.clone()
    }

    pub(crate) fn set_following(&mut self, openid: &str, follows: bool) {
        self.strangers.retain(|stranger| stranger != openid);
        if !follows {
            self.strangers.push(openid.to_owned());
        }
    }

    /// Every token so far is void, as after a reset of the secret.
    pub(crate) fn revoke(&mut self) {
        self.tokens.clear();
    }
}

pub(super) async fn stable_token(State(world): State<Arc<World>>, body: Bytes) -> Response {
    answer(&world, stable(&world, &body))
}

fn stable(world: &World, body: &[u8]) -> Result<Value, Refusal> {
    let sent = parsed(body)?;
    let account = &world.config.wechat;
    if sent["grant_type"] != "client_credential" {
        return Err(Refusal(40002, "invalid grant_type"));
    }
    if sent["appid"] != account.appid.as_str() {
        return Err(Refusal(40013, "invalid appid"));
    }
    if sent["secret"] != account.secret.as_str() {
        return Err(Refusal(40125, "invalid appsecret"));
    }
    let force = sent["force_refresh"].as_bool().unwrap_or(false);
    let fresh = || format!("SANDBOX_{}", world.tokens.next(56));
    let (token, life_s) = world.account().token(force, fresh, world.now());
    Ok(json!({ "access_token": token, "expires_in": life_s }))
}

pub(super) async fn ticket(State(world): State<Arc<World>>, Query(sent): Query<Parameters>) -> Response {
    answer(&world, jsapi(&world, &sent))
}

fn jsapi(world: &World, sent: &Parameters) -> Result<Value, Refusal> {
    let now = world.now();
    let mut account = world.account();
    account.check(required(sent, "access_token", Refusal(41001, "access_token missing"))?, now)?;
    if sent.get("type").map(String::as_str) != Some("jsapi") {
        return Err(Refusal(40097, "invalid args"));
    }
    let (ticket, at) = match &account.ticket {
        Some((ticket, at)) if now - at < LIFE_MS => (ticket.clone(), *at),
        _ => (format!("sandbox_ticket_{}", world.tokens.next(40)), now),
    };
    account.ticket = Some((ticket.clone(), at));
    Ok(json!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": (LIFE_MS - (now - at)) / 1000 }))
}

pub(super) async fn template(State(world): State<Arc<World>>, Query(sent): Query<Parameters>, body: Bytes) -> Response {
    answer(&world, notice(&world, &sent, &body, "url"))
}

pub(super) async fn subscribe(
    State(world): State<Arc<World>>,
    Query(sent): Query<Parameters>,
    body: Bytes,
) -> Response {
    answer(&world, notice(&world, &sent, &body, "page"))
}

fn notice(world: &World, sent: &Parameters, body: &[u8], url: &str) -> Result<Value, Refusal> {
    let (now, body) = (world.now(), parsed(body)?);
    let mut account = world.account();
    account.check(required(sent, "access_token", Refusal(41001, "access_token missing"))?, now)?;
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let openid = text("touser");
    if !openid.starts_with("oS") {
        return Err(Refusal(40003, "invalid openid"));
    }
    if text("template_id").is_empty() {
        return Err(Refusal(40037, "invalid template_id"));
    }
    if account.strangers.contains(&openid) {
        return Err(Refusal(43004, "require subscribe"));
    }
    let fields = fields(&body["data"])?;
    if let Some(msgid) = account.sent.get(&text("client_msg_id")) {
        return Ok(json!({ "errcode": 0, "errmsg": "ok", "msgid": msgid }));
    }
    let msgid = 200_000_000 + account.notices.len() as i64;
    if !text("client_msg_id").is_empty() {
        account.sent.insert(text("client_msg_id"), msgid);
    }
    if !lying(world) {
        account.notices.push(Notice { openid, template: text("template_id"), url: text(url), fields, at: now });
    }
    Ok(json!({ "errcode": 0, "errmsg": "ok", "msgid": msgid }))
}

fn fields(data: &Value) -> Result<BTreeMap<String, String>, Refusal> {
    const WRONG: Refusal = Refusal(47003, "argument invalid! data");
    let field = |(name, field): (&String, &Value)| {
        let text = field["value"].as_str().ok_or(WRONG)?;
        if text.chars().count() > VALUE_CHARS_MAX || text.contains(['\n', '\r']) {
            return Err(WRONG);
        }
        Ok((name.clone(), text.to_owned()))
    };
    data.as_object().filter(|data| !data.is_empty()).ok_or(WRONG)?.iter().map(field).collect()
}

pub(super) async fn create_menu(
    State(world): State<Arc<World>>,
    Query(sent): Query<Parameters>,
    body: Bytes,
) -> Response {
    answer(&world, menu(&world, &sent, &body))
}

fn menu(world: &World, sent: &Parameters, body: &[u8]) -> Result<Value, Refusal> {
    let (now, body) = (world.now(), parsed(body)?);
    let mut account = world.account();
    account.check(required(sent, "access_token", Refusal(41001, "access_token missing"))?, now)?;
    let buttons = body["button"].as_array().ok_or(Refusal(40016, "invalid button size"))?;
    if buttons.is_empty() || buttons.len() > 3 {
        return Err(Refusal(40016, "invalid button size"));
    }
    if buttons.iter().any(|button| button["sub_button"].as_array().is_some_and(|under| under.len() > 5)) {
        return Err(Refusal(40023, "invalid sub button size"));
    }
    account.menu = Some(body);
    Ok(json!({ "errcode": 0, "errmsg": "ok" }))
}

pub(super) async fn get_menu(State(world): State<Arc<World>>, Query(sent): Query<Parameters>) -> Response {
    answer(&world, known_menu(&world, &sent))
}

/// Every button says that nothing is under it, as WeChat's do.
fn known_menu(world: &World, sent: &Parameters) -> Result<Value, Refusal> {
    let (now, account) = (world.now(), world.account());
    account.check(required(sent, "access_token", Refusal(41001, "access_token missing"))?, now)?;
    let mut menu = account.menu.clone().ok_or(Refusal(46003, "menu no exist"))?;
    for column in menu["button"].as_array_mut().into_iter().flatten() {
        if !column["sub_button"].is_array() {
            column["sub_button"] = json!([]);
        }
        for entry in column["sub_button"].as_array_mut().into_iter().flatten() {
            entry["sub_button"] = json!([]);
        }
    }
    Ok(json!({ "menu": menu }))
}

pub(super) async fn current_menu(State(world): State<Arc<World>>, Query(sent): Query<Parameters>) -> Response {
    let (now, account) = (world.now(), world.account());
    let checked = required(&sent, "access_token", Refusal(41001, "access_token missing"));
    let checked = checked.and_then(|token| account.check(token, now));
    let mut menu = account.menu.clone();
    drop(account);
    for column in menu.iter_mut().flat_map(|menu| menu["button"].as_array_mut()).flatten() {
        if column["sub_button"].is_array() {
            column["sub_button"] = json!({ "list": column["sub_button"] });
        }
    }
    let body = json!({ "is_menu_open": i64::from(menu.is_some()), "selfmenu_info": menu.unwrap_or(json!({})) });
    answer(&world, checked.map(|()| body))
}

fn parsed(body: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal(47001, "data format error"))
}

/// Not WeChat's: what has arrived, newest first, by the user's name.
pub(super) async fn arrived(State(world): State<Arc<World>>, Path(user): Path<String>) -> Json<Vec<Notice>> {
    let openid = super::openid(&world.config.wechat.appid, &user);
    Json(world.account().notices(&openid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stays_the_same_until_shortly_before_its_end() {
        let (mut account, mut n) = (Account::default(), 0);
        let mut ask = |account: &mut Account, force, now| {
            let fresh = || {
                n += 1;
                n.to_string()
            };
            account.token(force, fresh, now)
        };
        assert_eq!(ask(&mut account, false, 0), ("1".into(), 7_200));
        assert_eq!(ask(&mut account, false, 60_000), ("1".into(), 7_140));
        assert_eq!(ask(&mut account, false, LIFE_MS - OVERLAP_MS).0, "2");
        assert_eq!(account.check("1", LIFE_MS - 1), Ok(()), "old and new overlap");
        assert_eq!(ask(&mut account, true, LIFE_MS - OVERLAP_MS).0, "3");
        assert_eq!(account.check("1", LIFE_MS), Err(TOKEN_EXPIRED));
        assert_eq!(account.check("x", 0), Err(INVALID_TOKEN));
    }
}
