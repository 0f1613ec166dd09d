//! Covers, fetched by us so that readers' browsers ask nobody else: only from hosts that the library has named.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::{Fault, Settings};
use crate::http::{self, Reuse};
use crate::settings::SettingsFault;

const COVER_BYTES_MAX: usize = 1024 * 1024;
/// Open Library hands on to the Internet Archive, and that to one of its own machines.
const HOPS_MAX: usize = 3;

pub struct Covers {
    /// `example.org`, `*.example.org`, `10.0.0.5:8080`.
    hosts: Vec<String>,
    http: reqwest::Client,
    whole_limit: Duration,
}

impl Covers {
    pub fn new(settings: &Settings) -> Result<Covers, SettingsFault> {
        if let Some(bad) = settings.cover_hosts.iter().find(|host| !is_host(host)) {
            return Err(SettingsFault::Host { setting: "books.cover_hosts", value: bad.clone() });
        }
        let builder = http::builder(settings.connect_ms_max, Reuse::Connections).dns_resolver(Arc::new(Public));
        Ok(Covers {
            hosts: settings.cover_hosts.iter().map(|host| host.to_lowercase()).collect(),
            http: http::built(builder)?,
            whole_limit: Duration::from_millis(settings.cover_ms_max),
        })
    }

    /// The file, whatever is in it. None: there is no cover, or it lies where we may not ask.
    pub async fn fetch(&self, url: &str) -> Result<Option<Vec<u8>>, Fault> {
        let fetched = tokio::time::timeout(self.whole_limit, self.follow(url)).await;
        fetched.unwrap_or(Err(Fault::TimedOut))
    }

    async fn follow(&self, url: &str) -> Result<Option<Vec<u8>>, Fault> {
        let mut next = Url::parse(url).ok();
        for _ in 0..=HOPS_MAX {
            let Some(url) = next.filter(|url| self.may_ask(url)) else { return Ok(None) };
            let answer = http::call_within(self.http.get(url.clone()), COVER_BYTES_MAX).await?;
            match answer.status {
                200 => return Ok(Some(answer.body)),
                301..=303 | 307 | 308 => next = url.join(&answer.location).ok(),
                404 | 410 => return Ok(None),
                429 => return Err(Fault::TooMany),
                status => return Err(Fault::Status { status }),
            }
        }
        Ok(None)
    }

    fn may_ask(&self, url: &Url) -> bool {
        let (Some(host), true) = (url.host_str(), matches!(url.scheme(), "http" | "https")) else { return false };
        // The usual port is not said.
        let host = url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
        self.hosts.iter().any(|known| match known.strip_prefix("*.") {
            Some(above) => host.strip_suffix(above).is_some_and(|below| below.len() > 1 && below.ends_with('.')),
            // An address within the house is asked where it is named as an address; names may not lead there.
            None => *known == host && !matches!(url.host(), Some(Host::Ipv6(_))),
        })
    }
}

/// `example.org`, `*.example.org`, each with a port where that is unusual.
fn is_host(text: &str) -> bool {
    let host = text.strip_prefix("*.").unwrap_or(text);
    let url = Url::parse(&format!("https://{host}/"));
    url.is_ok_and(|url| crate::settings::host_header(&url) == host.to_lowercase() && !host.contains(['@', '*']))
}

/// Names that lead to addresses of the public internet.
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if found.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Neither this machine nor a network of somebody's own (IANA, special-purpose address registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => address.to_ipv4_mapped().map_or_else(|| is_public_v6(address), is_public_v4),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_for_tests = first == 198 && (18..20).contains(&second);
    let is_for_protocols = (first, second, third) == (192, 0, 0);
    let is_own = address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified();
    let is_nobodys = address.is_documentation() || address.is_multicast() || first == 0 || first >= 240;
    !(is_shared || is_for_tests || is_for_protocols || is_own || is_nobodys)
}

/// Global unicast (2000::/3), without what embeds an address of version 4 or stands in documents.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let embeds = first == 0x2002 || (first, second) == (0x2001, 0);
    first & 0xe000 == 0x2000 && !embeds && (first, second) != (0x2001, 0xdb8)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_public_addresses_are_asked() {
        for own in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fc00::1",
            "fe80::1",
            "::ffff:127.0.0.1",
            "::",
            "2002:7f00:1::",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!is_public(own.parse().unwrap()), "{own}");
        }
        for public in ["8.8.8.8", "207.241.224.2", "2607:f8b0::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn only_named_hosts_are_asked() {
        let cover_hosts = ["covers.example.org", "*.us.example.com", "127.0.0.1:8080"].map(String::from).to_vec();
        let covers = Covers::new(&Settings { cover_hosts, ..Settings::default() }).unwrap();
        for (url, expected) in [
            ("https://covers.example.org/b/id/1-M.jpg", true),
            ("https://COVERS.example.org/b/id/1-M.jpg", true),
            ("https://ia80.us.example.com/1.jpg", true),
            ("http://127.0.0.1:8080/1.jpg", true),
            ("http://127.0.0.1/1.jpg", false),
            ("https://us.example.com/1.jpg", false),
            ("https://evilus.example.com/1.jpg", false),
            ("https://covers.example.org:8443/1.jpg", false),
            ("https://covers.example.org.evil.net/1.jpg", false),
            ("https://covers.example.org@evil.net/1.jpg", false),
            ("file:///etc/passwd", false),
            ("http://localhost/1.jpg", false),
        ] {
            assert_eq!(covers.may_ask(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn what_is_no_host_is_named() {
        for bad in ["https://covers.example.org", "covers.example.org/b", "covers.example.org:443", "*", "a@b.org", ""]
        {
            let cover_hosts = vec![bad.to_owned()];
            assert!(Covers::new(&Settings { cover_hosts, ..Settings::default() }).is_err(), "{bad}");
        }
        assert!(Covers::new(&Settings::default()).is_ok());
    }

    #[tokio::test]
    async fn a_name_that_leads_into_the_house_is_not_followed() {
        let cover_hosts = vec!["localhost:9".to_owned()];
        let covers = Covers::new(&Settings { cover_hosts, ..Settings::default() }).unwrap();
        let refused = covers.fetch("http://localhost:9/1.jpg").await;
        assert!(
            matches!(&refused, Err(Fault::Unreachable { reason }) if reason.contains("no public address")),
            "{refused:?}"
        );
    }
}
