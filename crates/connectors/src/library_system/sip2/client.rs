//! The SIP2 client: asks over a kept connection, and once more over a fresh one where that was closed.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::timeout;

use super::answer::Answer;
use super::connection::{Connection, read};
use super::patron;
use super::pool::Pool;
use super::request::{self, Card, LocalTime};
use super::settings::{Secrets, Settings};
use crate::clock::Clock;
use crate::health::{Health, State};
use crate::library_system::{Fault, LibrarySystem, Lie, Outage, Patron};
use crate::settings::SettingsFault;

#[derive(Debug)]
pub struct Sip2 {
    settings: Settings,
    secrets: Secrets,
    clock: Clock,
    pool: Pool,
    health: Health,
}

/// What is asked over a connection.
#[derive(Clone, Copy)]
enum Question<'a> {
    Status,
    Patron(Card<'a>),
}

impl Sip2 {
    pub fn new(settings: &Settings, secrets: Secrets, clock: Clock) -> Result<Sip2, SettingsFault> {
        settings.check(&secrets)?;
        Ok(Sip2 {
            settings: settings.clone(),
            secrets,
            pool: Pool::new(settings.connections_max, Duration::from_millis(settings.idle_ms_max)),
            health: Health::new(clock.clone()),
            clock,
        })
    }

    async fn ask(&self, question: Question<'_>) -> Result<Option<Patron>, Fault> {
        let asked = timeout(self.settings.whole_limit(), self.ask_and_repeat(question));
        let result = asked.await.unwrap_or(Err(Outage::TimedOut.into()));
        self.health.noted("sip2", result, |_| false)
    }

    async fn ask_and_repeat(&self, question: Question<'_>) -> Result<Option<Patron>, Fault> {
        let _place = self.pool.place().await?;
        let kept = self.pool.take();
        let was_kept = kept.is_some();
        match self.ask_once(kept, question).await {
            // Asking again is safe, but only over a fresh connection.
            Err(Fault::Unavailable(outage)) if may_be_the_connection(&outage, was_kept) => {
                tracing::debug!(%outage, "sip2 connects again");
                self.pool.clear();
                self.ask_once(None, question).await
            }
            other => other,
        }
    }

    async fn ask_once(&self, kept: Option<Connection>, question: Question<'_>) -> Result<Option<Patron>, Fault> {
        let (mut connection, fresh) = match kept {
            Some(connection) => (connection, false),
            None => (Connection::open(&self.settings, &self.secrets).await?, true),
        };
        let found = match question {
            // A fresh connection has just been asked.
            Question::Status if fresh && self.settings.ask_status => None,
            Question::Status => connection.status(&self.settings).await.map(|()| None)?,
            Question::Patron(card) => self.ask_patron(&mut connection, card).await?,
        };
        self.pool.give_back(connection);
        Ok(found)
    }

    async fn ask_patron(&self, connection: &mut Connection, card: Card<'_>) -> Result<Option<Patron>, Fault> {
        match self.ask_patron_once(connection, card).await {
            // Status told nothing of it, or was not asked: the older question is known to every system.
            Err(Fault::Unavailable(Outage::NotUnderstood)) if connection.patron_information => {
                tracing::warn!("sip2: it knows no patron information (63); patron status (23) often carries no phone");
                connection.patron_information = false;
                self.ask_patron_once(connection, card).await
            }
            other => other,
        }
    }

    async fn ask_patron_once(&self, connection: &mut Connection, card: Card<'_>) -> Result<Option<Patron>, Fault> {
        let now = LocalTime::new(self.clock.now_ms(), self.settings.utc_offset_minutes);
        let (kind, message) = if connection.patron_information {
            (b"64", request::patron_information(&self.settings, &self.secrets, card, &now))
        } else {
            (b"24", request::patron_status(&self.settings, &self.secrets, card, &now))
        };
        let body = connection.ask(&self.settings, &message).await?;
        match read(&body, &self.settings)? {
            Answer::Patron(answer) if body.starts_with(kind) => patron::read(&answer, card, &self.settings, &now),
            _ => Err(Lie::OtherKind.into()),
        }
    }
}

/// Whether the connection died, rather than the party. Gateways that forget an idle connection leave it
/// silent, so silence speaks against a kept connection, but against the party on a fresh one.
fn may_be_the_connection(outage: &Outage, was_kept: bool) -> bool {
    match outage {
        Outage::Closed { .. } => true,
        Outage::TimedOut => was_kept,
        _ => false,
    }
}

#[async_trait]
impl LibrarySystem for Sip2 {
    async fn patron(&self, barcode: &str) -> Result<Option<Patron>, Fault> {
        let card = Card::parse(barcode).ok_or(Fault::BarcodeNotAllowed)?;
        self.ask(Question::Patron(card)).await
    }

    async fn check(&self) -> Result<(), Fault> {
        self.ask(Question::Status).await.map(|_| ())
    }

    fn state(&self) -> State {
        self.health.state()
    }
}
