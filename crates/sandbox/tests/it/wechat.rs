use crate::stage::{Stage, location};
use sandbox::{Mode, Party};
use serde_json::Value;

const APPID: &str = "wx5a4db0c2e19f7c30";
const SECRET: &str = "sandbox-wechat-secret";

fn authorize(path: &str, scope: &str, more: &str) -> String {
    format!(
        "{path}?appid={APPID}&redirect_uri=http%3A%2F%2Flib.example%2Fback&response_type=code&scope={scope}&state=S1{more}"
    )
}

fn enter(scope: &str, more: &str) -> String {
    authorize("/connect/oauth2/authorize", scope, more)
}

fn press(decision: &str, user: &str) -> String {
    authorize("/connect/oauth2/authorize/answer", "snsapi_userinfo", &format!("&user={user}&decision={decision}"))
}

async fn code(stage: &Stage, path: &str) -> String {
    let address = location(&stage.get(path).send().await.unwrap());
    let (_, rest) = address.split_once("code=").unwrap();
    assert!(rest.ends_with("&state=S1"), "{address}");
    rest.trim_end_matches("&state=S1").to_owned()
}

async fn json(stage: &Stage, path: &str) -> Value {
    let answer = stage.get(path).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

fn token_path(appid: &str, secret: &str, code: &str) -> String {
    format!("/sns/oauth2/access_token?appid={appid}&secret={secret}&code={code}&grant_type=authorization_code")
}

async fn token(stage: &Stage, code: &str) -> Value {
    json(stage, &token_path(APPID, SECRET, code)).await
}

#[tokio::test]
async fn snsapi_base_is_silent_and_gives_the_openid() {
    let stage = Stage::new().await;
    let code = code(&stage, &enter("snsapi_base", "&user=A")).await;
    let answer = token(&stage, &code).await;
    assert_eq!(answer["openid"], stage.control().openid("A"));
    assert_eq!((&answer["scope"], &answer["expires_in"]), (&"snsapi_base".into(), &7200.into()));
    assert!(answer.get("unionid").is_none() && answer.get("is_snapshotuser").is_none());
    assert_eq!(token(&stage, &code).await["errcode"], 40163);

    let userinfo = format!(
        "/sns/userinfo?access_token={}&openid={}&lang=zh_CN",
        answer["access_token"].as_str().unwrap(),
        answer["openid"].as_str().unwrap()
    );
    assert_eq!(json(&stage, &userinfo).await["errcode"], 48001);
}

#[tokio::test]
async fn a_browser_stays_the_same_new_user() {
    let stage = Stage::new().await;
    let first = stage.get(&enter("snsapi_base", "")).send().await.unwrap();
    let cookie = first.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let openid_of = async |cookie: Option<&str>| {
        let mut request = stage.get(&enter("snsapi_base", ""));
        if let Some(cookie) = cookie {
            request = request.header("cookie", format!("other=1; {cookie}"));
        }
        let address = location(&request.send().await.unwrap());
        let code = address.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
        token(&stage, &code).await["openid"].clone()
    };
    let same = openid_of(Some(&cookie)).await;
    assert_eq!(openid_of(Some(&cookie)).await, same);
    assert_ne!(openid_of(None).await, same);
}

#[tokio::test]
async fn consent_is_asked_for_userinfo() {
    let stage = Stage::new().await;
    let page = stage.get(&enter("snsapi_userinfo", "&user=%E5%BC%A0%3Cb%3E")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    assert!(html.contains("允许") && html.contains("拒绝") && html.contains("张&lt;b&gt;"));

    let answer = token(&stage, &code(&stage, &press("allow", "Li")).await).await;
    assert!(answer["unionid"].is_string());
    let path = format!(
        "/sns/userinfo?access_token={}&openid={}",
        answer["access_token"].as_str().unwrap(),
        answer["openid"].as_str().unwrap()
    );
    let profile = json(&stage, &path).await;
    assert_eq!((&profile["nickname"], &profile["openid"]), (&"Li".into(), &answer["openid"]));
    assert_eq!(profile["unionid"], answer["unionid"]);
    assert_eq!(json(&stage, &format!("{path}x")).await["errcode"], 40003);
    stage.pass(7200 * 1000);
    assert_eq!(json(&stage, &path).await["errcode"], 42001);
}

#[tokio::test]
async fn a_refusal_comes_back_with_the_state_alone() {
    let stage = Stage::new().await;
    let answer = stage.get(&press("deny", "Li")).send().await.unwrap();
    assert_eq!(location(&answer), "http://lib.example/back?state=S1");
}

#[tokio::test]
async fn a_snapshot_visitor_is_marked_and_nobody_else() {
    let stage = Stage::new().await;
    let answer = token(&stage, &code(&stage, &press("snapshot", "Li")).await).await;
    assert_eq!(answer["is_snapshotuser"], 1);
    assert_ne!(answer["openid"], stage.control().openid("Li"));
}

#[tokio::test]
async fn errors_have_wechats_numbers() {
    let stage = Stage::new().await;
    let code = code(&stage, &enter("snsapi_base", "")).await;
    let cases = [
        (token_path("wx0", SECRET, &code), 40013),
        (token_path(APPID, "wrong", &code), 40125),
        (token_path(APPID, SECRET, "never"), 40029),
        (token_path(APPID, SECRET, ""), 41008),
        (token_path("", SECRET, &code), 41002),
        (token_path(APPID, "", &code), 41004),
        (token_path(APPID, SECRET, &code).replace("authorization_code", "password"), 40002),
        ("/sns/userinfo?access_token=never&openid=o".into(), 40001),
        ("/sns/userinfo?openid=o".into(), 41001),
        ("/sns/userinfo?access_token=never".into(), 41009),
    ];
    for (path, errcode) in cases {
        assert_eq!(json(&stage, &path).await["errcode"], errcode, "{path}");
    }
    stage.pass(5 * 60 * 1000);
    assert_eq!(token(&stage, &code).await["errcode"], 40029);
}

#[tokio::test]
async fn a_wrong_address_shows_a_page() {
    let stage = Stage::new().await;
    let page = stage.get("/connect/oauth2/authorize?appid=wx0").send().await.unwrap();
    assert_eq!(page.status(), 400);
    assert!(page.text().await.unwrap().contains("AppID 参数错误"));
}

#[tokio::test]
async fn a_liar_names_another_person() {
    let stage = Stage::new().await;
    let answer = token(&stage, &code(&stage, &press("allow", "Li")).await).await;
    stage.control().set(Party::Wechat, Mode::Lying);
    let openid = answer["openid"].as_str().unwrap();
    let path = format!("/sns/userinfo?access_token={}&openid={openid}", answer["access_token"].as_str().unwrap());
    assert_ne!(json(&stage, &path).await["openid"], openid);
    let next = code(&stage, &press("allow", "Li")).await;
    assert!(token(&stage, &next).await["openid"].is_null());
}
