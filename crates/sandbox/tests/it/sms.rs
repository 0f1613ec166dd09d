use crate::stage::Stage;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use reqwest::RequestBuilder;
use sandbox::{Mode, Party};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::atomic::Ordering;

const QUERY: &str =
    "PhoneNumbers=13800001111&SignName=%E9%98%85&TemplateCode=SMS_1&TemplateParam=%7B%22code%22%3A%22482913%22%7D";

struct Sending<'a> {
    path: &'a str,
    query: &'a str,
    body: &'a str,
    nonce: &'a str,
    secret: &'a str,
    action: &'a str,
}

const SENDING: Sending<'static> = Sending {
    path: "/sms-gateway/",
    query: QUERY,
    body: "",
    nonce: "n1",
    secret: "SandboxAccessKeySecret",
    action: "SendSms",
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

// The queries of these tests stand in canonical order already.
fn signed(stage: &Stage, sending: &Sending<'_>) -> RequestBuilder {
    let now = Timestamp::from_millisecond(stage.now.load(Ordering::SeqCst)).unwrap();
    let date = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let hash = hex(&Sha256::digest(sending.body));
    let host = stage.running.http.to_string();
    let mut headers = vec![
        ("host", host.as_str()),
        ("x-acs-action", sending.action),
        ("x-acs-content-sha256", &hash),
        ("x-acs-date", &date),
        ("x-acs-signature-nonce", sending.nonce),
        ("x-acs-version", "2017-05-25"),
    ];
    if !sending.body.is_empty() {
        headers.insert(0, ("content-type", "application/x-www-form-urlencoded"));
    }
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let canonical = format!("POST\n{}\n{}\n{lines}\n{names}\n{hash}", sending.path, sending.query);
    let mut mac = Hmac::<Sha256>::new_from_slice(sending.secret.as_bytes()).unwrap();
    mac.update(format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical))).as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    let authorization =
        format!("ACS3-HMAC-SHA256 Credential=SandboxAccessKeyId,SignedHeaders={names},Signature={signature}");
    let path =
        if sending.query.is_empty() { sending.path.into() } else { format!("{}?{}", sending.path, sending.query) };
    let request = stage.post(&path).header("authorization", authorization).body(sending.body.to_owned());
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

async fn outcome(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn inbox(stage: &Stage) -> Value {
    let request = stage.get("/sms/13800001111").header("accept", "application/json");
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_signed_message_arrives() {
    let stage = Stage::new().await;
    let (status, answer) = outcome(signed(&stage, &SENDING)).await;
    assert_eq!((status, &answer["Code"], &answer["Message"]), (200, &"OK".into(), &"OK".into()));
    assert!(answer["BizId"].is_string() && answer["RequestId"].is_string());
    let messages = inbox(&stage).await;
    assert_eq!(messages[0]["code"], "482913");
    assert_eq!(messages[0]["at"], crate::stage::START);
    assert!(messages[0]["text"].as_str().unwrap().starts_with("【阅】"));
    let html = stage.get("/sms/13800001111").send().await.unwrap().text().await.unwrap();
    assert!(html.contains("482913"));
}

#[tokio::test]
async fn official_clients_may_post_to_the_root_and_send_a_form() {
    let stage = Stage::new().await;
    let sending = Sending { path: "/", query: "", body: QUERY, ..SENDING };
    assert_eq!(outcome(signed(&stage, &sending)).await.1["Code"], "OK");
    assert_eq!(stage.control().messages("13800001111").len(), 1);
}

#[tokio::test]
async fn faulty_requests_are_refused_in_aliyuns_words() {
    let stage = Stage::new().await;
    let no_phone = QUERY.split_once('&').unwrap().1;
    let odd_phone = QUERY.replace("13800001111", "110");
    let odd_json = QUERY.replace("%7D", "");
    let cases = [
        (Sending { secret: "wrong", ..SENDING }, 400, "SignatureDoesNotMatch"),
        (Sending { action: "SendSmsTwice", ..SENDING }, 404, "InvalidAction.NotFound"),
        (Sending { query: no_phone, nonce: "n2", ..SENDING }, 400, "MissingPhoneNumbers"),
        (Sending { query: &odd_phone, nonce: "n3", ..SENDING }, 200, "isv.MOBILE_NUMBER_ILLEGAL"),
        (Sending { query: &odd_json, nonce: "n4", ..SENDING }, 200, "isv.INVALID_JSON_PARAM"),
    ];
    for (sending, status, code) in cases {
        let (got, answer) = outcome(signed(&stage, &sending)).await;
        assert_eq!((got, &answer["Code"]), (status, &code.into()));
    }
    let unsigned = stage.post("/sms-gateway/").header("x-acs-action", "SendSms").header("x-acs-version", "2017-05-25");
    assert_eq!(outcome(unsigned).await.1["Code"], "IncompleteSignature");
    assert_eq!(inbox(&stage).await, serde_json::json!([]));
}

#[tokio::test]
async fn a_changed_query_a_late_or_repeated_request_is_refused() {
    let stage = Stage::new().await;
    let late = signed(&stage, &SENDING);
    stage.pass(15 * 60 * 1000 + 1);
    assert_eq!(outcome(late).await.1["Code"], "InvalidTimeStamp.Expired");
    assert_eq!(outcome(signed(&stage, &SENDING)).await.1["Code"], "OK");
    assert_eq!(outcome(signed(&stage, &SENDING)).await.1["Code"], "SignatureNonceUsed");
    let changed = signed(&stage, &Sending { nonce: "n5", ..SENDING }).query(&[("OutId", "1")]);
    assert_eq!(outcome(changed).await.1["Code"], "SignatureDoesNotMatch");
}

#[tokio::test]
async fn limits_hold_when_switched_on() {
    let stage = Stage::with(|config| config.sms.limits = true).await;
    assert_eq!(outcome(signed(&stage, &SENDING)).await.1["Code"], "OK");
    let soon = Sending { nonce: "n2", ..SENDING };
    assert_eq!(outcome(signed(&stage, &soon)).await.1["Code"], "isv.BUSINESS_LIMIT_CONTROL");
    stage.pass(60_000);
    let later = Sending { nonce: "n3", ..SENDING };
    assert_eq!(outcome(signed(&stage, &later)).await.1["Code"], "OK");
}

#[tokio::test]
async fn a_liar_says_ok_and_sends_nothing() {
    let stage = Stage::new().await;
    stage.control().set(Party::Sms, Mode::Lying);
    assert_eq!(outcome(signed(&stage, &SENDING)).await.1["Code"], "OK");
    assert!(stage.control().messages("13800001111").is_empty());
}

#[tokio::test]
async fn an_unknown_outcome_is_a_message_without_an_answer() {
    let stage = Stage::new().await;
    stage.control().set(Party::Sms, Mode::Unknown);
    assert!(signed(&stage, &SENDING).send().await.is_err());
    assert_eq!(stage.control().messages("13800001111").len(), 1);
}
