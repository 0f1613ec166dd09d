//! What the ledger refuses and posts for whoever asks.

use crate::core::refusal::refusals;
use crate::core::row::kinds;
use crate::tables::{Points, PostingNumber};

refusals! {
    /// Of cards, which hold the points.
    Refusal {
        NoSuchCard,
        NotYourCard,
        CardLost,
        CardExpired,
        CardEnded,
        /// By staff, with a reason.
        CardFrozen,
        TooFewPoints { short_by: Points },
    }
}

kinds! {
    /// Postings that belong to no other slice.
    PostingKind as PostingNumber {
        Manual = 4,
        /// Between a replaced card and the one that stands for it; the cause is the other card.
        PassedOn = 14,
    }
}
