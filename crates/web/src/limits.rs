//! Limits per network address: in memory, because they only slow down a crowd behind one address.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

const HOUR_MS: i64 = 3_600_000;
/// A library's reading room may share one address.
const REQUESTS_AN_HOUR_MAX: usize = 60;
const ADDRESSES_MAX: usize = 100_000;

#[derive(Default)]
pub struct AddressLimits(Mutex<HashMap<IpAddr, VecDeque<i64>>>);

impl AddressLimits {
    /// Whether one more request from here is within the limit; counts it if so.
    pub fn allow(&self, address: IpAddr, now: i64) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= ADDRESSES_MAX {
            known.retain(|_, times| times.back().is_some_and(|last| now - last < HOUR_MS));
        }
        let times = known.entry(address).or_default();
        while times.front().is_some_and(|first| now - first >= HOUR_MS) {
            times.pop_front();
        }
        if times.len() >= REQUESTS_AN_HOUR_MAX {
            return false;
        }
        times.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_until_its_first_request_is_an_hour_old() {
        let limits = AddressLimits::default();
        let here = IpAddr::from([127, 0, 0, 1]);
        assert!((0..REQUESTS_AN_HOUR_MAX as i64).all(|n| limits.allow(here, n)));
        assert!(!limits.allow(here, HOUR_MS - 1));
        assert!(limits.allow(IpAddr::from([127, 0, 0, 2]), HOUR_MS - 1));
        assert!(limits.allow(here, HOUR_MS));
        assert!(!limits.allow(here, HOUR_MS));
    }
}
