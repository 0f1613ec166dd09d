//! The parameters of an authorisation, as strictly as WeChat reads them.

use url::Url;
use url::form_urlencoded::parse;

pub(super) const PARAMETERS: [&str; 5] = ["appid", "redirect_uri", "response_type", "scope", "state"];
const STATE_LENGTH_MAX: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Base,
    UserInfo,
}

#[derive(Debug)]
pub(super) struct Ask {
    /// As sent, for the consent page's form; in WeChat's order.
    pub sent: Vec<(String, String)>,
    redirect: Url,
    pub scope: Scope,
    state: Option<String>,
}

impl Scope {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::UserInfo => "snsapi_userinfo",
        }
    }
}

impl Ask {
    /// The reason of a refusal is a sentence for the page.
    pub(super) fn read(query: &str, appid: &str) -> Result<Self, &'static str> {
        let pairs = parse(query.as_bytes()).into_owned();
        let sent: Vec<(String, String)> = pairs.filter(|(name, _)| PARAMETERS.contains(&name.as_str())).collect();
        let value = |name: &str| sent.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());

        if value("appid") != Some(appid) {
            return Err("AppID 参数错误");
        }
        let redirect = value("redirect_uri").and_then(web_address).ok_or("redirect_uri 参数错误")?;
        if value("response_type") != Some("code") {
            return Err("response_type 参数错误");
        }
        let scope = match value("scope") {
            Some("snsapi_base") => Scope::Base,
            Some("snsapi_userinfo") => Scope::UserInfo,
            _ => return Err("Scope 参数错误或没有 Scope 权限"),
        };
        let state = value("state").map(str::to_owned);
        if state.as_deref().is_some_and(|state| !is_state(state)) {
            return Err("state 参数错误：只允许 a-zA-Z0-9，至多 128 个字符");
        }
        // WeChat matches the address by a pattern: another order does not open.
        if !PARAMETERS.iter().take(sent.len()).eq(sent.iter().map(|(name, _)| name)) {
            return Err("参数顺序错误：须为 appid、redirect_uri、response_type、scope、state");
        }
        Ok(Self { sent, redirect, scope, state })
    }

    pub(super) fn granted(&self, code: &str) -> String {
        self.back(&[("code", code)])
    }

    /// A refusal comes back with the state alone.
    pub(super) fn refused(&self) -> String {
        self.back(&[])
    }

    fn back(&self, pairs: &[(&str, &str)]) -> String {
        let mut address = self.redirect.clone();
        let state = self.state.iter().map(|state| ("state", state.as_str()));
        for (name, value) in pairs.iter().copied().chain(state) {
            address.query_pairs_mut().append_pair(name, value);
        }
        address.into()
    }
}

fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|address| matches!(address.scheme(), "http" | "https") && address.has_host())
}

fn is_state(text: &str) -> bool {
    text.len() <= STATE_LENGTH_MAX && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TAIL: &str = "redirect_uri=https%3A%2F%2Flib.example%2Fwx%3Fa%3D1&response_type=code&scope=snsapi_base";

    #[test]
    fn a_grant_brings_code_and_state_a_refusal_the_state_alone() {
        let ask = Ask::read(&format!("appid=wx1&{TAIL}&state=S1"), "wx1").unwrap();
        assert_eq!(ask.granted("C"), "https://lib.example/wx?a=1&code=C&state=S1");
        assert_eq!(ask.refused(), "https://lib.example/wx?a=1&state=S1");
    }

    #[test]
    fn wrong_parameters_are_refused() {
        let wrong = [
            format!("appid=wx2&{TAIL}"),
            format!("{TAIL}&appid=wx1"),
            format!("appid=wx1&{TAIL}&state=a-b"),
            format!("appid=wx1&{TAIL}&state={}", "a".repeat(129)),
            format!("appid=wx1&{TAIL}").replace("code", "token"),
            format!("appid=wx1&{TAIL}").replace("snsapi_base", "snsapi_login"),
            format!("appid=wx1&{TAIL}").replace("https", "javascript"),
        ];
        for query in wrong {
            assert!(Ask::read(&query, "wx1").is_err(), "{query}");
        }
    }

    #[test]
    fn what_stands_beside_the_five_is_passed_over() {
        assert!(Ask::read(&format!("appid=wx1&{TAIL}&connect_redirect=1"), "wx1").is_ok());
    }
}
