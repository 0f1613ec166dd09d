//! The client: a token by client credentials, kept until its end, and one question per card.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use url::Url;

use super::{Settings, patron};
use crate::clock::Clock;
use crate::health::{Health, State};
use crate::http::{self, Answer, Failed, Reuse};
use crate::library_system::{Fault, LibrarySystem, Outage, Patron, is_barcode};
use crate::percent::query;
use crate::secret::Secret;
use crate::settings::{SettingsFault, base_url};

/// A token is not used in its last seconds.
const TOKEN_MARGIN: Duration = Duration::from_secs(30);

pub struct Koha {
    settings: Settings,
    secret: Secret,
    base_url: Url,
    clock: Clock,
    http: reqwest::Client,
    health: Health,
    token: Mutex<Option<Token>>,
}

#[derive(Clone)]
struct Token {
    text: Secret,
    until: Instant,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: u64,
}

impl Koha {
    pub fn new(settings: &Settings, secret: Secret, clock: Clock) -> Result<Koha, SettingsFault> {
        Ok(Koha {
            settings: settings.clone(),
            secret,
            base_url: base_url("koha.base_url", &settings.base_url)?,
            http: http::client(settings.connect_ms_max, Reuse::Connections)?,
            health: Health::new(clock.clone()),
            clock,
            token: Mutex::new(None),
        })
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}api/v1/{path}", self.base_url.path()));
        url
    }

    async fn call(&self, request: reqwest::RequestBuilder) -> Result<Answer, Fault> {
        http::call(request).await.map_err(|failed| match failed {
            Failed::NotOpened { reason } => Outage::Unreachable { reason }.into(),
            Failed::TimedOut => Outage::TimedOut.into(),
            Failed::Broken { reason } => Outage::Closed { reason }.into(),
        })
    }

    /// The token that is kept, or a new one; those who come together ask once.
    async fn token(&self) -> Result<Token, Fault> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| Instant::now() < token.until) {
            return Ok(token.clone());
        }
        let form = query(&[
            ("grant_type", "client_credentials"),
            ("client_id", &self.settings.client_id),
            ("client_secret", self.secret.reveal()),
        ]);
        let request = self.http.post(self.url("oauth/token"));
        let answer = self.call(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await?;
        match answer.status {
            200 => {}
            400 | 401 | 403 => return Err(Outage::LoginRefused.into()),
            // Under maintenance, say: nothing is wrong with our login.
            status => return Err(Outage::Status { status }.into()),
        }
        let unreadable = |_| Outage::Unreadable { what: "a token" };
        let granted: Granted = serde_json::from_slice(&answer.body).map_err(unreadable)?;
        let life = Duration::from_secs(granted.expires_in).saturating_sub(TOKEN_MARGIN);
        let token = Token { text: Secret::new(granted.access_token), until: Instant::now() + life };
        Ok(kept.insert(token).clone())
    }

    async fn forget(&self, refused: &Token) {
        let mut kept = self.token.lock().await;
        if kept.as_ref().is_some_and(|token| token.text == refused.text) {
            *kept = None;
        }
    }

    async fn ask(&self, barcode: &str) -> Result<Option<Patron>, Fault> {
        let answer = match self.ask_once(barcode).await? {
            // A token that was taken back early: once more with a new one.
            (Answer { status: 401, .. }, token) => {
                self.forget(&token).await;
                self.ask_once(barcode).await?.0
            }
            (answer, _) => answer,
        };
        match answer.status {
            200 => patron::read(&answer.body, barcode, &self.settings, &self.today()),
            401 | 403 => Err(Outage::LoginRefused.into()),
            status => Err(Outage::Status { status }.into()),
        }
    }

    async fn ask_once(&self, barcode: &str) -> Result<(Answer, Token), Fault> {
        let token = self.token().await?;
        let mut url = self.url("patrons");
        url.set_query(Some(&query(&[("cardnumber", barcode), ("_match", "exact")])));
        let request = self.http.get(url).bearer_auth(token.text.reveal()).header("accept", "application/json");
        Ok((self.call(request.header("x-koha-embed", "extended_attributes")).await?, token))
    }

    /// Koha's dates are those of the library; its servers stand in the same zone as the readers.
    fn today(&self) -> String {
        let now = jiff::Timestamp::from_millisecond(self.clock.now_ms()).unwrap_or_default();
        now.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).date().to_string()
    }

    fn note<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        self.health.noted("koha", result, |fault| matches!(fault, Fault::BarcodeNotAllowed))
    }

    async fn in_time<T>(&self, asked: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let limit = Duration::from_millis(self.settings.whole_ms_max);
        self.note(timeout(limit, asked).await.unwrap_or(Err(Outage::TimedOut.into())))
    }
}

#[async_trait]
impl LibrarySystem for Koha {
    async fn patron(&self, barcode: &str) -> Result<Option<Patron>, Fault> {
        if !is_barcode(barcode) {
            return Err(Fault::BarcodeNotAllowed);
        }
        self.in_time(self.ask(barcode)).await
    }

    async fn check(&self) -> Result<(), Fault> {
        self.in_time(self.token()).await.map(|_| ())
    }

    fn state(&self) -> State {
        self.health.state()
    }
}
