//! Sign-in to the back office, by name and password.

use crate::frame::app::{App, Stop};
use crate::frame::ask::local_path;
use crate::frame::cookies;
use crate::frame::failure::Failure;
use crate::frame::guard::csrf_of_visitor;
use crate::frame::keys::token;
use crate::frame::limits::CameFrom;
use crate::frame::page::page_with;
use crate::frame::settings::Library;
use crate::sessions::browser;
use crate::wording;
use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::sessions::{Reply, STAFF_SESSION_MS, SignInStaff, SignOut};
use domain::staff;
use domain::tables::StaffId;
use serde::Deserialize;
use std::sync::Arc;
use store::sessions::staff_by_name;

const PASSWORD_BYTES_MAX: usize = 512;
const WRONG: &str = "登录名或密码不对。多次输错后请过 15 分钟再试，或换用登录过的浏览器。";

#[derive(Template)]
#[template(path = "sessions/staff.html")]
pub struct SignInPage {
    library: Arc<Library>,
    csrf: String,
    name: String,
    to: String,
    error: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct SignInForm {
    name: String,
    password: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct To {
    to: String,
    lost: u8,
}

pub async fn show(State(app): State<App>, headers: HeaderMap, Query(query): Query<To>) -> Result<Response, Failure> {
    let lost = (query.lost == 1).then(|| "登录已过期，刚才填写的内容没有保存，登录后请重新填写。".to_string());
    form(&app, &headers, SignInForm { to: query.to, ..SignInForm::default() }, lost, StatusCode::OK)
}

/// The form's token is bound to the old session if there is one, else to a cookie that goes out with the page.
fn form(
    app: &App,
    headers: &HeaderMap,
    form: SignInForm,
    error: Option<String>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let known = cookies::get(headers, &app.site, cookies::STAFF).or(cookies::get(headers, &app.site, cookies::VISITOR));
    let visitor = known.map_or_else(token, Ok)?;
    let csrf = csrf_of_visitor(app, &visitor);
    let to = local_path(&form.to).to_string();
    let page = page_with(status, &SignInPage { library: app.library.clone(), csrf, name: form.name, to, error })?;
    let has_session = cookies::get(headers, &app.site, cookies::STAFF).is_some();
    if has_session {
        return Ok(page);
    }
    let cookie = cookies::set(&app.site, cookies::VISITOR, &visitor, None);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), page).into_response())
}

pub async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    CameFrom(from): CameFrom,
    Form(typed): Form<SignInForm>,
) -> Result<Response, Failure> {
    let name = app.keys.digest("staff", typed.name.trim());
    let known = staff_by_name(&app.reads, name).await?;
    let browser = known.as_ref().and_then(|(staff, hash)| browser::known(&app, &headers, *staff, hash));
    // What strangers do from this address is no matter of a browser that is known.
    let allowed = match browser {
        Some(browser) => app.addresses.allow_known_browser(browser, name),
        None => app.addresses.allow_sign_in(from, name),
    };
    let session = token()?;
    let answer = match &known {
        _ if !allowed => Ok(false),
        None => is_right(&app, typed.password.clone(), None).await.map(|_| false).map_err(Stop::from),
        Some((staff, hash)) => {
            let right = is_right(&app, typed.password.clone(), Some(hash.clone())).await?;
            judged(&app, &headers, *staff, right, browser.is_some(), &session).await
        }
    };
    let wrong = |sentence: String, typed: SignInForm| {
        form(
            &app,
            &headers,
            SignInForm { password: String::new(), ..typed },
            Some(sentence),
            StatusCode::UNPROCESSABLE_ENTITY,
        )
    };
    match answer {
        Ok(true) => {}
        // Whoever guesses does not learn whether the name is known, or locked.
        Ok(false) => {
            tracing::warn!(%from, "a sign-in of staff failed");
            return wrong(WRONG.into(), typed);
        }
        Err(Stop::Refused(refusal)) => return wrong(wording::refusal(refusal), typed),
        Err(stop) => return Err(stop.into()),
    }
    let browser = known.map(|(staff, hash)| browser::remembered(&app, &headers, staff, &hash)).unwrap_or_default();
    let to = match local_path(&typed.to) {
        "/" => "/staff",
        to => to,
    };
    let cookies = [
        (header::SET_COOKIE, cookies::set(&app.site, cookies::STAFF, &session, Some(STAFF_SESSION_MS / 1_000))),
        (header::SET_COOKIE, cookies::set(&app.site, cookies::BROWSER, &browser, Some(browser::KNOWN_MS / 1_000))),
        (header::SET_COOKIE, cookies::clear(&app.site, cookies::VISITOR)),
    ];
    Ok((AppendHeaders(cookies), Redirect::to(to)).into_response())
}

/// Whether somebody is signed in now: the decision counts wrong passwords and locks.
async fn judged(
    app: &App,
    headers: &HeaderMap,
    staff: StaffId,
    right: bool,
    known_browser: bool,
    session: &str,
) -> Result<bool, Stop> {
    let old = cookies::get(headers, &app.site, cookies::STAFF);
    let command = SignInStaff {
        staff,
        right,
        known_browser,
        session: app.keys.digest("session", session),
        replaces: old.map(|old| app.keys.digest("session", &old)),
    };
    match app.command(Actor::Visitor, None, command).await {
        Ok(reply) => Ok(matches!(reply, Reply::StaffSignedIn { .. })),
        Err(Stop::Refused(why)) if matches!(why.of(), Some(staff::Refusal::LockedOut { .. })) => Ok(false),
        Err(stop) => Err(stop),
    }
}

/// Takes the same time whether or not the name is known.
async fn is_right(app: &App, password: String, hash: Option<String>) -> Result<bool, Failure> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    let Ok(_turn) = app.password_turns.acquire().await else { return Err(Failure::Busy) };
    let work = move || match hash {
        Some(hash) => {
            let hash = PasswordHash::new(&hash);
            hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        }
        None => hash_password(&password).is_err(),
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Internal(error.to_string()))
}

/// The hash that is kept of a password. The error is the hashing library's own text; callers say what it means.
pub fn hash_password(password: &str) -> Result<String, String> {
    let salt: [u8; 16] = crate::frame::keys::random().map_err(|fault| fault.0.to_string())?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(|error| error.to_string())?;
    Ok(hash.to_string())
}

pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    let session = cookies::get(&headers, &app.site, cookies::STAFF);
    let session = session.map_or(Digest::NONE, |token| app.keys.digest("session", &token));
    app.command(Actor::Visitor, None, SignOut { session }).await?;
    let cookie = cookies::clear(&app.site, cookies::STAFF);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to("/staff/sign-in")).into_response())
}

sample! { SignInPage { library, csrf, name, to, error } }
