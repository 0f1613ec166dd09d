//! SMS: the calls on the wire, and that doubt always falls on "perhaps sent".

use std::sync::Arc;

use connectors::sms::{Message, Provider, SendFault, Sent, Settings, Sms, Stamp, aliyun, connect, tencent};
use connectors::{Secret, State};

use crate::scripted_http::{Party, Step};
use crate::{NOW_MS, SILENCE_MS_MAX, clock, deaf_port};

const ALIYUN_SENT: &str = r#"{"Code":"OK","Message":"OK","BizId":"900^0","RequestId":"F6"}"#;
const TENCENT_SENT: &str = r#"{"Response":{"SendStatusSet":[{"SerialNo":"5000:1","Code":"Ok"}],"RequestId":"a"}}"#;

fn sender(provider: Provider, base_url: &str, whole_ms_max: u64) -> Arc<dyn Sms> {
    let base_url = base_url.to_owned();
    let settings = Settings {
        provider,
        fallback: None,
        aliyun: aliyun::Settings {
            base_url: base_url.clone(),
            access_key_id: "id".to_owned(),
            sign_name: "图书馆".to_owned(),
            whole_ms_max,
            ..aliyun::Settings::default()
        },
        tencent: tencent::Settings {
            base_url,
            secret_id: "id".to_owned(),
            sdk_app_id: "1400".to_owned(),
            sign_name: "图书馆".to_owned(),
            whole_ms_max,
            ..tencent::Settings::default()
        },
    };
    connect(&settings, provider, Secret::from("key"), clock()).unwrap()
}

fn message() -> Message {
    Message {
        phone: "13812345678".to_owned(),
        template: "SMS_1".to_owned(),
        params: vec![("code".to_owned(), "012345".to_owned())],
        out_id: "77".to_owned(),
    }
}

fn stamp() -> Stamp {
    Stamp { at_ms: NOW_MS, nonce: "nonce1".to_owned() }
}

async fn sent(provider: Provider, step: Step) -> (Result<Sent, SendFault>, State, Vec<String>) {
    let party = Party::start(vec![step]).await;
    let silent_party_ms_max = 10_000;
    let sms = sender(provider, &party.base_url, silent_party_ms_max);
    let result = sms.send(&message(), &stamp()).await;
    (result, sms.state(), party.heard())
}

fn header<'a>(request: &'a str, name: &str) -> &'a str {
    let lines = request.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(said, _)| said.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
}

