//! The model's rules of hours: how long volunteers have served.

use crate::model::{Answer, Model, Participant, says};
use crate::model_enrolments::whos;
use crate::model_texts::explains;
use crate::sights::Sight;
use domain::activities;
use domain::activities::attendance::{CorrectMinutes, Leave};
use domain::core::asked::Actor;
use domain::rules::Rule;
use domain::staff::Permission;
use domain::tables::ActivityKind;

const MINUTE: i64 = 60_000;

impl Model {
    pub fn leave(&mut self, actor: Actor, c: &Leave) -> Answer {
        let (reader, id) = (self.reader(actor)?, c.activity.0);
        // Whoever has served to the end has some time to sign out.
        self.may_scan(id, c.scanned_at, self.rule_now(Rule::DoorsLateMinutes) * MINUTE)?;
        let activity = &self.activities[&id];
        let people = whos(reader, &c.members);
        if people.is_empty() {
            return Err(activities::Refusal::NobodyChosen.into());
        }
        for who in &people {
            let one = activity.people.get(who).ok_or(activities::Refusal::NotEnrolled)?;
            let serves = activity.kind == ActivityKind::Volunteer && one.is_present();
            if !serves || one.in_at > c.scanned_at {
                return Err(activities::Refusal::NotSignedIn.into());
            }
            if one.out_at > 0 {
                return Err(activities::Refusal::AlreadySignedOut.into());
            }
        }
        let (mut sum, settled_at) = (0, self.at);
        for who in people {
            let one = self.activities[&id].people[&who];
            let (card, out_at) = (one.card.expect("a card"), c.scanned_at);
            // Nobody serves before it begins or after it ends.
            let times = self.activities[&id].times;
            let (from, until) = (one.in_at.max(times.starts), out_at.min(times.ends));
            let minutes = if until < from { 0 } else { ((until - from) / MINUTE).min(24 * 60) };
            sum += self.correct(id, card, |activity| {
                activity.people.insert(who, Participant { minutes, out_at, settled_at, ..one });
            })?;
        }
        self.tell(reader, activities::MessageKind::HoursRecorded, id, sum);
        says(activities::Reply::HoursServed { points: sum })
    }

    pub fn correct_minutes(&mut self, actor: Actor, c: &CorrectMinutes) -> Answer {
        let (id, minutes, at) = (c.activity.0, c.minutes, self.at);
        let who = (c.reader.0, c.member.map_or(0, |member| member.0));
        self.theirs(actor, id, Permission::TakeAttendance)?;
        explains(&c.reason)?;
        if !(0..=24 * 60).contains(&minutes) {
            return Err(activities::Refusal::MinutesWrong.into());
        }
        let activity = &self.activities[&id];
        let one = *activity.people.get(&who).ok_or(activities::Refusal::NotEnrolled)?;
        if activity.kind != ActivityKind::Volunteer || !one.is_present() {
            return Err(activities::Refusal::NotSignedIn.into());
        }
        let out_at = if one.out_at > 0 { one.out_at } else { one.in_at + minutes * MINUTE };
        let after_all = activity.confirmed_at > 0;
        let points = self.correct(id, one.card.expect("a card"), |activity| {
            activity.people.insert(who, Participant { minutes, out_at, settled_at: at, ..one });
        })?;
        if after_all {
            self.seen.push(Sight::CorrectedAfterwards);
        }
        self.news(who.0, activities::MessageKind::HoursRecorded, id, points);
        self.audits += 1;
        says(activities::Reply::MinutesCorrected { minutes, points })
    }
}
