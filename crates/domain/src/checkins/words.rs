//! What checking in can answer, refuse and post.

use crate::core::record::{Sealed, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::tables::{Day, Minutes, Points, PostingNumber, ReaderId};

replies! {
    Reply {
        CheckedIn { streak: i64, points: Points } = 57,
        /// streak: days in a row up to the last stamp that follows.
        DayMadeUp { streak: i64 } = 58,
        ReadingNoted { day: Day, minutes: Minutes } = 59,
    }
}

refusals! {
    Refusal {
        AlreadyCheckedIn,
        NothingToMakeUp,
        TooManyMakeUps { most: i64 },
        /// Minutes of reading that cannot be.
        MinutesWrong,
    }
}

kinds! {
    PostingKind as PostingNumber { CheckIn = 5 }
}

texts! {
    /// 阅读足迹: one a reader and day.
    Reading(reader: ReaderId, day: Day) { minutes: Minutes, book: Sealed } in "reading" newest;
}
