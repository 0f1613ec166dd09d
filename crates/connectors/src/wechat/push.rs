//! What WeChat pushes to the account's server, in plain mode (公众号文档, 接收事件推送).

use crate::xml;

/// Somebody has begun or ceased to follow the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    pub openid: String,
    pub follows: bool,
    /// When it happened, in seconds since 1970-01-01 UTC.
    pub at_s: i64,
}

/// None: another event, a message, or nothing that can be read.
pub fn following(body: &[u8]) -> Option<Following> {
    let root = xml::read(body)?;
    let text = |name: &str| root.first(name).map(|element| element.text.trim().to_owned()).unwrap_or_default();
    let follows = match (text("MsgType").as_str(), text("Event").as_str()) {
        ("event", "subscribe") => true,
        ("event", "unsubscribe") => false,
        _ => return None,
    };
    let at_s = text("CreateTime").parse().ok()?;
    Some(Following { openid: text("FromUserName"), follows, at_s }).filter(|one| !one.openid.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, event: &str) -> Option<Following> {
        let body = format!(
            "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[openid-1]]></FromUserName>\
             <CreateTime>1795395600</CreateTime><MsgType><![CDATA[{kind}]]></MsgType><Event><![CDATA[{event}]]></Event></xml>"
        );
        following(body.as_bytes())
    }

    #[test]
    fn following_is_told_from_everything_else() {
        let of = |follows| Some(Following { openid: "openid-1".into(), follows, at_s: 1_795_395_600 });
        assert_eq!((event("event", "subscribe"), event("event", "unsubscribe")), (of(true), of(false)));
        assert_eq!((event("event", "CLICK"), event("text", "subscribe"), following(b"<xml>")), (None, None, None));
    }
}
