//! The library system: who holds a card, and is it good.
//! Asking changes nothing there, so a question may be repeated.

mod either_case;
pub mod koha;
pub mod sip2;

use std::fmt;

use async_trait::async_trait;
use serde::Deserialize;

use crate::health::State;

pub use either_case::EitherCase;

#[derive(Clone, PartialEq, Eq)]
pub struct Patron {
    pub barcode: String,
    /// The system's own number of the person; it outlives a replaced card. Not every system tells it.
    pub patron_id: Option<String>,
    pub name: String,
    /// As the library system writes them, those that readers are reached by first.
    pub phones: Vec<String>,
    /// The identity number, as the library registered it.
    pub identity: Option<String>,
    /// As the library system writes it, usually YYYYMMDD.
    pub birth_date: Option<String>,
    /// The card may be bound: the system calls it valid, and it is neither lost nor expired.
    pub valid: bool,
    pub state: PatronState,
    /// What the library system wants said on a screen.
    pub message: Option<String>,
}

/// Personal data must not slip into a log through a derived Debug.
impl fmt::Debug for Patron {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Patron").field("valid", &self.valid).field("state", &self.state).finish_non_exhaustive()
    }
}

/// In order of precedence: a lost card that has also expired is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatronState {
    Lost,
    Expired,
    /// The system calls the card invalid for another reason.
    Ended,
    /// Valid, but may not borrow now (too many loans, fees).
    Blocked,
    Active,
}

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Not asked: such a text cannot be a card, and could carry field separators.
    #[error("the barcode holds characters that no card has")]
    BarcodeNotAllowed,
    /// Nothing is known about the card; ask again later.
    #[error(transparent)]
    Unavailable(#[from] Outage),
    /// Nothing of such an answer is used.
    #[error("the library system answers what was not asked: {0}")]
    Lying(#[from] Lie),
}

/// Whether JB01 and jb01 are one card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BarcodeCase {
    #[default]
    Ignored,
    Exact,
}

impl BarcodeCase {
    pub fn same(self, one: &str, other: &str) -> bool {
        match self {
            BarcodeCase::Ignored => one.eq_ignore_ascii_case(other),
            BarcodeCase::Exact => one == other,
        }
    }

    /// One text for all ways to write a barcode, to know a card by.
    pub fn folded(self, barcode: &str) -> String {
        match self {
            BarcodeCase::Ignored => barcode.to_ascii_uppercase(),
            BarcodeCase::Exact => barcode.into(),
        }
    }
}

impl Fault {
    /// Whether the next question would fare no better: about another card it may, where only this answer was no use.
    pub fn is_down(&self) -> bool {
        match self {
            Fault::BarcodeNotAllowed | Fault::Lying(_) => false,
            Fault::Unavailable(Outage::Unreadable { .. } | Outage::NotUnderstood) => false,
            Fault::Unavailable(
                Outage::Unreachable { .. }
                | Outage::Status { .. }
                | Outage::TimedOut
                | Outage::Closed { .. }
                | Outage::LoginRefused
                | Outage::OffLine,
            ) => true,
        }
    }
}

/// Why the library system could not tell; for staff and logs.
#[derive(Debug, thiserror::Error)]
pub enum Outage {
    #[error("the library system cannot be reached: {reason}")]
    Unreachable { reason: String },
    #[error("the library system did not answer in time")]
    TimedOut,
    #[error("the library system closed the connection: {reason}")]
    Closed { reason: String },
    #[error("the library system refuses our login")]
    LoginRefused,
    #[error("the library system says that it is off line")]
    OffLine,
    #[error("the library system answers with the status {status}")]
    Status { status: u16 },
    #[error("the library system does not understand our message")]
    NotUnderstood,
    #[error("the answer of the library system cannot be read: {what}")]
    Unreadable { what: &'static str },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lie {
    #[error("another card")]
    OtherCard,
    #[error("another sequence number")]
    OtherSequence,
    #[error("another kind of message")]
    OtherKind,
}

/// Letters, digits and hyphens: nothing that could be a separator of any protocol.
pub fn is_barcode(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[async_trait]
pub trait LibrarySystem: Send + Sync {
    /// The holder of a card, or nobody.
    async fn patron(&self, barcode: &str) -> Result<Option<Patron>, Fault>;

    /// Asks whether the system is on line, for `yue config check` and the watch page.
    async fn check(&self) -> Result<(), Fault>;

    /// What the last calls told; asks nothing.
    fn state(&self) -> State;
}
