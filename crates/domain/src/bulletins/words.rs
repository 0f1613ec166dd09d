//! What bulletins can answer and refuse, and the records of them.

use crate::core::record::{text_parts, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{BulletinId, Millis, StaffId};

replies! {
    Reply {
        BulletinSaved { bulletin: BulletinId } = 119,
        BulletinsSeeded = 120,
    }
}

refusals! {
    Refusal {
        NoSuchBulletin,
        BulletinDayWrong,
        /// Somebody else has written meanwhile.
        NewerBulletin,
        /// There are bulletins already.
        BulletinsThere,
    }
}

text_parts! {
    BulletinWords { title: String, body: String }
}

texts! {
    /// `by` 0: the settings' file.
    BulletinText(bulletin: BulletinId, version: i64) { by: StaffId, at: Millis, words: BulletinWords } in "bulletin_text" once content;
}
