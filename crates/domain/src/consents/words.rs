//! What taking back a consent can answer, refuse and tell.

use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{MemberId, MessageNumber, Topic};

replies! {
    Reply {
        /// places: so many places and turns were given up.
        ConsentRevoked { member: MemberId, places: i64 } = 115,
    }
}

refusals! {
    Refusal {
        /// Not this guardian's, or taken back already.
        NoSuchConsent,
    }
}

kinds! {
    MessageKind as MessageNumber {
        /// To whoever had the child as a member; detail: how many places and turns went with it.
        ConsentRevoked = 53,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Cards;
}
