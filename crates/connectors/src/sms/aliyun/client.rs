//! SendSms of Aliyun: asks once, and reads the answer with doubt on the side of "perhaps sent".

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::{Call, Settings, sign};
use crate::clock::Clock;
use crate::health::{Health, State};
use crate::http::{self, Reuse};
use crate::secret::Secret;
use crate::settings::{SettingsFault, base_url, host_header};
use crate::sms::{Message, SendFault, Sent, Sms, Stamp, check_phone, not_approved, note, unreadable};

#[derive(Debug)]
pub struct Aliyun {
    base_url: Url,
    key_id: String,
    key_secret: Secret,
    sign_name: String,
    whole_limit: Duration,
    http: reqwest::Client,
    health: Health,
}

impl Aliyun {
    pub fn new(settings: &Settings, key_secret: Secret, clock: Clock) -> Result<Aliyun, SettingsFault> {
        Ok(Aliyun {
            base_url: base_url("base_url", &settings.base_url)?,
            key_id: settings.access_key_id.clone(),
            key_secret,
            sign_name: settings.sign_name.clone(),
            whole_limit: Duration::from_millis(settings.whole_ms_max),
            http: http::client(settings.connect_ms_max, Reuse::Nothing)?,
            health: Health::new(clock),
        })
    }

    async fn ask(&self, message: &Message, stamp: &Stamp) -> Result<Sent, SendFault> {
        check_phone(&message.phone)?;
        let params: Map<String, Value> =
            message.params.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let params = Value::Object(params).to_string();
        let params = [
            ("PhoneNumbers", message.phone.as_str()),
            ("SignName", &self.sign_name),
            ("TemplateCode", &message.template),
            ("TemplateParam", &params),
            ("OutId", &message.out_id),
        ];
        read(&self.call("SendSms", &params, stamp).await?)
    }

    async fn call(
        &self,
        action: &'static str,
        params: &[(&str, &str)],
        stamp: &Stamp,
    ) -> Result<http::Answer, SendFault> {
        let host = host_header(&self.base_url);
        let call = Call { host: &host, path: self.base_url.path(), action, version: "2017-05-25", params };
        let signed = sign(&call, stamp, &self.key_id, &self.key_secret);
        let mut url = self.base_url.clone();
        url.set_query(Some(&signed.query));
        let mut request = self.http.post(url).timeout(self.whole_limit).header("accept", "application/json");
        for (name, value) in &signed.headers {
            request = request.header(*name, value);
        }
        Ok(http::call(request).await?)
    }
}

#[async_trait]
impl Sms for Aliyun {
    async fn send(&self, message: &Message, stamp: &Stamp) -> Result<Sent, SendFault> {
        let result = self.ask(message, stamp).await;
        note(&self.health, &result);
        result
    }

    async fn check(&self, template: &str, stamp: &Stamp) -> Result<(), SendFault> {
        let answer = self.call("QuerySmsTemplate", &[("TemplateCode", template)], stamp).await?;
        let Ok(body) = serde_json::from_slice::<Template>(&answer.body) else { return Err(unreadable(answer.status)) };
        match (body.code.as_str(), body.template_status) {
            ("OK", 1) => Ok(()),
            ("OK", status) => Err(not_approved(status)),
            _ => Err(SendFault::Refused { code: body.code, message: body.message }),
        }
    }

    fn state(&self) -> State {
        self.health.state()
    }
}

/// What QuerySmsTemplate answers: 1 is approved.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    template_status: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    biz_id: String,
}

fn read(answer: &http::Answer) -> Result<Sent, SendFault> {
    let Ok(body) = serde_json::from_slice::<Body>(&answer.body) else {
        return Err(unreadable(answer.status));
    };
    let code = body.code;
    match code.as_str() {
        "OK" if answer.status == 200 && !body.biz_id.is_empty() => Ok(Sent { biz_id: body.biz_id }),
        "OK" | "" => Err(unreadable(answer.status)),
        "isv.BUSINESS_LIMIT_CONTROL" | "isv.DAY_LIMIT_CONTROL" | "isv.MONTH_LIMIT_CONTROL" => {
            Err(SendFault::Limited { code })
        }
        _ if code.starts_with("Throttling") => Err(SendFault::Limited { code }),
        // The provider's own trouble: it does not say how far the message got.
        "isp.SYSTEM_ERROR" | "InternalError" => Err(SendFault::Unknown { reason: code }),
        _ if answer.status >= 500 => Err(SendFault::Unknown { reason: code }),
        _ => Err(SendFault::Refused { code, message: body.message }),
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
            (200, r#"{"Code":"OK","Message":"OK","BizId":"9006^0","RequestId":"F6"}"#, "sent"),
            (200, r#"{"Code":"OK","Message":"OK"}"#, "unknown"),
            (502, r#"{"Code":"OK","BizId":"9006^0"}"#, "unknown"),
            (200, r#"{"Code":"isv.BUSINESS_LIMIT_CONTROL","Message":"触发分钟级流控Permits:1"}"#, "limited"),
            (400, r#"{"Code":"Throttling.User","Message":""}"#, "limited"),
            (200, r#"{"Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"x"}"#, "refused"),
            (404, r#"{"Code":"InvalidAccessKeyId.NotFound","Message":"x"}"#, "refused"),
            (400, r#"{"Code":"SignatureDoesNotMatch","Message":"x"}"#, "refused"),
            (200, r#"{"Code":"isp.SYSTEM_ERROR"}"#, "unknown"),
            (503, r#"{"Code":"ServiceUnavailable"}"#, "unknown"),
            (502, "<html>bad gateway</html>", "unknown"),
            (200, "", "unknown"),
            (200, "{}", "unknown"),
        ] {
            assert_eq!(judged(status, body), expected, "{status} {body}");
        }
    }
}
