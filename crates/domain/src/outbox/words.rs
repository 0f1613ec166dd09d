//! What sending can answer and refuse.

use crate::core::record::{Sealed, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::OutboxId;

replies! {
    Reply {
        /// attempt: which one this is.
        OutboxTaken { outbox: OutboxId, attempt: i64 } = 17,
        OutboxSettled { outbox: OutboxId } = 18,
    }
}

refusals! {
    Refusal { NotWaiting }
}

texts! {
    /// What an outbox row sends; None: wiped.
    Payload(outbox: OutboxId) { sealed: Option<Sealed> } in "payload" newest;
}
