//! WeChat: a code becomes a grant, a grant a profile.

use connectors::wechat::{Client, Fault, Notice, NoticeFault, Settings};
use connectors::{Secret, State};

use crate::scripted_http::{Party, Step};
use crate::{SILENCE_MS_MAX, clock, deaf_port};

const GRANT: &str = r#"{"access_token":"T 1","expires_in":7200,"refresh_token":"R","openid":"o1","scope":"snsapi_userinfo","unionid":"u1"}"#;
const PROFILE: &str = r#"{"openid":"o1","nickname":"小萌","headimgurl":"https://example.org/1","unionid":"u1"}"#;

fn client(base_url: &str, whole_ms_max: u64) -> Client {
    let settings =
        Settings { appid: "wx1".to_owned(), api_base: base_url.to_owned(), whole_ms_max, ..Settings::default() };
    Client::new(&settings, Secret::from("s&1"), clock()).unwrap()
}

#[tokio::test]
async fn a_code_becomes_a_grant_and_a_profile() {
    let party = Party::start(vec![Step::Answer(200, GRANT), Step::Answer(200, PROFILE)]).await;
    let wechat = client(&party.base_url, 10_000);
    let grant = wechat.access_token("c/1").await.unwrap();
    assert_eq!((grant.openid.as_str(), grant.unionid.as_deref()), ("o1", Some("u1")));
    assert!(!grant.is_snapshotuser);
    assert_eq!(wechat.profile(&grant).await.unwrap().nickname, "小萌");
    assert!(matches!(wechat.state(), State::Up { .. }));
    let heard = party.heard();
    let token = "GET /sns/oauth2/access_token?appid=wx1&secret=s%261&code=c%2F1&grant_type=authorization_code HTTP";
    assert!(heard[0].starts_with(token), "{}", heard[0]);
    assert!(heard[1].starts_with("GET /sns/userinfo?access_token=T%201&openid=o1&lang=zh_CN HTTP"), "{}", heard[1]);
}

#[tokio::test]
async fn a_refused_code_says_that_wechat_is_well() {
    let party = Party::start(vec![
        Step::Answer(200, r#"{"errcode":40163,"errmsg":"code been used"}"#),
        Step::Answer(200, r#"{"errcode":40125,"errmsg":"invalid appsecret"}"#),
    ])
    .await;
    let wechat = client(&party.base_url, 10_000);
    assert!(matches!(wechat.access_token("c1").await, Err(Fault::UsedCode)));
    assert!(matches!(wechat.state(), State::Up { .. }));
    assert!(matches!(wechat.access_token("c1").await, Err(Fault::BadSecret)));
    assert!(matches!(wechat.state(), State::Down { .. }));
}

#[tokio::test]
async fn a_code_that_was_heard_is_not_shown_again() {
    let party = Party::start(vec![Step::Close, Step::Answer(200, GRANT)]).await;
    let result = client(&party.base_url, 10_000).access_token("c1").await;
    assert!(matches!(result, Err(Fault::Unreadable { .. })), "{result:?}");
    assert_eq!(party.heard().len(), 1);
}

#[tokio::test]
async fn odd_answers_are_faults() {
    for step in [Step::Answer(502, GRANT), Step::Answer(200, "<html>"), Step::Answer(302, "")] {
        let party = Party::start(vec![step]).await;
        let result = client(&party.base_url, 10_000).access_token("c1").await;
        assert!(matches!(result, Err(Fault::Unreadable { .. })), "{result:?}");
    }
}

#[tokio::test]
async fn silence_and_absence_are_told_apart() {
    let party = Party::start(vec![Step::Silence]).await;
    let result = client(&party.base_url, SILENCE_MS_MAX).access_token("c1").await;
    assert!(matches!(result, Err(Fault::TimedOut)), "{result:?}");
    let (_socket, port) = deaf_port();
    let result = client(&format!("http://127.0.0.1:{port}"), 10_000).access_token("c1").await;
    assert!(matches!(result, Err(Fault::Unreachable { .. })), "{result:?}");
}

fn notice() -> Notice {
    Notice {
        openid: "o1".into(),
        template: "T1".into(),
        url: "https://yue.example.org/redemptions/7".into(),
        client_msg_id: "yue-7".into(),
        fields: vec![("thing1".into(), "黄铜波纹书签".into())],
    }
}

#[tokio::test]
async fn a_token_a_ticket_and_a_notice_are_asked_for_as_documented() {
    let party = Party::start(vec![
        Step::Answer(200, r#"{"access_token":"T","expires_in":7200}"#),
        Step::Answer(200, r#"{"errcode":0,"errmsg":"ok","ticket":"K","expires_in":7200}"#),
        Step::Answer(200, r#"{"errcode":0,"errmsg":"ok","msgid":200228332}"#),
    ])
    .await;
    let client = client(&party.base_url, 10_000);
    let token = client.stable_token(false).await.unwrap();
    assert_eq!(token.life_s, 7_200);
    assert_eq!(client.jsapi_ticket(&token.value).await.unwrap().value.reveal(), "K");
    assert_eq!(client.send_template(&token.value, &notice()).await.unwrap(), 200_228_332);
    let heard = party.heard();
    assert!(heard[0].starts_with("POST /cgi-bin/stable_token HTTP/1.1"), "{}", heard[0]);
    assert!(heard[0].contains(r#""grant_type":"client_credential""#) && heard[0].contains(r#""force_refresh":false"#));
    assert!(heard[1].starts_with("GET /cgi-bin/ticket/getticket?access_token=T&type=jsapi "), "{}", heard[1]);
    assert!(heard[2].starts_with("POST /cgi-bin/message/template/send?access_token=T "), "{}", heard[2]);
    assert!(heard[2].contains(r#""data":{"thing1":{"value":"黄铜波纹书签"}}"#), "{}", heard[2]);
}

#[tokio::test]
async fn a_notice_says_whether_it_was_sent() {
    let party = Party::start(vec![
        Step::Answer(200, r#"{"errcode":43004,"errmsg":"require subscribe"}"#),
        Step::Answer(200, r#"{"errcode":43101,"errmsg":"user refuse to accept the msg"}"#),
        Step::Answer(200, r#"{"errcode":42001,"errmsg":"access_token expired"}"#),
        Step::Close,
    ])
    .await;
    let (client, token) = (client(&party.base_url, 10_000), Secret::new("T"));
    assert!(matches!(client.send_template(&token, &notice()).await, Err(NoticeFault::NotFollowing)));
    let refused = client.send_template(&token, &notice()).await;
    assert!(matches!(refused, Err(NoticeFault::Refused { errcode: 43_101 })), "{refused:?}");
    assert!(matches!(client.send_subscribe(&token, &notice()).await, Err(NoticeFault::TokenRefused)));
    assert!(matches!(client.send_template(&token, &notice()).await, Err(NoticeFault::Unknown { .. })));
}
