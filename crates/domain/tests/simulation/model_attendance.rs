//! The model's rules of attendance: who is there, and what that is worth.

use crate::model::{Activity, Answer, Model, Participant, Party, Who, says};
use crate::model_admission::member;
use crate::model_enrolments::whos;
use crate::sights::Sight;
use domain::activities::attendance::{Attend, Tick};
use domain::core::asked::Actor;
use domain::core::refusal::Refused;
use domain::staff::Permission;
use domain::tables::{Account, ActivityKind, ActivityState, ParticipantState};
use domain::{activities, ledger};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

impl Activity {
    /// What one presence is worth by itself.
    pub fn due(&self, one: &Participant) -> i64 {
        let points = self.rules.points;
        match self.kind {
            _ if !one.is_present() => 0,
            ActivityKind::Reader => {
                if one.companion {
                    0
                } else {
                    points
                }
            }
            // Nobody has said how long.
            ActivityKind::Volunteer if one.out_at == 0 || one.minutes == 0 => 0,
            ActivityKind::Volunteer if one.minutes < self.rules.minutes_min => 0,
            ActivityKind::Volunteer if self.rules.block_minutes != 0 => one.minutes / self.rules.block_minutes * points,
            ActivityKind::Volunteer => points,
        }
    }

    /// What all who are there are worth to a card.
    pub fn due_of(&self, card: i64) -> i64 {
        self.people.values().filter(|one| one.card == Some(card)).map(|one| self.due(one)).sum()
    }

    /// And what of it is paid.
    pub fn earned(&self, card: i64) -> i64 {
        let each = self.rules.per_participant || self.kind == ActivityKind::Volunteer;
        let due = self.due_of(card);
        if each || due == 0 { due } else { self.rules.points }
    }
}

impl Model {
    /// Whether a scan of that moment counts, now: the doors close so long after the end.
    pub fn may_scan(&self, id: i64, scanned_at: i64, after_the_end: i64) -> Result<(), Refused> {
        let activity = self.activities.get(&id).ok_or(activities::Refusal::NoSuchActivity)?;
        let (from, until) = (self.doors(activity), activity.times.ends + after_the_end);
        match activity.state {
            ActivityState::Draft => return Err(activities::Refusal::NoSuchActivity.into()),
            ActivityState::Cancelled => return Err(activities::Refusal::ActivityCancelled.into()),
            ActivityState::Published if activity.confirmed_at > 0 => {
                return Err(activities::Refusal::AlreadyConfirmed.into());
            }
            ActivityState::Published if scanned_at < from || scanned_at >= until => {
                return Err(activities::Refusal::NotInTime { from, until }.into());
            }
            ActivityState::Published => {}
        }
        let fresh = scanned_at <= self.at && self.at < scanned_at + 5 * MINUTE;
        if fresh { Ok(()) } else { Err(activities::Refusal::ScanExpired.into()) }
    }

    /// All of them, or nobody: the activity is put back if one cannot come in.
    pub fn attend(&mut self, actor: Actor, c: &Attend) -> Answer {
        let (reader, id) = (self.reader(actor)?, c.activity.0);
        self.may_scan(id, c.scanned_at, 0)?;
        let people = whos(reader, &c.members);
        if people.is_empty() {
            return Err(activities::Refusal::NobodyChosen.into());
        }
        let (before, seen) = (self.activities[&id].clone(), self.seen.len());
        match self.come_in(c, &people) {
            Ok(paid) => {
                let comes = |one: &Participant| one.is_live() || one.is_present();
                let new = people.iter().filter(|who| before.people.get(who).is_none_or(|one| !comes(one)));
                self.forget_what_is_over(new.copied().collect::<Vec<_>>().into_iter(), id);
                if paid.is_empty() {
                    return Err(activities::Refusal::AlreadySignedIn.into());
                }
                let (came, points) = (paid.len() as i64, paid.iter().map(|(_, points)| points).sum());
                paid.into_iter().for_each(|(card, points)| self.pay(card, id, points));
                self.tell(reader, activities::MessageKind::SignedIn, id, points);
                says(activities::Reply::SignedIn { participants: came, points })
            }
            Err(why) => {
                self.seen.truncate(seen);
                self.activities.insert(id, before);
                Err(why)
            }
        }
    }

