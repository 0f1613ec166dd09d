//! What keeping prizes can answer and refuse.

use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{Millis, PrizeId};

replies! {
    Reply {
        PrizeSaved { prize: PrizeId } = 8,
        StockMoved { prize: PrizeId, on_hand: i64 } = 9,
    }
}

refusals! {
    Refusal {
        NoSuchPrize,
        PrizeHidden,
        NotYetOnSale { from: Millis },
        NoLongerOnSale,
        SoldOut,
        LimitReached { per_card: i64 },
        StockTooLow { on_hand: i64 },
    }
}
