//! What readers ask for about activities, and what is ticked there.

use crate::model::{Activity, Model, Who};
use crate::model_texts::REASON;
use crate::script::{NOBODY, Script};
use crate::script_members::id;
use ParticipantState::{Attended, Enrolled, NoShow, Waiting};
use domain::activities::attendance::{Attend, CorrectMinutes, Leave, Tick};
use domain::activities::enrolments::{SignUp, Withdraw};
use domain::activities::no_shows::AppealNoShow;
use domain::core::asked::Actor;
use domain::core::record::Sealed;
use domain::redemptions::Redeem;
use domain::slices::Command;
use domain::tables::{ActivityId, ActivityKind, ActivityState, CardId, MemberId, ParticipantState, PrizeId, ReaderId};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn is_open(of: &Activity, at: i64) -> bool {
    of.state == ActivityState::Published && of.times.opens <= at && at < of.times.closes && of.confirmed_at == 0
}

fn has_doors_open(of: &Activity, early: i64, at: i64) -> bool {
    let doors = of.times.starts - early;
    of.state == ActivityState::Published && doors <= at && at < of.times.ends && of.confirmed_at == 0
}

/// People stand at a door.
pub fn is_crowded(model: &Model, at: i64) -> bool {
    let early = model.doors_early();
    model.activities.values().rev().any(|of| has_doors_open(of, early, at) && !of.people.is_empty())
}

