//! What bulletins can answer and refuse, and the records of them.

use crate::core::record::{text_parts, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{BulletinId, Day, Millis, StaffId};

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
    /// All of a version. `by` 0: the settings' file; `shown` 1 or 0.
    BulletinText(bulletin: BulletinId, version: i64) {
        by: StaffId, at: Millis, shown: i64, since: Day, until: Day, words: BulletinWords,
    } in "bulletin_text" once content;
}
