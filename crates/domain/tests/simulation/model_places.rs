//! The model's rules of places, and a calendar of its own.

use crate::model::{Answer, Model, Place, says};
use crate::model_texts::{ADDRESS, ends, names};
use domain::core::asked::{Actor, Now};
use domain::core::refusal::{Common, Refused};
use domain::places::{self, DayPlan, SavePlace, SetPlaceDay};
use domain::staff::Permission;
use domain::tables::{PlaceId, PlaceState};

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 400 == 0 || year % 4 == 0 && year % 100 != 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn parts(day: i64) -> (i64, i64, i64) {
    (day / 10_000, day / 100 % 100, day % 100)
}

pub fn exists(day: i64) -> bool {
    let (year, month, date) = parts(day);
    (1900..3000).contains(&year) && (1..=12).contains(&month) && (1..=month_length(year, month)).contains(&date)
}

pub fn tomorrow(day: i64) -> i64 {
    let (year, month, date) = parts(day);
    match () {
        () if date < month_length(year, month) => day + 1,
        () if month < 12 => year * 10_000 + (month + 1) * 100 + 1,
        () => (year + 1) * 10_000 + 101,
    }
}

pub fn yesterday(day: i64) -> i64 {
    let (year, month, date) = parts(day);
    match () {
        () if date > 1 => day - 1,
        () if month > 1 => year * 10_000 + (month - 1) * 100 + month_length(year, month - 1),
        () => (year - 1) * 10_000 + 1_231,
    }
}

/// The same date so many months later; the 29th of February may become the 28th, or the 31st the 30th.
pub fn months_later(day: i64, months: i64) -> i64 {
    let (mut year, mut month, date) = parts(day);
    for _ in 0..months {
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    year * 10_000 + month * 100 + date.min(month_length(year, month))
}

/// How many days are left, if they are no more than so many.
pub fn days_until(last: i64, today: i64, most: i64) -> Option<i64> {
    let mut days = std::iter::successors(Some(today), |day| Some(tomorrow(*day))).zip(0..=most);
    days.find(|(day, _)| *day == last).map(|(_, left)| left)
}

/// Sakamoto's, with 7 for Sundays.
pub fn weekday(day: i64) -> i64 {
    let (year, month, date) = parts(day);
    let year = if month < 3 { year - 1 } else { year };
    let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month as usize - 1];
    match (year + year / 4 - year / 100 + year / 400 + shift + date) % 7 {
        0 => 7,
        other => other,
    }
}

/// Every opening has a length within its day, and no two of a day touch the same minute.
fn sound(openings: &[(i64, i64, i64)]) -> bool {
    let real = |(_, from, until): &(i64, i64, i64)| *from >= 0 && until > from && *until <= 24 * 60;
    let clash = |a: &(i64, i64, i64), b: &(i64, i64, i64)| a.0 == b.0 && a.1 < b.2 && b.1 < a.2;
    let pairs = openings.iter().enumerate().flat_map(|(n, a)| openings[n + 1..].iter().map(move |b| (a, b)));
    openings.len() <= 50 && openings.iter().all(real) && !pairs.into_iter().any(|(a, b)| clash(a, b))
}

impl Place {
    pub fn openings(&self, day: i64) -> Vec<(i64, i64)> {
        let of_week = || self.week.iter().filter(|opening| opening.0 == weekday(day)).map(|o| (o.1, o.2)).collect();
        match self.days.get(&day) {
            Some(planned) => planned.clone(),
            None if self.week.is_empty() => vec![(0, 24 * 60)],
            None => of_week(),
        }
    }

    fn has_hours(&self) -> bool {
        !self.week.is_empty() || !self.days.is_empty()
    }
}

impl Model {
    /// The place, if it keeps hours at all.
    fn keeps_hours(&self, place: Option<i64>) -> Option<&Place> {
        self.places.get(&place?).filter(|place| place.has_hours())
    }

    pub fn opens_on(&self, place: Option<i64>, day: i64) -> bool {
        self.keeps_hours(place).is_none_or(|place| !place.openings(day).is_empty())
    }

    pub fn is_open(&self, place: Option<i64>, now: Now) -> bool {
        let Some(place) = self.keeps_hours(place) else { return true };
        place.openings(now.today).iter().any(|(from, until)| *from <= now.minute && now.minute < *until)
    }

    fn keeps(&self, actor: Actor, branch: i64) -> Result<(), Refused> {
        if actor == Actor::Job { Ok(()) } else { self.may(actor, Permission::EditPlaces, branch).map(drop) }
    }

    pub fn save_place(&mut self, actor: Actor, c: &SavePlace, heard: &Answer) -> Answer {
        self.keeps(actor, c.branch.0)?;
        let before = match c.place {
            None => Place::default(),
            Some(place) => {
                let known = self.places.get(&place.0).ok_or(places::Refusal::NoSuchPlace)?;
                self.keeps(actor, known.branch)?;
                known.clone()
            }
        };
        let week: Vec<_> = c.week.iter().map(|opening| (opening.weekday, opening.from, opening.until)).collect();
        if !sound(&week) || week.iter().any(|(weekday, ..)| *weekday < 1 || *weekday > 7) {
            return Err(places::Refusal::HoursOverlap.into());
        }
        names(&c.text.name)?;
        ends(&c.text.address, ADDRESS)?;
        let id = match c.place {
            None => self.fresh(heard),
            Some(place) => place.0,
        };
        let (branch, closed) = (c.branch.0, c.state == PlaceState::Closed);
        self.places.insert(id, Place { branch, closed, week, ..before });
        self.audits += 1;
        says(places::Reply::PlaceSaved { place: PlaceId(id) })
    }

    pub fn set_place_day(&mut self, actor: Actor, c: &SetPlaceDay) -> Answer {
        let branch = self.places.get(&c.place.0).ok_or(places::Refusal::NoSuchPlace)?.branch;
        self.keeps(actor, branch)?;
        if !exists(c.day) {
            return Err(Common::DatesReversed.into());
        }
        let plan = match &c.plan {
            DayPlan::AsUsual => None,
            DayPlan::Closed => Some(vec![]),
            DayPlan::Open(openings) if openings.is_empty() => return Err(places::Refusal::HoursOverlap.into()),
            DayPlan::Open(openings) => Some(openings.clone()),
        };
        let openings: Vec<_> = plan.iter().flatten().map(|(from, until)| (0, *from, *until)).collect();
        if !sound(&openings) {
            return Err(places::Refusal::HoursOverlap.into());
        }
        let place = self.places.get_mut(&c.place.0).expect("a place");
        match plan {
            None => place.days.remove(&c.day),
            Some(openings) => place.days.insert(c.day, openings),
        };
        self.audits += 1;
        says(places::Reply::PlaceDaySet { place: c.place, day: c.day })
    }
}
