//! What a request's headers tell of the browser that asks.

use axum::http::{HeaderMap, HeaderName, header};

pub fn header_text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

pub fn is_wechat(headers: &HeaderMap) -> bool {
    header_text(headers, header::USER_AGENT).contains("MicroMessenger")
}

/// WeChat on a computer, which others may use too, does not say so.
pub fn is_wechat_on_a_phone(headers: &HeaderMap) -> bool {
    is_wechat(headers) && header_text(headers, header::USER_AGENT).contains(" Mobile")
}

/// Loaded before anybody has asked for it (Fetch, `Sec-Purpose`).
pub fn is_prefetch(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-purpose")
}
