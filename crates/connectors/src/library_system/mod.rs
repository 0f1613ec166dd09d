//! The library system: who holds a card, and is it good.
//! Asking changes nothing there, so a question may be repeated.

pub mod koha;
pub mod sip2;

use std::fmt;

use async_trait::async_trait;

use crate::health::State;

#[derive(Clone, PartialEq, Eq)]
pub struct Patron {
    pub barcode: String,
    /// The system's own number of the person; it outlives a replaced card. Not every system tells it.
    pub patron_id: Option<String>,
    pub name: String,
    pub phone: Option<String>,
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

impl Fault {
    /// Whether the next question would fare no better: about another card it may, where only this answer was no use.
    pub fn is_down(&self) -> bool {
        match self {
            Fault::BarcodeNotAllowed | Fault::Lying(_) => false,
            Fault::Unavailable(Outage::Unreadable { .. }) => false,
            Fault::Unavailable(
                Outage::Unreachable { .. }
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
