//! 手机号登录: outside WeChat, where the library has switched it on.

use crate::support::{Browser, MINUTE, Page, Stage, on_both, on_both_with, patron};
use sandbox::{Mode, Party};
use yue::settings::Settings;

const PHONE: &str = "13900000099";
const OTHER: &str = "13900000098";

fn switched_on(settings: &mut Settings) {
    settings.server.phone_entry = true;
}

/// A browser that is not WeChat's.
fn outside(stage: &Stage) -> Browser {
    let mut browser = stage.browser();
    browser.agent = "Mozilla/5.0 (X11; Linux x86_64)";
    browser
}

async fn ask_for_code(browser: &Browser, phone: &str) -> Page {
    let page = browser.get("/sign-in/phone?to=%2Fprizes").await.is(200);
    let mut form = page.form("/sign-in/phone").with(&[("phone", phone)]);
    form.action = "/sign-in/phone/codes".into();
    browser.send(&form).await
}

async fn try_code(browser: &Browser, page: &Page, code: &str) -> Page {
    browser.send(&page.form("/sign-in/phone").with(&[("code", code)])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_enters_its_own_account_again_and_again() {
    on_both_with(switched_on, async |stage: &Stage| {
        let browser = outside(stage);
        browser.get("/sign-in?to=%2Fprizes").await.is(200).says(&["请在微信中打开", "用手机号登录"]);
        let asked = ask_for_code(&browser, PHONE).await.is(200).says(&["5 分钟内有效"]);
        let code = stage.code(PHONE).await;
        try_code(&browser, &asked, &code).await.is(303).leads_to("/prizes");
        stage.bind(&browser, &patron(1)).await.is(200).says(&["绑定成功"]);
        // Another machine, another day: the same reader.
        stage.pass(2 * MINUTE);
        let elsewhere = outside(stage);
        let asked = ask_for_code(&elsewhere, PHONE).await.is(200);
        let code = stage.code(PHONE).await;
        try_code(&elsewhere, &asked, &code).await.is(303).leads_to("/prizes");
        elsewhere.get("/cards").await.is(200).says(&["尾号0001"]);
        assert_eq!(stage.number("select count(*) from reader", &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_phone_a_reader_from_wechat_finds_the_same_cards() {
    on_both_with(switched_on, async |stage: &Stage| {
        let holder = stage.holder(1).await;
        stage.pass(2 * MINUTE);
        let (browser, phone) = (outside(stage), patron(1).phone);
        let asked = ask_for_code(&browser, &phone).await.is(200);
        let code = stage.code(&phone).await;
        try_code(&browser, &asked, &code).await.is(303);
        browser.get("/cards").await.is(200).says(&["尾号0001"]);
        assert_eq!(stage.number("select count(*) from reader", &[]).await, 1);
        assert_eq!(stage.balance(holder.card).await, 50);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_for_its_browser_its_phone_and_one_time() {
    on_both_with(switched_on, async |stage: &Stage| {
        let (mine, thief) = (outside(stage), outside(stage));
        let asked = ask_for_code(&mine, PHONE).await.is(200);
        let code = stage.code(PHONE).await;
        let theirs = thief.get("/sign-in/phone").await.is(200);
        let form = theirs.form("/sign-in/phone").with(&[("phone", PHONE), ("code", &code)]);
        thief.send(&form).await.is(422).says(&["请先发送验证码"]).keeps("/sign-in/phone", &[("phone", PHONE)]);
        let form = asked.form("/sign-in/phone").with(&[("phone", OTHER), ("code", &code)]);
        mine.send(&form).await.is(422).says(&["请先发送验证码"]);
        for left in ["4 次", "3 次"] {
            try_code(&mine, &asked, "000000").await.is(422).says(&["验证码不对", left]);
        }
        try_code(&mine, &asked, &code).await.is(303);
        // Who has the code and the browser's old cookie still finds it used.
        let replay = outside(stage);
        replay.set_cookie("yue_visitor", &mine.cookie("yue_visitor").unwrap_or_default());
        assert!(mine.cookie("yue").is_some() && thief.cookie("yue").is_none());
        assert_eq!(stage.number("select count(*) from session", &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_numbers_and_impatience_get_a_sentence() {
    on_both_with(switched_on, async |stage: &Stage| {
        let browser = outside(stage);
        ask_for_code(&browser, "1390000")
            .await
            .is(422)
            .says(&["这里是 7 位"])
            .keeps("/sign-in/phone", &[("phone", "1390000")]);
        let asked = ask_for_code(&browser, PHONE).await.is(200);
        ask_for_code(&browser, PHONE).await.is(422).says(&["60 秒"]);
        try_code(&browser, &asked, "").await.is(422).says(&["请填写短信里的验证码"]);
        stage.pass(5 * MINUTE);
        try_code(&browser, &asked, "123456").await.is(422).says(&["已过期"]);
        // The gateway is down: the code waits in the outbox, and the page says nothing else.
        stage.library().set(Party::Sms, Mode::Down);
        ask_for_code(&browser, OTHER).await.is(200).says(&["5 分钟内有效"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_there_is_no_such_page() {
    on_both(async |stage: &Stage| {
        let browser = outside(stage);
        browser.get("/sign-in").await.is(200).says(&["请在微信中打开"]).never_says("用手机号登录");
        browser.get("/sign-in/phone").await.is(404);
    })
    .await;
}
