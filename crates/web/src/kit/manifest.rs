//! The web application manifest (W3C, "Web Application Manifest"): readers outside WeChat put the site on their home screen.

use crate::frame::app::App;
use crate::frame::settings::Library;
use crate::kit::assets;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The paper of `reader.css`, and of the icon.
const PAPER: &str = "#f6f1e6";

fn icon(name: &str, sizes: &str, purpose: &str) -> Value {
    json!({ "src": assets::url(name), "sizes": sizes, "type": "image/png", "purpose": purpose })
}

/// `minimal-ui` keeps a way back: the pages have none of their own, since WeChat's bar gives one.
fn manifest(library: &Library) -> Value {
    json!({
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "lang": "zh-CN",
        "display": "minimal-ui",
        "name": format!("{}{}", library.name, library.platform),
        "short_name": library.platform,
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("icon-512.png", "512x512", "maskable"),
        ],
    })
}

/// Asked for by browsers without cookies, so it says nothing of who asks.
pub async fn show(State(app): State<App>) -> Response {
    let fixed = [(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (fixed, manifest(&app.library).to_string()).into_response()
}
