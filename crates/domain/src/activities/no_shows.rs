//! 未到场: recorded only after staff have confirmed who was there, and never where the reader could not help it.

use crate::activities::enrolments::{disengage, participant, take_off};
use crate::activities::{Appeal, AppealAnswer, MessageKind, Refusal, Reply, activity, theirs};
use crate::core::asked::{Asked, only_the_program};
use crate::core::day::DAY_MS;
use crate::core::record::Sealed;
use crate::core::row::Cell as _;
use crate::core::texts;
use crate::core::world::{Draft, Halt};
use crate::jobs::wake_up;
use crate::messages::tell_if_open;
use crate::readers::reader;
use crate::staff::{Permission, audit};
use crate::tables::{
    Activity, ActivityId, ActivityState, Job, MemberId, Millis, NoShow, Participant, ParticipantState, ReaderId,
};

pub const APPEAL_MS: Millis = 7 * DAY_MS;
/// Who got a place later than this before the start need not have noticed.
pub const SHORT_NOTICE_MS: Millis = DAY_MS;

/// 确认签到结果
#[derive(Clone, Copy, Debug)]
pub struct ConfirmAttendance {
    pub activity: ActivityId,
}

/// One participant who was enrolled and not there.
#[derive(Clone, Copy, Debug)]
pub struct MarkNoShow {
    pub activity: ActivityId,
    pub reader: ReaderId,
    pub member: Option<MemberId>,
}

/// 申诉
#[derive(Clone, Debug)]
pub struct AppealNoShow {
    pub activity: ActivityId,
    pub member: Option<MemberId>,
    pub text: Sealed,
}

#[derive(Clone, Debug)]
pub struct ExcuseNoShow {
    pub activity: ActivityId,
    pub reader: ReaderId,
    pub member: Option<MemberId>,
    pub reason: String,
}

/// The no-show stands.
#[derive(Clone, Debug)]
pub struct DeclineAppeal {
    pub activity: ActivityId,
    pub reader: ReaderId,
    pub member: Option<MemberId>,
    pub reason: String,
}

/// Refusals: ActivityCancelled, ActivityNotOpen, AlreadyConfirmed, NoPermission, NoSuchActivity, NoSuchStaff,
/// NotEndedYet, OtherBranch, StaffDisabled.
pub fn confirm(d: &mut Draft, asked: &Asked, c: &ConfirmAttendance) -> Result<Reply, Halt> {
    let (activity, staff) = theirs(d, asked.actor, c.activity, Permission::TakeAttendance)?;
    match activity.state {
        ActivityState::Draft => return Err(Refusal::ActivityNotOpen.into()),
        ActivityState::Cancelled => return Err(Refusal::ActivityCancelled.into()),
        ActivityState::Published if activity.confirmed_at != 0 => return Err(Refusal::AlreadyConfirmed.into()),
        ActivityState::Published if asked.now.at < activity.ends => return Err(Refusal::NotEndedYet.into()),
        ActivityState::Published => {}
    }
    d.put(Activity { confirmed_at: asked.now.at, ..activity })?;
    wake_up(d, Job::Participants)?;
    audit(d, Some(staff), "activity.confirm", activity.id.0, "", asked.now);
    Ok(Reply::AttendanceConfirmed { activity: activity.id, present: activity.present })
}

/// Refusals: NoPermission, NoSuchActivity, NotEnrolled, NothingToDo.
pub fn mark(d: &mut Draft, asked: &Asked, c: &MarkNoShow) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let activity = activity(d, c.activity)?;
    let one = participant(d, c.activity, c.reader, c.member)?;
    let is_due = activity.confirmed_at != 0 && activity.state == ActivityState::Published;
    if !is_due || !matches!(one.state, ParticipantState::Enrolled | ParticipantState::Waiting) {
        return Err(Refusal::NothingToDo.into());
    }
    let blamed = is_to_blame(&activity, &one);
    if one.state == ParticipantState::Waiting {
        // The waiting list is over.
        take_off(d, &one, ParticipantState::Excused, asked.now)?;
    } else {
        let state = if blamed { ParticipantState::NoShow } else { ParticipantState::Excused };
        d.put(Participant { state, settled_at: asked.now.at, ..one })?;
        disengage(d, &one)?;
    }
    if blamed {
        d.get::<NoShow>(NoShow::key(c.reader, c.member, c.activity))?;
        d.put(NoShow {
            reader: c.reader,
            member: c.member,
            activity: c.activity,
            held: activity.starts,
            at: asked.now.at,
        })?;
        tell_if_open(d, c.reader, MessageKind::NoShow, c.activity.0, c.member.into_cell(), asked.now)?;
    }
    Ok(Reply::NoShowMarked { activity: c.activity, counts: blamed })
}

