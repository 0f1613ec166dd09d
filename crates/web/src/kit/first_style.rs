//! The part of the style that home needs, within the page for whoever has not been here: nothing is waited for before it is
//! painted. The whole sheet is fetched behind it, and linked to from then on.

use crate::frame::ask::Ask;
use crate::frame::cookies;
use crate::frame::page::POLICY;
use crate::kit::assets;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// What stands within the page runs by its hash alone (Content Security Policy Level 3, 2.3.1).
static WITH_HASH: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(assets::text("home.css")));
    let policy = POLICY.replace("style-src 'self'", &format!("style-src 'self' 'sha256-{hash}'"));
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY))
});

/// The name of the sheet that a browser has been given: another version is another one.
fn sheet() -> &'static str {
    assets::url("reader.css").rsplit('/').next().unwrap_or_default()
}

/// None: the browser has been here, and has the sheet.
pub fn first_style(ask: &Ask) -> Option<&'static str> {
    let seen = cookies::get(&ask.headers, &ask.app.site, cookies::STYLE);
    (seen.as_deref() != Some(sheet())).then(|| assets::text("home.css"))
}

/// Lets the style stand in the page, and notes that the sheet is there next time.
pub fn allowed(ask: &Ask, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, WITH_HASH.clone());
    headers.append(header::SET_COOKIE, cookies::set(&ask.app.site, cookies::STYLE, sheet(), Some(cookies::A_YEAR_S)));
    response
}
