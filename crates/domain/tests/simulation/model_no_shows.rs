//! The model's rules of who did not come.

use crate::model::{Activity, Answer, Model, Participant, says};
use crate::model_texts::explains;
use crate::sights::Sight;
use domain::activities::no_shows::{AppealNoShow, DeclineAppeal, ExcuseNoShow, MarkNoShow};
use domain::core::asked::Actor;
use domain::core::refusal::Refusal;
use domain::core::reply::ReplyKind;
use domain::staff::Permission;
use domain::tables::{ActivityState, MessageKind, ParticipantState};

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
            ActivityState::Draft => return Err(Refusal::ActivityNotOpen),
            ActivityState::Cancelled => return Err(Refusal::ActivityCancelled),
            ActivityState::Published if activity.confirmed_at > 0 => return Err(Refusal::AlreadyConfirmed),
            ActivityState::Published if activity.times.ends > at => return Err(Refusal::NotEndedYet),
            ActivityState::Published => {}
        }
        let present = activity.present();
        self.activities.entry(id).and_modify(|activity| activity.confirmed_at = at);
        self.wake(domain::tables::Job::Participants);
        self.audits += 1;
        says(ReplyKind::AttendanceConfirmed, id, present)
    }

    pub fn mark(&mut self, actor: Actor, c: &MarkNoShow) -> Answer {
        self.program(actor)?;
        let (id, who, at) = (c.activity.0, (c.reader.0, c.member.map_or(0, |member| member.0)), self.at);
        let activity = self.activities.get_mut(&id).ok_or(Refusal::NoSuchActivity)?;
        let one = *activity.people.get(&who).ok_or(Refusal::NotEnrolled)?;
        let confirmed = activity.confirmed_at > 0 && activity.state == ActivityState::Published;
        if !confirmed || !one.is_live() {
            return Err(Refusal::NothingToDo);
        }
        let excused = excuse(activity, &one);
        let state = if excused.is_some() { ParticipantState::Excused } else { ParticipantState::NoShow };
        activity.people.insert(who, Participant { state, settled_at: at, engaged: None, ..one });
        self.seen.extend(excused);
        if excused.is_none() {
            self.news(who.0, MessageKind::NoShow, id, who.1);
        }
        says(ReplyKind::NoShowMarked, id, i64::from(excused.is_none()))
    }

    pub fn appeal(&mut self, actor: Actor, c: &AppealNoShow) -> Answer {
        let who = (self.reader(actor)?, c.member.map_or(0, |member| member.0));
        let at = self.at;
        let activity = self.activities.get_mut(&c.activity.0);
        let one = activity.and_then(|activity| activity.people.get_mut(&who)).ok_or(Refusal::NotEnrolled)?;
        match () {
            () if one.state != ParticipantState::NoShow => return Err(Refusal::NotANoShow),
            () if one.appealed_at > 0 => return Err(Refusal::AlreadyAppealed),
            () if at >= one.settled_at + 7 * DAY => return Err(Refusal::TooLateToAppeal),
            () => one.appealed_at = at,
        }
        self.wrote("appeal");
        says(ReplyKind::NoShowAppealed, c.activity.0, 0)
    }

    pub fn excuse(&mut self, actor: Actor, c: &ExcuseNoShow) -> Answer {
        let (id, who, at) = (c.activity.0, (c.reader.0, c.member.map_or(0, |member| member.0)), self.at);
        self.theirs(actor, id, Permission::EditActivities)?;
        explains(&c.reason)?;
        let paused = self.paused_until(who).is_some();
        let activity = self.activities.get_mut(&id).expect("an activity");
        let one = activity.people.get_mut(&who).ok_or(Refusal::NotEnrolled)?;
        if one.state != ParticipantState::NoShow {
            return Err(Refusal::NotANoShow);
        }
        (one.state, one.settled_at) = (ParticipantState::Excused, at);
        if paused && self.paused_until(who).is_none() {
            self.seen.push(Sight::PauseLifted);
        }
        self.news(who.0, MessageKind::NoShowExcused, id, who.1);
        self.audits += 1;
        says(ReplyKind::NoShowExcused, id, 0)
    }

    pub fn decline(&mut self, actor: Actor, c: &DeclineAppeal) -> Answer {
        let (id, who, at) = (c.activity.0, (c.reader.0, c.member.map_or(0, |member| member.0)), self.at);
        self.theirs(actor, id, Permission::EditActivities)?;
        explains(&c.reason)?;
        let activity = self.activities.get_mut(&id).expect("an activity");
        let one = activity.people.get_mut(&who).ok_or(Refusal::NotEnrolled)?;
        if one.state != ParticipantState::NoShow || one.appealed_at == 0 || one.declined_at > 0 {
            return Err(Refusal::NoAppeal);
        }
        one.declined_at = at;
        self.wrote("appeal answer");
        self.news(who.0, MessageKind::AppealDeclined, id, who.1);
        self.audits += 1;
        says(ReplyKind::AppealDeclined, id, 0)
    }
}
