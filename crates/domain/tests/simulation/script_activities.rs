//! What staff ask for about activities.

use crate::model::{Activity, Who};
use crate::model_texts::{ADDRESS, DESCRIPTION, REASON, TITLE};
use crate::script::{NOBODY, Script};
use crate::script_members::id;
use crate::support::day;
use domain::activities::announcements::Announce;
use domain::activities::enrolments::RemoveParticipant;
use domain::activities::no_shows::ConfirmAttendance;
use domain::activities::{ActivityText, CancelActivity, PublishActivity, Rules, SaveActivity, Times};
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::tables::{ActivityId, ActivityKind, ActivityState, BranchId, ParticipantState, ReaderId, VenueCode};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// That are not over yet.
const ACTIVITIES: usize = 3;

impl Script<'_> {
    pub fn about_an_activity(&mut self) -> (Actor, Command) {
        let at = self.at;
        let ahead = |state| move |of: &&Activity| of.state == state && of.times.ends > at;
        let count = |state| self.model.activities.values().filter(ahead(state)).count();
        let (drafts, published) = (count(ActivityState::Draft), count(ActivityState::Published));
        if published < ACTIVITIES && !self.dice.one_in(3) {
            let actor = self.organizer();
            let publishes = drafts > 0 && !self.dice.one_in(4);
            let form = if publishes { self.publish_activity() } else { Command::from(self.new_activity(actor)) };
            return (actor, form);
        }
        // Whoever was there is soon confirmed, before too much time goes by.
        let over = |of: &Activity| of.confirmed_at == 0 && of.times.ends <= at && of.present() > 0;
        if self.dice.one_in(2) && self.model.activities.values().any(over) {
            return (self.organizer(), self.confirm());
        }
        match self.dice.below(27) {
            0..7 => self.edit_activity(),
            7..16 => (self.organizer(), self.publish_activity()),
            16..19 => self.cancel_activity(),
            19..22 => {
                let (activity, text) = (self.activity(|of| of.times.ends > at), self.text("请带水杯", REASON));
                (self.organizer(), Command::from(Announce { activity, text }))
            }
            22..25 => self.remove_participant(),
            _ => (self.organizer(), self.confirm()),
        }
    }

    pub fn has_open_activity(&self) -> bool {
        self.model.activities.values().rev().any(|of| of.state == ActivityState::Published && self.at < of.times.ends)
    }

    /// Mostly somebody who may.
    pub fn organizer(&mut self) -> Actor {
        if self.dice.percent(60) { self.chief() } else { self.staff() }
    }

    /// One of those, mostly; or any; or one that nobody knows.
    pub fn activity(&mut self, is: impl Fn(&Activity) -> bool) -> ActivityId {
        let such = self.model.activities.iter().filter(|(_, activity)| is(activity)).map(|(id, _)| *id);
        let such: Vec<i64> = such.collect();
        let known = if self.dice.one_in(12) { None } else { self.dice.pick(such) };
        let known = known.or_else(|| self.dice.pick(self.model.activities.keys()).copied());
        ActivityId(known.filter(|_| !self.dice.one_in(40)).unwrap_or(NOBODY))
    }

    /// Somebody who is in that state, in an activity that is so, if there is anybody; else anybody.
    pub fn somebody(
        &mut self,
        is: impl Fn(&Activity) -> bool,
        in_state: impl Fn(ParticipantState) -> bool,
    ) -> (ActivityId, Who) {
        let known = self.model.activities.iter().filter(|(_, activity)| is(activity));
        let such = known.flat_map(|(id, of)| of.people.iter().map(|(who, one)| (*id, *who, one.state)));
        let such: Vec<_> = such.filter(|(.., state)| in_state(*state)).map(|(id, who, _)| (id, who)).collect();
        let any = || self.model.activities.iter().flat_map(|(id, of)| of.people.keys().map(|who| (*id, *who)));
        let any: Vec<_> = any().collect();
        let known = if self.dice.one_in(10) { None } else { self.dice.pick(such) };
        let (activity, who) = known.or_else(|| self.dice.pick(any)).unwrap_or((NOBODY, (NOBODY, 0)));
        let who = if self.dice.one_in(40) { (who.0, NOBODY) } else { who };
        let activity = if self.dice.one_in(40) { NOBODY } else { activity };
        (ActivityId(activity), who)
    }

    fn new_activity(&mut self, actor: Actor) -> SaveActivity {
        let volunteers = self.dice.one_in(3);
        let kind = if volunteers { ActivityKind::Volunteer } else { ActivityKind::Reader };
        SaveActivity {
            activity: None,
            branch: self.branch_of(actor),
            kind,
            times: self.times(),
            capacity: self.capacity(),
            rules: self.rules(kind),
            text: self.activity_text(),
            pictures: vec![],
            place_moved: false,
            news: String::new(),
        }
    }

    fn branch_of(&mut self, actor: Actor) -> BranchId {
        let own = match actor {
            Actor::Staff(id) => self.model.staff.get(&id.0).map(|staff| staff.branch),
            _ => None,
        };
        BranchId(own.filter(|_| !self.dice.one_in(6)).unwrap_or_else(|| 1 + self.dice.below(2)))
    }

    /// Soon, at the same times as others, some hours long; sign-up is open or opens soon.
    fn times(&mut self) -> Times {
        let hours = self.dice.pick([1, 3, 5, 26, 30, 50, 100, 200, 400]).unwrap_or(3);
        let starts = self.at - self.at % (30 * MINUTE) + hours * HOUR;
        let ends = starts + self.dice.pick([1, 2, 4, 20]).unwrap_or(1) * HOUR;
        let opens = self.at + self.dice.pick([-1, -1, -1, 1, 5]).unwrap_or(0) * HOUR;
        let closes = self.dice.pick([ends, ends, ends, starts, starts - HOUR]).unwrap_or(ends).max(opens + MINUTE);
        let withdraw_until = self.dice.pick([ends, starts, starts - HOUR, starts - 5 * HOUR]).unwrap_or(ends);
        let times = Times { opens, closes, withdraw_until, starts, ends, start_day: day(starts) };
        match self.dice.below(60) {
            0 => Times { opens: closes, ..times },
            1 => Times { closes: ends + 1, ..times },
            2 => Times { withdraw_until: ends + 1, ..times },
            3 => Times { ends: starts, ..times },
            4 => Times { starts: 0, ..times },
            5 => Times { start_day: 20260230, ..times },
            _ => times,
        }
    }

    fn capacity(&mut self) -> i64 {
        if self.dice.one_in(60) {
            return self.dice.pick([-1, 10_001]).unwrap_or(0);
        }
        self.dice.pick([0, 1, 2, 2, 3, 4, 5]).unwrap_or(0)
    }

    fn rules(&mut self, kind: ActivityKind) -> Rules {
        let volunteers = kind == ActivityKind::Volunteer;
        let (age_min, age_max) =
            self.dice.pick([(0, 0), (0, 0), (0, 0), (0, 0), (4, 12), (14, 0), (0, 17), (18, 60)]).unwrap_or((0, 0));
        let series: Vec<i64> = self.model.activities.keys().rev().take(3).copied().collect();
        let series = self.dice.pick(series).filter(|_| self.dice.one_in(4)).map(ActivityId);
        let rules = Rules {
            points: self.dice.pick([0, 2, 5, 20]).unwrap_or(0),
            per_participant: self.dice.one_in(3),
            block_minutes: if volunteers { self.dice.pick([0, 30, 30, 15]).unwrap_or(0) } else { 0 },
            minutes_min: if volunteers { self.dice.pick([0, 30, 60]).unwrap_or(0) } else { 0 },
            code: self.dice.pick(VenueCode::ALL).copied().unwrap_or(VenueCode::None),
            walk_ins: self.dice.one_in(2),
            age_min,
            age_max,
            companions: self.dice.percent(70),
            escorted: self.dice.one_in(5),
            party_max: self.dice.pick([1, 2, 3, 3, 9]).unwrap_or(3),
            series,
        };
        match self.dice.below(90) {
            0 => Rules { points: 1_001, ..rules },
            1 => Rules { party_max: 10, ..rules },
            2 => Rules { party_max: 0, ..rules },
            3 => Rules { age_min: 20, age_max: 19, ..rules },
            4 => Rules { minutes_min: 1_441, ..rules },
            5 => Rules { series: Some(ActivityId(NOBODY)), ..rules },
            _ => rules,
        }
    }

    fn activity_text(&mut self) -> ActivityText {
        let (title, description) = (self.text("亲子故事会", TITLE), self.text("", 5 * DESCRIPTION));
        let (category, place) = (self.text("讲座", TITLE), self.text("二楼报告厅", ADDRESS));
        let (audience, questions) = (self.text("4至12岁", ADDRESS), self.text("过敏史", DESCRIPTION));
        ActivityText { title, description, category, place, audience, questions, picture: String::new() }
    }

    /// As it was but for one thing, mostly; else anything.
    fn edit_activity(&mut self) -> (Actor, Command) {
        let at = self.at;
        let id = self.activity(|of| of.times.ends > at && of.confirmed_at == 0);
        let other = self.activity(|of| of.times.ends > at);
        let actor = self.organizer();
        let form = SaveActivity { activity: Some(id), ..self.new_activity(actor) };
        let Some(known) = self.model.activities.get(&id.0) else { return (actor, Command::from(form)) };
        let same = SaveActivity {
            activity: Some(id),
            branch: BranchId(known.branch),
            kind: known.kind,
            times: known.times,
            capacity: known.capacity,
            rules: known.rules,
            place_moved: false,
            news: "时间有变".into(),
            text: form.text.clone(),
            pictures: vec![],
        };
        let later = |by: i64| {
            let Times { opens, closes, withdraw_until, starts, ends, .. } = known.times;
            let (starts, ends, closes) = (starts + by, ends + by, closes + by);
            Times { opens, closes, withdraw_until: withdraw_until + by, starts, ends, start_day: day(starts) }
        };
        let hours = self.dice.pick([-1, 1, 3, 24]).unwrap_or(1) * HOUR;
        let edited = match self.dice.below(13) {
            0..3 => SaveActivity { capacity: known.taken() + self.dice.below(4) - 1, ..same },
            3 => SaveActivity { capacity: known.capacity - 1, ..same },
            4 => SaveActivity { capacity: 0, ..same },
            5 => SaveActivity { place_moved: true, news: self.text("换到二楼", REASON), ..same },
            6..8 => SaveActivity { times: later(hours), news: self.text("时间有变", REASON), ..same },
            // A series begins with itself.
            8 => SaveActivity { rules: Rules { series: Some(id), ..known.rules }, ..same },
            9 => form,
            10 => SaveActivity { branch: form.branch, ..same },
            // The first of a series cannot go to another one.
            11 => SaveActivity { rules: Rules { series: Some(other), ..known.rules }, ..same },
            _ => same,
        };
        (actor, Command::from(edited))
    }

    fn publish_activity(&mut self) -> Command {
        let at = self.at;
        let late = self.dice.one_in(8);
        let activity = self.activity(|of| of.state == ActivityState::Draft && (of.times.ends <= at) == late);
        Command::from(PublishActivity { activity })
    }

    fn cancel_activity(&mut self) -> (Actor, Command) {
        let begun = self.dice.one_in(2);
        let at = self.at;
        let activity = self.activity(|of| of.confirmed_at == 0 && of.has_begun(at) == begun && !of.people.is_empty());
        let reason = self.text("讲师生病", REASON);
        (self.organizer(), Command::from(CancelActivity { activity, reason }))
    }

    fn remove_participant(&mut self) -> (Actor, Command) {
        let live = |state| matches!(state, ParticipantState::Enrolled | ParticipantState::Waiting);
        let (activity, (reader, member)) = self.somebody(|of| of.confirmed_at == 0, live);
        let reason = self.text("重复报名", REASON);
        let remove = RemoveParticipant { activity, reader: ReaderId(reader), member: id(member), reason };
        (self.organizer(), Command::from(remove))
    }

    fn confirm(&mut self) -> Command {
        let at = self.at;
        let published = |of: &Activity| of.state == ActivityState::Published && of.confirmed_at == 0;
        let anyone = self.dice.one_in(12);
        let came = |of: &Activity| if anyone { !of.people.is_empty() } else { of.present() > 0 };
        let activity = self.activity(|of| published(of) && of.times.ends <= at && came(of));
        Command::from(ConfirmAttendance { activity })
    }
}
