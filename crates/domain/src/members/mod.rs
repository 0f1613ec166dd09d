//! 成员: people whom a reader signs up for activities. What says who they are is sealed, and goes when they are removed.

pub mod invitations;
mod words;

pub use words::{MemberFace, Refusal, Reply, VolunteerFace};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::day::{age, is_day};
use crate::core::record::Sealed;
use crate::core::row::Row as _;
use crate::core::world::{Draft, Halt, Need};
use crate::ledger;
use crate::members::invitations::{AcceptInvitation, InviteGuardian, accept, invite};
use crate::readers::reader;
use crate::rules::{self, Rule};
use crate::tables::{Activity, ActivityState, Card, CardId, Day, Engagement, Member, MemberId, MemberState, ReaderId};

commands! {
    SaveMember => save,
    RemoveMember => remove,
    InviteGuardian => invite,
    AcceptInvitation => accept,
}

/// Rare, or of rows that only the decision knows: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// Younger than this, and a guardian must consent before anything is stored.
pub const CONSENT_AGE: i64 = 14;

/// Adds a member (`member` None) or edits one.
#[derive(Clone, Debug)]
pub struct SaveMember {
    pub member: Option<MemberId>,
    pub birth_day: Day,
    /// 关联读者证: where the member's points go.
    pub card: Option<CardId>,
    /// Whoever asks says that they are the guardian and consent.
    pub consents: bool,
    /// Name and relation.
    pub face: Sealed,
}

#[derive(Clone, Copy, Debug)]
pub struct RemoveMember {
    pub member: MemberId,
}

/// Refusals: AccountClosed, BirthDayWrong, ConsentMissing, NoSuchMember, NotYourCard, SignedOut, TooManyMembers.
pub fn save(d: &mut Draft, asked: &Asked, c: &SaveMember) -> Result<Reply, Halt> {
    let by = reader(d, asked.actor)?.id;
    let before = c.member.map(|member| own(d, by, member)).transpose()?;
    let is_child = born(c.birth_day, asked.now.today)?;
    let consented = before.is_some_and(|member| member.guardian.is_some());
    if is_child && !c.consents && !consented {
        return Err(Refusal::ConsentMissing.into());
    }
    if let Some(card) = c.card {
        let card = d.get::<Card>(Card::key(card))?.filter(|card| card.reader == Some(by));
        card.ok_or(ledger::Refusal::NotYourCard)?;
    }
    let member = match before {
        Some(member) => member,
        None => new(d, by, rules::today(d, Rule::MembersMax, asked.now)?, asked.now)?,
    };
    let (guardian, consented_at) = match (c.consents && is_child, is_child) {
        (true, _) => (Some(by), asked.now.at),
        (false, true) => (member.guardian, member.consented_at),
        (false, false) => (None, 0),
    };
    let (birth_day, card) = (c.birth_day, c.card);
    let row = Member { birth_day, card, guardian, consented_at, ..member };
    d.get::<Member>(Member::key(by, member.id))?;
    d.put(row)?;
    d.emit(MemberFace { member: member.id, face: Some(c.face.clone()) });
    Ok(Reply::MemberSaved { member: member.id })
}

/// Whether who was born on this day is still a child, for whom a guardian consents.
fn born(birth_day: Day, today: Day) -> Result<bool, Refusal> {
    if !is_day(birth_day) || birth_day > today || age(birth_day, today) > 130 {
        return Err(Refusal::BirthDayWrong);
    }
    Ok(age(birth_day, today) < CONSENT_AGE)
}

fn new(d: &mut Draft, reader: ReaderId, most: i64, now: Now) -> Result<Member, Halt> {
    let members = d.children::<Member, 1>([reader.0])?;
    if members.iter().filter(|member| member.state == MemberState::Active).count() as i64 >= most {
        return Err(Refusal::TooManyMembers { most }.into());
    }
    let (id, state) = (d.new_id(MemberId), MemberState::Active);
    let member = Member { reader, id, state, birth_day: 0, card: None, guardian: None, consented_at: 0, at: now.at };
    d.add(member);
    Ok(member)
}

/// The member, if it is this reader's and still there.
pub fn own(d: &Draft, reader: ReaderId, member: MemberId) -> Result<Member, Halt> {
    let found = d.get::<Member>(Member::key(reader, member))?;
    Ok(found.filter(|member| member.state == MemberState::Active).ok_or(Refusal::NoSuchMember)?)
}

/// Refusals: AccountClosed, MemberIsEnrolled, NoSuchMember, SignedOut.
pub fn remove(d: &mut Draft, asked: &Asked, c: &RemoveMember) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let member = own(d, reader, c.member)?;
    nothing_ahead(d, reader, c.member, asked.now)?;
    forget(d, member)?;
    Ok(Reply::MemberRemoved { member: c.member })
}

/// The row stays, so that attendance can be counted; who it was goes.
pub fn forget(d: &mut Draft, member: Member) -> Result<(), Halt> {
    let Member { reader, id, .. } = member;
    let state = MemberState::Removed;
    d.put(Member { state, birth_day: 0, card: None, guardian: None, consented_at: 0, ..member })?;
    d.emit(MemberFace { member: id, face: None });
    // Whether or not there was a registration.
    d.emit(VolunteerFace { reader, member: Some(id), face: Sealed::default() });
    Ok(())
}

/// Who has a place or waits for one stays a member: else one reader could fill every place with ever new members.
fn nothing_ahead(d: &Draft, reader: ReaderId, member: MemberId, now: Now) -> Result<(), Halt> {
    for engaged in d.children::<Engagement, 2>([reader.0, member.0])? {
        let key = Activity::key(engaged.activity);
        let activity = d.get::<Activity>(key)?.ok_or(Halt::Corrupt(Activity::TABLE, key))?;
        if activity.state != ActivityState::Cancelled && now.at < activity.ends {
            return Err(Refusal::MemberIsEnrolled.into());
        }
    }
    Ok(())
}
