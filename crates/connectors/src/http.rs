//! HTTP calls: one way to build a client, and one way to say how far a failed call got.

use std::error::Error;
use std::time::Duration;

use crate::settings::SettingsFault;

/// No party answers with more; a longer answer is a mistake or an attack.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// A kept connection is trusted this long only, well below the idle limits of common gateways.
const IDLE_S_MAX: u64 = 10;

pub(crate) enum Reuse {
    Connections,
    /// A fresh connection each time, where an ambiguous break on a kept one would cost too much.
    Nothing,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    /// Where a redirect leads; empty: nowhere.
    pub location: String,
    pub body: Vec<u8>,
}

#[derive(Debug)]
pub(crate) enum Failed {
    /// The request never left: no address, no connection, no TLS.
    NotOpened {
        reason: String,
    },
    /// The party may or may not have acted.
    TimedOut,
    Broken {
        reason: String,
    },
}

pub(crate) fn client(connect_ms_max: u64, reuse: Reuse) -> Result<reqwest::Client, SettingsFault> {
    built(builder(connect_ms_max, reuse))
}

pub(crate) fn built(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, SettingsFault> {
    builder.build().map_err(|error| SettingsFault::Http { reason: reason(error) })
}

pub(crate) fn builder(connect_ms_max: u64, reuse: Reuse) -> reqwest::ClientBuilder {
    let idle_connections_max = match reuse {
        Reuse::Connections => 16,
        Reuse::Nothing => 0,
    };
    reqwest::Client::builder()
        .connect_timeout(Duration::from_millis(connect_ms_max))
        .pool_idle_timeout(Duration::from_secs(IDLE_S_MAX))
        .pool_max_idle_per_host(idle_connections_max)
        // A redirect would hand the secret in the query to another host.
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("yue/", env!("CARGO_PKG_VERSION")))
}

pub(crate) async fn call(request: reqwest::RequestBuilder) -> Result<Answer, Failed> {
    call_within(request, ANSWER_BYTES_MAX).await
}

pub(crate) async fn call_within(request: reqwest::RequestBuilder, bytes_max: usize) -> Result<Answer, Failed> {
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status().as_u16();
    let location = response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > bytes_max {
            return Err(Failed::Broken { reason: "the answer is too long".to_owned() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, location, body })
}

fn failed(error: reqwest::Error) -> Failed {
    // First the connection: a limit reached while connecting is both, and surely nothing was sent.
    if error.is_connect() || error.is_builder() {
        Failed::NotOpened { reason: reason(error) }
    } else if error.is_timeout() {
        Failed::TimedOut
    } else {
        Failed::Broken { reason: reason(error) }
    }
}

/// The chain of causes. The address is left out, because its query may hold a secret or a phone number.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
