//! Health: what the last calls told about an outside party.
//! Pages and the watch page ask here instead of calling the party once more.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::clock::Clock;

/// No call of this kind happened yet.
const NEVER: i64 = i64::MIN;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody asked yet.
    Unknown,
    Up {
        last_success_ms: i64,
    },
    Down {
        /// The first failure after the last success.
        since_ms: i64,
        last_failure_ms: i64,
        last_success_ms: Option<i64>,
    },
}

#[derive(Debug)]
pub struct Health {
    clock: Clock,
    last_success_ms: AtomicI64,
    last_failure_ms: AtomicI64,
    down_since_ms: AtomicI64,
}

impl Health {
    pub fn new(clock: Clock) -> Health {
        Health {
            clock,
            last_success_ms: AtomicI64::new(NEVER),
            last_failure_ms: AtomicI64::new(NEVER),
            down_since_ms: AtomicI64::new(NEVER),
        }
    }

    pub fn succeeded(&self) {
        self.last_success_ms.store(self.clock.now_ms(), Ordering::Relaxed);
        self.down_since_ms.store(NEVER, Ordering::Relaxed);
    }

    pub fn failed(&self) {
        let now_ms = self.clock.now_ms();
        self.last_failure_ms.store(now_ms, Ordering::Relaxed);
        // Only the first failure of a row sets the beginning, so the exchange may fail.
        let _ = self.down_since_ms.compare_exchange(NEVER, now_ms, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Notes how a call ended, and says why in the log. `is_no_outage`: a fault that says nothing against the party.
    pub fn noted<T, E: std::fmt::Display>(
        &self,
        party: &'static str,
        result: Result<T, E>,
        is_no_outage: impl Fn(&E) -> bool,
    ) -> Result<T, E> {
        match &result {
            Ok(_) => self.succeeded(),
            Err(fault) if is_no_outage(fault) => self.succeeded(),
            Err(fault) => {
                tracing::warn!(party, %fault, "an outside party failed");
                self.failed();
            }
        }
        result
    }

    pub fn state(&self) -> State {
        let last_success_ms = known(&self.last_success_ms);
        match (known(&self.down_since_ms), last_success_ms) {
            (Some(since_ms), _) => State::Down {
                since_ms,
                last_failure_ms: known(&self.last_failure_ms).unwrap_or(since_ms),
                last_success_ms,
            },
            (None, Some(last_success_ms)) => State::Up { last_success_ms },
            (None, None) => State::Unknown,
        }
    }
}

fn known(cell: &AtomicI64) -> Option<i64> {
    Some(cell.load(Ordering::Relaxed)).filter(|ms| *ms != NEVER)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn down_counts_from_the_first_failure_after_a_success() {
        let now = Arc::new(AtomicI64::new(1));
        let hand = Arc::clone(&now);
        let health = Health::new(Clock::new(move || hand.load(Ordering::Relaxed)));
        assert_eq!(health.state(), State::Unknown);
        health.failed();
        now.store(2, Ordering::Relaxed);
        health.failed();
        assert_eq!(health.state(), State::Down { since_ms: 1, last_failure_ms: 2, last_success_ms: None });
        now.store(3, Ordering::Relaxed);
        health.succeeded();
        assert_eq!(health.state(), State::Up { last_success_ms: 3 });
        now.store(4, Ordering::Relaxed);
        health.failed();
        assert_eq!(health.state(), State::Down { since_ms: 4, last_failure_ms: 4, last_success_ms: Some(3) });
    }
}
