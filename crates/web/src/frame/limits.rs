//! Limits per network address: in memory, because they only slow down a crowd behind one address.

use crate::frame::app::{App, TimeSource};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use domain::core::digest::Digest;
use domain::tables::ReaderId;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use ipnet::IpNet;
use std::convert::Infallible;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Where a request comes from: the connection's other end, or whom a trusted proxy names.
pub struct CameFrom(pub IpAddr);

impl FromRequestParts<App> for CameFrom {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
        Ok(CameFrom(origin(peer, &parts.headers, &app.site.trusted_proxies)))
    }
}

/// The last address of `X-Forwarded-For` that is no trusted proxy: the ones before it are anybody's claim.
fn origin(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address.to_canonical()));
    if !is_trusted(peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut named = named.into_iter().rev().map_while(|address| address.parse().ok());
    named.find(|address| !is_trusted(*address)).unwrap_or(peer)
}

/// A library's reading room may share one address.
const CODES_AN_HOUR: Limit = Limit { burst: 60, period: Duration::from_secs(3_600) };
const SIGN_INS: Limit = Limit { burst: 60, period: Duration::from_secs(15 * 60) };
/// Right ones count too; the account itself counts the wrong ones.
const SIGN_INS_OF_A_NAME: Limit = Limit { burst: 20, period: Duration::from_secs(15 * 60) };
/// A known browser is not held up by its address; who took its cookie guesses no faster than this.
const SIGN_INS_OF_A_BROWSER: Limit = Limit { burst: 10, period: Duration::from_secs(3_600) };
/// Catalogues have readers of their own to serve.
const LOOK_UPS_OF_A_READER: Limit = Limit { burst: 60, period: Duration::from_secs(3_600) };
/// The limits bear a clock that goes back a little.
const CLOCK_BACK_MS_MAX: i64 = 60_000;
/// Each limit remembers so many at most; then it begins anew, rather than grow without an end.
const KEYS_MAX: usize = 100_000;

/// So many at once, and then again as many over a period.
#[derive(Clone, Copy)]
struct Limit {
    burst: u32,
    period: Duration,
}

struct ByTime(TimeSource);

impl Clock for ByTime {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis((self.0)().unsigned_abs())
    }
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, ByTime, NoOpMiddleware<Duration>>;

struct Limits<K: Hash + Eq + Clone> {
    limit: Limit,
    time: TimeSource,
    /// Beside it when it was asked last.
    limiter: Mutex<(Limiter<K>, i64)>,
}

impl<K: Hash + Eq + Clone> Limits<K> {
    fn new(limit: Limit, time: &TimeSource) -> Self {
        Limits { limit, time: time.clone(), limiter: Mutex::new((limiter(limit, time), time())) }
    }

    fn allow(&self, key: K) -> bool {
        let mut held = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        let (limiter, asked_at) = &mut *held;
        let now = (self.time)();
        // A clock that was ahead and is put right would keep everybody out until that time.
        if now < *asked_at - CLOCK_BACK_MS_MAX {
            *limiter = self::limiter(self.limit, &self.time);
        }
        *asked_at = now;
        if limiter.len() >= KEYS_MAX {
            limiter.retain_recent();
            if limiter.len() >= KEYS_MAX {
                tracing::warn!(keys = KEYS_MAX, "more addresses at once than are remembered: their limits begin anew");
                *limiter = self::limiter(self.limit, &self.time);
            }
        }
        limiter.check_key(&key).is_ok()
    }
}

fn limiter<K: Hash + Eq + Clone>(limit: Limit, time: &TimeSource) -> Limiter<K> {
    let burst = NonZeroU32::new(limit.burst).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(limit.period / burst.get()).unwrap_or(Quota::per_hour(burst));
    RateLimiter::new(quota.allow_burst(burst), HashMapStateStore::default(), ByTime(time.clone()))
}

/// What an address may do, and how often. Whoever has an IPv6 network has all of its addresses: a /64 counts as one.
pub struct AddressLimits {
    codes: Limits<IpAddr>,
    sign_ins: Limits<IpAddr>,
    sign_ins_of_a_name: Limits<(IpAddr, Digest)>,
    sign_ins_of_a_browser: Limits<(Digest, Digest)>,
    look_ups_of_a_reader: Limits<ReaderId>,
}

impl AddressLimits {
    pub fn new(time: &TimeSource) -> Self {
        AddressLimits {
            codes: Limits::new(CODES_AN_HOUR, time),
            sign_ins: Limits::new(SIGN_INS, time),
            sign_ins_of_a_name: Limits::new(SIGN_INS_OF_A_NAME, time),
            sign_ins_of_a_browser: Limits::new(SIGN_INS_OF_A_BROWSER, time),
            look_ups_of_a_reader: Limits::new(LOOK_UPS_OF_A_READER, time),
        }
    }

