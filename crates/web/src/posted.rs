//! A posted form: its fields, and the key by which a second sending is known.

use crate::app::App;
use crate::failure::Failure;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use domain::envelope::{Actor, Idempotency};
use serde::de::DeserializeOwned;

const KEY_CHARS: std::ops::RangeInclusive<usize> = 16..=64;

/// The guard has already looked at where it comes from.
pub struct Posted<T> {
    pub form: T,
    key: String,
    /// Every field except the token and the key.
    body: String,
}

#[derive(serde::Deserialize)]
struct Key {
    #[serde(default)]
    key: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Posted<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, app).await.map_err(|_| Failure::TooLarge)?;
        let form = serde_urlencoded::from_bytes(&bytes).map_err(|_| Failure::BadRequest)?;
        let Key { key } = serde_urlencoded::from_bytes(&bytes).map_err(|_| Failure::BadRequest)?;
        if !KEY_CHARS.contains(&key.len()) {
            return Err(Failure::BadRequest);
        }
        let mut pairs: Vec<_> =
            url::form_urlencoded::parse(&bytes).filter(|(n, _)| n != "csrf" && n != "key").collect();
        pairs.sort();
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Ok(Posted { form, key, body })
    }
}

impl<T> Posted<T> {
    pub fn idempotency(&self, app: &App, actor: Actor) -> Option<Idempotency> {
        let key = app.keys.digest("form", &format!("{actor:?} {}", self.key));
        Some(Idempotency { key, body: app.keys.digest("body", &self.body) })
    }
}
