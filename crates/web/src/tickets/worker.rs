//! The service worker (W3C, "Service Workers") that keeps one page of tickets for when there is no network.

use crate::kit::assets;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// What the kept pages are shown with. A new version of any makes a new worker, which fetches them anew.
const ASSETS: [&str; 5] = ["reader.css", "reader.js", "icons.svg", "empty.svg", "mark.svg"];

/// From the root, so that it stands before every page.
pub async fn script() -> Response {
    let urls: Vec<String> = ASSETS.iter().map(|name| format!("\"{}\"", assets::url(name))).collect();
    let text = format!("const ASSETS=[{}];\n{}", urls.join(","), assets::text("worker.js"));
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], text).into_response()
}

/// W3C, "Clear Site Data": what this browser has kept of the site goes.
const CLEAR: (HeaderName, HeaderValue) =
    (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));

/// After signing out or unbinding, tickets on the device are nobody's to see.
pub fn forgotten(mut response: Response) -> Response {
    response.headers_mut().insert(CLEAR.0, CLEAR.1);
    response
}
