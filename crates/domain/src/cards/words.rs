//! What binding a card can answer, refuse, tell and post.

use crate::core::record::{Sealed, text_parts, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{CardId, CardState, MessageNumber, Millis, Points, PostingNumber, Topic};

replies! {
    Reply {
        CodeRequested = 1,
        Bound { card: CardId, points: Points } = 2,
        WrongCode { tries_left: i64 } = 3 not remembered,
        Unbound { card: CardId } = 4,
        Chosen { card: CardId } = 5,
        RebindingRequested { card: CardId, due: Millis } = 19,
        RebindingEnded { card: CardId } = 20,
        RebindingSettled { card: CardId, went_over: bool } = 21,
        CardRefreshed { card: CardId, state: CardState } = 22,
    }
}

refusals! {
    Refusal {
        CardEnded,
        /// Everything of it has gone to a new card.
        CardReplaced,
        AlreadyBound,
        BoundToAnother,
        TooManyCards { most: i64 },
        NotBoundToAnother,
        RebindingUnderWay { due: Millis },
        NoSuchRebinding,
        /// The time to object is not over.
        RebindingNotDue,
    }
}

kinds! {
    MessageKind as MessageNumber {
        /// about: the card, detail: points earned.
        Bound = 1,
        /// To who has the card now.
        RebindingAsked = 9,
        /// To who had the card.
        CardTaken = 10,
        /// To who wanted the card.
        RebindingRefused = 11,
        /// detail: the card's state.
        CardChanged = 12,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Cards;
}

kinds! {
    PostingKind as PostingNumber { FirstBinding = 1 }
}

text_parts! {
    /// How a card is shown: 王*萌（尾号1234）.
    CardFace { masked_name: String, tail: String, barcode: Sealed, phone: Sealed }
}

texts! {
    FaceOfCard(card: CardId) { face: CardFace } in "card_face" newest;
}
