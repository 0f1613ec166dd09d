//! What WeChat grants for a code: who the reader is, and a token to ask for more.

use serde::Deserialize;
use serde_json::Value;

use super::fault::{Fault, check, not_json};
use crate::secret::Secret;

const OPENID_BYTES_MAX: usize = 128;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub openid: String,
    /// Only with the reader's consent (snsapi_userinfo).
    pub unionid: Option<String>,
    pub scope: String,
    /// A visitor's snapshot page: read-only, never create an account for it.
    pub is_snapshotuser: bool,
    /// The reader's own token, for the profile; not the account's.
    pub access_token: Secret,
}

#[derive(Deserialize)]
struct Body {
    openid: Option<String>,
    unionid: Option<String>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    is_snapshotuser: Value,
    #[serde(default)]
    access_token: String,
}

pub(super) fn read(bytes: &[u8]) -> Result<Grant, Fault> {
    check(bytes)?;
    let body: Body = serde_json::from_slice(bytes).map_err(not_json)?;
    Ok(Grant {
        openid: openid(body.openid)?,
        unionid: body.unionid.filter(|text| !text.is_empty()),
        scope: body.scope,
        // When in doubt a visitor: an account made by mistake cannot be taken back.
        is_snapshotuser: !matches!(body.is_snapshotuser, Value::Null | Value::Bool(false))
            && body.is_snapshotuser != 0
            && body.is_snapshotuser != "0",
        access_token: Secret::new(body.access_token),
    })
}

pub(super) fn openid(said: Option<String>) -> Result<String, Fault> {
    said.filter(|text| (1..=OPENID_BYTES_MAX).contains(&text.len()))
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or_else(|| Fault::Unreadable { reason: "no openid".to_owned() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_grant_is_read() {
        let body = br#"{"access_token":"A","expires_in":7200,"refresh_token":"R","openid":"oABC_-1","scope":"snsapi_userinfo","is_snapshotuser":1,"unionid":"u1"}"#;
        let grant = read(body).unwrap();
        assert_eq!(grant.openid, "oABC_-1");
        assert_eq!(grant.unionid.as_deref(), Some("u1"));
        assert_eq!(grant.access_token.reveal(), "A");
        assert!(grant.is_snapshotuser);
        let plain = read(br#"{"openid":"o","scope":"snsapi_base"}"#).unwrap();
        assert_eq!(plain.unionid, None);
        assert!(!plain.is_snapshotuser);
    }

    #[test]
    fn an_answer_without_openid_is_no_grant() {
        for body in ["{}", r#"{"openid":""}"#, r#"{"openid":"a b"}"#, "[]", "", "<html>", r#"{"openid":1}"#] {
            assert!(matches!(read(body.as_bytes()), Err(Fault::Unreadable { .. })), "{body}");
        }
    }
}
