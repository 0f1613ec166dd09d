//! The model's rules of check-in: a set of stamped days a card.

use crate::model::{Answer, Model, Stamp, says};
use crate::model_places::{exists, tomorrow, yesterday};
use crate::sights::Sight;
use domain::checkins::{self, MakeUpDay, NoteReading, StampDay};
use domain::core::asked::{Actor, Now};
use domain::core::refusal::Refused;
use domain::ledger;
use domain::rules::Rule;
use domain::tables::{Account, CardState};

impl Model {
    /// How many stamped days in a row end on this one, with those of a replaced card before them.
    pub fn days_in_a_row(&self, card: i64, day: i64) -> i64 {
        let is_stamped = self.stamps.get(&card).is_some_and(|stamps| stamps.contains_key(&day));
        if is_stamped { self.row_before(card, day) + 1 } else { 0 }
    }

    fn row_before(&self, card: i64, day: i64) -> i64 {
        let before = yesterday(day);
        let carried = self.carried.get(&card).filter(|(last, _)| *last == before);
        self.days_in_a_row(card, before).max(carried.map_or(0, |(_, row)| *row))
    }

    fn stamps_of_month(&self, card: i64, month: i64) -> impl Iterator<Item = &Stamp> {
        let stamps = self.stamps.get(&card);
        stamps.into_iter().flatten().filter(move |(day, _)| *day / 100 == month).map(|(_, stamp)| stamp)
    }

    /// A card that the reader has, and that still earns.
    pub fn usable(&self, reader: i64, card: i64) -> Result<bool, Refused> {
        let own = self.cards_of(reader).find(|own| own.id == Some(card)).ok_or(ledger::Refusal::NotYourCard)?;
        if own.state == CardState::Ended { Err(ledger::Refusal::CardEnded.into()) } else { Ok(own.frozen) }
    }

    /// A card with which the reader signs up.
    pub fn signs_up(&self, reader: i64, card: i64) -> Result<(), Refused> {
        let is_out = self.usable(reader, card)? && self.rule_now(Rule::FrozenSignsUp) == 0;
        if is_out { Err(ledger::Refusal::CardFrozen.into()) } else { Ok(()) }
    }

    pub fn check_in(&mut self, actor: Actor, c: &StampDay, now: Now) -> Answer {
        let (reader, card, today) = (self.reader(actor)?, c.card.0, now.today);
        self.usable(reader, card)?;
        if self.stamps.get(&card).is_some_and(|stamps| stamps.contains_key(&today)) {
            return Err(checkins::Refusal::AlreadyCheckedIn.into());
        }
        let row = self.row_before(card, today) + 1;
        let mut points = self.rule(Rule::CheckInPoints, today);
        if row % 7 == 0 {
            points += self.rule(Rule::WeekBonus, today);
            self.seen.push(Sight::WeekInARow);
        }
        if row % 30 == 0 {
            points += self.rule(Rule::MonthBonus, today);
            self.seen.push(Sight::MonthInARow);
        }
        let so_far: i64 = self.stamps_of_month(card, today / 100).map(|stamp| stamp.points).sum();
        let most = self.rule(Rule::CheckInMonthMax, today);
        let room = if so_far < most { most - so_far } else { 0 };
        if points > room {
            points = room;
            self.seen.push(Sight::MonthIsFull);
        }
        self.stamps.entry(card).or_default().insert(today, Stamp { made_up: false, points, at: now.at });
        if points != 0 {
            self.post(card, points, Account::CheckIn);
        }
        says(checkins::Reply::CheckedIn { streak: row, points })
    }

    pub fn make_up(&mut self, actor: Actor, c: &MakeUpDay, now: Now) -> Answer {
        let (reader, card, today) = (self.reader(actor)?, c.card.0, now.today);
        self.usable(reader, card)?;
        let first = (0..7).fold(today, |day, _| yesterday(day));
        let stamped = self.stamps.get(&card).is_some_and(|stamps| stamps.contains_key(&c.day));
        if c.day < first || c.day >= today || !exists(c.day) || stamped {
            return Err(checkins::Refusal::NothingToMakeUp.into());
        }
        let most = self.rule(Rule::MakeUpsMax, today);
        if self.stamps_of_month(card, c.day / 100).filter(|stamp| stamp.made_up).count() as i64 >= most {
            return Err(checkins::Refusal::TooManyMakeUps { most }.into());
        }
        self.stamps.entry(card).or_default().insert(c.day, Stamp { made_up: true, points: 0, at: now.at });
        // The row goes on as far as there are stamps.
        let stamps = &self.stamps[&card];
        let days = std::iter::successors(Some(c.day), |day| Some(tomorrow(*day)));
        let last = days.take_while(|day| stamps.contains_key(day)).last().unwrap_or(c.day);
        if last > c.day {
            self.seen.push(Sight::RowsJoined);
        }
        says(checkins::Reply::DayMadeUp { streak: self.days_in_a_row(card, last) })
    }

    pub fn note_reading(&mut self, actor: Actor, c: &NoteReading, now: Now) -> Answer {
        self.reader(actor)?;
        if c.minutes < 0 || c.minutes > 1_440 {
            return Err(checkins::Refusal::MinutesWrong.into());
        }
        self.wrote("reading");
        says(checkins::Reply::ReadingNoted { day: now.today, minutes: c.minutes })
    }
}
