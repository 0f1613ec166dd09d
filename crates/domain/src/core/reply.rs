//! Replies: what a command did.

use crate::core::row::cell_enum;

/// What a command did. Its numbers are stored with the idempotency key, so that a retry hears the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    pub kind: ReplyKind,
    pub a: i64,
    pub b: i64,
}

cell_enum! {
    ReplyKind {
        /// a: 0.
        CodeRequested = 1,
        /// a: the card, b: points earned.
        Bound = 2,
        /// a: tries left.
        WrongCode = 3,
        /// a: the card.
        Unbound = 4,
        /// a: the card.
        Chosen = 5,
        /// a: the redemption, b: its secret.
        Redeemed = 6,
        /// a: the redemption, b: its prize.
        Collected = 7,
        /// a: the prize.
        PrizeSaved = 8,
        /// a: the prize, b: on hand.
        StockMoved = 9,
        /// a: the reader.
        Entered = 10,
        /// a: the member of staff.
        StaffSignedIn = 11,
        /// a: tries left before the lock-out.
        WrongPassword = 12,
        SignedOut = 13,
        Touched = 14,
        /// a: how many were unread.
        MarkedRead = 15,
        /// a: the member of staff.
        StaffAdded = 16,
        /// a: the outbox row, b: which attempt this is.
        OutboxTaken = 17,
        /// a: the outbox row.
        OutboxSettled = 18,
        /// a: the card, b: when it takes effect.
        RebindingRequested = 19,
        /// a: the card.
        RebindingEnded = 20,
        /// a: the card, b: 1 where it went over.
        RebindingSettled = 21,
        /// a: the card, b: its state.
        CardRefreshed = 22,
        /// a: the redemption, b: points back.
        RedemptionCancelled = 23,
        /// a: the redemption.
        CollectionUndone = 24,
        RedemptionExpired = 25,
        /// a: the redemption, b: days left.
        Reminded = 26,
        /// a: the place.
        PlaceSaved = 27,
        PlaceDaySet = 28,
        NoticesChosen = 29,
        /// a: consents left.
        NoticeAllowed = 30,
        /// a: the job.
        JobStarted = 31,
        JobEnded = 32,
        JobWoken = 33,
        TokenKept = 34,
        /// a: rows that are gone.
        Swept = 35,
        /// a: rows.
        PatronsImported = 36,
        ExportNoted = 37,
        /// a: the member.
        MemberSaved = 38,
        MemberRemoved = 39,
        /// a: the activity, b: 1 where a published one moved.
        ActivitySaved = 40,
        ActivityPublished = 41,
        ActivityCancelled = 42,
        /// a: the party, b: how many of it wait.
        SignedUp = 43,
        /// a: the activity, b: how many were taken off.
        Withdrawn = 44,
        ParticipantRemoved = 45,
        ParticipantsFreed = 46,
        /// a: how many, b: points earned.
        SignedIn = 47,
        /// a: 0, b: points earned.
        HoursServed = 48,
        /// a: 1 present, 0 not, b: points.
        Ticked = 49,
        /// a: minutes, b: points.
        MinutesCorrected = 50,
        /// a: the activity, b: how many were present.
        AttendanceConfirmed = 51,
        /// a: the activity, b: 1 where it counts.
        NoShowMarked = 52,
        NoShowAppealed = 53,
        NoShowExcused = 54,
        /// a: the announcement.
        Announced = 55,
        /// a: the announcement, b: the reader, or 0 where everybody has it.
        Delivered = 56,
        /// a: days in a row, b: points earned.
        CheckedIn = 57,
        /// a: days in a row up to the last stamp that follows.
        DayMadeUp = 58,
        /// a: the day, b: minutes.
        ReadingNoted = 59,
        /// a: the member, or 0.
        VolunteerApplied = 60,
        /// a: the reader, b: 1 approved.
        VolunteerReviewed = 61,
        AppealDeclined = 62,
    }
}

impl ReplyKind {
    /// Only successes are remembered under an idempotency key: a wrong code may be followed by the right one.
    pub fn is_success(self) -> bool {
        !matches!(self, ReplyKind::WrongCode | ReplyKind::WrongPassword)
    }
}
