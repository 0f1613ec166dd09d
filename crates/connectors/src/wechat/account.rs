//! What the account itself asks of WeChat: the stable token, the ticket for pages, notices, the menu.
//! Tokens are kept by the caller, in one place for the whole deployment.

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::fault::{Fault, check, not_json};
use super::notice::{Notice, NoticeFault, Taken};
use crate::secret::Secret;

/// Tokens and tickets are at most this long; longer ones are not WeChat's.
const KEPT_CHARS_MAX: usize = 512;
/// The errcode of an account without a menu.
const NO_MENU: i64 = 46003;

/// A token or a ticket, and how long it lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub value: Secret,
    pub life_s: i64,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default, alias = "ticket")]
    access_token: String,
    #[serde(default)]
    expires_in: i64,
}

impl Client {
    /// The account's token. Asking again answers the same token until shortly before its end.
    pub async fn stable_token(&self, force_refresh: bool) -> Result<Kept, Fault> {
        let body = json!({
            "grant_type": "client_credential",
            "appid": self.appid(),
            "secret": self.secret().reveal(),
            "force_refresh": force_refresh,
        });
        let result = self.post("cgi-bin/stable_token", &[], &body).await.and_then(|body| kept(&body));
        self.note(result)
    }

    /// The ticket with which pages sign their use of the JS-SDK.
    pub async fn jsapi_ticket(&self, token: &Secret) -> Result<Kept, Fault> {
        let pairs = [("access_token", token.reveal()), ("type", "jsapi")];
        let result = self.ask("cgi-bin/ticket/getticket", &pairs).await.and_then(|body| kept(&body));
        self.note(result)
    }

    /// A template message; the same `client_msg_id` is sent once.
    pub async fn send_template(&self, token: &Secret, notice: &Notice) -> Result<i64, NoticeFault> {
        self.send(token, "cgi-bin/message/template/send", &notice.template_message()).await
    }

    /// A subscribe message: each uses up one consent, and a repetition would use up another.
    pub async fn send_subscribe(&self, token: &Secret, notice: &Notice) -> Result<i64, NoticeFault> {
        self.send(token, "cgi-bin/message/subscribe/bizsend", &notice.subscribe_message()).await
    }

    async fn send(&self, token: &Secret, path: &str, body: &Value) -> Result<i64, NoticeFault> {
        let answer = self.post(path, &[("access_token", token.reveal())], body).await;
        let result = answer.and_then(|body| {
            check(&body)?;
            serde_json::from_slice::<Taken>(&body).map_err(not_json)
        });
        let taken = self.note(result)?;
        Ok(taken.msgid)
    }

    /// The menu that was made through this interface, as `create_menu` takes it; None: there is none.
    pub async fn menu(&self, token: &Secret) -> Result<Option<Value>, Fault> {
        let answer = self.ask("cgi-bin/menu/get", &[("access_token", token.reveal())]).await;
        let found = answer.and_then(|body| {
            check(&body)?;
            serde_json::from_slice::<Value>(&body).map_err(not_json)
        });
        match self.note(found) {
            Ok(body) => Ok(Some(body["menu"].clone())),
            Err(Fault::Other { errcode: NO_MENU, .. }) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The menu that followers see, whoever made it; None: no menu is shown.
    pub async fn shown_menu(&self, token: &Secret) -> Result<Option<Value>, Fault> {
        let answer = self.ask("cgi-bin/get_current_selfmenu_info", &[("access_token", token.reveal())]).await;
        let found = answer.and_then(|body| {
            check(&body)?;
            serde_json::from_slice::<Value>(&body).map_err(not_json)
        });
        let body = self.note(found)?;
        let mut columns = body["selfmenu_info"]["button"].as_array().cloned().unwrap_or_default();
        // Here, and nowhere else, what stands under a column is called its list.
        for column in &mut columns {
            if let Some(list) = column["sub_button"].get("list").cloned() {
                column["sub_button"] = list;
            }
        }
        let is_shown = body["is_menu_open"] == 1 && !columns.is_empty();
        Ok(is_shown.then(|| serde_json::json!({ "button": columns })))
    }

    /// Replaces the whole menu.
    pub async fn create_menu(&self, token: &Secret, menu: &Value) -> Result<(), Fault> {
        let pairs = [("access_token", token.reveal())];
        let answer = self.post("cgi-bin/menu/create", &pairs, menu).await;
        self.note(answer.and_then(|body| check(&body)))
    }
}

fn kept(body: &[u8]) -> Result<Kept, Fault> {
    check(body)?;
    let Body { access_token, expires_in } = serde_json::from_slice(body).map_err(not_json)?;
    if access_token.is_empty() || access_token.len() > KEPT_CHARS_MAX || expires_in <= 0 {
        return Err(Fault::Unreadable { reason: "no token in the answer".to_owned() });
    }
    Ok(Kept { value: Secret::new(access_token), life_s: expires_in })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_and_a_ticket_are_read() {
        let token = kept(br#"{"access_token":"T","expires_in":7200}"#).unwrap();
        assert_eq!((token.value.reveal(), token.life_s), ("T", 7_200));
        let ticket = kept(br#"{"errcode":0,"errmsg":"ok","ticket":"K","expires_in":7200}"#).unwrap();
        assert_eq!(ticket.value.reveal(), "K");
        for wrong in ["{}", r#"{"access_token":"","expires_in":1}"#, r#"{"access_token":"T","expires_in":0}"#] {
            assert!(kept(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(matches!(kept(br#"{"errcode":40125,"errmsg":"x"}"#), Err(Fault::BadSecret)));
    }
}
