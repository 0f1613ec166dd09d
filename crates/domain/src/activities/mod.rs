//! Activities: what readers (读者活动) and volunteers (志愿者活动) sign up for. Draft, then published; what was promised
//! then does not change. Cancelling tells everybody and frees all.

pub mod admission;
pub mod announcements;
pub mod attendance;
pub mod enrolments;
pub mod no_shows;
mod saving;
pub mod terms;
pub mod waiting_list;
mod words;

pub use saving::{HTML_CHARS_MAX, Rules, SaveActivity, Times, of_row};
pub use words::{
    ActivityText, AnnouncementText, Answers, Appeal, AppealAnswer, CancelReason, MessageKind, PostingKind, Refusal,
    Reply, TextOfActivity,
};

use crate::activities::announcements::{Announce, Deliver};
use crate::activities::attendance::{Attend, CorrectMinutes, Leave, Tick};
use crate::activities::enrolments::{FreeParticipants, RemoveParticipant, SignUp, Withdraw};
use crate::activities::no_shows::{AppealNoShow, ConfirmAttendance, DeclineAppeal, ExcuseNoShow, MarkNoShow};
use crate::activities::waiting_list::PromoteWaiting;
use crate::core::asked::{Actor, Asked, commands};
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::jobs::wake_up;
use crate::staff::{Permission, audit, require};
use crate::tables::{Activity, ActivityId, ActivityRules, ActivityState, Job, Participant, Points, StaffId, Table};

commands! {
    SaveActivity => saving::save,
    PublishActivity => publish,
    CancelActivity => cancel,
    SignUp => enrolments::sign_up,
    Withdraw => enrolments::withdraw,
    PromoteWaiting => waiting_list::promote_waiting,
    RemoveParticipant => enrolments::remove,
    FreeParticipants => enrolments::free_participants,
    Attend => attendance::attend,
    Leave => attendance::leave,
    Tick => attendance::tick,
    CorrectMinutes => attendance::correct_minutes,
    ConfirmAttendance => no_shows::confirm,
    MarkNoShow => no_shows::mark,
    AppealNoShow => no_shows::appeal,
    ExcuseNoShow => no_shows::excuse,
    DeclineAppeal => no_shows::decline,
    Announce => announcements::announce,
    Deliver => announcements::deliver,
}

/// What these commands look at in any case: a hint for loading many at once.
pub fn needs(actor: Actor, command: &Command) -> Vec<Need> {
    let mut needs = vec![];
    let mut row = |table, key| needs.push(Need::Row(table, key));
    match command {
        Command::SignUp(c) => needs.extend(enrolments::needs(actor, c)),
        Command::Attend(c) => {
            row(Table::Activity, Activity::key(c.activity));
            row(Table::ActivityRules, ActivityRules::key(c.activity));
            needs.extend(enrolments::need_of_reader(actor, c.activity));
        }
        Command::Withdraw(c) => {
            row(Table::Activity, Activity::key(c.activity));
            needs.extend(enrolments::need_of_reader(actor, c.activity));
        }
        Command::Tick(c) => {
            row(Table::Activity, Activity::key(c.activity));
            row(Table::ActivityRules, ActivityRules::key(c.activity));
            row(Table::Participant, Participant::key(c.activity, c.reader, c.member));
        }
        // Rare, or of rows that only the decision knows.
        _ => {}
    }
    needs
}

pub const POINTS_MAX: Points = 1_000;
pub const CAPACITY_MAX: i64 = 10_000;
/// Nobody signs up more people at once.
pub const PARTY_MAX: i64 = 9;
pub const AGE_MAX: i64 = 120;

#[derive(Clone, Copy, Debug)]
pub struct PublishActivity {
    pub activity: ActivityId,
}

#[derive(Clone, Debug)]
pub struct CancelActivity {
    pub activity: ActivityId,
    pub reason: String,
}

pub fn activity(d: &Draft, id: ActivityId) -> Result<Activity, Halt> {
    Ok(d.get::<Activity>(Activity::key(id))?.ok_or(Refusal::NoSuchActivity)?)
}

pub fn rules(d: &Draft, id: ActivityId) -> Result<ActivityRules, Halt> {
    Ok(d.get::<ActivityRules>(ActivityRules::key(id))?.ok_or(Refusal::NoSuchActivity)?)
}

/// The activity, if this member of staff may do that to it.
pub fn theirs(d: &Draft, actor: Actor, id: ActivityId, may: Permission) -> Result<(Activity, StaffId), Halt> {
    let activity = activity(d, id)?;
    let staff = require(d, actor, may, activity.branch)?;
    Ok((activity, staff))
}

/// Refusals: ActivityCancelled, ActivityNotOpen, AlreadyPublished, NoPermission, NoSuchActivity, NoSuchStaff,
/// OtherBranch, StaffDisabled.
pub fn publish(d: &mut Draft, asked: &Asked, c: &PublishActivity) -> Result<Reply, Halt> {
    let (activity, staff) = theirs(d, asked.actor, c.activity, Permission::EditActivities)?;
    match activity.state {
        ActivityState::Draft => {}
        ActivityState::Published => return Err(Refusal::AlreadyPublished.into()),
        ActivityState::Cancelled => return Err(Refusal::ActivityCancelled.into()),
    }
    if activity.ends <= asked.now.at {
        return Err(Refusal::ActivityNotOpen.into());
    }
    d.put(Activity { state: ActivityState::Published, ..activity })?;
    audit(d, Some(staff), "activity.publish", activity.id.0, "", asked.now);
    Ok(Reply::ActivityPublished { activity: activity.id })
}

/// From here on nobody signs up or in; the job tells everybody and frees all.
///
/// Refusals: ActivityCancelled, ActivityNotOpen, AlreadyConfirmed, NoPermission, NoSuchActivity, NoSuchStaff,
/// OtherBranch, ReasonMissing, StaffDisabled, TextTooLong.
pub fn cancel(d: &mut Draft, asked: &Asked, c: &CancelActivity) -> Result<Reply, Halt> {
    let (activity, staff) = theirs(d, asked.actor, c.activity, Permission::EditActivities)?;
    texts::reason(&c.reason)?;
    match activity.state {
        ActivityState::Cancelled => return Err(Refusal::ActivityCancelled.into()),
        // Nobody knows of a draft: nobody is to read of its end.
        ActivityState::Draft => return Err(Refusal::ActivityNotOpen.into()),
        ActivityState::Published if activity.confirmed_at != 0 => return Err(Refusal::AlreadyConfirmed.into()),
        ActivityState::Published => {}
    }
    d.put(Activity { state: ActivityState::Cancelled, ..activity })?;
    d.emit(CancelReason { activity: activity.id, reason: c.reason.trim().into() });
    wake_up(d, Job::Participants)?;
    audit(d, Some(staff), "activity.cancel", activity.id.0, &c.reason, asked.now);
    Ok(Reply::ActivityCancelled { activity: activity.id })
}
