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
        domain::core::day::of_number((at + OFFSET_MS).div_euclid(24 * HOUR_MS))
    }

    fn minute(&self, at: i64) -> i64 {
        (at + OFFSET_MS).rem_euclid(24 * HOUR_MS) / 60_000
    }
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