impl Script<'_> {
    pub fn about_a_place_of_ones_own(&mut self) -> (Actor, Command) {
        match self.dice.below(if is_crowded(self.model, self.at) { 70 } else { 38 }) {
            0..25 => self.sign_up(),
            25..29 => self.withdraw(),
            29..32 => self.appeal(),
            32..36 => self.correct_minutes(),
            36..53 => self.attend(),
            53..58 => self.leave(),
            _ => self.tick(),
        }
    }

    /// With a card of one's own, for oneself and some of one's members.
    fn sign_up(&mut self) -> (Actor, Command) {
        let at = self.at;
        let activity = self.activity(|of| is_open(of, at));
        let volunteers = self.model.activities.get(&activity.0).is_some_and(|of| of.kind == ActivityKind::Volunteer);
        let somebody = match self.dice.below(5) {
            0..2 => self.with_a_card(self.absentees()),
            2..4 if volunteers => self.volunteer(),
            _ => None,
        };
        let (actor, card, members) = somebody.unwrap_or_else(|| {
            let (actor, card) = self.own_card();
            (actor, card, self.some_of(actor))
        });
        let mut sign_up = SignUp {
            activity,
            card,
            members,
            waits: self.dice.percent(70),
            accepts_part: self.dice.one_in(2),
            answers: Sealed(vec![9]),
        };
        if self.dice.one_in(30) {
            sign_up.card = CardId(NOBODY);
        }
        (actor, Command::from(sign_up))
    }

    fn volunteer(&mut self) -> Option<(Actor, CardId, Vec<Option<MemberId>>)> {
        let approved = self.model.volunteers.keys().filter(|who| self.model.is_approved(**who));
        self.with_a_card(approved.copied().collect())
    }

    /// One of them, alone, with a card of the reader.
    fn with_a_card(&mut self, people: Vec<Who>) -> Option<(Actor, CardId, Vec<Option<MemberId>>)> {
        let (reader, member) = self.dice.pick(people)?;
        let card = self.model.cards_of(reader).find_map(|card| card.id)?;
        Some((Actor::Reader(ReaderId(reader)), CardId(card), vec![id(member)]))
    }

    fn some_of(&mut self, actor: Actor) -> Vec<Option<MemberId>> {
        let Actor::Reader(reader) = actor else { return vec![None] };
        let own = self.model.members.iter().filter(|(_, member)| member.reader == reader.0 && !member.removed);
        let own: Vec<i64> = own.map(|(id, _)| *id).collect();
        let share = self.dice.pick([20, 40, 60]).unwrap_or(40);
        let mut some: Vec<_> = own.into_iter().filter(|_| self.dice.percent(share)).map(id).collect();
        if self.dice.percent(60) || some.is_empty() && !self.dice.one_in(20) {
            some.insert(0, None);
        }
        if self.dice.one_in(40) {
            some.push(Some(MemberId(NOBODY)));
        }
        some
    }

    /// Those of one reader in one activity who are in that state; in the order of a form, that is in none.
    fn family(
        &mut self,
        is: impl Fn(&Activity) -> bool,
        in_state: impl Fn(ParticipantState) -> bool,
    ) -> (ActivityId, Actor, Vec<Option<MemberId>>) {
        let (activity, who) = self.somebody(is, &in_state);
        let of = self.model.activities.get(&activity.0);
        let people = of.into_iter().flat_map(|of| &of.people).filter(|(other, _)| other.0 == who.0 && **other != who);
        let others: Vec<Who> = people.filter(|(_, one)| in_state(one.state)).map(|(who, _)| *who).collect();
        let mut family = vec![id(who.1)];
        family.extend(others.into_iter().filter(|_| self.dice.one_in(2)).map(|who| id(who.1)));
        if self.dice.one_in(40) {
            family.clear();
        }
        let actor = if self.dice.one_in(30) { self.reader() } else { Actor::Reader(ReaderId(who.0)) };
        (activity, actor, family)
    }

    fn withdraw(&mut self) -> (Actor, Command) {
        let at = self.at;
        let late = self.dice.one_in(6);
        let ahead = |of: &Activity| of.state == ActivityState::Published && (of.times.withdraw_until <= at) == late;
        let (activity, actor, members) = self.family(ahead, |state| matches!(state, Enrolled | Waiting));
        if matches!(actor, Actor::Reader(reader) if self.forgets(reader)) {
            return self.sign_up();
        }
        (actor, Command::from(Withdraw { activity, members }))
    }

    fn appeal(&mut self) -> (Actor, Command) {
        let (activity, actor, members) = self.family(|_| true, |state| state == NoShow);
        let member = members.first().copied().flatten();
        (actor, Command::from(AppealNoShow { activity, member, text: Sealed(vec![10]) }))
    }

    /// Just now, mostly; else too long ago, or before the doors opened.
    fn scan(&mut self) -> i64 {
        let ago = match self.dice.below(12) {
            0 => 5 * MINUTE,
            1 => 5 * MINUTE - 1,
            2 => -1,
            3 => HOUR,
            _ => self.dice.below(3 * MINUTE),
        };
        self.at - ago
    }

    /// Some sign up for everything and seldom come: who has been missed once is missed again.
    fn forgets(&mut self, reader: ReaderId) -> bool {
        let forgetful = reader.0 % 3 == 0 || self.absentees().iter().any(|who| who.0 == reader.0);
        forgetful && !self.dice.one_in(8)
    }

    /// Whoever may not sign up for now, if there is anybody; else whoever was missed.
    fn unwelcome(&self) -> Vec<Who> {
        let mut people = self.absentees();
        if self.is_anybody_paused() {
            people.retain(|who| self.model.paused_until(*who).is_some());
        }
        people
    }

    /// Of an activity to which anybody may come.
    pub fn has_open_doors(&self) -> bool {
        let (at, early) = (self.at, self.model.doors_early());
        self.model.activities.values().any(|of| of.rules.walk_ins && has_doors_open(of, early, at))
    }

    pub fn is_anybody_paused(&self) -> bool {
        self.absentees().iter().any(|who| self.model.paused_until(*who).is_some())
    }

    fn absentees(&self) -> Vec<Who> {
        let people = self.model.activities.values().flat_map(|of| &of.people);
        people.filter(|(_, one)| one.state == NoShow).map(|(who, _)| *who).collect()
    }

    /// Seldom there is one: its holder tries.
    fn frozen_card(&self) -> Option<(Actor, CardId)> {
        let frozen = self.model.cards.values().find(|card| card.frozen)?;
        Some((Actor::Reader(ReaderId(frozen.reader?)), CardId(frozen.id?)))
    }

    pub fn attend(&mut self) -> (Actor, Command) {
        let (at, scanned_at, early) = (self.at, self.scan(), self.model.doors_early());
        let paused = self.is_anybody_paused();
        if self.dice.one_in(if paused { 2 } else { 3 }) {
            let tries = if paused { !self.dice.one_in(8) } else { self.dice.one_in(2) };
            let missed = if tries { self.with_a_card(self.unwelcome()) } else { None };
            let (actor, card, members) = missed.unwrap_or_else(|| {
                let (actor, card) = self.frozen_card().unwrap_or_else(|| self.own_card());
                (actor, card, self.some_of(actor))
            });
            let activity = self.activity(|of| has_doors_open(of, early, at) && of.rules.walk_ins);
            return (actor, Command::from(Attend { activity, members, scanned_at, card }));
        }
        let (activity, actor, members) = self.family(|of| has_doors_open(of, early, at), |state| state == Enrolled);
        if matches!(actor, Actor::Reader(reader) if self.forgets(reader)) {
            return self.sign_up();
        }
        let card = CardId(NOBODY);
        (actor, Command::from(Attend { activity, members, scanned_at, card }))
    }

    fn leave(&mut self) -> (Actor, Command) {
        let (at, scanned_at) = (self.at, self.scan());
        let serves = |of: &Activity| of.kind == ActivityKind::Volunteer && of.times.ends + HOUR > at;
        let (activity, actor, members) = self.family(serves, |state| state == Attended);
        (actor, Command::from(Leave { activity, members, scanned_at }))
    }

    fn tick(&mut self) -> (Actor, Command) {
        let (at, early) = (self.at, self.model.doors_early());
        let present = !self.dice.one_in(3);
        let state = match present {
            true if self.dice.one_in(4) => Waiting,
            true => Enrolled,
            false => Attended,
        };
        let begun = |of: &Activity| {
            of.state == ActivityState::Published && of.times.starts - early <= at && of.confirmed_at == 0
        };
        let somebody = self.somebody(begun, |of| of == state);
        let poor = if state == Attended { self.poor_participant(begun) } else { None };
        let (activity, (reader, member)) = poor.unwrap_or(somebody);
        if state != Waiting && self.forgets(ReaderId(reader)) {
            return self.sign_up();
        }
        let ago = self.dice.pick([0, 0, 10 * MINUTE, 5 * HOUR, 50 * HOUR, -MINUTE]).unwrap_or(0);
        let (reader, member, ticked_at) = (ReaderId(reader), id(member), at - ago);
        (self.organizer(), Command::from(Tick { activity, reader, member, present, ticked_at }))
    }

    /// Who has come, and has spent some of what it earned.
    fn poor_participant(&mut self, which: impl Fn(&Activity) -> bool) -> Option<(ActivityId, Who)> {
        let has_spent = |of: &Activity, card: i64| {
            let balance = self.model.card(card).map_or(0, |card| card.balance);
            of.earned(card) > balance
        };
        let of_activities = self.model.activities.iter().filter(|(_, of)| which(of));
        let came = of_activities.flat_map(|(id, of)| of.people.iter().map(move |(who, one)| (*id, of, *who, one)));
        let poor =
            came.filter(|(_, of, _, one)| one.state == Attended && one.card.is_some_and(|card| has_spent(of, card)));
        let poor: Vec<(i64, Who)> = poor.map(|(id, _, who, _)| (id, who)).collect();
        self.dice.pick(poor).map(|(id, who)| (ActivityId(id), who))
    }

    /// A prize for who has served, so that there is something that cannot be taken back.
    fn spend_what_was_earned(&mut self, which: impl Fn(&Activity) -> bool) -> Option<(Actor, Command)> {
        let of_activities = self.model.activities.values().filter(|of| which(of));
        let cards = of_activities.flat_map(|of| of.people.values().filter_map(move |one| Some((of, one.card?))));
        let earned = cards.filter(|(of, card)| of.earned(*card) > 0);
        let earned: Vec<i64> = earned.map(|(_, card)| card).collect();
        let card = self.dice.pick(earned)?;
        let reader = self.model.card(card)?.reader?;
        let prizes: Vec<(i64, i64)> = self.model.prizes.iter().map(|(id, prize)| (*id, prize.points)).collect();
        let (prize, points) = self.dice.pick(prizes)?;
        let redeem = Redeem { card: CardId(card), prize: PrizeId(prize), points };
        Some((Actor::Reader(ReaderId(reader)), Command::from(redeem)))
    }

    fn correct_minutes(&mut self) -> (Actor, Command) {
        let volunteers = |of: &Activity| of.kind == ActivityKind::Volunteer;
        let somebody = self.somebody(volunteers, |state| state == Attended);
        let poor = self.poor_participant(volunteers);
        if poor.is_none()
            && self.dice.one_in(2)
            && let Some(spending) = self.spend_what_was_earned(volunteers)
        {
            return spending;
        }
        let (activity, (reader, member)) = poor.unwrap_or(somebody);
        // Whoever has used what the hours earned is asked for all of it.
        let minutes =
            if poor.is_some() { Some(0) } else { self.dice.pick([0, 0, 29, 30, 60, 95, 240, 1_440, 1_440, 1_441, -1]) };
        let minutes = minutes.unwrap_or(0);
        let (reader, member, reason) = (ReaderId(reader), id(member), self.text("忘记签退", REASON));
        (self.organizer(), Command::from(CorrectMinutes { activity, reader, member, minutes, reason }))
    }
}
