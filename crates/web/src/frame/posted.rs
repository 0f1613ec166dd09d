//! A posted form: its fields, and the key by which a second sending is known.

use crate::frame::app::App;
use crate::frame::failure::Failure;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use domain::core::asked::{Actor, Idempotency};
use serde::de::DeserializeOwned;

const KEY_CHARS: std::ops::RangeInclusive<usize> = 16..=64;

/// The guard has already looked at where it comes from.
pub struct Posted<T> {
    pub form: T,
    pub key: String,
    /// Every field except the token and the key.
    body: String,
}

/// A form that is only a button.
#[derive(serde::Deserialize)]
pub struct Nothing {}

#[derive(serde::Deserialize)]
struct Key {
    #[serde(default)]
    key: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Posted<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let path = request.uri().path().to_string();
        let bytes = Bytes::from_request(request, app).await.map_err(|_| Failure::TooLarge)?;
        Posted::of(&path, &bytes, [].into_iter())
    }
}

impl<T: DeserializeOwned> Posted<T> {
    /// `marks` tell of what came beside the fields.
    pub fn of_pairs(
        path: &str,
        pairs: Vec<(String, String)>,
        marks: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Failure> {
        let bytes = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Posted::of(path, bytes.as_bytes(), marks)
    }

    fn of(path: &str, bytes: &[u8], marks: impl Iterator<Item = (String, String)>) -> Result<Self, Failure> {
        let form = serde_urlencoded::from_bytes(bytes).map_err(|_| Failure::BadRequest)?;
        let Key { key } = serde_urlencoded::from_bytes(bytes).map_err(|_| Failure::BadRequest)?;
        if !KEY_CHARS.contains(&key.len()) {
            return Err(Failure::BadRequest);
        }
        let fields = url::form_urlencoded::parse(bytes).into_owned().filter(|(n, _)| n != "csrf" && n != "key");
        let mut pairs: Vec<_> = fields.chain(marks).collect();
        pairs.sort();
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        // The same key at another address is another form: a button may send its form elsewhere.
        Ok(Posted { form, key: format!("{path} {key}"), body })
    }
}

impl<T> Posted<T> {
    pub fn idempotency(&self, app: &App, actor: Actor) -> Option<Idempotency> {
        // Its hash is stored for months, so these words stay as they are.
        let who = match actor {
            Actor::Reader(reader) => format!("Reader(ReaderId({reader}))"),
            Actor::Staff(staff) => format!("Staff(StaffId({staff}))"),
            Actor::Visitor => "Visitor".into(),
            Actor::Job => "Job".into(),
        };
        let key = app.keys.digest("form", &format!("{who} {}", self.key));
        Some(Idempotency { key, body: app.keys.digest("body", &self.body) })
    }
}
