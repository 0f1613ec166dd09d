//! The questions from server to server: a code for a grant, a grant for a profile.

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::Settings;
use super::fault::Fault;
use super::grant::{self, Grant};
use super::profile::{self, Profile};
use crate::clock::Clock;
use crate::health::{Health, State};
use crate::http::{self, Failed, Reuse};
use crate::percent::query;
use crate::secret::Secret;
use crate::settings::{SettingsFault, base_url};

#[derive(Debug)]
pub struct Client {
    appid: String,
    secret: Secret,
    api_base: Url,
    whole_limit: Duration,
    http: reqwest::Client,
    health: Health,
}

impl Client {
    pub fn new(settings: &Settings, secret: Secret, clock: Clock) -> Result<Client, SettingsFault> {
        base_url("authorize_base", &settings.authorize_base)?;
        Ok(Client {
            appid: settings.appid.clone(),
            secret,
            api_base: base_url("api_base", &settings.api_base)?,
            whole_limit: Duration::from_millis(settings.whole_ms_max),
            http: http::client(settings.connect_ms_max, Reuse::Connections)?,
            health: Health::new(clock),
        })
    }

    /// Exchanges a code. A code lives once, so the call is repeated only where it surely never left.
    pub async fn access_token(&self, code: &str) -> Result<Grant, Fault> {
        if code.is_empty() {
            return Err(Fault::InvalidCode);
        }
        let pairs = [
            ("appid", self.appid.as_str()),
            ("secret", self.secret.reveal()),
            ("code", code),
            ("grant_type", "authorization_code"),
        ];
        let result = self.ask("sns/oauth2/access_token", &pairs).await.and_then(|body| grant::read(&body));
        self.note(result)
    }

    /// Asks for nickname and picture; only a grant with the scope snsapi_userinfo is answered.
    pub async fn profile(&self, grant: &Grant) -> Result<Profile, Fault> {
        let pairs =
            [("access_token", grant.access_token.reveal()), ("openid", grant.openid.as_str()), ("lang", "zh_CN")];
        let result = self.ask("sns/userinfo", &pairs).await.and_then(|body| profile::read(&body, &grant.openid));
        self.note(result)
    }

    pub fn state(&self) -> State {
        self.health.state()
    }

    fn note<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        match &result {
            Ok(_) => self.health.succeeded(),
            Err(fault) if fault.is_the_readers() => self.health.succeeded(),
            Err(fault) => {
                tracing::warn!(%fault, "wechat");
                self.health.failed();
            }
        }
        result
    }

    async fn ask(&self, path: &str, pairs: &[(&str, &str)]) -> Result<Vec<u8>, Fault> {
        let end = Instant::now() + self.whole_limit;
        let mut url = self.api_base.clone();
        url.set_path(&format!("{}{path}", self.api_base.path()));
        url.set_query(Some(&query(pairs)));
        let answer = match self.get(&url, end).await {
            Err(Failed::NotOpened { .. }) => self.get(&url, end).await,
            other => other,
        }?;
        if answer.status != 200 {
            return Err(Fault::Unreadable { reason: format!("HTTP status {}", answer.status) });
        }
        Ok(answer.body)
    }

    async fn get(&self, url: &Url, end: Instant) -> Result<http::Answer, Failed> {
        let left = end.saturating_duration_since(Instant::now());
        http::call(self.http.get(url.clone()).timeout(left)).await
    }
}
