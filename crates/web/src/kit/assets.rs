//! Assets: built by `make assets`, named by content, embedded, cached by browsers for ever.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::LazyLock;

pub struct Asset {
    name: &'static str,
    url: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

static BY_NAME: LazyLock<HashMap<&str, &Asset>> = LazyLock::new(|| ASSETS.iter().map(|a| (a.name, a)).collect());
static BY_URL: LazyLock<HashMap<&str, &Asset>> = LazyLock::new(|| ASSETS.iter().map(|a| (a.url, a)).collect());

/// Where a file is served, by the name that it has in the sources. A test looks at every name in the templates.
pub fn url(name: &str) -> &'static str {
    BY_NAME.get(name).map_or("/assets/missing", |asset| asset.url)
}

/// A file of ours as text; empty: there is none.
pub fn text(name: &str) -> &'static str {
    BY_NAME.get(name).and_then(|asset| std::str::from_utf8(asset.plain).ok()).unwrap_or_default()
}

/// `br;q=0` is a refusal.
fn takes(part: &str, coding: &str) -> bool {
    let mut parts = part.split(';').map(str::trim);
    let refused = |weight: &str| weight.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
    parts.next() == Some(coding) && !parts.any(refused)
}

pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = BY_URL.get(format!("/assets/{name}").as_str()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = |coding: &str| accepts.split(',').any(|part| takes(part, coding));
    let (encoding, bytes) = match () {
        () if accepts("br") && asset.brotli.len() < asset.plain.len() => (Some("br"), asset.brotli),
        () if accepts("gzip") && asset.gzip.len() < asset.plain.len() => (Some("gzip"), asset.gzip),
        () => (None, asset.plain),
    };
    let kind = match asset.name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    let fixed = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    if asset.name == DETECTOR {
        return ([(header::CONTENT_SECURITY_POLICY, DETECTOR_POLICY)], coded(fixed, encoding, bytes)).into_response();
    }
    coded(fixed, encoding, bytes)
}

/// A worker lives by the policy that its script is sent with: WebAssembly runs in this one, and on no page.
const DETECTOR: &str = "detector.js";
const DETECTOR_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

fn coded(
    fixed: [(header::HeaderName, &'static str); 3],
    encoding: Option<&'static str>,
    bytes: &'static [u8],
) -> Response {
    match encoding {
        Some(encoding) => (fixed, [(header::CONTENT_ENCODING, encoding)], bytes).into_response(),
        None => (fixed, bytes).into_response(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names_in_templates(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                names_in_templates(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            let parts = text.split("assets::url(\"").skip(1);
            found.extend(parts.filter_map(|part| part.split('"').next()).map(String::from));
        }
    }

    #[test]
    fn every_asset_that_a_template_names_is_there() {
        let mut names = vec![];
        let templates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        names_in_templates(&templates, &mut names);
        names.extend(crate::prizes::PICTURES.iter().map(|(name, _)| name.to_string()));
        assert!(names.len() > 10);
        for name in names {
            assert_ne!(url(&name), "/assets/missing", "{name}");
        }
    }

    #[tokio::test]
    async fn an_asset_comes_compressed_and_stays() {
        let name = url("reader.css").trim_start_matches("/assets/").to_string();
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "gzip, br".parse().unwrap());
        let answer = serve(Path(name), headers).await;
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "br");
        assert!(answer.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert_eq!(serve(Path("nothing.css".into()), HeaderMap::new()).await.status(), StatusCode::NOT_FOUND);
    }

    /// The menu of the back office is made from routes, so no template names its icons.
    #[test]
    fn every_icon_of_the_menu_is_drawn() {
        let sprite = ["icons.svg", "more-icons.svg"].map(text).concat();
        let lacks = |icon: &&str| !sprite.contains(&format!("id=\"i-{icon}\""));
        let icons = crate::frame::router::MENU.iter().map(|entry| entry.icon);
        assert_eq!(icons.filter(lacks).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
