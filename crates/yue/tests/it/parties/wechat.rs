//! WeChat slow, down, lying at the callback: the reader is told, and comes in once it works again.

use super::{WITHOUT_END_MS, in_time};
use crate::support::{Browser, Stage, on_both};
use sandbox::{Mode, Party};

const SENTENCE: &str = "微信暂时没有回应，请稍后再试。没有任何改动。";

async fn callback(stage: &Stage, browser: &Browser) -> String {
    let consent = stage.consent_page(browser, "%2Fprizes").await;
    let granted = browser.get(&stage.answer(&consent, "王小萌", "allow")).await;
    browser.local(&granted.location().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_while_wechat_is_down_is_told_and_comes_in_later() {
    on_both(async |stage: &Stage| {
        let browser = stage.browser();
        for mode in [Mode::Slow { ms: WITHOUT_END_MS }, Mode::Down] {
            let callback = callback(stage, &browser).await;
            stage.library().set(Party::Wechat, mode);
            let page = stage.unchanged(mode.name(), in_time(browser.get(&callback))).await;
            page.is(503).says(&["暂时连不上", SENTENCE, "回到首页"]);
            assert!(browser.cookie("yue").is_none());
            // Everything public is open meanwhile.
            browser.set_cookie("yue_tried", "1");
            in_time(browser.get("/prizes")).await.is(200);
            stage.library().clear(Party::Wechat);
            // The code was not used: loading the page again is enough.
            browser.get(&callback).await.is(303).leads_to("/prizes");
            stage.agreed(&browser, "/messages").await.is(200);
            browser.forget_cookies();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_or_empty_answer_signs_nobody_in() {
    on_both(async |stage: &Stage| {
        let browser = stage.browser();
        for mode in [Mode::Lying, Mode::Unknown] {
            let callback = callback(stage, &browser).await;
            stage.library().set(Party::Wechat, mode);
            let page = stage.unchanged(mode.name(), in_time(browser.get(&callback))).await;
            page.is(503).says(&[SENTENCE]);
            stage.library().clear(Party::Wechat);
            // The code is used up at WeChat: this page is over, and signing in again works.
            stage.unchanged("a used code", browser.get(&callback)).await.is(403).says(&["页面已过期"]);
            assert!(browser.cookie("yue").is_none());
        }
        stage.sign_in(&browser, "王小萌").await.is(200).says(&["去绑定证件"]);
    })
    .await;
}
