//! `POST /tencent-sms/`: SendSms of 2021-01-11. Errors of the call and of a phone come as HTTP 200.

use std::sync::Arc;

use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::gateway::mobile;
use super::inbox::Message;
use super::tc3::Authorization;
use crate::world::World;
use crate::{Mode, Party};

const BODY_BYTES_MAX: usize = 64 * 1024;
const SKEW_S_MAX: i64 = 300;

struct Refusal(&'static str, &'static str);

pub(super) async fn call(State(world): State<Arc<World>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let request_id = world.tokens.next_request_id().to_lowercase();
    let answer = match answer(&world, &parts, &body) {
        Ok(mut said) => {
            said["RequestId"] = json!(request_id);
            said
        }
        Err(Refusal(code, message)) => {
            json!({ "Error": { "Code": code, "Message": message }, "RequestId": request_id })
        }
    };
    Json(json!({ "Response": answer })).into_response()
}

fn answer(world: &World, parts: &Parts, body: &Bytes) -> Result<Value, Refusal> {
    verify(world, parts, body)?;
    let sent: Value = serde_json::from_slice(body).map_err(|_| Refusal("InvalidParameter", "the body is no JSON"))?;
    if action(parts) == Some(TEMPLATES) {
        // Every template is approved here.
        let ids = sent["TemplateIdSet"].as_array().ok_or(Refusal("MissingParameter", "TemplateIdSet"))?;
        let told: Vec<Value> = ids.iter().map(|id| json!({ "TemplateId": id, "StatusCode": 0 })).collect();
        return Ok(json!({ "DescribeTemplateStatusSet": told }));
    }
    Ok(json!({ "SendStatusSet": send(world, &sent)? }))
}

const TEMPLATES: &str = "DescribeSmsTemplateList";

fn action(parts: &Parts) -> Option<&str> {
    parts.headers.get("x-tc-action").and_then(|value| value.to_str().ok())
}

fn send(world: &World, sent: &Value) -> Result<Vec<Value>, Refusal> {
    let text = |name: &str| sent[name].as_str().unwrap_or_default().to_owned();
    if text("SmsSdkAppId") != world.config.tencent.sdk_app_id {
        return Err(Refusal("UnauthorizedOperation.SdkAppIdIsDisabled", "unknown SdkAppId"));
    }
    if text("SignName").is_empty() || text("TemplateId").is_empty() {
        return Err(Refusal("MissingParameter", "SignName and TemplateId are wanted"));
    }
    let values: Vec<String> = sent["TemplateParamSet"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_str())
        .map(str::to_owned)
        .collect();
    let message = Message {
        text: format!("【{}】{}（模板 {}）", text("SignName"), values.join("，"), text("TemplateId")),
        code: values.first().cloned(),
        at: world.now(),
    };
    let phones = sent["PhoneNumberSet"].as_array().ok_or(Refusal("MissingParameter", "PhoneNumberSet"))?;
    Ok(phones.iter().map(|phone| deliver(world, phone.as_str().unwrap_or_default(), &message)).collect())
}

fn verify(world: &World, parts: &Parts, body: &Bytes) -> Result<(), Refusal> {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let is_known = matches!(action(parts), Some("SendSms" | TEMPLATES));
    if !is_known || header("x-tc-version") != Some("2021-01-11") {
        return Err(Refusal("InvalidAction", "the action or its version is not known"));
    }
    if header("x-tc-region").unwrap_or_default().is_empty() {
        return Err(Refusal("MissingParameter", "X-TC-Region"));
    }
    let at_s = header("x-tc-timestamp").and_then(|text| text.parse::<i64>().ok());
    let at_s = at_s.ok_or(Refusal("MissingParameter", "X-TC-Timestamp"))?;
    if (world.now().div_euclid(1_000) - at_s).abs() > SKEW_S_MAX {
        return Err(Refusal("AuthFailure.SignatureExpire", "the timestamp is too far from now"));
    }
    let authorization = header("authorization").and_then(Authorization::parse);
    let authorization = authorization.ok_or(Refusal("AuthFailure.InvalidAuthorization", "no authorization"))?;
    let account = &world.config.tencent;
    if authorization.secret_id != account.secret_id {
        return Err(Refusal("AuthFailure.SecretIdNotFound", "the SecretId is not known"));
    }
    let expected = authorization.expected(parts.uri.path(), &parts.headers, body, at_s, &account.secret_key);
    if expected.as_deref() != Some(authorization.signature.as_str()) {
        return Err(Refusal("AuthFailure.SignatureFailure", "the signature is not the one computed here"));
    }
    Ok(())
}

fn deliver(world: &World, phone: &str, message: &Message) -> Value {
    let status = |code: &str, text: &str, serial: &str| {
        json!({ "SerialNo": serial, "PhoneNumber": phone, "Fee": 1, "SessionContext": "", "Code": code, "Message": text,
            "IsoCode": "CN" })
    };
    let Some(mobile) = mobile(phone) else {
        return status("InvalidParameterValue.IncorrectPhoneNumber", "not a mainland mobile number", "");
    };
    let mut inbox = world.inbox();
    if world.config.sms.limits && inbox.limit(&mobile, message.at).is_some() {
        return status("LimitExceeded.PhoneNumberDailyLimit", "too many to this number", "");
    }
    // A liar says Ok, and nothing arrives.
    if world.mode(Party::Tencent) != Mode::Lying {
        inbox.put(&mobile, message.clone());
    }
    status("Ok", "send success", &format!("5000:{}", world.tokens.next(16)))
}
