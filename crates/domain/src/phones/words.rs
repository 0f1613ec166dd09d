//! What changing a phone number can answer, refuse and tell, and the records of it.

use crate::core::record::{Sealed, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{MessageNumber, Millis, PhoneSide, ReaderId, Topic};

replies! {
    Reply {
        /// Whether or not a code was sent: a number that is not the reader's hears the same.
        PhoneCodeRequested = 104,
        WrongPhoneCode { side: PhoneSide, tries_left: i64 } = 105 not remembered,
        PhoneChanged { reader: ReaderId } = 106,
        PhoneWished = 107,
    }
}

refusals! {
    Refusal {
        SamePhone,
        /// It lets another reader in.
        PhoneTaken,
        /// Nothing waits for the desk, or it is too old.
        NoSuchWish,
        /// Changed lately: points are not moved, and nobody comes in by the new number.
        PhoneCooling { until: Millis },
    }
}

kinds! {
    MessageKind as MessageNumber {
        /// About nothing else; detail: the last four digits of the new number.
        PhoneChanged = 49,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Cards;
}

texts! {
    PhoneWishGone(reader: ReaderId) {} in "phone_wish_text" gone;
    /// The number that a reader wants, for the desk; and what the old one is told.
    PhoneWishText(reader: ReaderId) { new: Sealed, old: Sealed } in "phone_wish_text" newest;
}
