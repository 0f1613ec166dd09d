//! The guard: no form is taken that did not come from our own page. It stands before every route.

use crate::frame::app::App;
use crate::frame::cookies;
use crate::frame::failure::Failure;
use crate::frame::keys::{hex, random};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use subtle::ConstantTimeEq as _;

pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// A form with pictures in it.
pub const UPLOAD_BYTES_MAX: usize = 8 * 1024 * 1024;

const MASK_BYTES: usize = 16;
const HEARD_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What this browser is known by: its session, or the visitor's cookie before there is one.
pub fn browser(app: &App, headers: &HeaderMap, path: &str) -> Option<String> {
    let session = if is_staff(path) { cookies::STAFF } else { cookies::READER };
    cookies::get(headers, &app.site, session).or(cookies::get(headers, &app.site, cookies::VISITOR))
}

/// The token that a form must carry.
pub fn csrf_token(app: &App, headers: &HeaderMap, path: &str) -> Option<String> {
    browser(app, headers, path).map(|browser| csrf_of_visitor(app, &browser))
}

pub fn is_staff(path: &str) -> bool {
    path == "/staff" || path.starts_with("/staff/")
}

/// A token by which a visitor's form is known; the cookie goes out with the page.
pub fn csrf_of_visitor(app: &App, visitor: &str) -> String {
    // Without chance there are no sessions either.
    let mask = random::<MASK_BYTES>().unwrap_or([0; MASK_BYTES]);
    masked(&app.keys.signature("csrf", visitor), mask)
}

/// Pages are compressed: a token that were the same on each could be guessed from how small they get (BREACH, CVE-2013-3587).
/// So it is written anew each time: a mask, and the token under it.
fn masked(token: &str, mask: [u8; MASK_BYTES]) -> String {
    hex(&[&mask[..], &under(mask, token.as_bytes())].concat())
}

fn under(mask: [u8; MASK_BYTES], bytes: &[u8]) -> Vec<u8> {
    bytes.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
}

/// Whether what a form carries is this token, under whatever mask.
fn is_masked(sent: &str, token: &str) -> bool {
    let byte = |at: usize| u8::from_str_radix(sent.get(at..at + 2)?, 16).ok();
    let Some(bytes) = (0..sent.len()).step_by(2).map(byte).collect::<Option<Vec<u8>>>() else { return false };
    let Some((mask, rest)) = bytes.split_first_chunk::<MASK_BYTES>() else { return false };
    under(*mask, rest).ct_eq(token.as_bytes()).into()
}

pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    // WeChat's own server has no form of ours; what it sends is signed.
    if request.uri().path() == "/wechat/push" {
        return next.run(request).await;
    }
    match checked(&app, request).await {
        Ok(request) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// A browser that is cut off while it still sends shows no answer: a body that says it is too large is read to its end, as far
/// as that is bearable, and forgotten.
pub async fn hear_out(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_none_or(|length: usize| !(UPLOAD_BYTES_MAX + 1..=HEARD_BYTES_MAX).contains(&length)) {
        return next.run(request).await;
    }
    let mut body = request.into_body().into_data_stream();
    let mut heard = 0;
    while let Some(Ok(part)) = body.next().await {
        heard += part.len();
        if heard > HEARD_BYTES_MAX {
            break;
        }
    }
    Failure::TooLarge.into_response()
}

async fn checked(app: &App, request: Request) -> Result<Request, Failure> {
    if !same_origin(request.headers(), &app.site.public_url) {
        return Err(Failure::StaleForm);
    }
    let browser = browser(app, request.headers(), request.uri().path()).ok_or(Failure::StaleForm)?;
    let token = app.keys.signature("csrf", &browser);
    let (parts, body) = request.into_parts();
    let with_files = is_multipart(&parts.headers) && takes_files(parts.uri.path());
    let most = if with_files { UPLOAD_BYTES_MAX } else { BODY_BYTES_MAX };
    let body = to_bytes(body, most).await.map_err(|_| Failure::TooLarge)?;
    let sent = if with_files {
        sent_with_files(&parts, &body).await
    } else {
        url::form_urlencoded::parse(&body).find(|(name, _)| name == "csrf").map(|(_, token)| token.into_owned())
    };
    let sent = sent.ok_or(Failure::StaleForm)?;
    if !is_masked(&sent, &token) {
        return Err(Failure::StaleForm);
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The forms with pictures in them.
fn takes_files(path: &str) -> bool {
    ["/staff/prizes", "/staff/activities", "/feedback"].iter().any(|known| path.starts_with(known))
}

pub fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// The token among the parts of a form with files; it stands before them.
async fn sent_with_files(parts: &axum::http::request::Parts, body: &axum::body::Bytes) -> Option<String> {
    let mut copy = Request::new(Body::from(body.clone()));
    *copy.headers_mut() = parts.headers.clone();
    // With them comes that the extractor's own, smaller limit is off.
    *copy.extensions_mut() = parts.extensions.clone();
    let mut form = Multipart::from_request(copy, &()).await.ok()?;
    while let Some(field) = form.next_field().await.ok()? {
        if field.name() == Some("csrf") {
            return field.text().await.ok();
        }
    }
    None
}

/// Browsers say where a form comes from. One that does not say still needs the token.
fn same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = text(header::HOST).unwrap_or_default();
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    origin == public_url.trim_end_matches('/') || (!host.is_empty() && authority == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_looks_another_each_time_and_is_known() {
        let (one, other) = (masked("a-token", [1; MASK_BYTES]), masked("a-token", [2; MASK_BYTES]));
        assert_ne!(one, other);
        assert!(is_masked(&one, "a-token") && is_masked(&other, "a-token") && !is_masked(&one, "b-token"));
        let cut = &one[..one.len() - 1];
        assert!(["", "0", "zz", "字字", cut, &one[..MASK_BYTES * 2]].iter().all(|odd| !is_masked(odd, "a-token")));
        assert!(!is_masked("", ""), "no token at all is none");
    }
}
