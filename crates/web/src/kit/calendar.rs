//! The library's calendar: days and times as its readers say them.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
}

impl Calendar {
    /// Falls back to UTC only where the settings were not checked.
    pub fn new(zone: &str) -> Self {
        Calendar { zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC) }
    }

    fn at(&self, at: i64) -> Zoned {
        Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone())
    }

    /// The calendar day as 20261123.
    pub fn day(&self, at: i64) -> i64 {
        number(self.at(at).date())
    }

    /// The minute of the day.
    pub fn minute(&self, at: i64) -> i64 {
        let at = self.at(at);
        i64::from(at.hour()) * 60 + i64::from(at.minute())
    }

    /// When a day begins, in milliseconds.
    pub fn day_start(&self, day: i64) -> i64 {
        let date = Date::new((day / 10_000) as i16, (day / 100 % 100) as i8, (day % 100) as i8);
        let start = date.and_then(|date| date.to_zoned(self.zone.clone()));
        start.map_or(0, |start| start.timestamp().as_millisecond())
    }

    /// 11月23日 周一 14:05
    pub fn moment(&self, at: i64) -> String {
        let at = self.at(at);
        let week = weekday(at.weekday().to_monday_one_offset().into());
        format!("{}月{}日 {week} {}:{:02}", at.month(), at.day(), at.hour(), at.minute())
    }

    /// 14:05
    pub fn time(&self, at: i64) -> String {
        let at = self.at(at);
        format!("{}:{:02}", at.hour(), at.minute())
    }

    /// 11月28日 周六 14:30–16:00, or with both days.
    pub fn span(&self, from: i64, until: i64) -> String {
        let until_words = if self.day(from) == self.day(until) { self.time(until) } else { self.moment(until) };
        format!("{}–{until_words}", self.moment(from))
    }

    /// 2026年11月23日 14:05
    pub fn long_moment(&self, at: i64) -> String {
        let at = self.at(at);
        format!("{}年{}月{}日 {}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
    }

    /// As an input of type datetime-local has it; empty for 0.
    pub fn input(&self, at: i64) -> String {
        if at == 0 {
            return String::new();
        }
        self.at(at).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// What an input of type datetime-local says; empty is 0, nonsense None.
    pub fn of_input(&self, text: &str) -> Option<i64> {
        if text.is_empty() {
            return Some(0);
        }
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        Some(civil.to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond())
    }

    /// When a month began, so many months before the one of `at`.
    pub fn month_start(&self, at: i64, back: i64) -> i64 {
        let first = self.at(at).date().first_of_month();
        let month = first.checked_sub(back.months()).unwrap_or(first);
        month.to_zoned(self.zone.clone()).map_or(0, |start| start.timestamp().as_millisecond())
    }

    /// The same time one month earlier.
    pub fn month_ago(&self, at: i64) -> i64 {
        self.at(at).checked_sub(1.month()).map_or(0, |before| before.timestamp().as_millisecond())
    }

    /// Year and month of a time.
    pub fn year_month(&self, at: i64) -> (i64, i64) {
        let at = self.at(at);
        (at.year().into(), at.month().into())
    }
}

fn number(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

pub fn weekday(monday_is_1: i64) -> &'static str {
    match monday_is_1 {
        1 => "周一",
        2 => "周二",
        3 => "周三",
        4 => "周四",
        5 => "周五",
        6 => "周六",
        _ => "周日",
    }
}

/// 2027年11月27日, from 20271127.
pub fn long_day(day: i64) -> String {
    format!("{}年{}月{}日", day / 10_000, day / 100 % 100, day % 100)
}

/// As an input of type date has it.
pub fn date_value(day: i64) -> String {
    format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}

/// 20261124 from 2026-11-24.
pub fn day_of(value: &str) -> Option<i64> {
    let digits: String = value.split('-').collect();
    let day = digits.parse().ok().filter(|_| value.len() == 10 && digits.len() == 8)?;
    domain::core::day::is_day(day).then_some(day)
}

/// 2027年11月27日 周六
pub fn long_day_weekday(day: i64) -> String {
    let date = Date::new((day / 10_000) as i16, (day / 100 % 100) as i8, (day % 100) as i8);
    let monday_one = date.map_or(Weekday::Monday, Date::weekday).to_monday_one_offset();
    format!("{} {}", long_day(day), weekday(monday_one.into()))
}

/// 8:30
pub fn clock_time(minute: i64) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_the_library_s_own() {
        let nanjing = Calendar::new("Asia/Shanghai");
        let evening = 1_795_363_200_000 - 1; // 2026-11-22 23:59:59.999 in Nanjing
        assert_eq!(nanjing.day(evening), 20261122);
        assert_eq!(nanjing.day(evening + 1), 20261123);
        assert_eq!(nanjing.moment(evening + 1), "11月23日 周一 0:00");
        assert_eq!(nanjing.minute(evening), 1_439);
        assert_eq!(nanjing.day_start(20261123), evening + 1);
        assert_eq!(long_day_weekday(20271127), "2027年11月27日 周六");
    }

    #[test]
    fn months_begin_at_midnight() {
        let nanjing = Calendar::new("Asia/Shanghai");
        let start = nanjing.month_start(1_795_363_200_000, 0);
        assert_eq!(nanjing.day(start), 20261101);
        assert_eq!(nanjing.day(start - 1), 20261031);
        assert_eq!(nanjing.day(nanjing.month_start(1_795_363_200_000, 11)), 20251201);
    }

    #[test]
    fn an_input_reads_back() {
        let nanjing = Calendar::new("Asia/Shanghai");
        let at = nanjing.of_input("2026-12-01T08:30");
        assert_eq!(at.map(|at| nanjing.input(at)).as_deref(), Some("2026-12-01T08:30"));
        assert_eq!(nanjing.of_input(""), Some(0));
        assert_eq!(nanjing.of_input("tomorrow"), None);
    }
}
