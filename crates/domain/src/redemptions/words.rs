//! What redeeming a prize can answer, refuse, tell and post.

use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{Day, MessageNumber, Millis, Minutes, Points, PostingNumber, PrizeId, RedemptionId, Topic};

replies! {
    Reply {
        Redeemed { redemption: RedemptionId, secret: i64 } = 6,
        Collected { redemption: RedemptionId, prize: PrizeId } = 7,
        /// points: what went back to the card.
        RedemptionCancelled { redemption: RedemptionId, points: Points } = 23,
        CollectionUndone { redemption: RedemptionId, prize: PrizeId } = 24,
        RedemptionExpired { redemption: RedemptionId, prize: PrizeId } = 25,
        Reminded { redemption: RedemptionId, days_left: i64 } = 26,
    }
}

refusals! {
    Refusal {
        /// The page showed another price.
        PriceChanged { points: Points },
        NoSuchRedemption,
        AlreadyCollected { at: Millis },
        RedemptionCancelled,
        RedemptionExpired { last_day: Day },
        TooLateToCancel { hours: i64 },
        NotCollected,
        /// Only who handed it over may take that back.
        NotYourHandOver,
        TooLateToUndo { minutes: Minutes },
        OutsideHours,
        NotExpired,
        NothingToRemind,
    }
}

kinds! {
    /// What a message about a redemption says. Its `about` is the redemption; `detail` is said at each kind.
    MessageKind as MessageNumber {
        /// detail: the points that the prize has cost.
        Redeemed = 2,
        Collected = 3,
        /// By the reader; detail: the points that came back.
        RedemptionCancelled = 4,
        /// By staff; detail: the points that came back.
        RedemptionWithdrawn = 5,
        CollectionUndone = 6,
        RedemptionExpired = 7,
        /// detail: days left.
        RedemptionEnds = 8,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Redemptions;
}

kinds! {
    PostingKind as PostingNumber { Redemption = 2, RedemptionCancelled = 3 }
}
