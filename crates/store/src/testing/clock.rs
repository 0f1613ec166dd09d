//! A clock that tests move by hand.

use crate::writer::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const HOUR_MS: i64 = 3_600_000;
/// The library's days begin eight hours before those of UTC.
const OFFSET_MS: i64 = 8 * HOUR_MS;

/// Cheap to clone; all clones show the same time.
#[derive(Clone, Debug)]
pub struct Manual(Arc<AtomicI64>);

impl Manual {
    pub fn new(at: i64) -> Self {
        Manual(Arc::new(AtomicI64::new(at)))
    }

    pub fn set(&self, at: i64) {
        self.0.store(at, Ordering::SeqCst);
    }

    pub fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for Manual {
    fn at(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn day(&self, at: i64) -> i64 {
        civil_day((at + OFFSET_MS).div_euclid(24 * HOUR_MS))
    }
}

/// Days since 1970-01-01 as 20261123: Howard Hinnant's civil_from_days.
fn civil_day(days: i64) -> i64 {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2)) * 10_000 + month * 100 + day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_at_midnight_in_nanjing() {
        let clock = Manual::new(0);
        assert_eq!(clock.day(1_795_395_600_000), 20261123);
        assert_eq!(clock.day(1_795_449_599_999), 20261123);
        assert_eq!(clock.day(1_795_449_600_000), 20261124);
        assert_eq!(clock.day(951_782_400_000), 20000229);
    }
}
