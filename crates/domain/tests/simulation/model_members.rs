//! The model's rules of members and volunteers.

use crate::model::{Activity, Answer, Member, Model, Volunteer, Who, says};
use crate::model_places::exists;
use crate::model_texts::{REASON, ends, explains};
use crate::sights::Sight;
use domain::core::asked::{Actor, Now};
use domain::core::refusal::Refused;
use domain::ledger;
use domain::members::{self, SaveMember};
use domain::rules::Rule;
use domain::staff::Permission;
use domain::tables::{ActivityState, MemberId, ReaderId, VolunteerState};
use domain::volunteers::{self, ApplyAsVolunteer, ReviewVolunteer};

/// Whoever has had so many birthdays is older than who has had fewer. In no leap year 1 March stands for the 29th.
pub fn birthdays(birth_day: i64, day: i64) -> i64 {
    let (year, born) = (day / 10_000, birth_day / 10_000);
    let had_this_years = day % 10_000 >= birth_day % 10_000;
    year - born - i64::from(!had_this_years)
}

pub fn is_child(birth_day: i64, day: i64) -> bool {
    birthdays(birth_day, day) < 14
}

impl Model {
    pub fn save_member(&mut self, actor: Actor, c: &SaveMember, now: Now, heard: &Answer) -> Answer {
        let by = self.reader(actor)?;
        let owner = by;
        let before = c.member.map(|member| self.member(owner, member.0)).transpose()?;
        if !exists(c.birth_day) || c.birth_day > now.today || birthdays(c.birth_day, now.today) > 130 {
            return Err(members::Refusal::BirthDayWrong.into());
        }
        let is_child = is_child(c.birth_day, now.today);
        let known = before.and_then(|before| before.guardian);
        let guardian = match () {
            () if !is_child => None,
            () if c.consents => Some((by, now.at)),
            () => Some(known.ok_or(members::Refusal::ConsentMissing)?),
        };
        if c.card.is_some_and(|card| self.cards_of(owner).all(|own| own.id != Some(card.0))) {
            return Err(ledger::Refusal::NotYourCard.into());
        }
        let of_owner = self.members.values().filter(|member| member.reader == owner && !member.removed);
        if before.is_none() && of_owner.count() as i64 >= self.rule(Rule::MembersMax, now.today) {
            return Err(members::Refusal::TooManyMembers { most: self.rule(Rule::MembersMax, now.today) }.into());
        }
        let id = c.member.map_or_else(|| self.fresh(heard), |member| member.0);
        match (known, guardian) {
            (Some(_), None) => self.seen.push(Sight::GrownUp),
            (Some(known), guardian) if guardian == Some(known) => self.seen.push(Sight::ConsentStands),
            _ => {}
        }
        let card = c.card.map(|card| card.0);
        self.members.insert(id, Member { reader: owner, removed: false, birth_day: c.birth_day, card, guardian });
        self.wrote("face");
        says(members::Reply::MemberSaved { member: MemberId(id) })
    }

    /// One who is there, and whose this is.
    pub fn member(&self, reader: i64, member: i64) -> Result<Member, Refused> {
        let known = self.members.get(&member).filter(|member| member.reader == reader && !member.removed);
        known.copied().ok_or(members::Refusal::NoSuchMember.into())
    }

    pub fn remove_member(&mut self, actor: Actor, id: i64) -> Answer {
        let reader = self.reader(actor)?;
        self.member(reader, id)?;
        let comes = |of: &&Activity| of.people.get(&(reader, id)).is_some_and(|one| one.engaged.is_some());
        let ahead = |of: &Activity| of.state != ActivityState::Cancelled && of.times.ends > self.at;
        if self.activities.values().filter(comes).any(ahead) {
            return Err(members::Refusal::MemberIsEnrolled.into());
        }
        self.forget_member((reader, id));
        says(members::Reply::MemberRemoved { member: MemberId(id) })
    }

    pub fn forget_member(&mut self, (reader, id): Who) {
        self.members.insert(id, Member { reader, removed: true, birth_day: 0, card: None, guardian: None });
        self.wrote("face wiped");
    }

    pub fn apply(&mut self, actor: Actor, c: &ApplyAsVolunteer, now: Now) -> Answer {
        let reader = self.reader(actor)?;
        let who = (reader, c.member.map_or(0, |member| member.0));
        let birth_day = if who.1 == 0 { c.birth_day } else { self.member(reader, who.1)?.birth_day };
        match self.volunteers.get(&who).map(|volunteer| volunteer.state) {
            Some(VolunteerState::Declined | VolunteerState::Left) => self.seen.push(Sight::AppliedAgain),
            Some(_) => return Err(volunteers::Refusal::AlreadyApplied.into()),
            None => {}
        }
        if !exists(birth_day) || birth_day > now.today {
            return Err(members::Refusal::BirthDayWrong.into());
        }
        if birthdays(birth_day, now.today) < 18 && !c.guardian {
            return Err(members::Refusal::ConsentMissing.into());
        }
        let (state, guardian) = (VolunteerState::Applied, c.guardian);
        let said = if who.1 == 0 { birth_day } else { 0 };
        self.volunteers.insert(who, Volunteer { state, birth_day: said, guardian, reviewed: (0, 0), at: now.at });
        self.wrote("volunteer");
        says(volunteers::Reply::VolunteerApplied { member: ((who.1) != 0).then_some(MemberId(who.1)) })
    }

    pub fn review(&mut self, actor: Actor, c: &ReviewVolunteer) -> Answer {
        let staff = self.may_anywhere(actor, Permission::ReviewVolunteers)?;
        let who = (c.reader.0, c.member.map_or(0, |member| member.0));
        let volunteer = *self.volunteers.get(&who).ok_or(volunteers::Refusal::NoSuchVolunteer)?;
        if volunteer.state != VolunteerState::Applied {
            return Err(volunteers::Refusal::NotUnderReview.into());
        }
        let (state, kind) = if c.approved {
            ends(&c.reason, REASON)?;
            (VolunteerState::Approved, volunteers::MessageKind::VolunteerApproved)
        } else {
            explains(&c.reason)?;
            (VolunteerState::Declined, volunteers::MessageKind::VolunteerDeclined)
        };
        self.volunteers.insert(who, Volunteer { state, reviewed: (self.at, staff), ..volunteer });
        self.wrote("review");
        self.audits += 1;
        if self.news(who.0, kind, who.1, 0) && !c.reason.trim().is_empty() {
            self.wrote("words");
        }
        says(volunteers::Reply::VolunteerReviewed { reader: ReaderId(who.0), approved: c.approved })
    }

    pub fn is_approved(&self, who: Who) -> bool {
        self.volunteers.get(&who).is_some_and(|volunteer| volunteer.state == VolunteerState::Approved)
    }

    /// What a volunteer has served, in all.
    pub fn served(&self, who: Who) -> i64 {
        self.activities.values().filter_map(|activity| activity.people.get(&who)).map(|one| one.minutes).sum()
    }
}
