//! What keeping prizes can answer and refuse.

use crate::core::record::{text_parts, texts};
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

text_parts! {
    PrizeText {
        title: String,
        description: String,
        /// Names of drawings and stored pictures, in order, separated by blanks.
        picture: String,
    }
}

texts! {
    TextOfPrize(prize: PrizeId) { text: PrizeText } in "prize_text" newest content;
}
