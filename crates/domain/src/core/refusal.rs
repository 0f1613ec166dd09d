//! Refusals: why a command was not carried out. Sentences for people are made in `web`.
//! Their order of precedence is each decision's own, and is proven by the tests of its slice.

use crate::tables::{ActivityId, MemberId, Millis, Points};

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
    /// Nothing to tell.
    WordsMissing,
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
        most: i64,
    },
    BirthDayWrong,
    /// Nothing is stored of a child under 14 without a guardian's consent.
    ConsentMissing,
    /// Who has a place or waits for one stays a member.
    MemberIsEnrolled,
    // Activities.
    NoSuchActivity,
    ActivityCancelled,
    /// A draft, or one that is over.
    ActivityNotOpen,
    AlreadyPublished,
    /// Kind, branch and rules do not change once an activity is published.
    RulesPromised,
    AgesWrong,
    /// The first of a series cannot leave it.
    SeriesHasOthers,
    /// Nothing that is over becomes the first of a series.
    SeriesOver,
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
        member: Option<MemberId>,
        until: Millis,
    },
    AgeOutOfRange {
        member: Option<MemberId>,
        from: i64,
        until: i64,
    },
    NotApproved,
    AlreadyEnrolled,
    Overlaps {
        member: Option<MemberId>,
        activity: ActivityId,
    },
    SeriesTaken {
        member: Option<MemberId>,
        activity: ActivityId,
    },
    TooFewPlaces {
        left: i64,
    },
    NotEnrolled,
    /// On the waiting list, where only staff let in whoever has no place.
    StillWaiting,
    TooLateToWithdraw,
    // Attendance.
    NotInTime {
        from: Millis,
        until: Millis,
    },
    ScanExpired,
    AlreadySignedIn,
    AlreadySignedOut,
    NotSignedIn,
    NotEndedYet,
    AlreadyConfirmed,
    NotANoShow,
    TooLateToAppeal,
    AlreadyAppealed,
    /// There is no appeal, or it has its answer.
    NoAppeal,
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
