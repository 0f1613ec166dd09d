//! Limits per network address: in memory, because they only slow down a crowd behind one address.

use crate::frame::app::App;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use domain::core::day::HOUR_MS;
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

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
fn origin(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut named = named.into_iter().rev().map_while(|address| address.parse().ok());
    named.find(|address| !trusted.contains(address)).unwrap_or(peer)
}

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
        assert_eq!(origin(proxy, &said, &[proxy, inner]), reader);
        assert_eq!(origin(liar, &said, &[proxy, inner]), liar);
        assert_eq!(origin(proxy, &headers("nobody"), &[proxy]), proxy);
        assert_eq!(origin(proxy, &HeaderMap::new(), &[proxy]), proxy);
    }

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
