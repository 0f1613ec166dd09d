//! What jobs can answer and refuse.

use crate::core::record::{Sealed, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{Job, Millis, Token};

replies! {
    Reply {
        /// place: where an earlier run has left off.
        JobStarted { job: Job, place: i64 } = 31,
        JobEnded { job: Job } = 32,
        JobRenewed { job: Job } = 67,
        JobWoken { job: Job } = 33,
        TokenKept { token: Token, until: Millis } = 34,
        Proven = 68,
        ClockAccepted = 72,
        /// rows: that are gone.
        Swept { rows: i64 } = 35,
    }
}

refusals! {
    Refusal {
        JobTaken { until: Millis },
        JobNotDue { next_at: Millis },
        JobNotYours,
        /// Nothing that was sealed or hashed with another secret can be read or found.
        OtherSecret,
    }
}

texts! {
    /// What WeChat gave the account, until when it is good.
    KeptToken(token: Token) { sealed: Sealed, until: Millis } in "token" newest;
}