/// Not where nobody could be signed in, nor who still waited, came along, or got the place at short notice.
fn is_to_blame(activity: &Activity, one: &Participant) -> bool {
    let short_notice = one.promoted_at != 0 && activity.starts - one.promoted_at < SHORT_NOTICE_MS;
    activity.present > 0 && one.state == ParticipantState::Enrolled && !one.companion && !short_notice
}

/// Refusals: AccountClosed, AlreadyAppealed, NotANoShow, NotEnrolled, SignedOut, TooLateToAppeal.
pub fn appeal(d: &mut Draft, asked: &Asked, c: &AppealNoShow) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let one = participant(d, c.activity, reader, c.member)?;
    appealable(&one, asked.now.at)?;
    d.put(Participant { appealed_at: asked.now.at, ..one })?;
    d.emit(Appeal { activity: c.activity, reader, member: c.member, text: c.text.clone() });
    Ok(Reply::NoShowAppealed { activity: c.activity })
}

/// The page asks this, too.
pub fn appealable(one: &Participant, at: Millis) -> Result<(), Refusal> {
    match one.state {
        ParticipantState::NoShow if one.appealed_at != 0 => Err(Refusal::AlreadyAppealed),
        ParticipantState::NoShow if at - one.settled_at >= APPEAL_MS => Err(Refusal::TooLateToAppeal),
        ParticipantState::NoShow => Ok(()),
        _ => Err(Refusal::NotANoShow),
    }
}

/// Refusals: NoPermission, NoSuchActivity, NoSuchStaff, NotANoShow, NotEnrolled, OtherBranch, ReasonMissing,
/// StaffDisabled, TextTooLong.
pub fn excuse(d: &mut Draft, asked: &Asked, c: &ExcuseNoShow) -> Result<Reply, Halt> {
    let (_, staff) = theirs(d, asked.actor, c.activity, Permission::EditActivities)?;
    texts::reason(&c.reason)?;
    let one = participant(d, c.activity, c.reader, c.member)?;
    if one.state != ParticipantState::NoShow {
        return Err(Refusal::NotANoShow.into());
    }
    d.put(Participant { state: ParticipantState::Excused, settled_at: asked.now.at, ..one })?;
    if let Some(no_show) = d.get::<NoShow>(NoShow::key(c.reader, c.member, c.activity))? {
        d.remove(no_show)?;
    }
    tell_if_open(d, c.reader, MessageKind::NoShowExcused, c.activity.0, c.member.into_cell(), asked.now)?;
    audit(d, Some(staff), "participant.excuse", c.activity.0, &c.reason, asked.now);
    Ok(Reply::NoShowExcused { activity: c.activity })
}

/// Refusals: NoAppeal, NoPermission, NoSuchActivity, NoSuchStaff, NotEnrolled, OtherBranch, ReasonMissing,
/// StaffDisabled, TextTooLong.
pub fn decline(d: &mut Draft, asked: &Asked, c: &DeclineAppeal) -> Result<Reply, Halt> {
    let (_, staff) = theirs(d, asked.actor, c.activity, Permission::EditActivities)?;
    texts::reason(&c.reason)?;
    let one = participant(d, c.activity, c.reader, c.member)?;
    if !awaits_answer(&one) {
        return Err(Refusal::NoAppeal.into());
    }
    d.put(Participant { declined_at: asked.now.at, ..one })?;
    let answer = c.reason.trim().into();
    d.emit(AppealAnswer { activity: c.activity, reader: c.reader, member: c.member, answer });
    tell_if_open(d, c.reader, MessageKind::AppealDeclined, c.activity.0, c.member.into_cell(), asked.now)?;
    audit(d, Some(staff), "appeal.decline", c.activity.0, &c.reason, asked.now);
    Ok(Reply::AppealDeclined { activity: c.activity })
}

/// An appeal that staff have neither granted nor declined; the page asks this, too.
pub fn awaits_answer(one: &Participant) -> bool {
    one.state == ParticipantState::NoShow && one.appealed_at != 0 && one.declined_at == 0
}
