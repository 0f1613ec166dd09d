//! `POST /sms-gateway/`: SendSms, and QuerySmsTemplate for those who check their settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::inbox::Message;
use super::refusal::Refusal;
use super::request::Call;
use crate::world::World;
use crate::{Mode, Party};

const BODY_BYTES_MAX: usize = 64 * 1024;
const PHONES_MAX: usize = 1000;

pub(super) async fn call(State(world): State<Arc<World>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let request_id = world.tokens.next_request_id();
    match answer(&world, &parts, &body) {
        Ok(mut said) => {
            said["Message"] = json!("OK");
            said["Code"] = json!("OK");
            said["RequestId"] = json!(request_id);
            Json(said).into_response()
        }
        Err(refusal) => refusal.answer(request_id),
    }
}

fn answer(world: &World, parts: &Parts, body: &Bytes) -> Result<Value, Refusal> {
    let (call, now) = (Call::new(parts, body), world.now());
    let action = action(&call)?;
    call.verify(&world.config.sms, now)?;
    if !world.inbox().first_sight(call.header("x-acs-signature-nonce").unwrap_or_default(), now) {
        let message = "Specified signature nonce was used already.";
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "SignatureNonceUsed", message));
    }
    let sent = call.parameters();
    if action == Action::QuerySmsTemplate {
        // Every template is approved here.
        return Ok(json!({ "TemplateCode": required(&sent, "TemplateCode")?, "TemplateStatus": 1 }));
    }
    let (phones, message) = (phones(&sent)?, message(&sent, now)?);
    // A liar says OK, and nothing arrives.
    if world.mode(Party::Sms) != Mode::Lying {
        deliver(world, &phones, &message)?;
    }
    Ok(json!({ "BizId": format!("{:012}^0", now.unsigned_abs()) }))
}

#[derive(PartialEq)]
enum Action {
    SendSms,
    QuerySmsTemplate,
}

fn action(call: &Call<'_>) -> Result<Action, Refusal> {
    let action = match call.header("x-acs-action") {
        Some("SendSms") => Action::SendSms,
        Some("QuerySmsTemplate") => Action::QuerySmsTemplate,
        _ => {
            let message = "Specified api is not found, please check your url and method.";
            return Err(Refusal::request(StatusCode::NOT_FOUND, "InvalidAction.NotFound", message));
        }
    };
    if call.header("x-acs-version") != Some("2017-05-25") {
        let message = "Specified parameter Version is not valid.";
        return Err(Refusal::request(StatusCode::NOT_FOUND, "InvalidVersion", message));
    }
    Ok(action)
}

fn deliver(world: &World, phones: &[String], message: &Message) -> Result<(), Refusal> {
    let mut inbox = world.inbox();
    if world.config.sms.limits
        && let Some(limit) = phones.iter().find_map(|phone| inbox.limit(phone, message.at))
    {
        return Err(Refusal::message("isv.BUSINESS_LIMIT_CONTROL", limit));
    }
    for phone in phones {
        inbox.put(phone, message.clone());
    }
    Ok(())
}

fn phones(sent: &BTreeMap<String, String>) -> Result<Vec<String>, Refusal> {
    let phones: Option<Vec<String>> = required(sent, "PhoneNumbers")?.split(',').map(mobile).collect();
    phones
        .filter(|phones| phones.len() <= PHONES_MAX)
        .ok_or_else(|| Refusal::message("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号"))
}

/// Eleven digits, whatever form of the country code stands before them.
pub(super) fn mobile(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = ["+86", "0086", "86"].iter().find_map(|code| text.strip_prefix(code)).unwrap_or(text);
    let digits = bare.as_bytes();
    let sound = digits.len() == 11
        && digits.iter().all(u8::is_ascii_digit)
        && digits[0] == b'1'
        && (b'3'..=b'9').contains(&digits[1]);
    sound.then(|| bare.to_owned())
}

fn message(sent: &BTreeMap<String, String>, now: i64) -> Result<Message, Refusal> {
    let sign = required(sent, "SignName")?;
    let template = required(sent, "TemplateCode")?;
    let values: Map<String, Value> = match sent.get("TemplateParam").filter(|json| !json.is_empty()) {
        Some(json) => serde_json::from_str(json)
            .map_err(|_| Refusal::message("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值"))?,
        None => Map::new(),
    };
    let code = values.get("code").map(plain);
    Ok(Message { text: text(sign, template, &values), code, at: now })
}

// The wording of a template lies with the provider: a code gets a likely sentence, all else is listed.
fn text(sign: &str, template: &str, values: &Map<String, Value>) -> String {
    let others = values.iter().filter(|(name, _)| *name != "code");
    let others: Vec<String> = others.map(|(name, value)| format!("{name}：{}", plain(value))).collect();
    let sentence = match values.get("code") {
        Some(code) => format!("您的验证码是 {}，请勿告诉他人。", plain(code)),
        None => String::new(),
    };
    format!("【{sign}】{sentence}{}（模板 {template}）", others.join("，"))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn required<'a>(sent: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str, Refusal> {
    sent.get(name).map(String::as_str).filter(|value| !value.is_empty()).ok_or_else(|| Refusal::missing(name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn country_codes_are_taken_off_and_odd_numbers_refused() {
        for same in ["13800001111", "+8613800001111", "008613800001111", "8613800001111"] {
            assert_eq!(mobile(same).unwrap(), "13800001111");
        }
        for odd in ["12800001111", "1380000111", "1380000111x", ""] {
            assert_eq!(mobile(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_message_reads_like_one() {
        let sent = [("SignName", "阅"), ("TemplateCode", "SMS_1"), ("TemplateParam", r#"{"code":"482913"}"#)];
        let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let message = message(&sent, 5).unwrap();
        assert_eq!(message.text, "【阅】您的验证码是 482913，请勿告诉他人。（模板 SMS_1）");
        assert_eq!(message.code.as_deref(), Some("482913"));
    }
}
