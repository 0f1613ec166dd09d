//! What is wrong with a code, or with asking for one.

use crate::core::refusal::refusals;
use crate::tables::Millis;

refusals! {
    /// Of codes by SMS.
    Refusal {
        TooSoon { again_at: Millis },
        /// An hour's.
        TooManyCodes { again_at: Millis },
        /// A day's.
        TooManyCodesToday { again_at: Millis },
        NoCode,
        CodeUsed,
        CodeExpired,
        CodeOfOtherPhone,
        TooManyTries,
    }
}
