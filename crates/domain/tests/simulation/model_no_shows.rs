//! The model's rules of who did not come.

use crate::model::{Activity, Answer, Model, Participant, says};
use crate::model_texts::explains;
use crate::sights::Sight;
use domain::activities;
use domain::activities::no_shows::{AppealNoShow, DeclineAppeal, ExcuseNoShow, MarkNoShow};
use domain::core::asked::Actor;
use domain::staff::Permission;
use domain::tables::{ActivityId, ActivityState, ParticipantState};

const DAY: i64 = 86_400_000;

/// Why somebody's absence does not count.
fn excuse(activity: &Activity, one: &Participant) -> Option<Sight> {
    let late = one.promoted_at > 0 && one.promoted_at + DAY > activity.times.starts;
    match () {
        () if one.state == ParticipantState::Waiting => Some(Sight::StillWaited),
        () if activity.present() == 0 => Some(Sight::NobodyWasSignedIn),
        () if one.companion => Some(Sight::CompanionStayedAway),
        () if late => Some(Sight::PromotedTooLate),
        () => None,
    }
}

impl Model {
    pub fn confirm(&mut self, actor: Actor, id: i64) -> Answer {
        let at = self.at;
        let (activity, _) = self.theirs(actor, id, Permission::TakeAttendance)?;
        match activity.state {
            ActivityState::Draft => return Err(activities::Refusal::ActivityNotOpen.into()),
            ActivityState::Cancelled => return Err(activities::Refusal::ActivityCancelled.into()),
            ActivityState::Published if activity.confirmed_at > 0 => {
                return Err(activities::Refusal::AlreadyConfirmed.into());
            }
            ActivityState::Published if activity.times.ends > at => return Err(activities::Refusal::NotEndedYet.into()),
            ActivityState::Published => {}
        }
        let present = activity.present();
        self.activities.entry(id).and_modify(|activity| activity.confirmed_at = at);
        self.wake(domain::tables::Job::Participants);
        self.audits += 1;
        says(activities::Reply::AttendanceConfirmed { activity: ActivityId(id), present })
    }

    pub fn mark(&mut self, actor: Actor, c: &MarkNoShow) -> Answer {
        self.program(actor)?;
        let (id, who, at) = (c.activity.0, (c.reader.0, c.member.map_or(0, |member| member.0)), self.at);
        let activity = self.activities.get_mut(&id).ok_or(activities::Refusal::NoSuchActivity)?;
        let one = *activity.people.get(&who).ok_or(activities::Refusal::NotEnrolled)?;
        let confirmed = activity.confirmed_at > 0 && activity.state == ActivityState::Published;
        if !confirmed || !one.is_live() {
            return Err(activities::Refusal::NothingToDo.into());
        }
        let excused = excuse(activity, &one);
        let state = if excused.is_some() { ParticipantState::Excused } else { ParticipantState::NoShow };
        activity.people.insert(who, Participant { state, settled_at: at, engaged: None, ..one });
        self.seen.extend(excused);
        if excused.is_none() {
            self.news(who.0, activities::MessageKind::NoShow, id, who.1);
        }
        says(activities::Reply::NoShowMarked { activity: ActivityId(id), counts: excused.is_none() })
    }

    pub fn appeal(&mut self, actor: Actor, c: &AppealNoShow) -> Answer {
        let who = (self.reader(actor)?, c.member.map_or(0, |member| member.0));
        let at = self.at;
        let activity = self.activities.get_mut(&c.activity.0);
        let one =
            activity.and_then(|activity| activity.people.get_mut(&who)).ok_or(activities::Refusal::NotEnrolled)?;
        match () {
            () if one.state != ParticipantState::NoShow => return Err(activities::Refusal::NotANoShow.into()),
            () if one.appealed_at > 0 => return Err(activities::Refusal::AlreadyAppealed.into()),
            () if at >= one.settled_at + 7 * DAY => return Err(activities::Refusal::TooLateToAppeal.into()),
            () => one.appealed_at = at,
        }
        self.wrote("appeal");
        says(activities::Reply::NoShowAppealed { activity: c.activity })
    }

    pub fn excuse(&mut self, actor: Actor, c: &ExcuseNoShow) -> Answer {
        let (id, who, at) = (c.activity.0, (c.reader.0, c.member.map_or(0, |member| member.0)), self.at);
        self.theirs(actor, id, Permission::EditActivities)?;
        explains(&c.reason)?;
        let paused = self.paused_until(who).is_some();
        let activity = self.activities.get_mut(&id).expect("an activity");
        let one = activity.people.get_mut(&who).ok_or(activities::Refusal::NotEnrolled)?;
        if one.state != ParticipantState::NoShow {
            return Err(activities::Refusal::NotANoShow.into());
        }
        (one.state, one.settled_at) = (ParticipantState::Excused, at);
        if paused && self.paused_until(who).is_none() {
            self.seen.push(Sight::PauseLifted);
        }
        self.news(who.0, activities::MessageKind::NoShowExcused, id, who.1);
        self.audits += 1;
        says(activities::Reply::NoShowExcused { activity: ActivityId(id) })
    }

    pub fn decline(&mut self, actor: Actor, c: &DeclineAppeal) -> Answer {
        let (id, who, at) = (c.activity.0, (c.reader.0, c.member.map_or(0, |member| member.0)), self.at);
        self.theirs(actor, id, Permission::EditActivities)?;
        explains(&c.reason)?;
        let activity = self.activities.get_mut(&id).expect("an activity");
        let one = activity.people.get_mut(&who).ok_or(activities::Refusal::NotEnrolled)?;
        if one.state != ParticipantState::NoShow || one.appealed_at == 0 || one.declined_at > 0 {
            return Err(activities::Refusal::NoAppeal.into());
        }
        one.declined_at = at;
        self.wrote("appeal answer");
        self.news(who.0, activities::MessageKind::AppealDeclined, id, who.1);
        self.audits += 1;
        says(activities::Reply::AppealDeclined { activity: ActivityId(id) })
    }
}