#[tokio::test]
async fn aliyun_hears_what_was_signed() {
    let (result, state, heard) = sent(Provider::Aliyun, Step::Answer(200, ALIYUN_SENT)).await;
    assert_eq!(result.unwrap().biz_id, "900^0");
    assert!(matches!(state, State::Up { .. }));
    let request = &heard[0];
    let host = header(request, "host");
    let params = [
        ("PhoneNumbers", "13812345678"),
        ("SignName", "图书馆"),
        ("TemplateCode", "SMS_1"),
        ("TemplateParam", r#"{"code":"012345"}"#),
        ("OutId", "77"),
    ];
    let call = aliyun::Call { host, path: "/", action: "SendSms", version: "2017-05-25", params: &params };
    let signed = aliyun::sign(&call, &stamp(), "id", &Secret::from("key"));
    assert!(request.starts_with(&format!("POST /?{} HTTP/1.1\r\n", signed.query)), "{request}");
    for (name, value) in &signed.headers {
        assert_eq!(header(request, name), value, "{name}");
    }
    assert!(host.starts_with("127.0.0.1:"));
}

#[tokio::test]
async fn tencent_hears_what_was_signed() {
    let (result, state, heard) = sent(Provider::Tencent, Step::Answer(200, TENCENT_SENT)).await;
    assert_eq!(result.unwrap().biz_id, "5000:1");
    assert!(matches!(state, State::Up { .. }));
    let (head, body) = heard[0].split_once("\r\n\r\n").unwrap();
    let said: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(said["PhoneNumberSet"], serde_json::json!(["+8613812345678"]));
    assert_eq!(said["TemplateParamSet"], serde_json::json!(["012345"]));
    assert_eq!(header(head, "x-tc-action"), "SendSms");
    assert_eq!(header(head, "x-tc-timestamp"), "1698315752");
    let call = tencent::Call { service: "sms", host: header(head, "host"), path: "/", body, at_s: NOW_MS / 1_000 };
    let signed = tencent::sign(&call, "id", &Secret::from("key"));
    assert_eq!(header(head, "authorization"), signed.authorization);
    assert_eq!(header(head, "content-type"), "application/json; charset=utf-8");
}

#[tokio::test]
async fn a_refusal_a_limit_and_doubt_are_told_apart() {
    let refused = r#"{"Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"x"}"#;
    let (result, state, _) = sent(Provider::Aliyun, Step::Answer(200, refused)).await;
    assert!(matches!(result, Err(SendFault::Refused { code, .. }) if code == "isv.MOBILE_NUMBER_ILLEGAL"));
    assert!(matches!(state, State::Up { .. }), "one reader's number says nothing about the party");

    let wrong_key = r#"{"Code":"SignatureDoesNotMatch","Message":"x"}"#;
    let (result, state, _) = sent(Provider::Aliyun, Step::Answer(400, wrong_key)).await;
    assert!(matches!(result, Err(SendFault::Refused { .. })));
    assert!(matches!(state, State::Down { .. }));

    let limited = r#"{"Code":"isv.BUSINESS_LIMIT_CONTROL","Message":"x"}"#;
    let (result, state, _) = sent(Provider::Aliyun, Step::Answer(200, limited)).await;
    assert!(matches!(result, Err(SendFault::Limited { .. })));
    assert!(matches!(state, State::Up { .. }));

    let (result, _, _) = sent(Provider::Tencent, Step::Answer(502, "<html>")).await;
    assert!(matches!(result, Err(SendFault::Unknown { .. })));
}

#[tokio::test]
async fn a_request_that_was_heard_is_never_sent_twice() {
    for provider in [Provider::Aliyun, Provider::Tencent] {
        let party = Party::start(vec![Step::Close, Step::Answer(200, ALIYUN_SENT)]).await;
        let result = sender(provider, &party.base_url, 10_000).send(&message(), &stamp()).await;
        assert!(matches!(result, Err(SendFault::Unknown { .. })), "{result:?}");
        assert_eq!(party.heard().len(), 1);

        let party = Party::start(vec![Step::Silence, Step::Answer(200, ALIYUN_SENT)]).await;
        let result = sender(provider, &party.base_url, SILENCE_MS_MAX).send(&message(), &stamp()).await;
        assert!(matches!(result, Err(SendFault::Unknown { .. })), "{result:?}");
        assert_eq!(party.heard().len(), 1);
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let (_socket, port) = deaf_port();
    for provider in [Provider::Aliyun, Provider::Tencent] {
        let sms = sender(provider, &format!("http://127.0.0.1:{port}"), 10_000);
        assert!(matches!(sms.send(&message(), &stamp()).await, Err(SendFault::Unavailable { .. })));
        assert!(matches!(sms.state(), State::Down { since_ms: NOW_MS, .. }));
    }
}

#[tokio::test]
async fn a_list_of_phones_is_refused_here() {
    let (_socket, port) = deaf_port();
    let sms = sender(Provider::Aliyun, &format!("http://127.0.0.1:{port}"), 10_000);
    for phone in ["13812345678,13912345678", "+8613812345678", "1381234567", ""] {
        let message = Message { phone: phone.to_owned(), ..message() };
        assert!(matches!(sms.send(&message, &stamp()).await, Err(SendFault::Refused { .. })), "{phone}");
    }
    assert_eq!(sms.state(), State::Unknown);
}
