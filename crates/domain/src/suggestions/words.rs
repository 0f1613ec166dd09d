//! What suggestions can answer, refuse, tell and post.

use crate::core::record::texts;
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{MessageNumber, Points, PostingNumber, SuggestionId, Topic};

replies! {
    Reply {
        Proposed { suggestion: SuggestionId } = 73,
        Joined { suggestion: SuggestionId } = 74,
        /// points: what the proposer has earned.
        SuggestionDecided { suggestion: SuggestionId, points: Points } = 75,
        SuggestionReopened { suggestion: SuggestionId } = 76,
        SuggestionOrdered { suggestion: SuggestionId } = 77,
        SuggestionArrived { suggestion: SuggestionId } = 78,
    }
}

refusals! {
    Refusal {
        NoSuchSuggestion,
        /// Proposed or joined by this reader.
        AlreadyYours { suggestion: SuggestionId },
        AlreadyHeld { copies: i64, lent: i64 },
        NotHeld,
        /// A copy stands on the shelf.
        NotLentOut,
        IsbnWrong,
        PriceWrong,
        TooManySuggestions { most: i64 },
        TooManyReaders,
        /// Declined or arrived.
        SuggestionOver,
        NotUnderReview,
        NotDecided,
        NotAccepted,
        /// Meanwhile somebody has proposed it anew.
        AlreadyProposed,
    }
}

kinds! {
    MessageKind as MessageNumber {
        SuggestionReceived = 30,
        /// The detail says what the proposer has earned; who joined reads 0.
        SuggestionAccepted = 31,
        SuggestionDeclined = 32,
        SuggestionReopened = 33,
        SuggestionOrdered = 34,
        /// detail: for how many days it is kept for those who asked.
        SuggestionArrived = 35,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Suggestions;
}

kinds! {
    PostingKind as PostingNumber { SuggestionAccepted = 8, SuggestionReopened = 9 }
}

texts! {
    /// A book as it was proposed.
    SuggestionText(suggestion: SuggestionId) { title: String, author: String, publisher: String, year: String,
        reason: String, work: String } in "suggestion_text" newest;
    /// What staff say of it.
    SuggestionNote(suggestion: SuggestionId) { reason: String, shelf_mark: String } in "suggestion_note" newest;
}
