//! 邀请监护人确认: who is not a child's guardian sends the guardian a link; it is good once and for a week.

use super::{Refusal, Reply, born, new};
use crate::core::asked::Asked;
use crate::core::day::DAY_MS;
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt};
use crate::members::MemberFace;
use crate::readers::{self, reader};
use crate::rules::{self, Rule};
use crate::tables::{Day, Invitation, InvitationId, Member, Millis, Reader, ReaderId, ReaderState};

pub const INVITATION_LIFE_MS: Millis = 7 * DAY_MS;
/// So many invitations of a reader may be under way.
pub const INVITATIONS_MAX: usize = 20;

#[derive(Clone, Copy, Debug)]
pub struct InviteGuardian {
    /// Of what stands in the link.
    pub secret: Digest,
}

/// By the guardian whom the reader has invited: the child becomes the reader's member.
#[derive(Clone, Debug)]
pub struct AcceptInvitation {
    /// The reader whose child the guardian is asked to consent for.
    pub reader: ReaderId,
    pub invitation: InvitationId,
    pub secret: Digest,
    pub birth_day: Day,
    /// Whoever asks says that they are the guardian and consent.
    pub consents: bool,
    /// Name and relation.
    pub face: Sealed,
}

/// Refusals: AccountClosed, SignedOut, TooManyInvitations.
pub fn invite(d: &mut Draft, asked: &Asked, c: &InviteGuardian) -> Result<Reply, Halt> {
    let (reader, at) = (reader(d, asked.actor)?.id, asked.now.at);
    let (good, over): (Vec<_>, Vec<_>) =
        d.children::<Invitation, 1>([reader.0])?.into_iter().partition(|invitation| at < invitation.until);
    over.into_iter().try_for_each(|invitation| d.remove(invitation))?;
    if good.iter().filter(|invitation| invitation.accepted_by.is_none()).count() >= INVITATIONS_MAX {
        return Err(Refusal::TooManyInvitations { most: INVITATIONS_MAX as i64 }.into());
    }
    let (id, until, Digest { high, low }) = (d.new_id(InvitationId), at + INVITATION_LIFE_MS, c.secret);
    d.add(Invitation { reader, id, high, low, until, accepted_by: None, accepted_at: 0, at });
    Ok(Reply::GuardianInvited { invitation: id })
}

/// Refusals: AccountClosed, BirthDayWrong, ConsentMissing, InvitationExpired, InvitationUsed, NoSuchInvitation, OwnInvitation,
/// SignedOut, TooManyMembers.
pub fn accept(d: &mut Draft, asked: &Asked, c: &AcceptInvitation) -> Result<Reply, Halt> {
    let (by, now) = (reader(d, asked.actor)?.id, asked.now);
    let found = d.get::<Invitation>(Invitation::key(c.reader, c.invitation))?;
    let invitation = found.filter(|invitation| (invitation.high, invitation.low) == (c.secret.high, c.secret.low));
    let invitation = invitation.ok_or(Refusal::NoSuchInvitation)?;
    if by == c.reader {
        return Err(Refusal::OwnInvitation.into());
    }
    if invitation.accepted_by.is_some() {
        return Err(Refusal::InvitationUsed.into());
    }
    if invitation.until <= now.at {
        return Err(Refusal::InvitationExpired.into());
    }
    let owner = d.get::<Reader>(Reader::key(c.reader))?.filter(|owner| owner.state == ReaderState::Active);
    owner.ok_or(readers::Refusal::AccountClosed)?;
    let is_child = born(c.birth_day, now.today)?;
    if is_child && !c.consents {
        return Err(Refusal::ConsentMissing.into());
    }
    let member = new(d, c.reader, rules::today(d, Rule::MembersMax, now)?, now)?;
    let (guardian, consented_at) = if is_child { (Some(by), now.at) } else { (None, 0) };
    d.get::<Member>(Member::key(c.reader, member.id))?;
    d.put(Member { birth_day: c.birth_day, guardian, consented_at, ..member })?;
    d.put(Invitation { accepted_by: Some(by), accepted_at: now.at, ..invitation })?;
    d.emit(MemberFace { member: member.id, face: Some(c.face.clone()) });
    Ok(Reply::MemberSaved { member: member.id })
}
