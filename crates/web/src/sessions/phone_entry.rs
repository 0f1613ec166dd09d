//! Entry by phone number and SMS code: for readers outside WeChat, where the library has switched it on.

use super::{To, set};
use crate::cards::{COUNTDOWN_S, code_of};
use crate::frame::app::{App, Stop};
use crate::frame::ask::{Ask, local_path};
use crate::frame::cookies;
use crate::frame::failure::Failure;
use crate::frame::guard::{browser, csrf_of_visitor};
use crate::frame::keys::{sms_code, token};
use crate::frame::limits::CameFrom;
use crate::frame::page::{Shell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::frame::sealing::{SmsPayload, phone, phone_fault};
use crate::wording;
use askama::Template;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::readers;
use domain::sessions::phone_entry::{EnterByPhone, RequestEntryCode};
use domain::sessions::{READER_SESSION_MS, Reply};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PhoneForm {
    phone: String,
    code: String,
    to: String,
}

#[derive(Default)]
struct Errors {
    phone: Option<String>,
    code: Option<String>,
}

#[derive(Template)]
#[template(path = "sessions/phone.html")]
pub struct PhonePage {
    shell: Shell,
    key: String,
    form: PhoneForm,
    errors: Errors,
    countdown_s: i64,
}

fn is_open(app: &App) -> Result<(), Failure> {
    if app.site.phone_entry { Ok(()) } else { Err(Failure::NotFound) }
}

/// The form's token and the code are bound to this browser, which is known by a cookie from here on.
fn form(ask: &Ask, form: PhoneForm, errors: Errors, countdown_s: i64) -> Result<Response, Failure> {
    let known = browser(&ask.app, &ask.headers, ask.uri.path());
    let visitor = known.clone().map_or_else(token, Ok)?;
    let wrong = errors.phone.is_some() || errors.code.is_some();
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shell = Shell { csrf: csrf_of_visitor(&ask.app, &visitor), ..ask.shell() };
    let form = PhoneForm { to: local_path(&form.to).to_string(), ..form };
    let page = page_with(status, &PhonePage { shell, key: form_key()?, form, errors, countdown_s })?;
    if known.is_some() {
        return Ok(page);
    }
    let cookie = cookies::set(&ask.app.site, cookies::VISITOR, &visitor, None);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), page).into_response())
}

pub async fn show(ask: Ask, Query(query): Query<To>) -> Result<Response, Failure> {
    is_open(&ask.app)?;
    if ask.is_signed_in() {
        return Ok(Redirect::to(local_path(&query.to)).into_response());
    }
    form(&ask, PhoneForm { to: query.to, ..PhoneForm::default() }, Errors::default(), 0)
}

fn browser_digest(ask: &Ask) -> Result<Digest, Failure> {
    let browser = browser(&ask.app, &ask.headers, ask.uri.path()).ok_or(Failure::StaleForm)?;
    Ok(ask.app.keys.digest("browser", &browser))
}

fn read(typed: &PhoneForm) -> Result<String, Errors> {
    phone(&typed.phone).ok_or_else(|| Errors { phone: Some(phone_fault(&typed.phone)), ..Errors::default() })
}

pub async fn request_code(ask: Ask, CameFrom(from): CameFrom, posted: Posted<PhoneForm>) -> Result<Response, Failure> {
    is_open(&ask.app)?;
    let phone = match read(&posted.form) {
        Ok(phone) => phone,
        Err(errors) => return form(&ask, posted.form, errors, 0),
    };
    let app = &ask.app;
    let refused = |sentence: String| Errors { code: Some(sentence), ..Errors::default() };
    if !app.addresses.allow_code(from) {
        return form(&ask, posted.form, refused(wording::codes::CROWDED_NETWORK.into()), 0);
    }
    let (browser, code) = (browser_digest(&ask)?, sms_code()?);
    let command = RequestEntryCode {
        browser,
        phone: app.keys.digest("phone", &phone),
        limited: vec![app.keys.digest("limit.phone", &phone), browser],
        code: app.keys.digest("code", &format!("{phone} {code}")),
        payload: SmsPayload::code(phone, code).seal(&app.keys)?,
    };
    let key = posted.idempotency(app, Actor::Visitor);
    let answer = app.command(Actor::Visitor, key, command).await;
    app.outbox_bell.notify_one();
    match answer {
        Ok(_) => form(&ask, posted.form, Errors::default(), COUNTDOWN_S),
        Err(Stop::Refused(refusal)) => {
            let wait_s = wording::codes::wait_s(&refusal, ask.now);
            form(&ask, posted.form, refused(wording::refusal(refusal)), wait_s)
        }
        Err(stop) => Err(stop.into()),
    }
}

pub async fn enter(ask: Ask, posted: Posted<PhoneForm>) -> Result<Response, Failure> {
    is_open(&ask.app)?;
    let phone = match read(&posted.form) {
        Ok(phone) => phone,
        Err(errors) => return form(&ask, posted.form, errors, 0),
    };
    let code = match code_of(&posted.form.code) {
        Ok(code) => code,
        Err(sentence) => return form(&ask, posted.form, Errors { code: Some(sentence), ..Errors::default() }, 0),
    };
    let (app, session) = (&ask.app, token()?);
    let old = cookies::get(&ask.headers, &app.site, cookies::READER);
    let command = EnterByPhone {
        browser: browser_digest(&ask)?,
        phone: app.keys.digest("phone", &phone),
        code: app.keys.digest("code", &format!("{phone} {code}")),
        session: app.keys.digest("session", &session),
        replaces: old.map(|old| app.keys.digest("session", &old)),
    };
    // No key: a code is used once, and a remembered answer would name a session that nobody holds.
    match app.command(Actor::Visitor, None, command).await {
        Ok(Reply::WrongCode { tries_left }) => {
            let code = Some(wording::codes::wrong_code(tries_left));
            form(&ask, posted.form, Errors { code, ..Errors::default() }, 0)
        }
        Ok(_) => {
            let cookies = [
                cookies::set(&app.site, cookies::READER, &session, Some(READER_SESSION_MS / 1_000)),
                cookies::clear(&app.site, cookies::VISITOR),
            ];
            Ok((set(cookies), Redirect::to(local_path(&posted.form.to))).into_response())
        }
        Err(Stop::Refused(why)) if why == readers::Refusal::AccountClosed => Err(Failure::Refused(why)),
        Err(Stop::Refused(refusal)) => {
            form(&ask, posted.form, Errors { code: Some(wording::refusal(refusal)), ..Errors::default() }, 0)
        }
        Err(stop) => Err(stop.into()),
    }
}

sample! { PhoneForm { phone, code, to } }
sample! { Errors { phone, code } }
sample! { PhonePage { shell, key, form, errors, countdown_s } }
