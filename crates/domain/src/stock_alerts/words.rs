//! What 到货提醒 can answer, refuse and tell.

use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{MessageNumber, PrizeId, ReaderId, Topic};

replies! {
    Reply {
        StockAlertChosen { prize: PrizeId, wanted: bool } = 116,
        ToldOfStock { reader: ReaderId, prize: PrizeId } = 117,
    }
}

refusals! {
    Refusal {
        /// There is nothing to wait for.
        InStock,
        /// The reader has been told, or wants it no more.
        NoSuchAlert,
    }
}

kinds! {
    MessageKind as MessageNumber {
        /// detail: how many there were then.
        StockIsBack = 54,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Redemptions;
}