    /// What each earned.
    fn come_in(&mut self, c: &Attend, people: &std::collections::BTreeSet<Who>) -> Result<Vec<(i64, i64)>, Refused> {
        let id = c.activity.0;
        let (mut paid, mut along) = (vec![], vec![]);
        for who in people {
            let known = self.activities[&id].people.get(who).map(|one| one.state);
            match known {
                Some(ParticipantState::Attended) => continue,
                Some(ParticipantState::Enrolled) => {}
                Some(ParticipantState::Waiting) if !self.activities[&id].rules.walk_ins => {
                    return Err(activities::Refusal::StillWaiting.into());
                }
                Some(ParticipantState::Waiting) => self.call_in(id, *who)?,
                _ => {
                    self.walk_in(*who, c)?;
                    along.extend(self.activities[&id].people[who].companion.then_some(*who));
                }
            }
            paid.push(self.is_there(id, *who, c.scanned_at));
        }
        let of = &self.activities[&id];
        let led = |reader: i64| of.people.iter().any(|(who, one)| who.0 == reader && one.placed);
        match along.into_iter().find(|who| !led(who.0)) {
            Some(who) => {
                let (from, until) = (of.rules.age_min, of.rules.age_max);
                Err(activities::Refusal::AgeOutOfRange { member: member(who), from, until }.into())
            }
            None => Ok(paid),
        }
    }

    /// Without having signed up: only where that is allowed, and where nobody waits for the place.
    fn walk_in(&mut self, who: Who, c: &Attend) -> Result<(), Refused> {
        let id = c.activity.0;
        if !self.activities[&id].rules.walk_ins {
            return Err(activities::Refusal::NotEnrolled.into());
        }
        self.signs_up(who.0, c.card.0)?;
        let companion = self.comes_as_companion(who, id)?;
        let activity = &self.activities[&id];
        let kept = activity.waiting() > 0 && !activity.has_begun(self.at);
        let full = activity.left().is_some_and(|left| left == 0 || kept);
        if full && !companion {
            return Err(activities::Refusal::TooFewPlaces { left: 0 }.into());
        }
        self.seen.push(if companion { Sight::CompanionWalkedIn } else { Sight::WalkedIn });
        let party = Party { id: 0, reader: who.0, card: c.card.0, accepts_part: false, at: self.at };
        let at = self.at;
        self.join(id, party, &[(who, companion)], ParticipantState::Enrolled);
        self.activities.entry(id).and_modify(|of| of.people.get_mut(&who).expect("just joined").promoted_at = at);
        Ok(())
    }

    /// Who waits at the door: a place, if there is one, and whoever accompanies the party comes too.
    fn call_in(&mut self, id: i64, who: Who) -> Result<(), Refused> {
        let at = self.at;
        let activity = self.activities.get_mut(&id).expect("an activity");
        let one = activity.people[&who];
        if one.companion {
            return Err(activities::Refusal::NotEnrolled.into());
        }
        if activity.left() == Some(0) {
            return Err(activities::Refusal::TooFewPlaces { left: 0 }.into());
        }
        let along = |other: &Participant| other.companion && other.state == ParticipantState::Waiting;
        for (whose, other) in activity.people.iter_mut().filter(|(_, other)| other.party == one.party) {
            if *whose == who || along(other) {
                (other.state, other.promoted_at) = (ParticipantState::Enrolled, at);
                other.placed = !other.companion;
            }
        }
        self.seen.push(Sight::CalledInAtTheDoor);
        Ok(())
    }

    /// The member's own card while the reader has it, else the one that signed up.
    fn card_for(&self, id: i64, who: Who) -> (i64, bool) {
        let linked = self.members.get(&who.1).and_then(|member| member.card);
        let linked = linked.map(|linked| self.stands_for(linked));
        let linked = linked.filter(|linked| self.cards_of(who.0).any(|own| own.id == Some(*linked)));
        let activity = &self.activities[&id];
        let signed_up = activity.parties[activity.people[&who].party].card;
        (linked.unwrap_or(signed_up), linked.is_some())
    }

    /// Which card has earned what by it.
    fn is_there(&mut self, id: i64, who: Who, in_at: i64) -> (i64, i64) {
        let (card, linked) = self.card_for(id, who);
        if linked {
            self.seen.push(Sight::EarnedByTheMembersCard);
        }
        let at = self.at;
        let points = self.change(id, card, |activity| {
            let one = activity.people.get_mut(&who).expect("a participant");
            (one.state, one.in_at, one.card, one.settled_at) = (ParticipantState::Attended, in_at, Some(card), at);
        });
        (card, points)
    }

