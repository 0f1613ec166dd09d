//! Notices that WeChat shows to a reader: template messages, and subscribe messages that a reader allowed once.
//! Templates want short values: at most 20 characters, no line break.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::fault::Fault;

const VALUE_CHARS_MAX: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub openid: String,
    pub template: String,
    /// The page that a tap opens.
    pub url: String,
    /// Ours: WeChat sends a template message with the same id only once.
    pub client_msg_id: String,
    /// Name and value of each field of the template.
    pub fields: Vec<(String, String)>,
}

#[derive(Debug, thiserror::Error)]
pub enum NoticeFault {
    /// Surely not sent: the reader does not follow the account.
    #[error("the reader does not follow the account")]
    NotFollowing,
    /// Surely not sent, and would be refused again: not allowed, a wrong template.
    #[error("WeChat refuses the notice: {errcode}")]
    Refused { errcode: i64 },
    /// Surely not sent: another token is needed.
    #[error("WeChat refuses the access token")]
    TokenRefused,
    /// Surely not sent; may be tried again.
    #[error("WeChat cannot take the notice now: {reason}")]
    Unavailable { reason: String },
    /// Perhaps sent.
    #[error("unknown whether the notice was sent: {reason}")]
    Unknown { reason: String },
}

impl From<Fault> for NoticeFault {
    fn from(fault: Fault) -> NoticeFault {
        match fault {
            // Busy, and too many today: neither was taken.
            Fault::Other { errcode: errcode @ (-1 | 45_009 | 45_047), .. } => {
                NoticeFault::Unavailable { reason: errcode.to_string() }
            }
            // 公众号接口文档, 全局返回码: 需要接收者关注.
            Fault::Other { errcode: 43_004, .. } => NoticeFault::NotFollowing,
            // The token's own fault codes; 40003 is a wrong openid here, which no other token cures.
            Fault::TokenRefused { errcode: errcode @ 40_003 } | Fault::Other { errcode, .. } => {
                NoticeFault::Refused { errcode }
            }
            Fault::TokenRefused { .. } => NoticeFault::TokenRefused,
            Fault::BadSecret | Fault::AddressNotAllowed | Fault::Unreachable { .. } => {
                NoticeFault::Unavailable { reason: fault.to_string() }
            }
            Fault::TimedOut | Fault::Unreadable { .. } => NoticeFault::Unknown { reason: fault.to_string() },
            Fault::InvalidCode | Fault::UsedCode | Fault::NotConsented => NoticeFault::Refused { errcode: 0 },
        }
    }
}

impl Notice {
    pub(super) fn template_message(&self) -> Value {
        json!({
            "touser": self.openid,
            "template_id": self.template,
            "url": self.url,
            "client_msg_id": self.client_msg_id,
            "data": self.data(),
        })
    }

    pub(super) fn subscribe_message(&self) -> Value {
        json!({ "touser": self.openid, "template_id": self.template, "page": self.url, "data": self.data() })
    }

    fn data(&self) -> Map<String, Value> {
        self.fields.iter().map(|(name, text)| (name.clone(), json!({ "value": value(text) }))).collect()
    }
}

fn value(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= VALUE_CHARS_MAX {
        return line;
    }
    line.chars().take(VALUE_CHARS_MAX - 1).chain(['…']).collect()
}

/// What WeChat answers to a template message: its own number of the message.
#[derive(Deserialize)]
pub(super) struct Taken {
    #[serde(default)]
    pub msgid: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short_and_of_one_line() {
        assert_eq!(value("兑换成功\n请领取"), "兑换成功 请领取");
        assert_eq!(value(&"长".repeat(20)), "长".repeat(20));
        assert_eq!(value(&"长".repeat(21)), format!("{}…", "长".repeat(19)));
    }

    #[test]
    fn each_errcode_says_whether_it_was_sent() {
        let judged = |errcode: i64, fault: Fault| match NoticeFault::from(fault) {
            NoticeFault::Refused { .. } => "refused",
            NoticeFault::NotFollowing => "not following",
            NoticeFault::TokenRefused => "token",
            NoticeFault::Unavailable { .. } => "later",
            NoticeFault::Unknown { .. } => Box::leak(format!("unknown {errcode}").into_boxed_str()),
        };
        let other = |errcode| Fault::Other { errcode, errmsg: String::new() };
        assert_eq!(judged(43_004, other(43_004)), "not following");
        for errcode in [40_037, 43_101, 47_003] {
            assert_eq!(judged(errcode, other(errcode)), "refused");
        }
        assert_eq!(judged(-1, other(-1)), "later");
        assert_eq!(judged(40_003, Fault::TokenRefused { errcode: 40_003 }), "refused");
        assert_eq!(judged(42_001, Fault::TokenRefused { errcode: 42_001 }), "token");
        assert_eq!(judged(0, Fault::Unreachable { reason: String::new() }), "later");
        assert_eq!(judged(0, Fault::TimedOut), "unknown 0");
    }
}
