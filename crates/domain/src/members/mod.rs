//! 成员: people whom a reader signs up for activities. What says who they are is sealed, and goes when they are removed.

use crate::activities::enrolments::nothing_ahead;
use crate::cards::reader;
use crate::core::day::is_day;
use crate::core::record::{Record, Sealed};
use crate::core::refusal::Refusal;
use crate::core::world::{Draft, Halt};
use crate::envelope::{Actor, Now, Reply, ReplyKind};
use crate::tables::{Card, CardId, Member, MemberId, MemberState, Reader, ReaderId, ReaderState};

/// How many a reader has at most, unless the library's settings say otherwise.
pub const MEMBERS_MAX: i64 = 8;
/// And whatever they say.
pub const MEMBERS_LIMIT: i64 = 50;
/// Younger than this, and a guardian must consent before anything is stored.
pub const CONSENT_AGE: i64 = 14;
pub const ADULT_AGE: i64 = 18;

/// Adds a member (`member` None) or edits one. By the reader; or by a guardian whom the reader has invited.
#[derive(Clone, Debug)]
pub struct SaveMember {
    /// Whose member it is.
    pub reader: ReaderId,
    pub member: Option<MemberId>,
    pub birth_day: i64,
    /// 关联读者证: where the member's points go.
    pub card: Option<CardId>,
    /// Whoever asks says that they are the guardian and consent.
    pub consents: bool,
    /// Name and relation.
    pub face: Sealed,
    /// As the library's settings say.
    pub members_max: i64,
}

#[derive(Clone, Copy, Debug)]
pub struct RemoveMember {
    pub member: MemberId,
}

/// Full years from one calendar day to another.
pub fn age(birth_day: i64, day: i64) -> i64 {
    (day - birth_day) / 10_000
}

pub fn save(d: &mut Draft, actor: Actor, c: &SaveMember, now: Now) -> Result<Reply, Halt> {
    let by = reader(d, actor)?.id;
    let owner = d.get::<Reader>(Reader::key(c.reader))?.ok_or(Refusal::NoSuchReader)?;
    if owner.state == ReaderState::Closed {
        return Err(Refusal::AccountClosed.into());
    }
    let before = match c.member {
        Some(id) if by == c.reader => Some(own(d, by, id)?),
        Some(_) => return Err(Refusal::NoSuchMember.into()),
        None => None,
    };
    if !is_day(c.birth_day) || c.birth_day > now.today || age(c.birth_day, now.today) > 130 {
        return Err(Refusal::BirthDayWrong.into());
    }
    let is_child = age(c.birth_day, now.today) < CONSENT_AGE;
    let consented = before.is_some_and(|member| member.guardian.is_some());
    if is_child && !c.consents && !consented {
        return Err(Refusal::ConsentMissing.into());
    }
    if let Some(card) = c.card {
        let card = d.get::<Card>(Card::key(card))?.filter(|card| card.reader == Some(c.reader));
        card.ok_or(Refusal::NotYourCard)?;
    }
    let member = match before {
        Some(member) => member,
        None => new(d, c.reader, c.members_max, now)?,
    };
    let (guardian, consented_at) = match (c.consents && is_child, is_child) {
        (true, _) => (Some(by), now.at),
        (false, true) => (member.guardian, member.consented_at),
        (false, false) => (None, 0),
    };
    let (birth_day, card) = (c.birth_day, c.card);
    let row = Member { birth_day, card, guardian, consented_at, ..member };
    d.get::<Member>(Member::key(c.reader, member.id))?;
    d.put(row)?;
    d.emit(Record::MemberFace { member: member.id, face: c.face.clone() });
    Ok(Reply { kind: ReplyKind::MemberSaved, a: member.id.0, b: 0 })
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

/// The row stays, so that attendance can be counted; who it was goes.
pub fn remove(d: &mut Draft, actor: Actor, c: &RemoveMember, now: Now) -> Result<Reply, Halt> {
    let reader = reader(d, actor)?.id;
    let member = own(d, reader, c.member)?;
    nothing_ahead(d, reader, c.member, now)?;
    let state = MemberState::Removed;
    d.put(Member { state, birth_day: 0, card: None, guardian: None, consented_at: 0, ..member })?;
    d.emit(Record::MemberFaceWiped { member: c.member });
    // Whether or not there was a registration.
    d.emit(Record::VolunteerFaceWiped { reader, member: c.member });
    Ok(Reply { kind: ReplyKind::MemberRemoved, a: c.member.0, b: 0 })
}
