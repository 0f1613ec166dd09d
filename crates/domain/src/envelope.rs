//! Commands: every change to the library's data is one of these, decided in one place.

use crate::activities::announcements::{Announce, Deliver};
use crate::activities::attendance::{Attend, CorrectMinutes, Leave, Tick};
use crate::activities::enrolments::{FreeParticipants, RemoveParticipant, SignUp, Withdraw};
use crate::activities::no_shows::{AppealNoShow, ConfirmAttendance, DeclineAppeal, ExcuseNoShow, MarkNoShow};
use crate::activities::{CancelActivity, PublishActivity, SaveActivity};
use crate::cards::rebindings::{EndRebinding, SettleRebinding};
use crate::cards::{BindAtDesk, BindCard, ChooseCard, RefreshCard, RequestCode, UnbindCard};
use crate::checkins::{MakeUpDay, NoteReading, StampDay};
use crate::core::digest::Digest;
use crate::jobs::{EndJob, KeepToken, StartJob, Sweep, WakeJob};
use crate::members::{RemoveMember, SaveMember};
use crate::messages::{AllowNotice, ChooseNotices, MarkRead};
use crate::outbox::{SettleOutbox, TakeOutbox};
use crate::places::{SavePlace, SetPlaceDay};
use crate::prizes::{MoveStock, SavePrize};
use crate::redemptions::{CancelRedemption, Collect, ExpireRedemption, Redeem, RemindOfRedemption, UndoCollection};
use crate::register::ImportPatrons;
use crate::sessions::phone_entry::{EnterByPhone, RequestEntryCode};
use crate::sessions::{Enter, SignInStaff, SignOut, TouchSession};
use crate::staff::{AddStaff, NoteExport};
use crate::tables::{Millis, ReaderId, StaffId};
use crate::volunteers::{ApplyAsVolunteer, ReviewVolunteer};

/// Who asks. Sessions are looked up before a command is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Visitor,
    Reader(ReaderId),
    Staff(StaffId),
    Job,
}

/// A form's key, hashed together with its actor, and the hash of what the form said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idempotency {
    pub key: Digest,
    pub body: Digest,
}

#[derive(Clone, Debug)]
pub struct Envelope {
    pub actor: Actor,
    /// None for jobs, which are safe to repeat by what they do.
    pub key: Option<Idempotency>,
    pub command: Command,
    /// Randomness for this command alone.
    pub seed: i64,
}

#[derive(Clone, Debug)]
pub enum Command {
    Enter(Enter),
    RequestEntryCode(RequestEntryCode),
    EnterByPhone(EnterByPhone),
    SignInStaff(SignInStaff),
    SignOut(SignOut),
    TouchSession(TouchSession),
    RequestCode(RequestCode),
    BindCard(BindCard),
    UnbindCard(UnbindCard),
    ChooseCard(ChooseCard),
    Redeem(Redeem),
    Collect(Collect),
    SavePrize(SavePrize),
    MoveStock(MoveStock),
    MarkRead(MarkRead),
    AddStaff(AddStaff),
    TakeOutbox(TakeOutbox),
    SettleOutbox(SettleOutbox),
    RequestRebinding(BindCard),
    EndRebinding(EndRebinding),
    SettleRebinding(SettleRebinding),
    BindAtDesk(BindAtDesk),
    RefreshCard(RefreshCard),
    CancelRedemption(CancelRedemption),
    UndoCollection(UndoCollection),
    ExpireRedemption(ExpireRedemption),
    RemindOfRedemption(RemindOfRedemption),
    SavePlace(SavePlace),
    SetPlaceDay(SetPlaceDay),
    ChooseNotices(ChooseNotices),
    AllowNotice(AllowNotice),
    StartJob(StartJob),
    EndJob(EndJob),
    WakeJob(WakeJob),
    KeepToken(KeepToken),
    Sweep(Sweep),
    ImportPatrons(ImportPatrons),
    NoteExport(NoteExport),
    SaveMember(SaveMember),
    RemoveMember(RemoveMember),
    SaveActivity(SaveActivity),
    PublishActivity(PublishActivity),
    CancelActivity(CancelActivity),
    SignUp(SignUp),
    Withdraw(Withdraw),
    RemoveParticipant(RemoveParticipant),
    FreeParticipants(FreeParticipants),
    Attend(Attend),
    Leave(Leave),
    Tick(Tick),
    CorrectMinutes(CorrectMinutes),
    ConfirmAttendance(ConfirmAttendance),
    MarkNoShow(MarkNoShow),
    AppealNoShow(AppealNoShow),
    ExcuseNoShow(ExcuseNoShow),
    DeclineAppeal(DeclineAppeal),
    Announce(Announce),
    Deliver(Deliver),
    StampDay(StampDay),
    MakeUpDay(MakeUpDay),
    NoteReading(NoteReading),
    ApplyAsVolunteer(ApplyAsVolunteer),
    ReviewVolunteer(ReviewVolunteer),
}

/// When the batch is decided: never earlier than the batch before it.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub at: Millis,
    /// The library's calendar day, as 20261123.
    pub today: i64,
    /// And its minute of that day.
    pub minute: i64,
}

/// What a command did. Its numbers are stored with the idempotency key, so that a retry hears the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    pub kind: ReplyKind,
    pub a: i64,
    pub b: i64,
}

crate::core::row::cell_enum! {
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
