//! The clock a client is given: time is an argument, so that a demo or a test can move it.

use std::fmt;
use std::sync::Arc;

/// Milliseconds since 1970 UTC, from wherever the application takes its time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    pub fn new(now_ms: impl Fn() -> i64 + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now_ms))
    }

    /// The machine's own clock.
    pub fn system() -> Clock {
        Clock::new(|| jiff::Timestamp::now().as_millisecond())
    }

    pub fn now_ms(&self) -> i64 {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Clock")
    }
}
