//! What holds for every answer of the site, whatever was asked: looked at each time a browser of the tests asks.

use super::browser::Page;
use super::html::tags;
use base64::Engine as _;
use sha2::{Digest as _, Sha256};

const DIRECTIVES: [&str; 5] =
    ["default-src 'none'", "script-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"];

pub fn check(page: &Page, is_https: bool) {
    let what = format!("{} {} answered {}", page.method, page.path, page.status);
    assert_ne!(page.status, 500, "{what}: {}", page.body);
    let header = |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_asset = page.path.starts_with("/assets/");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    // A file runs by the policy of the page that it is on.
    if is_asset && page.status == 200 {
        return;
    }
    let policy = header("content-security-policy");
    for directive in DIRECTIVES {
        assert!(policy.contains(directive), "{what}: no {directive} in {policy:?}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(header("x-frame-options"), "DENY", "{what}");
    assert_eq!(header("referrer-policy"), "same-origin", "{what}");
    // A picture's name is its content: whoever has it keeps it.
    let is_picture = page.path.starts_with("/pictures/") && page.status == 200;
    let is_the_same_for_all = ["/healthz", "/manifest.webmanifest"].contains(&page.path.as_str());
    if is_asset || is_the_same_for_all || is_picture {
        return;
    }
    let may_keep = page.status == 200 && page.method == "GET" && !page.path.starts_with("/staff");
    let kept = header("cache-control");
    assert!(kept == "no-store" || may_keep && kept == "private, no-cache", "{what}: {kept}");
    if page.status >= 400 && !is_for_programs(&page.path) {
        assert!(header("content-type").starts_with("text/html"), "{what}: no page: {}", page.body);
        assert!(page.body.contains("lang=\"zh-CN\""), "{what}: {}", page.body);
    }
    page.set_cookies.iter().for_each(|cookie| cookie_is_safe(cookie, is_https, &what));
    nothing_inline(&page.body, policy, &what);
}

/// Nobody reads a page there.
fn is_for_programs(path: &str) -> bool {
    ["/wechat/push", "/readyz", "/metrics"].contains(&path.split('?').next().unwrap_or_default())
}

fn cookie_is_safe(cookie: &str, is_https: bool, what: &str) {
    for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(attribute), "{what}: {attribute} is missing from {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{what}: {cookie}");
    if is_https {
        assert!(cookie.starts_with("__Host-") && cookie.contains("; Secure"), "{what}: {cookie}");
    }
}

/// What stands within a page is the style whose hash its policy names, if anything.
fn nothing_inline(body: &str, policy: &str, what: &str) {
    for style in body.split("<style>").skip(1).filter_map(|rest| rest.split("</style>").next()) {
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{what}: a style that is not allowed");
    }
    for tag in tags(body) {
        assert!(tag.name != "script" || tag.get("src").is_some(), "{what}: inline script");
        for (name, value) in &tag.attributes {
            assert!(name != "style" && !name.starts_with("on"), "{what}: {name}={value} in <{}>", tag.name);
            let value = value.trim_start().to_ascii_lowercase();
            assert!(!value.starts_with("javascript:"), "{what}: {name}={value}");
        }
    }
}
