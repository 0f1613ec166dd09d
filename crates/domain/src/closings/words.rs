//! What closing an account can answer, refuse and tell, and what of it is wiped.

use crate::core::record::texts;
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{FeedbackId, MessageNumber, Millis, PartyId, ReaderId, Topic};

replies! {
    Reply {
        ClosingAsked { due: Millis } = 108,
        AccountKept = 109,
        AccountClosed { reader: ReaderId } = 110,
    }
}

refusals! {
    Refusal {
        AlreadyClosing,
        NoSuchClosing,
        /// There is time left to think.
        ClosingNotDue,
        /// The days are over.
        ClosingUnderWay,
        /// Cards, members or points under way are still there: they are let go first.
        AccountNotEmpty,
    }
}

kinds! {
    MessageKind as MessageNumber {
        /// detail: how many days are left.
        ClosingAsked = 50,
        AccountKept = 51,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Cards;
}

texts! {
    /// All that a reader has noted of their reading goes.
    ReadingsGone(reader: ReaderId) {} in "reading" gone;
    /// A thread of feedback goes with its words.
    FeedbackGone(feedback: FeedbackId) {} in "feedback_post" gone;
    AnswersGone(party: PartyId) {} in "party_answers" gone;
    AppealsGone(reader: ReaderId) {} in "appeal" gone;
    ReviewsGone(reader: ReaderId) {} in "volunteer_review" gone;
}
