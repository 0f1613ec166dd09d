//! A month of stamps as a calendar sheet, Monday first.

use crate::kit::calendar::weekday;
use domain::checkins::is_in_time;
use domain::core::day::{number, plus, weekday as weekday_of};
use domain::tables::{CardId, CheckIn};

/// How far back the sheets go.
const MONTHS_BACK: i64 = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Stamped {
        points: i64,
    },
    MadeUp,
    /// Today, not stamped yet.
    Today,
    /// A missed day that can be made up.
    Open,
    Missed,
    Future,
    /// A day to come on which the row earns more.
    Bonus {
        points: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub day: i64,
    pub mark: Mark,
    pub is_today: bool,
}

impl Cell {
    pub fn date(&self) -> i64 {
        self.day % 100
    }

    pub fn class(&self) -> &'static str {
        match self.mark {
            Mark::Stamped { .. } => "st-in",
            Mark::MadeUp => "st-made",
            Mark::Today => "st-now",
            Mark::Open => "st-open",
            Mark::Missed | Mark::Future | Mark::Bonus { .. } => "st",
        }
    }

    /// The small word under the date.
    pub fn word(&self) -> String {
        match self.mark {
            Mark::Stamped { points: 0 } => "已签".into(),
            Mark::Stamped { points } | Mark::Bonus { points } => format!("+{points}"),
            Mark::MadeUp => "补签".into(),
            Mark::Today => "今天".into(),
            Mark::Open | Mark::Missed | Mark::Future => String::new(),
        }
    }

    /// For whoever hears the page.
    pub fn said(&self) -> String {
        let how = match self.mark {
            Mark::Stamped { points } => format!("已签到，得 {points} 积分"),
            Mark::MadeUp => "已补签".into(),
            Mark::Today => "今天，还没有签到".into(),
            Mark::Open => "没有签到，可以补签".into(),
            Mark::Missed => "没有签到".into(),
            Mark::Future => "还没有到".into(),
            Mark::Bonus { points } => format!("连续签到到这一天，得 {points} 积分"),
        };
        format!("{}，{how}", day_words(self.day))
    }
}

/// 11月28日 周六
pub fn day_words(day: i64) -> String {
    format!("{}月{}日 {}", day / 100 % 100, day % 100, weekday(weekday_of(day)))
}

/// What the sheet is drawn from.
pub struct Facts<'a> {
    /// Every stamp of the shown month, and more.
    pub stamps: &'a [CheckIn],
    pub today: i64,
    pub may_make_up: bool,
    /// The next day that earns more, and what it earns in all.
    pub bonus: Option<(i64, i64)>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Sheet {
    pub year: i64,
    pub month: i64,
    pub weeks: Vec<[Option<Cell>; 7]>,
    pub earlier: Option<i64>,
    pub later: Option<i64>,
}

impl Sheet {
    /// A month as 202611.
    pub fn of(month: i64, facts: &Facts) -> Self {
        let first = month * 100 + 1;
        let days = number(month_plus(month, 1) * 100 + 1) - number(first);
        let lead = weekday_of(first) - 1;
        let mut weeks = vec![[None; 7]; ((lead + days) as usize).div_ceil(7)];
        for date in 1..=days {
            let at = (lead + date - 1) as usize;
            weeks[at / 7][at % 7] = Some(cell(month * 100 + date, facts));
        }
        let this = facts.today / 100;
        Sheet {
            year: month / 100,
            month: month % 100,
            weeks,
            earlier: Some(month_plus(month, -1)).filter(|earlier| *earlier >= month_plus(this, -MONTHS_BACK)),
            later: Some(month_plus(month, 1)).filter(|later| *later <= this),
        }
    }
}

fn cell(day: i64, facts: &Facts) -> Cell {
    let stamp = facts.stamps.iter().find(|stamp| stamp.month * 100 + stamp.date == day);
    let mark = match stamp {
        Some(stamp) if stamp.made_up => Mark::MadeUp,
        Some(stamp) => Mark::Stamped { points: stamp.points },
        None if day == facts.today => Mark::Today,
        None if day > facts.today => match facts.bonus {
            Some((bonus, points)) if bonus == day => Mark::Bonus { points },
            _ => Mark::Future,
        },
        None if facts.may_make_up && is_in_time(day, facts.today) => Mark::Open,
        None => Mark::Missed,
    };
    Cell { day, mark, is_today: day == facts.today }
}

