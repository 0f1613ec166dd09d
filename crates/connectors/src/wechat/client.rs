//! The questions from server to server: a code for a grant, a grant for a profile.

use std::time::Duration;

use serde_json::Value;
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

    pub(super) fn appid(&self) -> &str {
        &self.appid
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    pub fn state(&self) -> State {
        self.health.state()
    }

    pub(super) fn note<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        self.health.noted("wechat", result, Fault::is_the_readers)
    }

    pub(super) async fn ask(&self, path: &str, pairs: &[(&str, &str)]) -> Result<Vec<u8>, Fault> {
        self.call(self.http.get(self.url(path, pairs))).await
    }

    pub(super) async fn post(&self, path: &str, pairs: &[(&str, &str)], body: &Value) -> Result<Vec<u8>, Fault> {
        let request = self.http.post(self.url(path, pairs)).header("content-type", "application/json");
        self.call(request.body(body.to_string())).await
    }

    fn url(&self, path: &str, pairs: &[(&str, &str)]) -> Url {
        let mut url = self.api_base.clone();
        url.set_path(&format!("{}{path}", self.api_base.path()));
        url.set_query(Some(&query(pairs)).filter(|query| !query.is_empty()).map(String::as_str));
        url
    }

    /// Once more where the request surely never left, within the same limit of time.
    async fn call(&self, request: reqwest::RequestBuilder) -> Result<Vec<u8>, Fault> {
        let end = Instant::now() + self.whole_limit;
        let again = request.try_clone();
        let within = |request: reqwest::RequestBuilder| {
            http::call(request.timeout(end.saturating_duration_since(Instant::now())))
        };
        let answer = match (within(request).await, again) {
            (Err(Failed::NotOpened { .. }), Some(again)) => within(again).await,
            (other, _) => other,
        }?;
        if answer.status != 200 {
            return Err(Fault::Unreadable { reason: format!("HTTP status {}", answer.status) });
        }
        Ok(answer.body)
    }
}
