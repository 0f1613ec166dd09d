//! SendSms of Tencent Cloud: asks once; success and failure stand in the status of the one phone.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::signing::CONTENT_TYPE;
use super::{Call, Settings, sign};
use crate::clock::Clock;
use crate::health::{Health, State};
use crate::http::{self, Reuse};
use crate::secret::Secret;
use crate::settings::{SettingsFault, base_url, host_header};
use crate::sms::{Message, SendFault, Sent, Sms, Stamp, check_phone, not_approved, note, unreadable};

#[derive(Debug)]
pub struct Tencent {
    base_url: Url,
    settings: Settings,
    secret_key: Secret,
    whole_limit: Duration,
    http: reqwest::Client,
    health: Health,
}

impl Tencent {
    pub fn new(settings: &Settings, secret_key: Secret, clock: Clock) -> Result<Tencent, SettingsFault> {
        Ok(Tencent {
            base_url: base_url("base_url", &settings.base_url)?,
            settings: settings.clone(),
            secret_key,
            whole_limit: Duration::from_millis(settings.whole_ms_max),
            http: http::client(settings.connect_ms_max, Reuse::Nothing)?,
            health: Health::new(clock),
        })
    }

    async fn ask(&self, message: &Message, stamp: &Stamp) -> Result<Sent, SendFault> {
        check_phone(&message.phone)?;
        let values: Vec<&str> = message.params.iter().map(|(_, value)| value.as_str()).collect();
        let body = json!({
            "PhoneNumberSet": [format!("+86{}", message.phone)],
            "SmsSdkAppId": self.settings.sdk_app_id,
            "SignName": self.settings.sign_name,
            "TemplateId": message.template,
            "TemplateParamSet": values,
            "SessionContext": message.out_id,
        })
        .to_string();
        read(&self.call("SendSms", body, stamp).await?)
    }

    async fn call(&self, action: &str, body: String, stamp: &Stamp) -> Result<http::Answer, SendFault> {
        let at_s = stamp.at_ms.div_euclid(1_000);
        let host = host_header(&self.base_url);
        let call = Call { service: "sms", host: &host, path: self.base_url.path(), body: &body, at_s };
        let signed = sign(&call, &self.settings.secret_id, &self.secret_key);
        let request = self
            .http
            .post(self.base_url.clone())
            .timeout(self.whole_limit)
            .header("content-type", CONTENT_TYPE)
            .header("authorization", signed.authorization)
            .header("x-tc-action", action)
            .header("x-tc-version", "2021-01-11")
            .header("x-tc-region", &self.settings.region)
            .header("x-tc-timestamp", at_s)
            .body(body);
        Ok(http::call(request).await?)
    }
}

#[async_trait]
impl Sms for Tencent {
    async fn send(&self, message: &Message, stamp: &Stamp) -> Result<Sent, SendFault> {
        let result = self.ask(message, stamp).await;
        note(&self.health, &result);
        result
    }

    async fn check(&self, template: &str, stamp: &Stamp) -> Result<(), SendFault> {
        let id = template.parse::<i64>().map_err(|_| SendFault::Refused {
            code: LOCAL_TEMPLATE.to_owned(),
            message: "a template of Tencent is a number".to_owned(),
        })?;
        let body = json!({ "TemplateIdSet": [id], "International": 0 }).to_string();
        let answer = self.call("DescribeSmsTemplateList", body, stamp).await?;
        let Ok(Body { response }) = serde_json::from_slice::<Body>(&answer.body) else {
            return Err(unreadable(answer.status));
        };
        match (response.error, response.describe_template_status_set.first()) {
            (Some(error), _) => Err(SendFault::Refused { code: error.code, message: error.message }),
            (None, Some(template)) if template.status_code == 0 => Ok(()),
            (None, Some(template)) => Err(not_approved(template.status_code)),
            (None, None) => Err(SendFault::Refused {
                code: LOCAL_TEMPLATE.to_owned(),
                message: "the template is not known".to_owned(),
            }),
        }
    }

    fn state(&self) -> State {
        self.health.state()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    error: Option<Status>,
    #[serde(default)]
    send_status_set: Vec<Status>,
    #[serde(default)]
    describe_template_status_set: Vec<Template>,
}

/// What DescribeSmsTemplateList answers: 0 is approved.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    status_code: i64,
}

/// The code of our own refusal.
const LOCAL_TEMPLATE: &str = "local.template";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    serial_no: String,
}

fn read(answer: &http::Answer) -> Result<Sent, SendFault> {
    let Ok(Body { response }) = serde_json::from_slice::<Body>(&answer.body) else {
        return Err(unreadable(answer.status));
    };
    let status = match (response.error, response.send_status_set.into_iter().next()) {
        (Some(error), _) => error,
        (None, Some(status)) if status.code == "Ok" => {
            if answer.status == 200 && !status.serial_no.is_empty() {
                return Ok(Sent { biz_id: status.serial_no });
            }
            return Err(unreadable(answer.status));
        }
        (None, Some(status)) => status,
        (None, None) => return Err(unreadable(answer.status)),
    };
    let code = status.code;
    if code.starts_with("LimitExceeded") || code.starts_with("RequestLimitExceeded") {
        Err(SendFault::Limited { code })
    } else if code.is_empty() || code == "Ok" || code.starts_with("InternalError") || answer.status >= 500 {
        Err(SendFault::Unknown { reason: code })
    } else {
        Err(SendFault::Refused { code, message: status.message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str) -> &'static str {
        match read(&http::Answer { status, location: String::new(), body: body.as_bytes().to_vec() }) {
            Ok(_) => "sent",
            Err(SendFault::Refused { .. }) => "refused",
            Err(SendFault::Limited { .. }) => "limited",
            Err(SendFault::Unavailable { .. }) => "unavailable",
            Err(SendFault::Unknown { .. }) => "unknown",
        }
    }

    #[test]
    fn doubt_falls_on_perhaps_sent() {
        for (status, body, expected) in [
            (
                200,
                r#"{"Response":{"SendStatusSet":[{"SerialNo":"5000:1","Code":"Ok","Message":"send success"}]}}"#,
                "sent",
            ),
            (200, r#"{"Response":{"SendStatusSet":[{"Code":"LimitExceeded.PhoneNumberDailyLimit"}]}}"#, "limited"),
            (200, r#"{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"x"}}}"#, "refused"),
            (200, r#"{"Response":{"Error":{"Code":"InternalError.Timeout","Message":"x"}}}"#, "unknown"),
            (200, r#"{"Response":{"SendStatusSet":[]}}"#, "unknown"),
            (200, "{}", "unknown"),
            (504, "", "unknown"),
        ] {
            assert_eq!(judged(status, body), expected, "{status} {body}");
        }
    }
}
