//! SMS: one message to one phone, through one of two providers.
//! A message is never sent twice: each fault says whether it surely did not leave.

pub mod aliyun;
pub mod tencent;

mod failover;
mod settings;

use std::fmt;

use async_trait::async_trait;

use crate::health::{Health, State};
use crate::http::Failed;

pub use failover::{CHANGED_TEMPLATE, CODE_TEMPLATE, Failover, Gateway};
pub use settings::{Provider, Settings, connect};

/// The fresh parts of a signed call, handed in so that signing is a pure function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// UTC, milliseconds since 1970.
    pub at_ms: i64,
    /// Never used before; at most 64 characters.
    pub nonce: String,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// A mainland number, 11 digits.
    pub phone: String,
    /// The provider's template code.
    pub template: String,
    /// In the order of the template: Aliyun wants the names, Tencent the order.
    pub params: Vec<(String, String)>,
    /// Our own id, echoed in the provider's receipts.
    pub out_id: String,
}

/// Neither the phone nor a code must slip into a log.
impl fmt::Debug for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Message").field("out_id", &self.out_id).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub biz_id: String,
}

#[derive(Debug, thiserror::Error)]
pub enum SendFault {
    /// Surely not sent; the same message will be refused again.
    #[error("the provider refuses: {code}: {message}")]
    Refused { code: String, message: String },
    /// Surely not sent; too many to this phone or from this account.
    #[error("the provider's limit is reached: {code}")]
    Limited { code: String },
    /// Surely not sent; may be tried again.
    #[error("the provider cannot be reached: {reason}")]
    Unavailable { reason: String },
    /// Perhaps sent; never to be sent again.
    #[error("unknown whether the message was sent: {reason}")]
    Unknown { reason: String },
}

#[async_trait]
pub trait Sms: Send + Sync {
    async fn send(&self, message: &Message, stamp: &Stamp) -> Result<Sent, SendFault>;

    /// Asks whether our key is known and the template approved; sends nothing. For `yue config check`.
    async fn check(&self, template: &str, stamp: &Stamp) -> Result<(), SendFault>;

    fn state(&self) -> State;
}

impl From<Failed> for SendFault {
    fn from(failed: Failed) -> SendFault {
        match failed {
            Failed::NotOpened { reason } => SendFault::Unavailable { reason },
            Failed::TimedOut => SendFault::Unknown { reason: "no answer in time".to_owned() },
            Failed::Broken { reason } => SendFault::Unknown { reason },
        }
    }
}

/// The code of our own refusal.
const LOCAL_PHONE: &str = "local.phone";

/// A list of phones is one text to the providers, so a comma here would send to many.
fn check_phone(phone: &str) -> Result<(), SendFault> {
    if phone.len() == 11 && phone.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(SendFault::Refused { code: LOCAL_PHONE.to_owned(), message: "not a mainland mobile number".to_owned() })
}

fn not_approved(status: i64) -> SendFault {
    SendFault::Refused { code: format!("status {status}"), message: "the template is not approved".to_owned() }
}

fn unreadable(status: u16) -> SendFault {
    SendFault::Unknown { reason: format!("unreadable answer with HTTP status {status}") }
}

/// Refusals that speak of one phone or one text: the provider itself works for us.
const REFUSALS_OF_ONE_MESSAGE: [&str; 6] = [
    "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.TEMPLATE_PARAMS_ILLEGAL",
    "InvalidParameterValue.IncorrectPhoneNumber",
    "FailedOperation.PhoneNumberInBlacklist",
    "FailedOperation.ContainSensitiveWord",
];

/// What this result tells about the party's health.
fn note(health: &Health, result: &Result<Sent, SendFault>) {
    match result {
        Ok(_) | Err(SendFault::Limited { .. }) => health.succeeded(),
        // The provider was not asked.
        Err(SendFault::Refused { code, .. }) if code == LOCAL_PHONE => {}
        Err(SendFault::Refused { code, .. }) if REFUSALS_OF_ONE_MESSAGE.contains(&code.as_str()) => health.succeeded(),
        // All other refusals are a setting or an account that staff must mend.
        Err(fault) => {
            tracing::warn!(%fault, "sms");
            health.failed();
        }
    }
}
