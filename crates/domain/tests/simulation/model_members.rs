//! The model's rules of members and volunteers.

use crate::model::{Activity, Answer, Member, Model, Volunteer, Who, says};
use crate::model_places::exists;
use crate::model_texts::{REASON, ends, explains};
use crate::sights::Sight;
use domain::core::asked::{Actor, Now};
use domain::core::refusal::Refusal;
use domain::core::reply::ReplyKind;
use domain::members::SaveMember;
use domain::staff::Permission;
use domain::tables::{ActivityState, MessageKind, VolunteerState};
use domain::volunteers::{ApplyAsVolunteer, ReviewVolunteer};

/// Whoever has had so many birthdays is older than who has had fewer. In no leap year 1 March stands for the 29th.
pub fn birthdays(birth_day: i64, day: i64) -> i64 {
    let (year, born) = (day / 10_000, birth_day / 10_000);
    let had_this_years = day % 10_000 >= birth_day % 10_000;
    year - born - i64::from(!had_this_years)
}

impl Model {
    pub fn save_member(&mut self, actor: Actor, c: &SaveMember, now: Now, heard: &Answer) -> Answer {
        let by = self.reader(actor)?;
        let owner = c.reader.0;
        match self.readers.get(&owner) {
            None => return Err(Refusal::NoSuchReader),
            Some(reader) if reader.closed => return Err(Refusal::AccountClosed),
            Some(_) => {}
        }
        let before = match c.member {
            Some(_) if by != owner => return Err(Refusal::NoSuchMember),
            Some(member) => Some(self.member(owner, member.0)?),
            None => None,
        };
        if !exists(c.birth_day) || c.birth_day > now.today || birthdays(c.birth_day, now.today) > 130 {
            return Err(Refusal::BirthDayWrong);
        }
        let is_child = birthdays(c.birth_day, now.today) < 14;
        let known = before.and_then(|before| before.guardian);
        let guardian = match () {
            () if !is_child => None,
            () if c.consents => Some((by, now.at)),
            () => Some(known.ok_or(Refusal::ConsentMissing)?),
        };
        if c.card.is_some_and(|card| self.cards_of(owner).all(|own| own.id != Some(card.0))) {
            return Err(Refusal::NotYourCard);
        }
        let of_owner = self.members.values().filter(|member| member.reader == owner && !member.removed);
        if before.is_none() && of_owner.count() as i64 >= c.members_max {
            return Err(Refusal::TooManyMembers { most: c.members_max });
        }
        let id = c.member.map_or_else(|| self.fresh(heard), |member| member.0);
        match (known, guardian) {
            (Some(_), None) => self.seen.push(Sight::GrownUp),
            (Some(known), guardian) if guardian == Some(known) => self.seen.push(Sight::ConsentStands),
            _ if by != owner => self.seen.push(Sight::SavedByAGuardian),
            _ => {}
        }
        let card = c.card.map(|card| card.0);
        self.members.insert(id, Member { reader: owner, removed: false, birth_day: c.birth_day, card, guardian });
        self.wrote("face");
        says(ReplyKind::MemberSaved, id, 0)
    }

    /// One who is there, and whose this is.
    pub fn member(&self, reader: i64, member: i64) -> Result<Member, Refusal> {
        let known = self.members.get(&member).filter(|member| member.reader == reader && !member.removed);
        known.copied().ok_or(Refusal::NoSuchMember)
    }

    pub fn remove_member(&mut self, actor: Actor, id: i64) -> Answer {
        let reader = self.reader(actor)?;
        self.member(reader, id)?;
        let comes = |of: &&Activity| of.people.get(&(reader, id)).is_some_and(|one| one.engaged.is_some());
        let ahead = |of: &Activity| of.state != ActivityState::Cancelled && of.times.ends > self.at;
        if self.activities.values().filter(comes).any(ahead) {
            return Err(Refusal::MemberIsEnrolled);
        }
        self.members.insert(id, Member { reader, removed: true, birth_day: 0, card: None, guardian: None });
        self.wrote("face wiped");
        says(ReplyKind::MemberRemoved, id, 0)
    }

    pub fn apply(&mut self, actor: Actor, c: &ApplyAsVolunteer, now: Now) -> Answer {
        let reader = self.reader(actor)?;
        let who = (reader, c.member.map_or(0, |member| member.0));
        let birth_day = if who.1 == 0 { c.birth_day } else { self.member(reader, who.1)?.birth_day };
        match self.volunteers.get(&who).map(|volunteer| volunteer.state) {
            Some(VolunteerState::Applied | VolunteerState::Approved) => return Err(Refusal::AlreadyApplied),
            Some(VolunteerState::Declined) => self.seen.push(Sight::AppliedAgain),
            None => {}
        }
        if !exists(birth_day) || birth_day > now.today {
            return Err(Refusal::BirthDayWrong);
        }
        if birthdays(birth_day, now.today) < 18 && !c.guardian {
            return Err(Refusal::ConsentMissing);
        }
        let (state, guardian) = (VolunteerState::Applied, c.guardian);
        self.volunteers.insert(who, Volunteer { state, guardian, reviewed: (0, 0), at: now.at });
        self.wrote("volunteer");
        says(ReplyKind::VolunteerApplied, who.1, 0)
    }

    pub fn review(&mut self, actor: Actor, c: &ReviewVolunteer) -> Answer {
        let staff = self.may_anywhere(actor, Permission::ReviewVolunteers)?;
        let who = (c.reader.0, c.member.map_or(0, |member| member.0));
        let volunteer = *self.volunteers.get(&who).ok_or(Refusal::NoSuchVolunteer)?;
        if volunteer.state != VolunteerState::Applied {
            return Err(Refusal::NotUnderReview);
        }
        let (state, kind) = if c.approved {
            ends(&c.reason, REASON)?;
            (VolunteerState::Approved, MessageKind::VolunteerApproved)
        } else {
            explains(&c.reason)?;
            (VolunteerState::Declined, MessageKind::VolunteerDeclined)
        };
        self.volunteers.insert(who, Volunteer { state, reviewed: (self.at, staff), ..volunteer });
        self.wrote("review");
        self.audits += 1;
        if self.news(who.0, kind, who.1, 0) && !c.reason.trim().is_empty() {
            self.wrote("words");
        }
        says(ReplyKind::VolunteerReviewed, who.0, i64::from(c.approved))
    }

    pub fn is_approved(&self, who: Who) -> bool {
        self.volunteers.get(&who).is_some_and(|volunteer| volunteer.state == VolunteerState::Approved)
    }

    /// What a volunteer has served, in all.
    pub fn served(&self, who: Who) -> i64 {
        self.activities.values().filter_map(|activity| activity.people.get(&who)).map(|one| one.minutes).sum()
    }
}
