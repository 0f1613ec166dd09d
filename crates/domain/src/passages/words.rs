//! What passages can answer and refuse, and the records of them.

use crate::core::record::texts;
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{Millis, Passage, StaffId};

replies! {
    Reply {
        PassageSaved { passage: Passage, version: i64 } = 118,
    }
}

refusals! {
    Refusal {
        /// Somebody else has written meanwhile.
        NewerVersion,
    }
}

texts! {
    PassageText(passage: Passage, version: i64) { by: StaffId, at: Millis, text: String } in "passage_text" once content;
}
