//! Cookies: read from the request, written with everything that keeps them safe.

use crate::frame::settings::Site;
use axum::http::{HeaderMap, HeaderValue, header};

/// The browser's reader session.
pub const READER: &str = "yue";
pub const STAFF: &str = "yue_staff";
/// The accounts of staff that were signed in to at this browser.
pub const BROWSER: &str = "yue_browser";
/// Before anybody is signed in: what the sign-in form's token is bound to.
pub const VISITOR: &str = "yue_visitor";
/// The sign-in with WeChat that is under way.
pub const STATE: &str = "yue_state";
/// Silent entry was tried and nobody was known.
pub const TRIED: &str = "yue_tried";
/// The browser that scanned a venue's code: the scan is good there and nowhere else.
pub const SCAN: &str = "yue_scan";
/// The branch that staff of several have chosen to look at.
pub const BRANCH: &str = "yue_branch";
/// The style sheet that the browser has.
pub const STYLE: &str = "yue_style";
/// 大字版
pub const LARGE: &str = "yue_large";

/// For what a browser keeps for its reader, in seconds.
pub const A_YEAR_S: i64 = 365 * 24 * 60 * 60;

/// `__Host-` binds a cookie to this host alone; browsers take it over https only.
fn full_name(site: &Site, name: &str) -> String {
    if site.is_https() { format!("__Host-{name}") } else { name.to_string() }
}

pub fn get(headers: &HeaderMap, site: &Site, name: &str) -> Option<String> {
    let name = full_name(site, name);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, value)| *found == name && !value.is_empty()).map(|(_, value)| value.to_string())
}

/// `max_age_s` None: until the browser is closed.
pub fn set(site: &Site, name: &str, value: &str, max_age_s: Option<i64>) -> HeaderValue {
    let (name, secure) = (full_name(site, name), if site.is_https() { "; Secure" } else { "" });
    let age = max_age_s.map_or(String::new(), |age| format!("; Max-Age={age}"));
    // Lax: the way back from WeChat is a navigation from another site.
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    // Names are ours and values are tokens or percent-encoded.
    HeaderValue::try_from(cookie).unwrap_or(HeaderValue::from_static(""))
}

pub fn clear(site: &Site, name: &str) -> HeaderValue {
    set(site, name, "", Some(0))
}
