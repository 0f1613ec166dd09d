//! Calendar days as whole numbers that people can read: 20271127 is 27 November 2027.

use crate::tables::{Day, Millis};

pub const MINUTE_MS: Millis = 60_000;
pub const HOUR_MS: Millis = 60 * MINUTE_MS;
pub const DAY_MS: Millis = 24 * HOUR_MS;

/// The same date so many months later; the month's last one where it has no such date.
pub fn plus_months(day: Day, months: i64) -> i64 {
    let month = day / 10_000 * 12 + day / 100 % 100 - 1 + months;
    let first = month.div_euclid(12) * 10_000 + (month.rem_euclid(12) + 1) * 100 + 1;
    let next_first = (month + 1).div_euclid(12) * 10_000 + ((month + 1).rem_euclid(12) + 1) * 100 + 1;
    (first + day % 100 - 1).min(plus(next_first, -1))
}

pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days since 1970-01-01, by Howard Hinnant's days_from_civil.
pub fn number(day: Day) -> i64 {
    let (year, month, date) = (day / 10_000, day / 100 % 100, day % 100);
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let shifted = (month + 9) % 12;
    let of_year = (153 * shifted + 2) / 5 + date - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day with this number.
pub fn of_number(number: i64) -> i64 {
    let days = number + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2)) * 10_000 + month * 100 + date
}

pub fn plus(day: Day, days: i64) -> i64 {
    of_number(number(day) + days)
}

/// From 1 (Monday) to 7.
pub fn weekday(day: Day) -> i64 {
    // 1970-01-01 was a Thursday.
    (number(day) + 3).rem_euclid(7) + 1
}

/// Whether the number is a day of the calendar.
pub fn is_day(day: Day) -> bool {
    (19000101..=29991231).contains(&day) && of_number(number(day)) == day
}

pub const ADULT_AGE: i64 = 18;

/// Full years from one calendar day to another; below zero before the birth.
pub fn age(birth_day: Day, day: Day) -> i64 {
    (day - birth_day).div_euclid(10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_through_leap_years() {
        assert_eq!((number(19700101), number(20000229), number(20261124)), (0, 11_016, 20_781));
        for n in (0..60_000).step_by(7) {
            assert_eq!(number(of_number(n)), n);
        }
        assert_eq!((plus(20261231, 1), plus(20280228, 1), plus(20270301, -1)), (20270101, 20280229, 20270228));
        assert_eq!((weekday(20261124), weekday(20261129), weekday(19700101)), (2, 7, 4));
        assert!(is_day(20280229) && !is_day(20270229) && !is_day(20271301) && !is_day(0));
    }

    #[test]
    fn months_later_is_the_same_date() {
        assert_eq!(plus_months(20261123, 12), 20271123);
        assert_eq!(plus_months(20270228, 12), 20280228);
        assert_eq!((plus_months(20261231, 1), plus_months(20261215, 13)), (20270131, 20280115));
    }

    #[test]
    fn a_date_that_a_month_lacks_is_its_last() {
        assert_eq!(plus_months(20280229, 12), 20290228);
        assert_eq!(
            (plus_months(20270131, 1), plus_months(20270331, 1), plus_months(20270831, 18)),
            (20270228, 20270430, 20290228)
        );
    }
}