    /// What a change of an activity makes a card earn.
    fn change(&mut self, id: i64, card: i64, change: impl FnOnce(&mut Activity)) -> i64 {
        let activity = self.activities.get_mut(&id).expect("an activity");
        let before = activity.earned(card);
        change(activity);
        activity.earned(card) - before
    }

    fn pay(&mut self, card: i64, id: i64, points: i64) {
        self.awards.insert((id, card));
        let account = match self.activities[&id].kind {
            ActivityKind::Reader => Account::Activity,
            ActivityKind::Volunteer => Account::Volunteer,
        };
        if points != 0 {
            self.post(card, points, account);
        }
    }

    /// A change that may take points back, if they are still there.
    pub fn correct(&mut self, id: i64, card: i64, change: impl FnOnce(&mut Activity)) -> Result<i64, Refused> {
        let before = self.activities[&id].clone();
        let points = self.change(id, card, change);
        let balance = self.card(self.stands_for(card)).map_or(0, |card| card.balance);
        if balance + points < 0 {
            self.activities.insert(id, before);
            return Err(ledger::Refusal::TooFewPoints { short_by: -balance - points }.into());
        }
        self.pay(card, id, points);
        if points < 0 {
            self.seen.push(Sight::PointsTakenBack);
        }
        Ok(points)
    }

    pub fn tick(&mut self, actor: Actor, c: &Tick) -> Answer {
        let (id, at) = (c.activity.0, self.at);
        let who = (c.reader.0, c.member.map_or(0, |member| member.0));
        let (activity, _) = self.theirs(actor, id, Permission::TakeAttendance)?;
        let (from, until) = (self.doors(activity), activity.times.ends);
        match activity.state {
            ActivityState::Cancelled => return Err(activities::Refusal::ActivityCancelled.into()),
            _ if activity.confirmed_at > 0 => return Err(activities::Refusal::AlreadyConfirmed.into()),
            ActivityState::Draft => return Err(activities::Refusal::NotInTime { from, until }.into()),
            ActivityState::Published if at < from => return Err(activities::Refusal::NotInTime { from, until }.into()),
            ActivityState::Published => {}
        }
        let one = *activity.people.get(&who).ok_or(activities::Refusal::NotEnrolled)?;
        let points = match (c.present, one.state) {
            (true, ParticipantState::Attended) => return Err(activities::Refusal::AlreadySignedIn.into()),
            (true, ParticipantState::Enrolled) => self.ticked(id, who, c.ticked_at, from),
            (true, ParticipantState::Waiting) => {
                self.call_in(id, who)?;
                self.ticked(id, who, c.ticked_at, from)
            }
            (true, _) => return Err(activities::Refusal::NotEnrolled.into()),
            (false, ParticipantState::Attended) => self.unticked(id, who, &one)?,
            (false, _) => return Err(activities::Refusal::NotSignedIn.into()),
        };
        let kind =
            if c.present { activities::MessageKind::SignedIn } else { activities::MessageKind::AttendanceUndone };
        self.news(who.0, kind, id, points.abs());
        self.audits += 1;
        says(activities::Reply::Ticked { present: c.present, points })
    }

    /// The tick's own time, if it is no later than now, no older than two days, and after the doors opened.
    fn ticked(&mut self, id: i64, who: Who, ticked_at: i64, doors: i64) -> i64 {
        let earliest = doors.max(self.at - 48 * HOUR);
        let in_at = match () {
            () if ticked_at > self.at => self.at,
            () if ticked_at < earliest => earliest,
            () => ticked_at,
        };
        let (card, points) = self.is_there(id, who, in_at);
        self.pay(card, id, points);
        points
    }

    fn unticked(&mut self, id: i64, who: Who, one: &Participant) -> Result<i64, Refused> {
        let enrolled = Participant {
            state: ParticipantState::Enrolled,
            in_at: 0,
            out_at: 0,
            minutes: 0,
            card: None,
            settled_at: 0,
            ..*one
        };
        let points = self.correct(id, one.card.expect("a card"), |activity| {
            activity.people.insert(who, enrolled);
        })?;
        if one.minutes > 0 {
            self.seen.push(Sight::HoursTakenBack);
        }
        Ok(points)
    }
}