/// The asked month, if there is a sheet of it; else this month.
pub fn shown(asked: i64, today: i64) -> i64 {
    let this = today / 100;
    let is_month = (1..=12).contains(&(asked % 100)) && (month_plus(this, -MONTHS_BACK)..=this).contains(&asked);
    if is_month { asked } else { this }
}

fn month_plus(month: i64, months: i64) -> i64 {
    let count = month / 100 * 12 + month % 100 - 1 + months;
    count.div_euclid(12) * 100 + count.rem_euclid(12) + 1
}

/// How many days in a row end today or, while today can still be stamped, yesterday: also with a card that was replaced.
pub fn streak(stamps: &[CheckIn], card: CardId, today: i64) -> i64 {
    let on = |day: i64| stamps.iter().filter(move |stamp| stamp.month * 100 + stamp.date == day);
    let own = on(today).find(|stamp| stamp.card == card).map(|stamp| stamp.streak);
    own.or_else(|| on(plus(today, -1)).map(|stamp| stamp.streak).max()).unwrap_or(0)
}

sample! { enum Mark { Stamped { points }, MadeUp, Today, Open, Missed, Future, Bonus { points } } }
sample! { Cell { day, mark, is_today } }
sample! { Sheet { year, month, weeks, earlier, later } }

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(day: i64, streak: i64, made_up: bool) -> CheckIn {
        let points = i64::from(!made_up);
        CheckIn { card: CardId(1), month: day / 100, date: day % 100, streak, made_up, points, at: 0 }
    }

    fn sheet(month: i64, stamps: &[CheckIn], today: i64) -> Sheet {
        Sheet::of(month, &Facts { stamps, today, may_make_up: true, bonus: Some((20261202, 3)) })
    }

    #[test]
    fn a_sheet_has_every_day_of_its_month_under_its_weekday() {
        let sheet = sheet(202611, &[], 20261128);
        // 1 November 2026 is a Sunday, and the month has 30 days.
        assert_eq!(sheet.weeks.len(), 6);
        assert_eq!((sheet.weeks[0][5], sheet.weeks[0][6].map(|cell| cell.day)), (None, Some(20261101)));
        assert_eq!(sheet.weeks.iter().flatten().flatten().count(), 30);
        assert_eq!((sheet.earlier, sheet.later), (Some(202610), None));
        let leap = super::Sheet::of(202802, &Facts { stamps: &[], today: 20280301, may_make_up: true, bonus: None });
        assert_eq!((leap.weeks.iter().flatten().flatten().count(), leap.later), (29, Some(202803)));
    }

    #[test]
    fn each_day_is_marked_as_it_stands() {
        let stamps = [stamp(20261125, 1, true), stamp(20261126, 2, false)];
        let sheet = sheet(202611, &stamps, 20261128);
        let on = |sheet: &Sheet, date: i64| sheet.weeks.iter().flatten().flatten().copied().find(|c| c.date() == date);
        let marks = [24, 25, 26, 27, 28, 29].map(|date| on(&sheet, date).map(|cell| cell.mark));
        let stamped = Mark::Stamped { points: 1 };
        let expected = [Mark::Open, Mark::MadeUp, stamped, Mark::Open, Mark::Today, Mark::Future];
        assert_eq!(marks, expected.map(Some));
        let december = super::tests::sheet(202612, &[], 20261201);
        let bonus = on(&december, 2).map(|cell| (cell.mark, cell.word()));
        assert_eq!(bonus, Some((Mark::Bonus { points: 3 }, "+3".into())));
        let before = super::tests::sheet(202610, &[], 20261128);
        assert!(before.weeks.iter().flatten().flatten().all(|cell| cell.mark == Mark::Missed), "no longer made up");
    }

    #[test]
    fn a_row_goes_on_over_the_month_and_ends_with_a_missed_day() {
        let stamps = [stamp(20261129, 4, false), stamp(20261130, 5, false)];
        let row = |card: i64, today: i64| streak(&stamps, CardId(card), today);
        assert_eq!([20261130, 20261201, 20261202].map(|today| row(1, today)), [5, 5, 0]);
        // Of a card that has replaced this one: its first stamp goes on with the row.
        assert_eq!([20261130, 20261201].map(|today| row(2, today)), [4, 5]);
    }

    #[test]
    fn only_this_month_and_the_twelve_before_it_are_shown() {
        let shown = |asked| super::shown(asked, 20260115);
        assert_eq!([202601, 202512, 202501].map(shown), [202601, 202512, 202501]);
        assert_eq!([0, 202412, 202602, 202513, 202500, -1].map(shown), [202601; 6]);
    }
}
