//! A running sandbox with a clock of its own, and small clients.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::{Client, RequestBuilder, Response, redirect};
use sandbox::{Config, Control, Running, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// 2026-11-30 08:00 in China.
pub const START: i64 = 1_796_083_200_000 - 86_400_000;

pub struct Stage {
    pub running: Running,
    pub now: Arc<AtomicI64>,
    client: Client,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let now = Arc::new(AtomicI64::new(START));
        let clock = now.clone();
        let mut config = Config::sample(Arc::new(move || clock.load(Ordering::SeqCst)));
        change(&mut config);
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { running: Sandbox::start(config).await.unwrap(), now, client }
    }

    pub fn control(&self) -> &Control {
        &self.running.control
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.running.base_url()))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.running.base_url()))
    }

    pub fn pass(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    pub async fn sip2(&self) -> Line {
        Line(TcpStream::connect(self.running.sip2).await.unwrap())
    }
}

pub fn location(answer: &Response) -> String {
    assert_eq!(answer.status(), 302);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// A SIP2 client that sends and hears bytes as they are.
pub struct Line(TcpStream);

impl Line {
    pub async fn send(&mut self, message: &[u8]) {
        self.0.write_all(message).await.unwrap();
    }

    /// Up to the carriage return; empty when the other side has hung up.
    pub async fn hear(&mut self) -> Vec<u8> {
        let mut heard = Vec::new();
        while heard.last() != Some(&b'\r') {
            match self.0.read_u8().await {
                Ok(byte) => heard.push(byte),
                Err(_) => return Vec::new(),
            }
        }
        heard.pop();
        heard
    }

    pub async fn ask(&mut self, message: &str) -> String {
        self.send(format!("{message}\r").as_bytes()).await;
        String::from_utf8(self.hear().await).unwrap()
    }

    pub async fn log_in(mut self) -> Self {
        assert_eq!(self.ask("9300CNyue|COyue-sip2|CP|").await, "941");
        self
    }
}
