//! What people read: why a command was refused, what a message says, why points moved. Each slice has its own words;
//! here is the list of them, and the words of those slices that have no pages.

pub mod codes;
mod common;
mod jobs;
mod ledger;
mod outbox;
mod readers;

use axum::http::StatusCode;
use domain::core::refusal::Refused;
use domain::slices::{MessageKind, PostingKind, Refusal};
use domain::tables::{MessageNumber, PostingNumber};

pub fn refusal(refused: impl Into<Refused>) -> String {
    match Refusal::of(&refused.into()) {
        Some(Refusal::Common(why)) => common::refusal(why),
        Some(Refusal::Activities(why)) => crate::activities::words::refusal(why),
        Some(Refusal::Bulletins(why)) => crate::bulletins::words::refusal(why),
        Some(Refusal::Cards(why)) => crate::cards::words::refusal(why),
        Some(Refusal::CheckIns(why)) => crate::checkins::words::refusal(why),
        Some(Refusal::Closings(why)) => crate::closings::words::refusal(why),
        Some(Refusal::Consents(why)) => crate::consents::words::refusal(why),
        Some(Refusal::Exports(why)) => crate::exports::words::refusal(why),
        Some(Refusal::Codes(why)) => codes::refusal(why),
        Some(Refusal::Jobs(why)) => jobs::refusal(why),
        Some(Refusal::Ledger(why)) => ledger::refusal(why),
        Some(Refusal::Books(why)) => crate::books::words::refusal(why),
        Some(Refusal::Feedback(why)) => crate::feedback::words::refusal(why),
        Some(Refusal::Questions(why)) => crate::questions::words::refusal(why),
        Some(Refusal::Members(why)) => crate::members::words::refusal(why),
        Some(Refusal::Messages(why)) => crate::messages::words::refusal(why),
        Some(Refusal::Outbox(why)) => outbox::refusal(why),
        Some(Refusal::Passages(why)) => crate::passages::words::refusal(why),
        Some(Refusal::Phones(why)) => crate::phones::words::refusal(why),
        Some(Refusal::Places(why)) => crate::places::words::refusal(why),
        Some(Refusal::Prizes(why)) => crate::prizes::words::refusal(why),
        Some(Refusal::Readers(why)) => readers::refusal(why),
        Some(Refusal::Redemptions(why)) => crate::redemptions::words::refusal(why),
        Some(Refusal::Rules(why)) => crate::rules::words::refusal(why),
        Some(Refusal::Staff(why)) => crate::staff::words::refusal(why),
        Some(Refusal::Donations(why)) => crate::donations::words::refusal(why),
        Some(Refusal::StockAlerts(why)) => crate::stock_alerts::words::refusal(why),
        Some(Refusal::Suggestions(why)) => crate::suggestions::words::refusal(why),
        Some(Refusal::Transfers(why)) => crate::transfers::words::refusal(why),
        Some(Refusal::Volunteers(why)) => crate::volunteers::words::refusal(why),
        None => "没有办成，请稍后再试。".into(),
    }
}

/// The status that programs read.
pub fn status(refused: &Refused) -> StatusCode {
    match Refusal::of(refused) {
        Some(Refusal::Common(why)) => common::status(why),
        Some(Refusal::Activities(why)) => crate::activities::words::status(why),
        Some(Refusal::Bulletins(why)) => crate::bulletins::words::status(why),
        Some(Refusal::Cards(why)) => crate::cards::words::status(why),
        Some(Refusal::CheckIns(why)) => crate::checkins::words::status(why),
        Some(Refusal::Closings(why)) => crate::closings::words::status(why),
        Some(Refusal::Consents(why)) => crate::consents::words::status(why),
        Some(Refusal::Exports(why)) => crate::exports::words::status(why),
        Some(Refusal::Codes(why)) => codes::status(why),
        Some(Refusal::Ledger(why)) => ledger::status(why),
        Some(Refusal::Books(why)) => crate::books::words::status(why),
        Some(Refusal::Feedback(why)) => crate::feedback::words::status(why),
        Some(Refusal::Questions(why)) => crate::questions::words::status(why),
        Some(Refusal::Members(why)) => crate::members::words::status(why),
        Some(Refusal::Messages(why)) => crate::messages::words::status(why),
        Some(Refusal::Passages(why)) => crate::passages::words::status(why),
        Some(Refusal::Phones(why)) => crate::phones::words::status(why),
        Some(Refusal::Places(why)) => crate::places::words::status(why),
        Some(Refusal::Prizes(why)) => crate::prizes::words::status(why),
        Some(Refusal::Readers(why)) => readers::status(why),
        Some(Refusal::Redemptions(why)) => crate::redemptions::words::status(why),
        Some(Refusal::Rules(why)) => crate::rules::words::status(why),
        Some(Refusal::Staff(why)) => crate::staff::words::status(why),
        Some(Refusal::Donations(why)) => crate::donations::words::status(why),
        Some(Refusal::StockAlerts(why)) => crate::stock_alerts::words::status(why),
        Some(Refusal::Suggestions(why)) => crate::suggestions::words::status(why),
        Some(Refusal::Transfers(why)) => crate::transfers::words::status(why),
        Some(Refusal::Volunteers(why)) => crate::volunteers::words::status(why),
        _ => StatusCode::CONFLICT,
    }
}

