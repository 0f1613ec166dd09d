//! Sights: what an answer alone does not tell, and a run should have seen.

use crate::model::{Answer, Model};
use crate::sights_refused;
use domain::core::asked::Actor;
use domain::slices::Envelope;
use domain::{cards, sessions};

macro_rules! sights {
    ($($(#[$doc:meta])* $Sight:ident),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Sight { $($(#[$doc])* $Sight),+ }
        impl Sight {
            pub const ALL: &[Sight] = &[$(Sight::$Sight),+];
        }
    };
}

sights! {
    FirstAnswerAgain,
    FirstBindingAwarded,
    LaterBindingNotAwarded,
    LastTryWrong,
    LockedOutNow,
    AllCardsUnbound,
    /// Of somebody who has had the award.
    PeopleAreOne,
    TakenAtDesk,
    WentOver,
    /// Its reader had let it go meanwhile.
    FreeCardWentOver,
    WishVoid,
    WishOfAClosedAccount,
    /// Whoever wished for a card has got it by another way.
    WishGrantedElsewhere,
    /// Somebody else has got it.
    WishOvertaken,
    Objection,
    CancelledByReader,
    CancelledByStaff,
    OutsideHours,
    /// Although nobody need have asked.
    ReadyForClosedHours,
    LastDayMoved,
    RemindedOfTheMonth,
    RemindedOfTheWeek,
    /// The month's reminder had never been sent.
    RemindedOfTheWeekAlone,
    ConsentUsed,
    NoNoticeToAClosedAccount,
    NoNoticeOfAMutedTopic,
    Sent,
    RefusedByParty,
    NotSent,
    NobodyKnows,
    NobodyKnowsAndAgain,
    /// Waited until it was of no use.
    NeverTaken,
    /// Taken by a sender that stopped, and not to be repeated.
    LeftBehind,
    /// Taken by a sender that stopped, and by another after it.
    TakenAgain,
    /// And not by another, for nobody wants it any more.
    LeftBehindForTooLong,
    JobTakenOver,
    WokenWhileItRan,
    OutcomeSwept,
    SessionSwept,
    PhoneRegistered,
    PhoneKnown,
    EntryCodeWrong,
    /// By a newer one, while it was good.
    EntryCodeVoided,
    // What others hear, too, and entry by phone must have heard.
    EntryTooSoon,
    EntryTooOften,
    EntryWithoutACode,
    EntryInAnotherBrowser,
    EntryCodeUsed,
    EntryCodeExpired,
    EntryTriedTooOften,
    EntryToAClosedAccount,
    // Every text that was not there, or had no end.
    PrizeUntitled,
    PlaceNameless,
    TitleTooLong,
    DescriptionTooLong,
    PlaceNameTooLong,
    AddressTooLong,
    StockReasonTooLong,
    CancellationReasonTooLong,
    // Members and volunteers.
    /// No guardian's consent is kept of somebody who is 14 by now.
    GrownUp,
    ConsentStands,
    AppliedAgain,
    // Check-in.
    WeekInARow,
    MonthInARow,
    MonthIsFull,
    RowsJoined,
    // Activities.
    ActivityMoved,
    SeriesJoined,
    CancelledWhileSomeAreThere,
    EverybodyHasHeard,
    PartlyEnrolled,
    WaitListed,
    CameAgain,
    CompanionEnrolled,
    CompanionLeft,
    EngagementForgotten,
    Promoted,
    PromotedInPart,
    OvertookWhoDidNotFit,
    // Attendance.
    WalkedIn,
    CompanionWalkedIn,
    CalledInAtTheDoor,
    EarnedByTheMembersCard,
    PointsTakenBack,
    HoursTakenBack,
    CorrectedAfterwards,
    // Absence that does not count.
    StillWaited,
    NobodyWasSignedIn,
    CompanionStayedAway,
    PromotedTooLate,
    PauseLifted,
}

/// What was seen in an answer, once the model has judged it.
pub fn sight(e: &Envelope, answer: &Answer, repeated: bool, model: &Model) -> Option<Sight> {
    let reply = match answer {
        Ok(reply) => reply,
        Err(why) => return sights_refused::sight(&e.command, why, model),
    };
    if repeated {
        return Some(Sight::FirstAnswerAgain);
    }
    if let Some(sessions::Reply::WrongPassword { tries_left: 0 }) = reply.of() {
        return Some(Sight::LockedOutNow);
    }
    match reply.of()? {
        cards::Reply::Bound { points: 0, .. } => Some(Sight::LaterBindingNotAwarded),
        cards::Reply::Bound { .. } => Some(Sight::FirstBindingAwarded),
        cards::Reply::WrongCode { tries_left: 0 } => Some(Sight::LastTryWrong),
        cards::Reply::Unbound { .. } => {
            let Actor::Reader(reader) = e.actor else { return None };
            model.cards_of(reader.0).next().is_none().then_some(Sight::AllCardsUnbound)
        }
        _ => None,
    }
}
