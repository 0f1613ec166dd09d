//! What activities can answer, refuse, tell and post.

use crate::core::record::{Sealed, text_parts, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{
    ActivityId, AnnouncementId, MemberId, MessageNumber, Millis, Minutes, PartyId, Points, PostingNumber, ReaderId,
    Topic,
};

replies! {
    Reply {
        /// moved: a published one, so those who come are told.
        ActivitySaved { activity: ActivityId, moved: bool } = 40,
        ActivityPublished { activity: ActivityId } = 41,
        ActivityCancelled { activity: ActivityId } = 42,
        /// waiting: how many of the party.
        SignedUp { party: PartyId, waiting: i64 } = 43,
        Withdrawn { activity: ActivityId, participants: i64 } = 44,
        ParticipantRemoved { activity: ActivityId, participants: i64 } = 45,
        ParticipantsFreed { activity: ActivityId, participants: i64 } = 46,
        SignedIn { participants: i64, points: Points } = 47,
        HoursServed { points: Points } = 48,
        Ticked { present: bool, points: Points } = 49,
        MinutesCorrected { minutes: Minutes, points: Points } = 50,
        AttendanceConfirmed { activity: ActivityId, present: i64 } = 51,
        NoShowMarked { activity: ActivityId, counts: bool } = 52,
        NoShowAppealed { activity: ActivityId } = 53,
        NoShowExcused { activity: ActivityId } = 54,
        Announced { announcement: AnnouncementId } = 55,
        /// reader None: everybody has it.
        Delivered { announcement: AnnouncementId, reader: Option<ReaderId> } = 56,
        AppealDeclined { activity: ActivityId } = 62,
        WaitingPromoted { activity: ActivityId, places: i64 } = 66,
    }
}

refusals! {
    Refusal {
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
        CapacityTooLow { taken: i64 },
        TimesWrong,
        // From here on, why somebody cannot be signed up.
        SignUpNotOpen { from: Millis },
        SignUpClosed,
        NobodyChosen,
        PartyTooLarge { most: i64 },
        /// Staff have taken this participant off the list.
        RemovedByStaff,
        SignUpPaused { member: Option<MemberId>, until: Millis },
        AgeOutOfRange { member: Option<MemberId>, from: i64, until: i64 },
        NotApproved,
        AlreadyEnrolled,
        Overlaps { member: Option<MemberId>, activity: ActivityId },
        SeriesTaken { member: Option<MemberId>, activity: ActivityId },
        TooFewPlaces { left: i64 },
        NotEnrolled,
        /// On the waiting list, where only staff let in whoever has no place.
        StillWaiting,
        TooLateToWithdraw,
        // From here on, why a presence cannot be recorded or disputed.
        NotInTime { from: Millis, until: Millis },
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
        /// Served minutes that cannot be.
        MinutesWrong,
    }
}

kinds! {
    /// What a message about an activity says. Its `about` is the activity unless said otherwise; what its `detail`
    /// count is said at each kind.
    MessageKind as MessageNumber {
        /// detail: how many have places.
        Enrolled = 13,
        /// detail: how many wait.
        WaitListed = 14,
        /// detail: how many have places now.
        Promoted = 15,
        /// detail: how many were taken off.
        ParticipantsWithdrawn = 16,
        /// Staff have taken a participant off the list.
        ParticipantRemoved = 17,
        ActivityCancelled = 18,
        /// detail: the points that coming has earned.
        SignedIn = 19,
        /// By staff; detail: the points taken back.
        AttendanceUndone = 20,
        /// detail: the member, or 0 for the reader.
        NoShow = 21,
        NoShowExcused = 22,
        /// about: the announcement.
        Announced = 23,
        /// detail: points earned or, by a correction, taken back.
        HoursRecorded = 26,
        AppealDeclined = 27,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Activities;
}

kinds! {
    /// An attendance that is taken back, or hours that are corrected, take points back.
    PostingKind as PostingNumber { Attendance = 6, AttendanceCorrected = 7 }
}

text_parts! {
    ActivityText {
        title: String,
        /// HTML that was made safe.
        description: String,
        category: String,
        place: String,
        /// For whom, in words.
        audience: String,
        /// Names of drawings and stored pictures, in order, separated by blanks.
        picture: String,
        /// One a line: what a party is asked.
        questions: String,
    }
}

texts! {
    TextOfActivity(activity: ActivityId) { text: ActivityText } in "activity_text" newest;
    /// Why the library cancelled an activity.
    CancelReason(activity: ActivityId) { reason: String } in "cancel_reason" newest;
    /// What a party answered to the activity's questions.
    Answers(party: PartyId) { answers: Sealed } in "party_answers" once;
    Appeal(activity: ActivityId, reader: ReaderId, member: Option<MemberId>) { text: Sealed } in "appeal" newest;
    /// Why the no-show stands.
    AppealAnswer(activity: ActivityId, reader: ReaderId, member: Option<MemberId>) { answer: String }
        in "appeal" beside;
    AnnouncementText(announcement: AnnouncementId) { text: String } in "announcement_text" once;
}