/// A message in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub title: &'static str,
    pub text: String,
    /// Where more about it stands.
    pub link: String,
}

/// What a message has to say beside its kind.
#[derive(Default)]
pub struct Said<'a> {
    /// The prize's or the activity's title, or the card as it is shown.
    pub about: &'a str,
    /// The id of what it is about.
    pub number: i64,
    /// Points, a count, days left: the kind says.
    pub detail: i64,
    /// What staff wrote, without a full stop.
    pub more: &'a str,
    /// None: it is about the reader.
    pub member: Option<String>,
}

impl Said<'_> {
    /// The member's name, where it is about one.
    pub fn who(&self) -> &str {
        self.member.as_deref().unwrap_or_default()
    }
}

pub fn message(kind: MessageNumber, said: &Said) -> Words {
    match MessageKind::of(kind) {
        Some(MessageKind::Activities(kind)) => crate::activities::words::message(kind, said),
        Some(MessageKind::Cards(kind)) => crate::cards::words::message(kind, said),
        Some(MessageKind::Consents(kind)) => crate::consents::words::message(kind, said),
        Some(MessageKind::Redemptions(kind)) => crate::redemptions::words::message(kind, said),
        Some(MessageKind::Donations(kind)) => crate::donations::words::message(kind, said),
        Some(MessageKind::Feedback(kind)) => crate::feedback::words::message(kind, said),
        Some(MessageKind::StockAlerts(kind)) => crate::stock_alerts::words::message(kind, said),
        Some(MessageKind::Suggestions(kind)) => crate::suggestions::words::message(kind, said),
        Some(MessageKind::Exports(kind)) => crate::exports::words::message(kind, said),
        Some(MessageKind::Closings(kind)) => crate::closings::words::message(kind, said),
        Some(MessageKind::Phones(kind)) => crate::phones::words::message(kind, said),
        Some(MessageKind::Transfers(kind)) => crate::transfers::words::message(kind, said),
        Some(MessageKind::Volunteers(kind)) => crate::volunteers::words::message(kind, said),
        None => Words { title: "通知", text: said.about.to_string(), link: "/messages".into() },
    }
}

pub fn posting(kind: PostingNumber, about: &str) -> String {
    match PostingKind::of(kind) {
        Some(PostingKind::Activities(kind)) => crate::activities::words::posting(kind, about),
        Some(PostingKind::Cards(kind)) => crate::cards::words::posting(kind, about),
        Some(PostingKind::CheckIns(kind)) => crate::checkins::words::posting(kind, about),
        Some(PostingKind::Ledger(kind)) => ledger::posting(kind, about),
        Some(PostingKind::Transfers(kind)) => crate::transfers::words::posting(kind, about),
        Some(PostingKind::Redemptions(kind)) => crate::redemptions::words::posting(kind, about),
        Some(PostingKind::Donations(kind)) => crate::donations::words::posting(kind, about),
        Some(PostingKind::Suggestions(kind)) => crate::suggestions::words::posting(kind, about),
        None => "积分变动".into(),
    }
}

sample! { Words { title, text, link } }
