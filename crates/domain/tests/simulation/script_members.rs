//! What is asked for about members, volunteers and check-in.

use crate::model::Member;
use crate::model_places::{tomorrow, yesterday};
use crate::model_texts::REASON;
use crate::script::{NOBODY, Script};
use crate::support::day;
use domain::checkins::{MakeUpDay, NoteReading, StampDay};
use domain::core::asked::Actor;
use domain::core::record::Sealed;
use domain::members::{RemoveMember, SaveMember};
use domain::slices::Command;
use domain::tables::{CardId, MemberId, ReaderId, VolunteerState};
use domain::volunteers::standing::{EditVolunteer, LeaveVolunteers, PauseVolunteer, SuspendVolunteer};
use domain::volunteers::{ApplyAsVolunteer, ReviewVolunteer};

pub fn id(member: i64) -> Option<MemberId> {
    (member != 0).then_some(MemberId(member))
}

impl Script<'_> {
    pub fn about_a_member(&mut self) -> (Actor, Command) {
        match self.dice.below(20) {
            0..8 => self.save_member(),
            8..10 => self.remove_member(),
            10..14 => self.apply(),
            14..16 => self.about_a_volunteer(),
            16 => (self.staff(), Command::from(self.suspend())),
            _ => (self.staff(), Command::from(self.review())),
        }
    }

    /// Whoever has one, more often: eight are many.
    fn parent(&mut self) -> Actor {
        let known: Vec<i64> = self.model.members.values().map(|member| member.reader).collect();
        let known = if self.dice.one_in(2) { self.dice.pick(known) } else { None };
        known.map_or_else(|| self.reader(), |known| Actor::Reader(ReaderId(known)))
    }

    fn save_member(&mut self) -> (Actor, Command) {
        let actor = self.parent();
        let Actor::Reader(owner) = actor else { return (actor, self.form_of(ReaderId(NOBODY), None)) };
        let members: Vec<i64> = self.members_of(owner.0).map(|(id, _)| *id).collect();
        let known = self.dice.pick(members).filter(|_| self.dice.one_in(3));
        match self.dice.below(14) {
            2 => (self.reader(), self.form_of(owner, known)),
            4 => (actor, self.form_of(owner, Some(NOBODY))),
            _ => (actor, self.form_of(owner, known)),
        }
    }

    fn members_of(&self, reader: i64) -> impl Iterator<Item = (&i64, &Member)> {
        self.model.members.iter().filter(move |(_, member)| member.reader == reader && !member.removed)
    }

    fn form_of(&mut self, reader: ReaderId, member: Option<i64>) -> Command {
        let known = member.and_then(|member| self.model.members.get(&member)).map(|member| member.birth_day);
        let known = known.filter(|_| self.dice.one_in(2));
        let birth_day = known.unwrap_or_else(|| self.birth_day());
        let cards = self.model.cards_of(reader.0).filter_map(|card| card.id);
        let cards: Vec<i64> = cards.collect();
        let card = match self.dice.below(24) {
            0 => Some(self.own_card().1),
            1 => Some(CardId(NOBODY)),
            2..13 => self.dice.pick(cards).map(CardId),
            _ => None,
        };
        let (member, consents) = (member.map(MemberId), self.dice.percent(60));
        Command::from(SaveMember { member, birth_day, card, consents, face: Sealed(vec![6]) })
    }

    /// Of a child, of somebody about to be 14 or 18, of an adult; and days that are none.
    pub fn birth_day(&mut self) -> i64 {
        let today = day(self.at);
        let years = self.dice.pick([3, 8, 12, 13, 14, 14, 17, 18, 18, 40, 70]).unwrap_or(0);
        let day = match self.dice.below(3) {
            0 => tomorrow(today),
            1 => today,
            _ => yesterday(today),
        };
        match self.dice.below(30) {
            0 => 20260230,
            1 => tomorrow(today),
            2 => today - 1_310_000,
            _ if day % 10_000 == 229 => day - 1 - years * 10_000,
            _ => day - years * 10_000,
        }
    }

    fn remove_member(&mut self) -> (Actor, Command) {
        let known = self.dice.pick(&self.model.members).map(|(id, member)| (*id, member.reader));
        let (member, reader) = known.filter(|_| !self.dice.one_in(12)).unwrap_or((NOBODY, NOBODY));
        let actor = if self.dice.one_in(10) { self.reader() } else { Actor::Reader(ReaderId(reader)) };
        (actor, Command::from(RemoveMember { member: MemberId(member) }))
    }

    fn apply(&mut self) -> (Actor, Command) {
        let known = self.dice.pick(&self.model.members).map(|(id, member)| (*id, member.reader));
        let of_member = known.filter(|_| self.dice.one_in(2));
        let actor = of_member.map_or_else(|| self.reader(), |(_, reader)| Actor::Reader(ReaderId(reader)));
        let member = if self.dice.one_in(30) { Some(MemberId(NOBODY)) } else { of_member.map(|(id, _)| MemberId(id)) };
        let (birth_day, guardian) = (self.birth_day(), self.dice.percent(60));
        (actor, Command::from(ApplyAsVolunteer { member, birth_day, guardian, face: Sealed(vec![7]) }))
    }

    /// One who is known, mostly, as the reader, the member and the state.
    fn known_volunteer(&mut self) -> (i64, i64) {
        let known = self.dice.pick(self.model.volunteers.keys()).copied();
        known.filter(|_| !self.dice.one_in(15)).unwrap_or((NOBODY, 0))
    }

    fn about_a_volunteer(&mut self) -> (Actor, Command) {
        let (reader, member) = self.known_volunteer();
        let actor = if self.dice.one_in(9) { self.reader() } else { Actor::Reader(ReaderId(reader)) };
        let member = if self.dice.one_in(20) { Some(MemberId(NOBODY)) } else { id(member) };
        let command = match self.dice.below(5) {
            0 => Command::from(EditVolunteer { member, face: Sealed(vec![7]) }),
            1..4 => Command::from(PauseVolunteer { member, pauses: self.dice.one_in(2) }),
            _ => Command::from(LeaveVolunteers { member }),
        };
        (actor, command)
    }

    fn suspend(&mut self) -> SuspendVolunteer {
        let (reader, member) = self.known_volunteer();
        let suspends = self.dice.one_in(2);
        let reason =
            if suspends || self.dice.one_in(9) { self.text("多次无故缺席", REASON) } else { String::new() };
        SuspendVolunteer { reader: ReaderId(reader), member: id(member), suspends, reason }
    }

    fn review(&mut self) -> ReviewVolunteer {
        let applied = self.model.volunteers.iter().filter(|(_, known)| known.state == VolunteerState::Applied);
        let applied: Vec<_> = applied.map(|(who, _)| *who).collect();
        let known = self.dice.pick(applied).filter(|_| !self.dice.one_in(6));
        let known = known.or_else(|| self.dice.pick(self.model.volunteers.keys()).copied());
        let (reader, member) = known.filter(|_| !self.dice.one_in(20)).unwrap_or((NOBODY, 0));
        let approved = !self.dice.one_in(4);
        let reason = if approved && !self.dice.one_in(9) { String::new() } else { self.text("资料不全", REASON) };
        ReviewVolunteer { reader: ReaderId(reader), member: id(member), approved, reason }
    }

    pub fn about_a_stamp(&mut self) -> (Actor, Command) {
        match self.dice.below(20) {
            0..11 => {
                let (actor, card) = self.stamped(1);
                (actor, Command::from(StampDay { card }))
            }
            11..18 => {
                let (actor, card) = self.stamped(2);
                (actor, Command::from(MakeUpDay { card, day: self.missed(card) }))
            }
            _ => {
                let minutes = self.dice.pick([0, 30, 1_440, 1_441, -1]).unwrap_or(0);
                (self.reader(), Command::from(NoteReading { book: Sealed(vec![8]), minutes }))
            }
        }
    }

    /// A card whose last stamp is not older than so many days, if there is one: rows of days are rare by chance.
    fn stamped(&mut self, days: usize) -> (Actor, CardId) {
        let today = day(self.at);
        let since = std::iter::successors(Some(today), |day| Some(yesterday(*day))).nth(days).unwrap_or(today);
        let recent = self.model.stamps.iter().filter(|(_, stamps)| stamps.range(since..today).next().is_some());
        let recent: Vec<i64> = recent.map(|(card, _)| *card).collect();
        let known = if self.dice.one_in(3) { None } else { self.dice.pick(recent) };
        let known = known.and_then(|card| Some((self.model.card(card)?.reader?, card)));
        known.map_or_else(|| self.own_card(), |(reader, card)| (Actor::Reader(ReaderId(reader)), CardId(card)))
    }

    /// The day before a stamp, mostly, or any day about now.
    fn missed(&mut self, card: CardId) -> i64 {
        let today = day(self.at);
        let stamps = self.model.stamps.get(&card.0);
        let before: Vec<i64> = stamps.into_iter().flatten().map(|(day, _)| yesterday(*day)).collect();
        let before = self.dice.pick(before.into_iter().rev().take(4).collect::<Vec<_>>());
        match self.dice.below(5) {
            0 => yesterday(today),
            1 => today + self.dice.below(3) - 1,
            2 => yesterday(yesterday(today)),
            _ => before.unwrap_or_else(|| yesterday(today)),
        }
    }
}
