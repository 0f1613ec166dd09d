//! Signing in: a state is for one browser and one time, a session is new each time and ends.

use crate::support::{Browser, DAY, HOUR, MINUTE, Stage, on_both, on_both_with};
use domain::staff::Role;

const STALE: [&str; 2] = ["页面已过期", "没有任何改动"];

/// Where WeChat sends the reader after 允许: the callback with its code and state.
async fn callback(stage: &Stage, browser: &Browser, user: &str) -> String {
    let consent = stage.consent_page(browser, "%2Fprizes").await;
    let granted = browser.get(&stage.answer(&consent, user, "allow")).await;
    let callback = browser.local(&granted.location().unwrap());
    assert!(callback.starts_with("/wechat/callback?"), "{callback}");
    callback
}

async fn sessions(stage: &Stage) -> i64 {
    stage.number("select count(*) from session", &[]).await
}

async fn is_signed_in(browser: &Browser) -> bool {
    browser.get("/messages").await.status == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_for_the_browser_that_it_was_made_for() {
    on_both(async |stage: &Stage| {
        let (mine, other) = (stage.browser(), stage.browser());
        let callback = callback(stage, &mine, "王小萌").await;
        let (address, query) = callback.split_once('?').unwrap();
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |name: &str| pairs.iter().find(|(known, _)| known == name).unwrap().1.clone();
        let (code, state) = (value("code"), value("state"));
        let elsewhere = "0".repeat(state.len());
        stage.consent_page(&other, "/").await;
        for (browser, path) in [
            // No sign-in under way, and one under way with another state.
            (&stage.browser(), callback.clone()),
            (&other, callback.clone()),
            (&mine, format!("{address}?code={code}")),
            (&mine, format!("{address}?code={code}&state=")),
            (&mine, format!("{address}?code={code}&state={elsewhere}")),
            (&mine, format!("{address}?state={elsewhere}")),
        ] {
            let page = stage.unchanged(&path, browser.get(&path)).await.is(403).says(&STALE);
            assert!(page.set_cookies.iter().all(|cookie| !cookie.starts_with("yue=")), "{:?}", page.set_cookies);
        }
        let genuine = mine.cookie("yue_state").unwrap();
        for forged in [genuine.replace("asked", "other"), genuine.replace("%2Fprizes", "%2Fevil"), "x~y~z~w".into()] {
            mine.set_cookie("yue_state", &forged);
            stage.unchanged("a forged state", mine.get(&callback)).await.is(403).says(&STALE);
        }
        mine.set_cookie("yue_state", &genuine);
        mine.get(&callback).await.is(303).leads_to("/prizes");
        stage.agreed(&mine, "/messages").await.is(200);
        assert!(is_signed_in(&mine).await && !is_signed_in(&other).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_works_once() {
    on_both(async |stage: &Stage| {
        let browser = stage.browser();
        let callback = callback(stage, &browser, "王小萌").await;
        let state = browser.cookie("yue_state").unwrap();
        browser.get(&callback).await.is(303).leads_to("/prizes");
        assert!(browser.cookie("yue_state").is_none(), "a state is used up");
        let session = browser.cookie("yue").unwrap();
        stage.unchanged("a replayed state", browser.get(&callback)).await.is(403).says(&STALE);
        // Whoever kept the state's cookie still has only a used code.
        browser.set_cookie("yue_state", &state);
        stage.unchanged("a replayed code", browser.get(&callback)).await.is(403).says(&STALE);
        assert_eq!(browser.cookie("yue").unwrap(), session);
        assert_eq!(sessions(stage).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_good_for_ten_minutes_whatever_the_browser_keeps() {
    on_both(async |stage: &Stage| {
        let browser = stage.browser();
        let consent = stage.consent_page(&browser, "/").await;
        let state = browser.cookie("yue_state").unwrap();
        stage.pass(11 * MINUTE);
        let granted = browser.get(&stage.answer(&consent, "王小萌", "allow")).await;
        let callback = browser.local(&granted.location().unwrap());
        browser.set_cookie("yue_state", &state);
        stage.unchanged("an old state", browser.get(&callback)).await.is(403).says(&STALE);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sign_in_makes_a_new_session_and_ends_the_old_one() {
    on_both(async |stage: &Stage| {
        let (browser, thief) = (stage.browser(), stage.browser());
        let planted = "planted-by-somebody-else-before-sign-in";
        browser.set_cookie("yue", planted);
        stage.sign_in(&browser, "王小萌").await.is(200);
        let first = browser.cookie("yue").unwrap();
        assert_ne!(first, planted);
        thief.set_cookie("yue", planted);
        assert!(!is_signed_in(&thief).await);

        let again = callback(stage, &browser, "王小萌").await;
        browser.get(&again).await.is(303);
        let second = browser.cookie("yue").unwrap();
        assert_ne!(first, second);
        thief.set_cookie("yue", &first);
        assert!(!is_signed_in(&thief).await, "the session before is dead");
        assert!(is_signed_in(&browser).await);
        assert_eq!(sessions(stage).await, 1);

        let form = browser.get("/me").await.is(200).form("/sign-out");
        browser.send(&form).await.is(303).leads_to("/");
        assert!(browser.cookie("yue").is_none());
        thief.set_cookie("yue", &second);
        assert!(!is_signed_in(&thief).await, "signing out ends it for every copy");
        // Silent entry does not undo it.
        browser.get("/me").await.is(200).says(&["还没有登录"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_visitor_becomes_nobody() {
    on_both(async |stage: &Stage| {
        let browser = stage.browser();
        let consent = stage.consent_page(&browser, "%2Fprizes").await;
        let granted = browser.get(&stage.answer(&consent, "王小萌", "snapshot")).await;
        let page = stage.unchanged("a snapshot", browser.follow(granted)).await.is(200);
        assert_eq!(page.path, "/prizes");
        assert!(browser.cookie("yue").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_by_themselves() {
    on_both(async |stage: &Stage| {
        let (reader, _) = stage.reader().await;
        let (staff, director) = stage.staff("guanzhang", Role::Director, 1).await;
        stage.pass(30 * MINUTE - 1);
        staff.get("/staff").await.is(200);
        stage.seen(&staff).await;
        stage.pass(30 * MINUTE);
        let gone = staff.get("/staff/prizes").await.is(303);
        gone.leads_to("/staff/sign-in?to=%2Fstaff%2Fprizes");
        let busy = stage.signed_in(director).await;
        for _ in 0..35 {
            stage.pass(20 * MINUTE);
            stage.seen(&busy).await;
            busy.get("/staff").await.is(200);
        }
        stage.pass(20 * MINUTE);
        busy.get("/staff").await.is(303).leads_to("/staff/sign-in");
        stage.pass(30 * DAY - 13 * HOUR);
        assert!(is_signed_in(&reader).await, "a millisecond before");
        stage.pass(1);
        assert!(!is_signed_in(&reader).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_one_side_opens_nothing_on_the_other() {
    on_both(async |stage: &Stage| {
        let (reader, _) = stage.reader().await;
        let (staff, _) = stage.staff("guanzhang", Role::Director, 1).await;
        let crossed = stage.browser();
        crossed.set_cookie("yue", &staff.cookie("yue_staff").unwrap());
        crossed.set_cookie("yue_staff", &reader.cookie("yue").unwrap());
        crossed.set_cookie("yue_tried", "1");
        crossed.get("/messages").await.is(303).leads_to("/sign-in");
        crossed.get("/staff").await.is(303).leads_to("/staff/sign-in");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_every_cookie_is_bound_to_the_host() {
    on_both_with(
        |settings| settings.server.public_url = "https://yue.test".into(),
        async |stage: &Stage| {
            let browser = stage.browser();
            // The laws look at every cookie that is set.
            stage.sign_in(&browser, "王小萌").await.is(200).says(&["去绑定证件"]);
            let session = browser.cookie("__Host-yue").unwrap();
            let page = browser.get("/messages").await.is(200);
            assert!(page.headers.contains_key("strict-transport-security"));
            browser.forget_cookies();
            browser.set_cookie("yue", &session);
            assert!(!is_signed_in(&browser).await, "a cookie without its prefix could come from anywhere");
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_never_leads_to_another_site() {
    on_both(async |stage: &Stage| {
        for to in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\tx"] {
            let to: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
            let browser = stage.browser();
            let consent = stage.consent_page(&browser, &to).await;
            let granted = browser.get(&stage.answer(&consent, "王小萌", "allow")).await;
            let back = browser.get(&browser.local(&granted.location().unwrap())).await.is(303);
            assert_eq!(back.location().unwrap(), "/", "{to}");
            let page = browser.get(&format!("/staff/sign-in?to={to}")).await.is(200);
            assert_eq!(page.form("/staff/sign-in").get("to"), "/", "{to}");
        }
    })
    .await;
}
