//! Calendar days as whole numbers that people can read: 20271127 is 27 November 2027.

/// The day on which a year of validity that starts on `day` ends: the same date next year, 28 February for a leap day.
pub fn next_year(day: i64) -> i64 {
    let next = day + 10_000;
    if next % 10_000 == 229 && !is_leap(next / 10_000) { next - 1 } else { next }
}

pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::next_year;

    #[test]
    fn a_year_later_is_the_same_date() {
        assert_eq!(next_year(20261123), 20271123);
        assert_eq!(next_year(20270228), 20280228);
    }

    #[test]
    fn a_leap_day_ends_on_the_last_of_february() {
        assert_eq!(next_year(20280229), 20290228);
    }
}
