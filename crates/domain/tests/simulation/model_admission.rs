//! The model's rules of who may come to an activity.

use crate::model::{Activity, Model, Participant, Who};
use crate::model_members::birthdays;
use crate::sights::Sight;
use domain::activities;
use domain::core::refusal::Refused;
use domain::rules::Rule;
use domain::tables::{ActivityId, ActivityKind, ActivityState, MemberId, ParticipantState};

const DAY: i64 = 86_400_000;

/// None: the reader.
pub fn member(who: Who) -> Option<MemberId> {
    (who.1 != 0).then_some(MemberId(who.1))
}

impl Model {
    /// Whether somebody may come at all, and then, whether as a companion who needs no place.
    pub fn comes_as_companion(&self, who: Who, id: i64) -> Result<bool, Refused> {
        let activity = &self.activities[&id];
        let said = self.volunteers.get(&who).filter(|_| self.is_approved(who)).map(|known| known.birth_day);
        let birth_day = if who.1 == 0 { said } else { Some(self.member(who.0, who.1)?.birth_day) };
        let age = birth_day.map(|birth_day| birthdays(birth_day, activity.times.start_day));
        if activity.kind == ActivityKind::Volunteer && !self.is_approved(who) {
            return Err(activities::Refusal::NotApproved.into());
        }
        if let Some(until) = self.paused_until(who) {
            return Err(activities::Refusal::SignUpPaused { member: member(who), until }.into());
        }
        if activity.people.get(&who).is_some_and(|one| one.state == ParticipantState::Removed) {
            return Err(activities::Refusal::RemovedByStaff.into());
        }
        let gone = |one: &Participant| one.state == ParticipantState::Withdrawn;
        if activity.people.get(&who).is_some_and(|one| !gone(one)) {
            return Err(activities::Refusal::AlreadyEnrolled.into());
        }
        self.has_time(who, activity)?;
        let (from, until) = (activity.rules.age_min, activity.rules.age_max);
        let too_old = until != 0 && age.unwrap_or(18) > until;
        let too_young = age.is_some_and(|age| age < from);
        let adult = age.is_none_or(|age| age >= 18);
        match too_old || too_young {
            false => Ok(false),
            true if adult && activity.rules.companions => Ok(true),
            true => Err(activities::Refusal::AgeOutOfRange { member: member(who), from, until }.into()),
        }
    }

    /// Not at the same time as anything else, and one of a series. The first of what is in the way.
    fn has_time(&self, who: Who, wanted: &Activity) -> Result<(), Refused> {
        let engaged = |of: &&Activity| of.people.get(&who).is_some_and(|one| one.engaged.is_some());
        let others = self.activities.iter().filter(|(_, of)| of.state != ActivityState::Cancelled && engaged(of));
        for (id, other) in others {
            if wanted.rules.series.is_some() && wanted.rules.series == other.rules.series {
                return Err(activities::Refusal::SeriesTaken { member: member(who), activity: ActivityId(*id) }.into());
            }
            let apart = wanted.times.ends <= other.times.starts || other.times.ends <= wanted.times.starts;
            if other.times.ends > self.at && !apart {
                return Err(activities::Refusal::Overlaps { member: member(who), activity: ActivityId(*id) }.into());
            }
        }
        Ok(())
    }

    /// Nobody need look again at what is over, but for one of a series, and what they have just come to.
    pub fn forget_what_is_over(&mut self, people: impl Iterator<Item = Who>, come_to: i64) {
        let at = self.at;
        for who in people {
            let over = |of: &Activity| of.times.ends <= at || of.state == ActivityState::Cancelled;
            let others = self.activities.iter_mut().filter(|(id, of)| **id != come_to && over(of));
            for (_, of) in others.filter(|(_, of)| of.rules.series.is_none()) {
                let forgotten = of.people.get_mut(&who).and_then(|one| one.engaged.take());
                if forgotten.is_some() {
                    self.seen.push(Sight::EngagementForgotten);
                }
            }
        }
    }

    /// So many no-shows at what was held close together, and a pause once they are known.
    pub fn paused_until(&self, who: Who) -> Option<i64> {
        let most = self.rule_now(Rule::NoShowsMax);
        let (within, pause) = (self.rule_now(Rule::NoShowDays) * DAY, self.rule_now(Rule::PauseDays) * DAY);
        let shows: Vec<(i64, i64)> = self.no_shows(who).collect();
        let mut until = None;
        for (first, _) in &shows {
            let close = shows.iter().filter(|(held, _)| (*first..first + within).contains(held));
            if close.clone().count() as i64 >= most {
                until = until.max(close.map(|(_, known)| known + pause).max());
            }
        }
        until.filter(|until| *until > self.at)
    }

    /// When what was missed began, and when that was noted.
    fn no_shows(&self, who: Who) -> impl Iterator<Item = (i64, i64)> {
        let of = self.activities.values().filter_map(move |of| Some((of.times.starts, of.people.get(&who)?)));
        of.filter(|(_, one)| one.state == ParticipantState::NoShow).map(|(held, one)| (held, one.settled_at))
    }
}
