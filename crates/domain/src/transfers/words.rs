//! What transfers can answer, refuse, tell and post, and the reasons that are kept.

use crate::core::record::texts;
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{CardId, MessageNumber, Points, PostingNumber, Topic, TransferId};

replies! {
    Reply {
        /// `proven`: by the library system, or by what is kept since the binding; else the desk looks.
        OriginalChecked { card: CardId, proven: bool } = 96,
        /// What was typed is not what is registered: one try of the day is gone.
        NotTheHolder { tries_left: i64 } = 97 not remembered,
        /// `held`: the points are out of the card; else the desk looks first.
        TransferRequested { transfer: TransferId, held: bool } = 98,
        TransferWithdrawn { transfer: TransferId } = 99,
        TransferVerified { transfer: TransferId, points: Points } = 100,
        TransferApproved { transfer: TransferId, points: Points } = 101,
        TransferDeclined { transfer: TransferId } = 102,
    }
}

refusals! {
    Refusal {
        /// A card to itself.
        SameCard,
        /// Its points are held for a transfer already.
        TransferUnderWay,
        TooManyTransfers { most: i64 },
        /// Nothing is looked at any more today.
        TooManyMismatches,
        /// Not there, or another's.
        NoSuchTransfer,
        /// Approved, declined or withdrawn.
        TransferSettled,
        /// The desk has not seen the reader's identity.
        NotVerified,
        AlreadyVerified,
        /// Who has verified a slip does not approve it, by the library's rule.
        SecondPersonNeeded,
        /// It would be for the good of who decides.
        OwnTransfer,
        /// The present card is not the reader's any more.
        PresentCardGone,
    }
}

kinds! {
    MessageKind as MessageNumber {
        /// To who has bound the original card, where that is another.
        TransferAsked = 44,
        /// detail: the points. About the transfer, as all of these.
        TransferApproved = 45,
        TransferDeclined = 46,
        /// The desk has seen the reader's identity; detail: the points that are held.
        TransferVerified = 47,
        /// To who has bound the original card, where that is another; detail: the points.
        TransferredAway = 48,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Cards;
}

kinds! {
    PostingKind as PostingNumber {
        /// Out of the original card, until it is decided.
        TransferHeld = 11,
        TransferReturned = 12,
        /// Into the present card.
        TransferIn = 13,
    }
}

texts! {
    /// Why it was declined.
    TransferNote(transfer: TransferId) { reason: String } in "transfer_note" newest;
}
