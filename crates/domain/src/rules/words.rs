//! What setting rules can answer and refuse.

use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::RuleNumber;

replies! {
    Reply {
        RuleSet { rule: RuleNumber, value: i64 } = 63,
        RulesSeeded = 64,
    }
}

refusals! {
    Refusal {
        OutOfBounds { least: i64, most: i64 },
        /// A promise is not changed for a day that is over.
        DayIsOver,
        /// Somebody else has set it since it was looked at.
        ChangedMeanwhile,
        AlreadySet,
    }
}