    /// Whether one more code may be asked for from here.
    pub fn allow_code(&self, address: IpAddr) -> bool {
        self.codes.allow(network(address))
    }

    /// Whether one more password may be tried from here, for this name.
    pub fn allow_sign_in(&self, address: IpAddr, name: Digest) -> bool {
        let address = network(address);
        self.sign_ins.allow(address) && self.sign_ins_of_a_name.allow((address, name))
    }

    /// Whether one more password may be tried at a browser that has signed in to this name before.
    pub fn allow_known_browser(&self, browser: Digest, name: Digest) -> bool {
        self.sign_ins_of_a_browser.allow((browser, name))
    }

    /// Whether one more book may be looked up for this reader.
    pub fn allow_look_up(&self, reader: ReaderId) -> bool {
        self.look_ups_of_a_reader.allow(reader)
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn net(address: IpAddr) -> IpNet {
        address.into()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let [proxy, inner, reader, liar] =
            [[10, 0, 0, 1], [10, 0, 0, 2], [203, 0, 113, 7], [198, 51, 100, 9]].map(IpAddr::from);
        let headers = |said: &'static str| {
            HeaderMap::from_iter([(
                axum::http::HeaderName::from_static("x-forwarded-for"),
                axum::http::HeaderValue::from_static(said),
            )])
        };
        let said = headers("198.51.100.9, 203.0.113.7, 10.0.0.2");
        assert_eq!(origin(proxy, &said, &[net(proxy), net(inner)]), reader);
        assert_eq!(origin(liar, &said, &[net(proxy), net(inner)]), liar);
        let whole: IpNet = "10.0.0.0/8".parse().unwrap();
        assert_eq!(origin(proxy, &said, &[whole]), reader, "a network");
        assert_eq!(origin(proxy, &headers("nobody"), &[net(proxy)]), proxy);
        assert_eq!(origin(proxy, &HeaderMap::new(), &[net(proxy)]), proxy);
    }

    fn at(clock: &Arc<AtomicI64>) -> TimeSource {
        let clock = clock.clone();
        Arc::new(move || clock.load(Ordering::Relaxed))
    }

    #[test]
    fn an_address_has_its_turns_and_gets_them_back_little_by_little() {
        let clock = Arc::new(AtomicI64::new(0));
        let limits = AddressLimits::new(&at(&clock));
        let here = IpAddr::from([127, 0, 0, 1]);
        assert!((0..60).all(|_| limits.allow_code(here)));
        assert!(!limits.allow_code(here) && limits.allow_code(IpAddr::from([127, 0, 0, 2])));
        clock.store(60_000, Ordering::Relaxed);
        assert!(limits.allow_code(here) && !limits.allow_code(here));
        // One name from one address; another name, or another address, has its own turns.
        let name = |low| Digest { high: 1, low };
        assert!((0..20).all(|_| limits.allow_sign_in(here, name(1))));
        assert!(!limits.allow_sign_in(here, name(1)) && limits.allow_sign_in(here, name(2)));
        assert!(limits.allow_sign_in(IpAddr::from([127, 0, 0, 3]), name(1)));
    }

    #[test]
    fn a_network_of_version_six_is_one_address() {
        let limits = AddressLimits::new(&at(&Arc::default()));
        let of = |host: u16| IpAddr::from([0x2001, 0xdb8, 0, 7, 0, 0, 0, host]);
        assert!((0..60).all(|n| limits.allow_code(of(n))));
        assert!(!limits.allow_code(of(99)) && limits.allow_code(IpAddr::from([0x2001, 0xdb8, 0, 8, 0, 0, 0, 1])));
        // The same machine, as a socket of both kinds names it.
        assert_eq!(network("::ffff:10.0.0.1".parse().unwrap()), IpAddr::from([10, 0, 0, 1]));
    }

    #[test]
    fn a_clock_that_is_put_right_keeps_nobody_out() {
        let clock = Arc::new(AtomicI64::new(365 * 86_400_000));
        let limits = AddressLimits::new(&at(&clock));
        let here = IpAddr::from([127, 0, 0, 1]);
        assert!((0..60).all(|_| limits.allow_code(here)) && !limits.allow_code(here));
        clock.store(0, Ordering::Relaxed);
        assert!((0..60).all(|_| limits.allow_code(here)) && !limits.allow_code(here));
    }

    #[test]
    fn memory_has_an_end() {
        let limits: Limits<usize> = Limits::new(CODES_AN_HOUR, &at(&Arc::default()));
        assert!((0..KEYS_MAX + 9).all(|key| limits.allow(key)));
        assert!(limits.limiter.lock().unwrap().0.len() < KEYS_MAX);
    }
}
