//! Who sits before the browser: a name in a cookie, by default a new one per browser.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::world::World;

const COOKIE: &str = "sandbox_wechat_user";
const COOKIE_LIFE_S: u32 = 31_536_000;
const NAME_LENGTH_MAX: usize = 32;

pub(super) struct Visitor {
    pub name: String,
    known: bool,
}

impl Visitor {
    /// `?user=` comes first, then the cookie, then somebody new.
    pub(super) fn of(query: &str, headers: &HeaderMap, world: &World) -> Self {
        if let Some(name) = asked(query) {
            return Self { name, known: false };
        }
        match from_cookie(headers) {
            Some(name) => Self { name, known: true },
            None => Self { name: format!("读者{}", world.tokens.next(6)), known: false },
        }
    }

    pub(super) fn cookie(&self) -> Option<HeaderValue> {
        let name = utf8_percent_encode(&self.name, NON_ALPHANUMERIC);
        let text = format!("{COOKIE}={name}; Path=/; Max-Age={COOKIE_LIFE_S}; HttpOnly; SameSite=Lax");
        HeaderValue::try_from(text).ok().filter(|_| !self.known)
    }
}

fn asked(query: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "user").and_then(|(_, value)| tidy(&value))
}

fn from_cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == COOKIE)?;
    tidy(&percent_decode_str(value).decode_utf8().ok()?)
}

fn tidy(name: &str) -> Option<String> {
    let name: String = name.trim().chars().take(NAME_LENGTH_MAX).collect();
    (!name.is_empty()).then_some(name)
}

/// One user has another openid under each official account, but always the same one.
pub fn openid(appid: &str, user: &str) -> String {
    format!("oS{}", digest(&format!("openid\n{appid}\n{user}")))
}

pub fn unionid(user: &str) -> String {
    format!("oU{}", digest(&format!("unionid\n{user}")))
}

// 28 characters in all, as WeChat's are.
fn digest(text: &str) -> String {
    let mut digest = URL_SAFE_NO_PAD.encode(Sha256::digest(text));
    digest.truncate(26);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_openid_is_stable_and_bound_to_its_account() {
        assert_eq!(openid("wx1", "张三"), openid("wx1", "张三"));
        assert_ne!(openid("wx1", "张三"), openid("wx2", "张三"));
        assert_eq!(openid("wx1", "张三").len(), 28);
    }
}
