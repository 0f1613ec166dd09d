//! What is asked for once an activity is over, or is not to be.

use crate::model::{Activity, Participant, Who};
use crate::model_texts::REASON;
use crate::script::{NOBODY, Script};
use crate::script_members::id;
use crate::support::day;
use domain::activities::announcements::Deliver;
use domain::activities::enrolments::FreeParticipants;
use domain::activities::no_shows::{DeclineAppeal, ExcuseNoShow, MarkNoShow};
use domain::activities::waiting_list::PromoteWaiting;
use domain::core::asked::Actor;
use domain::rules::{Rule, SetRule};
use domain::slices::Command;
use domain::tables::{ActivityId, ActivityState, AnnouncementId, ParticipantState, ReaderId};

impl Script<'_> {
    pub fn after_an_activity(&mut self) -> (Actor, Command) {
        match self.dice.below(15) {
            0..6 => (self.job(), self.mark_no_show()),
            6..8 => (self.job(), self.free()),
            8..12 => (self.job(), self.deliver()),
            12 => (self.job(), self.promote()),
            _ if self.dice.one_in(2) => self.decline(),
            _ => self.excuse(),
        }
    }

    /// Who must be marked now.
    pub fn has_absent(&self) -> bool {
        let confirmed = self.model.activities.values().filter(|of| of.confirmed_at > 0);
        confirmed.flat_map(|of| of.people.values()).any(|one| one.is_live())
    }

    pub fn mark_no_show(&mut self) -> Command {
        let live = |state| matches!(state, ParticipantState::Enrolled | ParticipantState::Waiting);
        let (activity, (reader, member)) = self.somebody(|of| of.confirmed_at > 0, live);
        Command::from(MarkNoShow { activity, reader: ReaderId(reader), member: id(member) })
    }

    fn with_room(&self) -> impl Iterator<Item = (&i64, &Activity)> {
        let is_open =
            |of: &Activity| of.state == ActivityState::Published && of.confirmed_at == 0 && of.times.starts > self.at;
        self.model.activities.iter().filter(move |(_, of)| is_open(of) && of.first_that_fits().is_some())
    }

    pub fn has_room_for_who_waits(&self) -> bool {
        self.with_room().next().is_some()
    }

    /// Where the list stood still and a rule lets it go on.
    pub fn promote(&mut self) -> Command {
        let due = self.with_room().find(|(_, of)| !self.model.list_is_over(of));
        if due.is_none() && self.has_room_for_who_waits() {
            return Command::from(SetRule { rule: Rule::ListStopsHours, value: 0, since: day(self.at), seen: None });
        }
        let due = due.map(|(id, _)| *id).filter(|_| !self.dice.one_in(10));
        let any = self.dice.pick(self.model.activities.keys()).copied().filter(|_| !self.dice.one_in(20));
        Command::from(PromoteWaiting { activity: ActivityId(due.or(any).unwrap_or(NOBODY)) })
    }

    fn free(&mut self) -> Command {
        let live = |state| matches!(state, ParticipantState::Enrolled | ParticipantState::Waiting);
        let (activity, (reader, _)) = self.somebody(|of| of.state == ActivityState::Cancelled, live);
        Command::from(FreeParticipants { activity, reader: ReaderId(reader) })
    }

    fn deliver(&mut self) -> Command {
        let open = self.model.announcements.iter().filter(|known| !known.done && known.id > 0);
        let open: Vec<(i64, i64)> = open.map(|known| (known.id, known.activity)).collect();
        let known =
            self.model.announcements.iter().filter(|known| known.id > 0).map(|known| (known.id, known.activity));
        let known: Vec<_> = known.collect();
        let picked = if self.dice.one_in(6) { None } else { self.dice.pick(open) };
        let (announcement, activity) = picked.or_else(|| self.dice.pick(known)).unwrap_or((NOBODY, NOBODY));
        let of = self.model.activities.get(&activity);
        let readers: Vec<i64> = of.into_iter().flat_map(|of| of.people.keys()).map(|who| who.0).collect();
        let reader = self.dice.pick(readers).map(ReaderId).filter(|_| !self.dice.one_in(4));
        let reader = if self.dice.one_in(40) { Some(ReaderId(NOBODY)) } else { reader };
        Command::from(Deliver { announcement: AnnouncementId(announcement), reader })
    }

    fn excuse(&mut self) -> (Actor, Command) {
        let paused = self.paused().filter(|_| !self.dice.one_in(3));
        let known = paused.unwrap_or_else(|| self.somebody(|_| true, |state| state == ParticipantState::NoShow));
        let (activity, (reader, member)) = known;
        let (reader, reason) = (ReaderId(reader), self.text("生病", REASON));
        (self.organizer(), Command::from(ExcuseNoShow { activity, reader, member: id(member), reason }))
    }

    fn decline(&mut self) -> (Actor, Command) {
        let asks = |one: &Participant| one.appealed_at > 0 && one.state == ParticipantState::NoShow;
        let people = self.model.activities.iter().flat_map(|(id, of)| of.people.iter().map(move |of| (*id, of)));
        let asking: Vec<_> =
            people.filter(|(_, (_, one))| asks(one)).map(|(id, (who, _))| (ActivityId(id), *who)).collect();
        let asking = if self.dice.one_in(6) { None } else { self.dice.pick(asking) };
        let known = asking.unwrap_or_else(|| self.somebody(|_| true, |state| state == ParticipantState::NoShow));
        let (activity, (reader, member)) = known;
        let (reader, reason) = (ReaderId(reader), self.text("没有病历", REASON));
        (self.organizer(), Command::from(DeclineAppeal { activity, reader, member: id(member), reason }))
    }

    /// A no-show of somebody who may not sign up for it.
    fn paused(&self) -> Option<(ActivityId, Who)> {
        let blamed = |one: &Participant| one.state == ParticipantState::NoShow;
        let people = self.model.activities.iter().flat_map(|(id, of)| of.people.iter().map(move |of| (*id, of)));
        let paused = |who: Who| self.model.paused_until(who).is_some();
        let mut found = people.filter(|(_, (who, one))| blamed(one) && paused(**who));
        found.next().map(|(id, (who, _))| (ActivityId(id), *who))
    }
}
