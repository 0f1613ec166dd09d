//! Pick-up hours: when the desk hands prizes over. A week's openings, and days that differ from their weekday.

use crate::core::day::{plus, weekday};
use crate::tables::{Day, Minutes};

/// A weekly opening: days from 1 (Monday) to 7, minutes of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    pub weekday: i64,
    pub from: i64,
    pub until: i64,
}

/// A day on which a place is open at other hours than its weekday says, or not at all (`from` = `until`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpecialDay {
    pub day: Day,
    pub from: i64,
    pub until: i64,
}

/// All that decides when a place is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    pub week: Vec<Opening>,
    pub special: Vec<SpecialDay>,
}

/// When a prize can be collected next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Open now, until this minute of the day.
    Now { until: i64 },
    /// On this day, so many days from now (0: later today), from this minute of the day.
    Later { day: Day, days: i64, from: i64 },
}

/// So far ahead an opening is looked for: longer than any holiday.
pub const DAYS_AHEAD_MAX: i64 = 90;
pub const MINUTES_A_DAY: i64 = 1_440;

impl Hours {
    /// The openings of a day in order: its own if it has any, else its weekday's.
    pub fn of(&self, day: Day) -> Vec<(i64, i64)> {
        let special = self.special.iter().filter(|special| special.day == day);
        let mut own: Vec<(i64, i64)> = special.map(|special| (special.from, special.until)).collect();
        if own.is_empty() {
            own = self.usual(day);
        }
        own.retain(|(from, until)| from < until);
        own.sort_unstable();
        own
    }

    fn usual(&self, day: Day) -> Vec<(i64, i64)> {
        // Without weekly hours nothing is restricted: one closed day must not close all others.
        if self.week.is_empty() {
            return vec![(0, MINUTES_A_DAY)];
        }
        let weekday = weekday(day);
        let week = self.week.iter().filter(|opening| opening.weekday == weekday);
        week.map(|opening| (opening.from, opening.until)).collect()
    }

    pub fn is_open(&self, day: Day, minute: Minutes) -> bool {
        self.of(day).iter().any(|(from, until)| (*from..*until).contains(&minute))
    }

    /// None: it does not open in the weeks to come.
    pub fn next(&self, today: Day, minute: Minutes) -> Option<Next> {
        if let Some((_, until)) = self.of(today).into_iter().find(|(from, until)| (*from..*until).contains(&minute)) {
            return Some(Next::Now { until });
        }
        (0..=DAYS_AHEAD_MAX).find_map(|days| {
            let day = plus(today, days);
            let later = self.of(day).into_iter().find(|(from, _)| days > 0 || *from > minute);
            later.map(|(from, _)| Next::Later { day, days, from })
        })
    }

    /// The day itself if the place opens then, else the next day on which it does. A place that never opens moves nothing.
    pub fn open_day_from(&self, day: Day) -> i64 {
        let days = (0..=DAYS_AHEAD_MAX).map(|days| plus(day, days));
        days.into_iter().find(|day| !self.of(*day).is_empty()).unwrap_or(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TUESDAY: i64 = 20261124;
    const SATURDAY: i64 = 20261128;

    fn weekend() -> Hours {
        let of = |weekday| [(510, 690), (810, 1_020)].map(|(from, until)| Opening { weekday, from, until });
        Hours { week: [of(6), of(7)].concat(), special: vec![] }
    }

    fn on(day: Day, from: i64, until: i64) -> SpecialDay {
        SpecialDay { day, from, until }
    }

    #[test]
    fn the_next_opening_is_found() {
        let hours = weekend();
        assert_eq!(hours.next(TUESDAY, 600), Some(Next::Later { day: SATURDAY, days: 4, from: 510 }));
        assert_eq!(hours.next(SATURDAY, 510), Some(Next::Now { until: 690 }));
        assert_eq!(hours.next(SATURDAY, 690), Some(Next::Later { day: SATURDAY, days: 0, from: 810 }));
        assert_eq!(hours.next(20261129, 1_020), Some(Next::Later { day: 20261205, days: 6, from: 510 }));
        let never = Hours { week: vec![Opening { weekday: 1, from: 0, until: 0 }], special: vec![] };
        assert_eq!(never.next(TUESDAY, 600), None);
    }

    #[test]
    fn closed_and_extra_days_come_before_the_week() {
        let mut hours = weekend();
        hours.special = vec![on(SATURDAY, 0, 0), on(20261126, 600, 720)];
        assert_eq!(hours.next(TUESDAY, 0), Some(Next::Later { day: 20261126, days: 2, from: 600 }));
        assert!(hours.is_open(20261126, 719) && !hours.is_open(20261126, 720) && !hours.is_open(SATURDAY, 600));
        assert_eq!(hours.next(SATURDAY, 600), Some(Next::Later { day: 20261129, days: 1, from: 510 }));
    }

    #[test]
    fn without_weekly_hours_only_the_planned_days_differ() {
        let hours = Hours { week: vec![], special: vec![on(SATURDAY, 0, 0), on(20261126, 600, 720)] };
        assert_eq!(
            [TUESDAY, 20261126, SATURDAY].map(|day| hours.of(day)),
            [vec![(0, 1_440)], vec![(600, 720)], vec![]]
        );
        assert!(hours.is_open(TUESDAY, 0) && hours.is_open(TUESDAY, 1_439) && !hours.is_open(SATURDAY, 600));
        assert_eq!((hours.open_day_from(TUESDAY), hours.open_day_from(SATURDAY)), (TUESDAY, 20261129));
        assert_eq!(hours.next(SATURDAY, 600), Some(Next::Later { day: 20261129, days: 1, from: 0 }));
    }

    #[test]
    fn a_last_day_without_hours_moves_to_the_next_with_some() {
        let mut hours = weekend();
        assert_eq!(hours.open_day_from(SATURDAY), SATURDAY);
        assert_eq!(hours.open_day_from(20271124), 20271127);
        hours.special = vec![on(20271127, 0, 0), on(20271128, 0, 0)];
        assert_eq!(hours.open_day_from(20271124), 20271204);
        assert_eq!(Hours::default().open_day_from(20271124), 20271124);
    }
}
