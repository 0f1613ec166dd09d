//! The clock: the machine's, moved forward in the demonstration, or one that a test holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use web::TimeSource;
use web::kit::calendar::Calendar;

#[derive(Clone)]
pub struct LibraryClock {
    time: TimeSource,
    offset_ms: Arc<AtomicI64>,
    calendar: Calendar,
}

impl LibraryClock {
    pub fn new(calendar: Calendar) -> Self {
        LibraryClock::by(Arc::new(|| jiff::Timestamp::now().as_millisecond()), calendar)
    }

    /// Shows the time of another clock.
    pub fn by(time: TimeSource, calendar: Calendar) -> Self {
        LibraryClock { time, offset_ms: Arc::default(), calendar }
    }

    pub fn now(&self) -> i64 {
        (self.time)() + self.offset_ms.load(Ordering::Relaxed)
    }

    pub fn source(&self) -> TimeSource {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }

    #[cfg(feature = "demo")]
    pub fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::Relaxed)
    }

    #[cfg(feature = "demo")]
    pub fn set_offset_ms(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }
}

impl store::Clock for LibraryClock {
    fn at(&self) -> i64 {
        self.now()
    }
    fn day(&self, at: i64) -> i64 {
        self.calendar.day(at)
    }

    fn minute(&self, at: i64) -> i64 {
        self.calendar.minute(at)
    }
}
