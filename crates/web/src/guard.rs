//! The guard: no form is taken that did not come from our own page. It stands before every route.

use crate::app::App;
use crate::cookies;
use crate::failure::Failure;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// The token that a form must carry: bound to the session, or to the visitor before there is one.
pub fn csrf_token(app: &App, headers: &HeaderMap, path: &str) -> Option<String> {
    let session = if is_staff(path) { cookies::STAFF } else { cookies::READER };
    let bound = cookies::get(headers, &app.site, session).or(cookies::get(headers, &app.site, cookies::VISITOR))?;
    Some(app.keys.signature("csrf", &bound))
}

pub fn is_staff(path: &str) -> bool {
    path == "/staff" || path.starts_with("/staff/")
}

/// A token by which a visitor's form is known; the cookie goes out with the page.
pub fn csrf_of_visitor(app: &App, visitor: &str) -> String {
    app.keys.signature("csrf", visitor)
}

pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    match checked(&app, request).await {
        Ok(request) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

async fn checked(app: &App, request: Request) -> Result<Request, Failure> {
    if !same_origin(request.headers(), &app.site.public_url) {
        return Err(Failure::StaleForm);
    }
    let token = csrf_token(app, request.headers(), request.uri().path()).ok_or(Failure::StaleForm)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Failure::TooLarge)?;
    let sent = url::form_urlencoded::parse(&body).find(|(name, _)| name == "csrf");
    let sent = sent.ok_or(Failure::StaleForm)?.1;
    if !bool::from(subtle::ConstantTimeEq::ct_eq(sent.as_bytes(), token.as_bytes())) {
        return Err(Failure::StaleForm);
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Browsers say where a form comes from. One that does not say still needs the token.
fn same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = text(header::HOST).unwrap_or_default();
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    origin == public_url.trim_end_matches('/') || (!host.is_empty() && authority == host)
}
