//! The model's rules of volunteers after the review.

use crate::model::{Activity, Answer, Model, Volunteer, Who, says};
use crate::model_texts::{REASON, ends, explains};
use domain::core::asked::Actor;
use domain::core::refusal::Refused;
use domain::staff::Permission;
use domain::tables::{ActivityKind, ActivityState, MemberId, ReaderId, VolunteerState};
use domain::volunteers::standing::SuspendVolunteer;
use domain::volunteers::{self, Refusal, Reply};

impl Model {
    fn registered(&self, actor: Actor, member: Option<MemberId>) -> Result<(Who, Volunteer), Refused> {
        let reader = self.reader(actor)?;
        let who = (reader, member.map_or(0, |member| member.0));
        if who.1 != 0 {
            self.member(reader, who.1)?;
        }
        let known = self.volunteers.get(&who).ok_or(Refusal::NoSuchVolunteer)?;
        Ok((who, *known))
    }

    pub fn edit_volunteer(&mut self, actor: Actor, member: Option<MemberId>) -> Answer {
        let (_, known) = self.registered(actor, member)?;
        let over = [VolunteerState::Declined, VolunteerState::Suspended, VolunteerState::Left];
        if over.contains(&known.state) {
            return Err(Refusal::NotServing.into());
        }
        self.wrote("volunteer");
        says(Reply::VolunteerChanged { member })
    }

    pub fn pause_volunteer(&mut self, actor: Actor, member: Option<MemberId>, pauses: bool) -> Answer {
        let (who, known) = self.registered(actor, member)?;
        let state = match (known.state, pauses) {
            (VolunteerState::Approved, true) => VolunteerState::Paused,
            (VolunteerState::Paused, false) => VolunteerState::Approved,
            _ => return Err(Refusal::NotServing.into()),
        };
        self.volunteers.insert(who, Volunteer { state, ..known });
        says(Reply::VolunteerChanged { member })
    }

    pub fn leave_volunteers(&mut self, actor: Actor, member: Option<MemberId>) -> Answer {
        let (who, known) = self.registered(actor, member)?;
        if ![VolunteerState::Approved, VolunteerState::Paused].contains(&known.state) {
            return Err(Refusal::NotServing.into());
        }
        let is_ahead = |of: &&Activity| {
            let comes = of.people.get(&who).is_some_and(|one| one.engaged.is_some());
            comes
                && of.kind == ActivityKind::Volunteer
                && of.state != ActivityState::Cancelled
                && of.times.ends > self.at
        };
        if self.activities.values().any(|of| is_ahead(&of)) {
            return Err(Refusal::ServiceAhead.into());
        }
        self.volunteers.insert(who, Volunteer { state: VolunteerState::Left, ..known });
        says(Reply::VolunteerChanged { member })
    }

    pub fn suspend_volunteer(&mut self, actor: Actor, c: &SuspendVolunteer) -> Answer {
        let staff = self.may_anywhere(actor, Permission::ReviewVolunteers)?;
        let who = (c.reader.0, c.member.map_or(0, |member| member.0));
        let known = *self.volunteers.get(&who).ok_or(Refusal::NoSuchVolunteer)?;
        let (state, kind) = match (known.state, c.suspends) {
            (VolunteerState::Approved | VolunteerState::Paused, true) => {
                explains(&c.reason)?;
                (VolunteerState::Suspended, volunteers::MessageKind::VolunteerSuspended)
            }
            (VolunteerState::Suspended, false) => {
                ends(&c.reason, REASON)?;
                (VolunteerState::Approved, volunteers::MessageKind::VolunteerRestored)
            }
            _ => return Err(Refusal::NotServing.into()),
        };
        self.volunteers.insert(who, Volunteer { state, reviewed: (self.at, staff), ..known });
        self.wrote("review");
        self.audits += 1;
        if self.news(who.0, kind, who.1, 0) && !c.reason.trim().is_empty() {
            self.wrote("words");
        }
        says(Reply::VolunteerReviewed { reader: ReaderId(who.0), approved: !c.suspends })
    }
}
