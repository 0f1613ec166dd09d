//! Browsers at which staff have signed in: strangers who guess at an account lock nobody out of these.

use crate::frame::app::App;
use crate::frame::cookies;
use crate::frame::keys::{Keys, token};
use axum::http::HeaderMap;
use domain::core::day::DAY_MS;
use domain::core::digest::Digest;
use domain::tables::{Millis, StaffId};

/// How long a browser is known after a sign-in, and for how many accounts: a desk has several.
pub const KNOWN_MS: Millis = 180 * DAY_MS;
const ACCOUNTS_MAX: usize = 12;

/// What the cookie says: the browser's own number, then for each account when and by which signature it is known.
/// The signature holds the account's password, so that a new password forgets every browser.
#[derive(Debug, Default, PartialEq)]
struct Known {
    browser: String,
    accounts: Vec<(i64, Millis, String)>,
}

impl Known {
    /// `number~12.1795000000000.signature~7.…`
    fn of(cookie: &str) -> Self {
        let mut parts = cookie.split('~');
        let browser = parts.next().unwrap_or_default().to_string();
        let account = |part: &str| {
            let mut parts = part.splitn(3, '.');
            Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.to_string()))
        };
        Known { browser, accounts: parts.filter_map(account).take(ACCOUNTS_MAX).collect() }
    }

    fn cookie(&self) -> String {
        let accounts = self.accounts.iter().map(|(staff, at, signature)| format!("~{staff}.{at}.{signature}"));
        std::iter::once(self.browser.clone()).chain(accounts).collect()
    }

    fn knows(&self, keys: &Keys, staff: StaffId, password_hash: &str, now: Millis) -> bool {
        let fresh = |at: Millis| (0..KNOWN_MS).contains(&(now - at));
        self.accounts.iter().any(|(id, at, signature)| {
            *id == staff.0
                && fresh(*at)
                && keys.is_signed("browser", &signed(&self.browser, staff, *at, password_hash), signature)
        })
    }

    fn remember(&mut self, keys: &Keys, staff: StaffId, password_hash: &str, now: Millis) {
        let signature = keys.signature("browser", &signed(&self.browser, staff, now, password_hash));
        self.accounts.retain(|(id, ..)| *id != staff.0);
        self.accounts.insert(0, (staff.0, now, signature));
        self.accounts.truncate(ACCOUNTS_MAX);
    }
}

fn signed(browser: &str, staff: StaffId, at: Millis, password_hash: &str) -> String {
    format!("{browser} {staff} {at} {password_hash}")
}

fn of(app: &App, headers: &HeaderMap) -> Known {
    Known::of(&cookies::get(headers, &app.site, cookies::BROWSER).unwrap_or_default())
}

/// The browser's number, where this account was signed in to not long ago, with the password that it still has.
pub fn known(app: &App, headers: &HeaderMap, staff: StaffId, password_hash: &str) -> Option<Digest> {
    let known = of(app, headers);
    let is_known = known.knows(&app.keys, staff, password_hash, app.now());
    is_known.then(|| app.keys.digest("browser", &known.browser))
}

/// The cookie's text after a sign-in.
pub fn remembered(app: &App, headers: &HeaderMap, staff: StaffId, password_hash: &str) -> String {
    let mut known = of(app, headers);
    if known.accounts.is_empty() {
        known.browser = token().unwrap_or_default();
    }
    known.remember(&app.keys, staff, password_hash, app.now());
    known.cookie()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_browser_is_known_for_an_account_its_password_and_a_time() {
        let keys = Keys::of(&[7; 32]).unwrap();
        let mut browser = Known { browser: "b".into(), accounts: vec![] };
        let now = 1_795_000_000_000;
        browser.remember(&keys, StaffId(3), "old", now);
        (10..30).for_each(|staff| browser.remember(&keys, StaffId(staff), "x", now));
        browser.remember(&keys, StaffId(3), "old", now);
        let read = Known::of(&browser.cookie());
        assert_eq!((&read, read.accounts.len()), (&browser, ACCOUNTS_MAX));
        assert!(read.knows(&keys, StaffId(3), "old", now + KNOWN_MS - 1));
        assert!(!read.knows(&keys, StaffId(3), "old", now + KNOWN_MS));
        assert!(!read.knows(&keys, StaffId(3), "new", now), "a new password forgets the browsers");
        assert!(!read.knows(&keys, StaffId(10), "x", now), "the twelve last accounts");
        let elsewhere = Known { browser: "c".into(), accounts: read.accounts };
        assert!(!elsewhere.knows(&keys, StaffId(3), "old", now), "another browser's number");
        assert_eq!(Known::of("b~3.x.y~~4"), Known { browser: "b".into(), accounts: vec![] });
    }
}
