//! The profile a reader shows after consenting: nickname and picture.

use std::fmt;

use serde::Deserialize;

use super::fault::{Fault, check, not_json};
use super::grant::openid;

#[derive(Clone, PartialEq, Eq)]
pub struct Profile {
    pub openid: String,
    pub unionid: Option<String>,
    pub nickname: String,
    /// An http or https address, where the reader has a picture.
    pub picture_url: Option<String>,
}

/// Personal data must not slip into a log through a derived Debug.
impl fmt::Debug for Profile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Profile").field("openid", &self.openid).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Body {
    openid: Option<String>,
    unionid: Option<String>,
    #[serde(default)]
    nickname: String,
    #[serde(default)]
    headimgurl: String,
}

/// `asked` is the reader whose token was shown: nobody else's profile is taken.
pub(super) fn read(bytes: &[u8], asked: &str) -> Result<Profile, Fault> {
    check(bytes)?;
    let body: Body = serde_json::from_slice(bytes).map_err(not_json)?;
    let openid = openid(body.openid)?;
    if openid != asked {
        return Err(Fault::Unreadable { reason: "the profile is another reader's".to_owned() });
    }
    let is_web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    Ok(Profile {
        openid,
        unionid: body.unionid.filter(|text| !text.is_empty()),
        nickname: body.nickname.chars().filter(|character| !character.is_control()).collect(),
        picture_url: Some(body.headimgurl).filter(is_web),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_profile_is_read() {
        let body = r#"{"openid":"o1","nickname":"小\n萌","sex":0,"headimgurl":"https://thirdwx.qlogo.cn/1/132","privilege":[],"unionid":"u1"}"#;
        let profile = read(body.as_bytes(), "o1").unwrap();
        assert_eq!(profile.nickname, "小萌");
        assert_eq!(profile.picture_url.as_deref(), Some("https://thirdwx.qlogo.cn/1/132"));
        assert_eq!(profile.unionid.as_deref(), Some("u1"));
        let bare = read(br#"{"openid":"o1","headimgurl":"javascript:x"}"#, "o1").unwrap();
        assert_eq!(bare.picture_url, None);
    }

    #[test]
    fn another_readers_profile_is_not_taken() {
        assert!(matches!(read(br#"{"openid":"o2"}"#, "o1"), Err(Fault::Unreadable { .. })));
    }
}
