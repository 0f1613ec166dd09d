//! What exporting one's data can answer, refuse and tell, and the file that waits.

use crate::core::record::{Sealed, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{MessageNumber, Millis, ReaderId, Topic};

replies! {
    Reply {
        ExportAsked = 111,
        ExportDelivered { reader: ReaderId } = 112,
        ExportDropped { reader: ReaderId } = 113,
    }
}

refusals! {
    Refusal {
        /// One waits already, or was made a moment ago.
        ExportedLately { again_at: Millis },
        NoSuchExport,
        /// It is still there for the reader.
        ExportNotOver,
    }
}

kinds! {
    MessageKind as MessageNumber {
        /// detail: for how many days it is there.
        ExportReady = 52,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Cards;
}

texts! {
    /// All that the platform knows of a reader, for them alone.
    ExportFile(reader: ReaderId) { body: Sealed } in "export_file" newest;
    ExportGone(reader: ReaderId) {} in "export_file" gone;
}
