//! Volunteers: whoever wants to serve registers and is approved or declined with a reason; who was declined or has left may ask again.

pub mod standing;
mod words;

pub use words::{MessageKind, Refusal, Reply, VolunteerReview};

use crate::core::asked::{Actor, Asked, commands};
use crate::core::day::{ADULT_AGE, age, is_day};
use crate::core::record::Sealed;
use crate::core::row::Cell as _;
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::members::{self, VolunteerFace, own};
use crate::messages::{add_words, tell_if_open};
use crate::readers::reader;
use crate::staff::{Permission, audit, require_anywhere};
use crate::tables::{Day, MemberId, ReaderId, Volunteer, VolunteerState};
use crate::volunteers::standing::{
    EditVolunteer, LeaveVolunteers, PauseVolunteer, SuspendVolunteer, edit, leave, pause, suspend,
};

commands! {
    ApplyAsVolunteer => apply,
    ReviewVolunteer => review,
    EditVolunteer => edit,
    PauseVolunteer => pause,
    LeaveVolunteers => leave,
    SuspendVolunteer => suspend,
}

/// Rare, or of rows that only the decision knows: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// 志愿者注册, 为家人注册
#[derive(Clone, Debug)]
pub struct ApplyAsVolunteer {
    /// None: the reader.
    pub member: Option<MemberId>,
    /// Of the reader; a member's is known.
    pub birth_day: Day,
    /// A guardian's name, phone and consent are in the form.
    pub guardian: bool,
    pub face: Sealed,
}

#[derive(Clone, Debug)]
pub struct ReviewVolunteer {
    pub reader: ReaderId,
    pub member: Option<MemberId>,
    pub approved: bool,
    /// Needed to decline.
    pub reason: String,
}

/// Refusals: AccountClosed, AlreadyApplied, BirthDayWrong, ConsentMissing, NoSuchMember, SignedOut.
pub fn apply(d: &mut Draft, asked: &Asked, c: &ApplyAsVolunteer) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let birth_day = match c.member {
        Some(member) => own(d, reader, member)?.birth_day,
        None => c.birth_day,
    };
    let known = d.get::<Volunteer>(Volunteer::key(reader, c.member))?;
    if known.is_some_and(|known| !matches!(known.state, VolunteerState::Declined | VolunteerState::Left)) {
        return Err(Refusal::AlreadyApplied.into());
    }
    if !is_day(birth_day) || birth_day > asked.now.today {
        return Err(members::Refusal::BirthDayWrong.into());
    }
    if age(birth_day, asked.now.today) < ADULT_AGE && !c.guardian {
        return Err(members::Refusal::ConsentMissing.into());
    }
    d.put(Volunteer {
        reader,
        member: c.member,
        state: VolunteerState::Applied,
        // A member's is the member's.
        birth_day: if c.member.is_none() { birth_day } else { 0 },
        guardian: c.guardian,
        minutes: known.map_or(0, |known| known.minutes),
        reviewed_at: 0,
        reviewed_by: None,
        at: asked.now.at,
    })?;
    d.emit(VolunteerFace { reader, member: c.member, face: c.face.clone() });
    Ok(Reply::VolunteerApplied { member: c.member })
}

/// Refusals: NoPermission, NoSuchStaff, NoSuchVolunteer, NotUnderReview, ReasonMissing, StaffDisabled, TextTooLong.
pub fn review(d: &mut Draft, asked: &Asked, c: &ReviewVolunteer) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::ReviewVolunteers)?.id;
    let volunteer = d.get::<Volunteer>(Volunteer::key(c.reader, c.member))?.ok_or(Refusal::NoSuchVolunteer)?;
    if volunteer.state != VolunteerState::Applied {
        return Err(Refusal::NotUnderReview.into());
    }
    if !c.approved {
        texts::reason(&c.reason)?;
    }
    texts::fits(&c.reason, texts::REASON_CHARS_MAX)?;
    let (state, kind) = match c.approved {
        true => (VolunteerState::Approved, MessageKind::VolunteerApproved),
        false => (VolunteerState::Declined, MessageKind::VolunteerDeclined),
    };
    d.put(Volunteer { state, reviewed_at: asked.now.at, reviewed_by: Some(staff), ..volunteer })?;
    d.emit(VolunteerReview { reader: c.reader, member: c.member, reason: c.reason.trim().into() });
    let message = tell_if_open(d, c.reader, kind, c.member.into_cell(), 0, asked.now)?;
    add_words(d, message, &c.reason);
    let action = if c.approved { "volunteer.approve" } else { "volunteer.decline" };
    audit(d, Some(staff), action, c.reader.0, &c.reason, asked.now);
    Ok(Reply::VolunteerReviewed { reader: c.reader, approved: c.approved })
}
