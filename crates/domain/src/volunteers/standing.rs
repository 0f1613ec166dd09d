//! What becomes of a volunteer after the review: changes of phone and times, a pause, leaving; and staff's suspension.

use super::{MessageKind, Refusal, Reply, VolunteerReview};
use crate::core::asked::{Asked, Now};
use crate::core::record::Sealed;
use crate::core::row::Cell as _;
use crate::core::texts;
use crate::core::world::{Draft, Halt};
use crate::members::{VolunteerFace, own};
use crate::messages::{add_words, tell_if_open};
use crate::readers::reader;
use crate::staff::{Permission, audit, require_anywhere};
use crate::tables::{Activity, ActivityKind, ActivityState, Engagement, MemberId, ReaderId, Volunteer, VolunteerState};

/// Another phone number, other skills or times. Who it is stays as it was approved.
#[derive(Clone, Debug)]
pub struct EditVolunteer {
    /// None: the reader.
    pub member: Option<MemberId>,
    pub face: Sealed,
}

/// 暂停服务, 恢复服务
#[derive(Clone, Copy, Debug)]
pub struct PauseVolunteer {
    pub member: Option<MemberId>,
    pub pauses: bool,
}

/// 退出志愿者
#[derive(Clone, Copy, Debug)]
pub struct LeaveVolunteers {
    pub member: Option<MemberId>,
}

/// By staff, with a reason that the volunteer reads; or its end.
#[derive(Clone, Debug)]
pub struct SuspendVolunteer {
    pub reader: ReaderId,
    pub member: Option<MemberId>,
    pub suspends: bool,
    /// Needed to suspend.
    pub reason: String,
}

/// The reader's own or a member's registration.
fn registered(d: &Draft, asked: &Asked, member: Option<MemberId>) -> Result<Volunteer, Halt> {
    let reader = reader(d, asked.actor)?.id;
    member.map(|member| own(d, reader, member)).transpose()?;
    Ok(d.get::<Volunteer>(Volunteer::key(reader, member))?.ok_or(Refusal::NoSuchVolunteer)?)
}

/// Refusals: AccountClosed, NoSuchMember, NoSuchVolunteer, NotServing, SignedOut.
pub fn edit(d: &mut Draft, asked: &Asked, c: &EditVolunteer) -> Result<Reply, Halt> {
    let volunteer = registered(d, asked, c.member)?;
    match volunteer.state {
        VolunteerState::Applied | VolunteerState::Approved | VolunteerState::Paused => {}
        VolunteerState::Declined | VolunteerState::Suspended | VolunteerState::Left => {
            return Err(Refusal::NotServing.into());
        }
    }
    d.emit(VolunteerFace { reader: volunteer.reader, member: c.member, face: c.face.clone() });
    Ok(Reply::VolunteerChanged { member: c.member })
}

/// Refusals: AccountClosed, NoSuchMember, NoSuchVolunteer, NotServing, SignedOut.
pub fn pause(d: &mut Draft, asked: &Asked, c: &PauseVolunteer) -> Result<Reply, Halt> {
    let volunteer = registered(d, asked, c.member)?;
    let (from, state) = match c.pauses {
        true => (VolunteerState::Approved, VolunteerState::Paused),
        false => (VolunteerState::Paused, VolunteerState::Approved),
    };
    if volunteer.state != from {
        return Err(Refusal::NotServing.into());
    }
    d.put(Volunteer { state, ..volunteer })?;
    Ok(Reply::VolunteerChanged { member: c.member })
}

/// Refusals: AccountClosed, NoSuchMember, NoSuchVolunteer, NotServing, ServiceAhead, SignedOut.
pub fn leave(d: &mut Draft, asked: &Asked, c: &LeaveVolunteers) -> Result<Reply, Halt> {
    let volunteer = registered(d, asked, c.member)?;
    if !matches!(volunteer.state, VolunteerState::Approved | VolunteerState::Paused) {
        return Err(Refusal::NotServing.into());
    }
    nothing_ahead(d, &volunteer, asked.now)?;
    d.put(Volunteer { state: VolunteerState::Left, ..volunteer })?;
    Ok(Reply::VolunteerChanged { member: c.member })
}

/// Who is expected at a service cancels that first: others wait for the place.
fn nothing_ahead(d: &Draft, volunteer: &Volunteer, now: Now) -> Result<(), Halt> {
    for engaged in d.children::<Engagement, 2>([volunteer.reader.0, volunteer.member.into_cell()])? {
        let Some(activity) = d.get::<Activity>(Activity::key(engaged.activity))? else { continue };
        let is_ahead = activity.state != ActivityState::Cancelled && now.at < activity.ends;
        if activity.kind == ActivityKind::Volunteer && is_ahead {
            return Err(Refusal::ServiceAhead.into());
        }
    }
    Ok(())
}

/// Refusals: NoPermission, NoSuchStaff, NoSuchVolunteer, NotServing, ReasonMissing, StaffDisabled, TextTooLong.
pub fn suspend(d: &mut Draft, asked: &Asked, c: &SuspendVolunteer) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::ReviewVolunteers)?.id;
    let volunteer = d.get::<Volunteer>(Volunteer::key(c.reader, c.member))?.ok_or(Refusal::NoSuchVolunteer)?;
    let (may, state, kind, action) = match c.suspends {
        true => {
            let may = matches!(volunteer.state, VolunteerState::Approved | VolunteerState::Paused);
            (may, VolunteerState::Suspended, MessageKind::VolunteerSuspended, "volunteer.suspend")
        }
        false => {
            let may = volunteer.state == VolunteerState::Suspended;
            (may, VolunteerState::Approved, MessageKind::VolunteerRestored, "volunteer.restore")
        }
    };
    if !may {
        return Err(Refusal::NotServing.into());
    }
    if c.suspends {
        texts::reason(&c.reason)?;
    }
    texts::fits(&c.reason, texts::REASON_CHARS_MAX)?;
    d.put(Volunteer { state, reviewed_at: asked.now.at, reviewed_by: Some(staff), ..volunteer })?;
    d.emit(VolunteerReview { reader: c.reader, member: c.member, reason: c.reason.trim().into() });
    let message = tell_if_open(d, c.reader, kind, c.member.into_cell(), 0, asked.now)?;
    add_words(d, message, &c.reason);
    audit(d, Some(staff), action, c.reader.0, &c.reason, asked.now);
    Ok(Reply::VolunteerReviewed { reader: c.reader, approved: !c.suspends })
}
