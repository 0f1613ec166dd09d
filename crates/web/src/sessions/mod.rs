//! Entry: in from WeChat, silently for those who are known, with 微信授权登录 for the others.

mod browser;
pub mod phone_entry;
pub mod staff;

use crate::frame::agent::is_wechat;
use crate::frame::app::{App, Stop};
use crate::frame::ask::{Ask, and_back, local_path};
use crate::frame::cookies;
use crate::frame::failure::Failure;
use crate::frame::keys::{hex, random, token};
use crate::frame::page::{Shell, must_open_in_wechat, page};
use crate::frame::routes::{For, Routes};
use crate::kit::qr::Qr;
use crate::tickets::worker::forgotten;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use connectors::wechat::{Fault, Grant, Scope, authorize_url};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::readers;
use domain::sessions::{Enter, READER_SESSION_MS, SignOut};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/sign-in", For::Everybody, sign_in)
        .get("/sign-in/phone", For::Everybody, phone_entry::show)
        .post("/sign-in/phone", For::Everybody, phone_entry::enter)
        .post("/sign-in/phone/codes", For::Everybody, phone_entry::request_code)
        .post("/sign-out", For::Everybody, sign_out)
        .get("/wechat/entry", For::Everybody, silent)
        .get("/wechat/authorization", For::Everybody, authorize)
        .get("/wechat/callback", For::Everybody, callback)
        .get("/staff/sign-in", For::Everybody, staff::show)
        .post("/staff/sign-in", For::Everybody, staff::sign_in)
        .post("/staff/sign-out", For::Everybody, staff::sign_out)
}

const STATE_S: i64 = 600;
/// Silent entry is not tried again for so long when nobody was known.
const TRIED_S: i64 = 600;

#[derive(Deserialize)]
pub struct To {
    #[serde(default)]
    to: String,
    #[serde(default)]
    refused: u8,
    #[serde(default)]
    lost: u8,
    /// The tap that led here was the one.
    #[serde(default)]
    go: u8,
}

#[derive(Template)]
#[template(path = "sessions/sign_in.html")]
pub struct SignInPage {
    shell: Shell,
    to: String,
    refused: bool,
    /// A form was sent after its session had ended.
    lost: bool,
    /// Outside WeChat: where to go, as a code to scan.
    qr: Option<Qr>,
    phone_entry: bool,
}

pub async fn sign_in(ask: Ask, Query(query): Query<To>) -> Result<Response, Failure> {
    let to = local_path(&query.to);
    if ask.is_signed_in() {
        return Ok(Redirect::to(to).into_response());
    }
    // Whoever has tapped 微信授权登录 is not asked to tap it again.
    if query.go == 1 && is_wechat(&ask.headers) {
        return authorization(to);
    }
    let outside = must_open_in_wechat(&ask.app, &ask.headers);
    let here = format!("{}{to}", ask.app.site.public_url.trim_end_matches('/'));
    let qr = if outside { Some(Qr::of(&here)?) } else { None };
    let to = utf8_percent_encode(to, NON_ALPHANUMERIC).to_string();
    page(&SignInPage {
        shell: ask.shell(),
        to,
        refused: query.refused == 1,
        lost: query.lost == 1,
        qr,
        phone_entry: ask.app.site.phone_entry,
    })
}

fn authorization(to: &str) -> Result<Response, Failure> {
    let to = utf8_percent_encode(to, NON_ALPHANUMERIC);
    Ok(Redirect::to(&format!("/wechat/authorization?to={to}")).into_response())
}

/// On entry: WeChat shows nothing.
pub async fn silent(State(app): State<App>, Query(query): Query<To>) -> Result<Response, Failure> {
    begin(&app, Scope::Base, &query.to)
}

/// After a tap on 微信授权登录: WeChat asks.
pub async fn authorize(State(app): State<App>, Query(query): Query<To>) -> Result<Response, Failure> {
    begin(&app, Scope::UserInfo, &query.to)
}

fn begin(app: &App, scope: Scope, to: &str) -> Result<Response, Failure> {
    let state = hex(&random::<16>()?);
    let to = utf8_percent_encode(local_path(to), NON_ALPHANUMERIC).to_string();
    let asked = if matches!(scope, Scope::UserInfo) { "asked" } else { "silent" };
    let until = app.now() + STATE_S * 1_000;
    let signed = format!("{state}~{asked}~{until}~{to}");
    let signature = app.keys.signature("state", &signed);
    let cookie = cookies::set(&app.site, cookies::STATE, &format!("{signed}~{signature}"), Some(STATE_S));
    let back = format!("{}/wechat/callback", app.site.public_url.trim_end_matches('/'));
    let url = authorize_url(&app.wechat_settings, &back, scope, &state);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&url)).into_response())
}

