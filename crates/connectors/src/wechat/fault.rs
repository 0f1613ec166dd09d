//! What can go wrong with a question to WeChat. Its errors come as HTTP 200 with an errcode.

use serde::Deserialize;

use crate::http::Failed;

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the code is not one of WeChat's, or too old")]
    InvalidCode,
    #[error("the code was used before")]
    UsedCode,
    /// The reader has to authorise again.
    #[error("WeChat refuses the access token: {errcode}")]
    TokenRefused { errcode: i64 },
    /// The reader consented to snsapi_base only.
    #[error("the reader did not allow this question")]
    NotConsented,
    #[error("WeChat refuses the app secret")]
    BadSecret,
    #[error("this server's address is not on WeChat's list")]
    AddressNotAllowed,
    #[error("WeChat answers {errcode}: {errmsg}")]
    Other { errcode: i64, errmsg: String },
    #[error("WeChat cannot be reached: {reason}")]
    Unreachable { reason: String },
    #[error("WeChat did not answer in time")]
    TimedOut,
    #[error("WeChat's answer cannot be read: {reason}")]
    Unreadable { reason: String },
}

impl Fault {
    /// The reader's own affair, which says that WeChat is well.
    pub(super) fn is_the_readers(&self) -> bool {
        matches!(self, Fault::InvalidCode | Fault::UsedCode | Fault::TokenRefused { .. } | Fault::NotConsented)
    }
}

impl From<Failed> for Fault {
    fn from(failed: Failed) -> Fault {
        match failed {
            Failed::NotOpened { reason } => Fault::Unreachable { reason },
            Failed::TimedOut => Fault::TimedOut,
            Failed::Broken { reason } => Fault::Unreadable { reason },
        }
    }
}

#[derive(Deserialize)]
struct Error {
    #[serde(default)]
    errcode: i64,
    #[serde(default)]
    errmsg: String,
}

/// The error that an answer carries, if it is one. WeChat labels its JSON text/plain, so the label is not looked at.
pub(super) fn check(body: &[u8]) -> Result<(), Fault> {
    let Error { errcode, errmsg } = serde_json::from_slice(body).map_err(not_json)?;
    Err(match errcode {
        0 => return Ok(()),
        40029 => Fault::InvalidCode,
        40163 => Fault::UsedCode,
        40001 | 40003 | 40014 | 42001 => Fault::TokenRefused { errcode },
        48001 => Fault::NotConsented,
        40125 => Fault::BadSecret,
        40164 => Fault::AddressNotAllowed,
        errcode => Fault::Other { errcode, errmsg },
    })
}

pub(super) fn not_json(error: serde_json::Error) -> Fault {
    // The category only: the whole error may quote the answer, which holds tokens.
    Fault::Unreadable { reason: format!("not the expected JSON: {:?}", error.classify()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(body: &str) -> &'static str {
        match check(body.as_bytes()) {
            Ok(()) => "fine",
            Err(Fault::InvalidCode) => "invalid code",
            Err(Fault::UsedCode) => "used code",
            Err(Fault::TokenRefused { .. }) => "token",
            Err(Fault::NotConsented) => "consent",
            Err(Fault::BadSecret) => "secret",
            Err(Fault::AddressNotAllowed) => "address",
            Err(Fault::Other { .. }) => "other",
            Err(Fault::Unreadable { .. }) => "unreadable",
            Err(_) => "more",
        }
    }

    #[test]
    fn error_codes_have_their_own_faults() {
        for (body, expected) in [
            ("{}", "fine"),
            (r#"{"errcode":0,"errmsg":"ok"}"#, "fine"),
            (r#"{"errcode":40029,"errmsg":"invalid code, rid: 1"}"#, "invalid code"),
            (r#"{"errcode":40163,"errmsg":"code been used"}"#, "used code"),
            (r#"{"errcode":42001}"#, "token"),
            (r#"{"errcode":48001,"errmsg":"api unauthorized"}"#, "consent"),
            (r#"{"errcode":40125,"errmsg":"invalid appsecret"}"#, "secret"),
            (r#"{"errcode":40164,"errmsg":"invalid ip"}"#, "address"),
            (r#"{"errcode":-1,"errmsg":"system error"}"#, "other"),
            ("<html>", "unreadable"),
            ("", "unreadable"),
        ] {
            assert_eq!(judged(body), expected, "{body}");
        }
    }
}
