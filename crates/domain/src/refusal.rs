//! Refusals: why a command was not carried out. Sentences for people are made in `web`.
//! Their order of precedence is each decision's own, and is proven by the tests of its slice.

use crate::tables::{Millis, Points};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The same idempotency key came with another body.
    KeyReused,
    SignedOut,
    /// WeChat knows this person, the platform does not yet: 微信授权登录 comes first.
    NotRegistered,
    AccountClosed,
    NoPermission,
    OtherBranch,
    // Codes by SMS.
    TooSoon {
        again_at: Millis,
    },
    TooManyCodes {
        again_at: Millis,
    },
    NoCode,
    CodeUsed,
    CodeExpired,
    CodeOfOtherPhone,
    TooManyTries,
    // Cards.
    NoSuchCard,
    CardEnded,
    AlreadyBound,
    BoundToAnother,
    TooManyCards,
    NotYourCard,
    CardFrozen,
    NotBoundToAnother,
    RebindingUnderWay {
        due: Millis,
    },
    NoSuchRebinding,
    /// The time to object is not over.
    RebindingNotDue,
    NoSuchReader,
    // Prizes and redemptions.
    NoSuchPrize,
    PrizeHidden,
    NotYetOnSale {
        from: Millis,
    },
    NoLongerOnSale,
    SoldOut,
    LimitReached {
        per_card: i64,
    },
    TooFewPoints {
        short_by: Points,
    },
    NoSuchRedemption,
    AlreadyCollected {
        at: Millis,
    },
    RedemptionCancelled,
    RedemptionExpired {
        last_day: i64,
    },
    /// The reader may cancel for a day.
    TooLateToCancel,
    NotCollected,
    /// Only who handed it over may take that back.
    NotYourHandOver,
    /// And only for ten minutes.
    TooLateToUndo,
    OutsideHours,
    NotExpired,
    NothingToRemind,
    ReasonMissing,
    TitleMissing,
    TextTooLong {
        most: usize,
    },
    // Prizes and places in the back office.
    NotPositive,
    StockTooLow {
        on_hand: i64,
    },
    DatesReversed,
    NoSuchPlace,
    HoursOverlap,
    // Members.
    NoSuchMember,
    TooManyMembers {
        most: usize,
    },
    BirthDayWrong,
    /// Nothing is stored of a child under 14 without a guardian's consent.
    ConsentMissing,
    // Activities.
    NoSuchActivity,
    ActivityCancelled,
    /// A draft, or one that is over.
    ActivityNotOpen,
    AlreadyPublished,
    CapacityTooLow {
        taken: i64,
    },
    TimesWrong,
    // Enrolment.
    SignUpNotOpen {
        from: Millis,
    },
    SignUpClosed,
    NobodyChosen,
    PartyTooLarge {
        most: i64,
    },
    SignUpPaused {
        until: Millis,
    },
    AgeOutOfRange {
        from: i64,
        until: i64,
    },
    NotApproved,
    AlreadyEnrolled,
    Overlaps {
        activity: i64,
    },
    SeriesTaken {
        activity: i64,
    },
    TooFewPlaces {
        left: i64,
    },
    NotEnrolled,
    TooLateToWithdraw,
    // Attendance.
    NotInTime {
        from: Millis,
        until: Millis,
    },
    ScanExpired,
    AlreadySignedIn,
    NotSignedIn,
    NotEndedYet,
    AlreadyConfirmed,
    NotANoShow,
    TooLateToAppeal,
    AlreadyAppealed,
    NothingToDo,
    MinutesWrong,
    // Volunteers.
    AlreadyApplied,
    NoSuchVolunteer,
    NotUnderReview,
    // Check-in.
    AlreadyCheckedIn,
    NothingToMakeUp,
    TooManyMakeUps {
        most: i64,
    },
    // Staff.
    NameTaken,
    NoSuchStaff,
    StaffDisabled,
    LockedOut {
        until: Millis,
    },
    NoSuchMessage,
    // Outgoing messages.
    NotWaiting,
    // Jobs.
    JobTaken {
        until: Millis,
    },
    JobNotDue {
        next_at: Millis,
    },
    JobNotYours,
}
