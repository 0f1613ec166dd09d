//! The clock: the machine's, or moved forward in the demonstration.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use web::calendar::Calendar;

#[derive(Clone)]
pub struct LibraryClock {
    offset_ms: Arc<AtomicI64>,
    calendar: Calendar,
}

impl LibraryClock {
    pub fn new(calendar: Calendar) -> Self {
        LibraryClock { offset_ms: Arc::default(), calendar }
    }

    pub fn now(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond() + self.offset_ms.load(Ordering::Relaxed)
    }

    pub fn source(&self) -> Arc<dyn Fn() -> i64 + Send + Sync> {
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
}
