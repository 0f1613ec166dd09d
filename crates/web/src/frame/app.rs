//! What every handler is given.

use crate::books::{Fetching, Source};
use crate::frame::content::Contents;
use crate::frame::failure::Failure;
use crate::frame::keys::{Keys, seed};
use crate::frame::limits::AddressLimits;
use crate::frame::settings::{Library, Site};
use crate::kit::calendar::Calendar;
use crate::system::Proofs;
use connectors::books::Covers;
use connectors::library_system::LibrarySystem;
use connectors::wechat;
use domain::core::asked::{Actor, CommandOf, Idempotency};
use domain::core::refusal::Refused;
use domain::slices::{Envelope, InSlices};
use std::ops::Deref;
use std::sync::Arc;
use store::{Door, NoReply, Reads};
use tokio::sync::{Notify, Semaphore};

/// Milliseconds since 1970-01-01 UTC; the demonstration can move it forward.
pub type TimeSource = Arc<dyn Fn() -> i64 + Send + Sync>;

pub struct Parts {
    pub library: Arc<Library>,
    pub site: Site,
    pub keys: Keys,
    pub door: Door,
    pub reads: Reads,
    pub time: TimeSource,
    pub calendar: Calendar,
    pub wechat: Arc<wechat::Client>,
    pub wechat_settings: wechat::Settings,
    pub library_system: Arc<dyn LibrarySystem>,
    /// Who knows books, the library's own catalogue first.
    pub books: Vec<Arc<Source>>,
    pub covers: Covers,
    pub fetching: Fetching,
    /// Rung when something was put into the outbox.
    pub outbox_bell: Arc<Notify>,
    /// Rung when a job should run before its time.
    pub job_bell: Arc<Notify>,
    pub parties: Vec<crate::system::Party>,
    /// What Prometheus reads.
    pub figures: Arc<dyn Fn() -> String + Send + Sync>,
    pub contents: Contents,
    pub addresses: AddressLimits,
    /// When the program last proved that it can write.
    pub proofs: tokio::sync::Mutex<Proofs>,
    /// Passwords are hashed a few at a time: each takes 19 MiB.
    pub password_turns: Semaphore,
    /// Pictures are decoded a few at a time: each takes tens of MiB.
    pub picture_turns: Arc<Semaphore>,
}

#[derive(Clone)]
pub struct App(Arc<Parts>);

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Why a command was not carried out.
pub enum Stop {
    Refused(Refused),
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed(failure)
    }
}

impl App {
    pub fn new(parts: Parts) -> Self {
        App(Arc::new(parts))
    }

    pub fn now(&self) -> i64 {
        (self.time)()
    }

    /// The one way to change anything. The answer is the command's slice's.
    pub async fn command<C: CommandOf<Slice: InSlices>>(
        &self,
        actor: Actor,
        key: Option<Idempotency>,
        command: C,
    ) -> Result<C::Reply, Stop> {
        let seed = seed().map_err(Failure::from)?;
        match self.door.ask(Envelope { actor, key, command: command.into(), seed }).await {
            Ok(reply) => Ok(reply.of().ok_or_else(|| Failure::Internal(format!("not this slice's: {reply:?}")))?),
            Err(NoReply::Refused(refusal)) => Err(Stop::Refused(refusal)),
            Err(NoReply::Busy) => Err(Failure::Busy.into()),
            Err(NoReply::Fault) => Err(Failure::OutOfOrder("the writer reported a fault".into()).into()),
        }
    }
}