/// A sign-in under way, as our own cookie tells.
struct Begun {
    asked: bool,
    to: String,
}

/// None: not begun by this browser, or not with this state.
fn begun(app: &App, headers: &HeaderMap, state: &str) -> Option<Begun> {
    let cookie = cookies::get(headers, &app.site, cookies::STATE)?;
    let (signed, signature) = cookie.rsplit_once('~')?;
    if !app.keys.is_signed("state", signed, signature) {
        return None;
    }
    let mut parts = signed.splitn(4, '~');
    let (known, asked, until, to) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if app.now() >= until.parse().ok()? {
        return None;
    }
    let to = percent_decode_str(to).decode_utf8().ok()?;
    (known == state).then(|| Begun { asked: asked == "asked", to: local_path(&to).to_string() })
}

#[derive(Deserialize)]
pub struct Callback {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

pub async fn callback(
    State(app): State<App>,
    headers: HeaderMap,
    Query(query): Query<Callback>,
) -> Result<Response, Failure> {
    let Some(begun) = begun(&app, &headers, &query.state) else { return Err(Failure::StaleForm) };
    if query.code.is_empty() {
        return Ok(leave_unknown(&app, &begun, true));
    }
    let grant = match app.wechat.access_token(&query.code).await {
        Ok(grant) => grant,
        Err(Fault::InvalidCode | Fault::UsedCode) => return Err(Failure::StaleForm),
        Err(fault) => {
            tracing::warn!(?fault, "WeChat gave no grant");
            return Err(Failure::PartyDown("微信"));
        }
    };
    enter(&app, &headers, begun, grant).await
}

async fn enter(app: &App, headers: &HeaderMap, begun: Begun, grant: Grant) -> Result<Response, Failure> {
    // A visitor's snapshot is nobody's account.
    if grant.is_snapshotuser {
        return Ok(leave_unknown(app, &begun, false));
    }
    let session = token()?;
    let old = cookies::get(headers, &app.site, cookies::READER);
    let command = Enter {
        wechat: app.keys.digest("openid", &grant.openid),
        union: grant.unionid.as_deref().map(|unionid| app.keys.digest("unionid", unionid)),
        openid: app.keys.seal("openid", &grant.openid)?,
        consented: begun.asked && grant.scope.split(',').any(|scope| scope == Scope::UserInfo.as_str()),
        session: app.keys.digest("session", &session),
        replaces: old.map(|old| app.keys.digest("session", &old)),
    };
    match app.command(Actor::Visitor, None, command).await {
        Ok(_) => {}
        Err(Stop::Refused(why)) if why == readers::Refusal::NotRegistered => {
            return Ok(leave_unknown(app, &begun, false));
        }
        Err(stop) => return Err(stop.into()),
    }
    let cookies = [
        cookies::set(&app.site, cookies::READER, &session, Some(READER_SESSION_MS / 1_000)),
        cookies::clear(&app.site, cookies::STATE),
        cookies::clear(&app.site, cookies::TRIED),
    ];
    Ok((set(cookies), Redirect::to(&begun.to)).into_response())
}

fn set<const N: usize>(cookies: [HeaderValue; N]) -> AppendHeaders<[(header::HeaderName, HeaderValue); N]> {
    AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie)))
}

/// Back to where the reader was, as a visitor.
fn leave_unknown(app: &App, begun: &Begun, refused: bool) -> Response {
    let cookies =
        [cookies::clear(&app.site, cookies::STATE), cookies::set(&app.site, cookies::TRIED, "1", Some(TRIED_S))];
    let asked = refused && begun.asked;
    let here: Uri = begun.to.parse().unwrap_or(Uri::from_static("/"));
    let to = if asked { format!("{}&refused=1", and_back("/sign-in", &here)) } else { begun.to.clone() };
    (set(cookies), Redirect::to(&to)).into_response()
}

pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    let session = cookies::get(&headers, &app.site, cookies::READER);
    let session = session.map_or(Digest::NONE, |token| app.keys.digest("session", &token));
    app.command(Actor::Visitor, None, SignOut { session }).await?;
    // Otherwise WeChat would sign the reader in again at once.
    let cookies =
        [cookies::clear(&app.site, cookies::READER), cookies::set(&app.site, cookies::TRIED, "1", Some(TRIED_S))];
    Ok(forgotten((set(cookies), Redirect::to("/")).into_response()))
}

sample! { SignInPage { shell, to, refused, lost, qr, phone_entry } }
