//! 微信通知: what is in 我的消息 is shown by WeChat too, where the reader wants that, once each.

use crate::support::{Browser, DAY, HOUR, MINUTE, PENCILS, Stage, on_both, on_both_with, patron};
use domain::staff::Role;
use domain::tables::PrizeId;
use sandbox::{Mode, Party};
use store::Clock as _;

const USER: &str = "王小萌";
const SENT: i64 = 2;
const FAILED: i64 = 3;
/// Of the newest notice.
const STATE: &str = "select state from outbox where channel = 2 order by id desc limit 1";

/// How many notices there were to be.
const TRIED: &str = "select count(*) from outbox where channel = 2";

/// WeChat tells of an event, as it does for the account's server.
async fn push(stage: &Stage, event: &str) {
    stage.pass(1_000);
    let (token, time, nonce) = ("a push token of the tests", (stage.clock.at() / 1_000).to_string(), "n1");
    let signature = connectors::wechat::push_signature(token, &time, nonce);
    let openid = stage.library().openid(USER);
    let body = format!(
        "<xml><FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{time}</CreateTime><MsgType><![CDATA[event]]></MsgType>\
         <Event><![CDATA[{event}]]></Event></xml>"
    );
    let path = |signature: &str| format!("/wechat/push?signature={signature}&timestamp={time}&nonce={nonce}");
    let wechat = stage.browser();
    wechat.post_raw(&path("0"), body.clone().into_bytes()).await.is(403);
    wechat.post_raw(&path(&signature), body.clone().into_bytes()).await.is(200);
    // One that somebody found in a log is of no use to them.
    let old = connectors::wechat::push_signature(token, "1", nonce);
    let found = path(&old).replace(&format!("timestamp={time}"), "timestamp=1");
    wechat.post_raw(&found, body.into_bytes()).await.is(403);
}

/// A reader with a card, as WeChat knows them, and a prize.
async fn reader(stage: &Stage) -> (Browser, PrizeId) {
    let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
    let prize = stage.prize(director, PENCILS).await;
    let browser = stage.browser();
    stage.sign_in(&browser, USER).await.is(200);
    stage.bind(&browser, &patron(5)).await.is(200).says(&["绑定成功"]);
    (browser, prize)
}

async fn switch(browser: &Browser) {
    let page = browser.get("/messages").await.is(200).says(&["微信通知"]);
    browser.send(&page.form("/messages/notices")).await.is(303).leads_to("/messages");
}

async fn redeem(browser: &Browser, prize: PrizeId) {
    let page = browser.get(&format!("/prizes/{prize}/redemption")).await.is(200);
    browser.send(&page.form("/redemptions")).await.is(303);
}

/// A book by hand: that is told, too.
async fn propose(browser: &Browser) {
    let form = browser.get("/suggestions/new?hand=1").await.is(200).form("/suggestions").with(&[("title", "地方志")]);
    browser.send(&form).await.is(303);
}

fn arrived(stage: &Stage) -> usize {
    stage.library().notices(USER).len()
}

/// Two senders at once, as two instances have, for long enough.
async fn deliver(stage: &Stage) {
    for _ in 0..5 {
        tokio::join!(stage.sender.deliver_due(), stage.sender.deliver_due());
        stage.pass(MINUTE);
    }
}

/// A library that sends notices, and a reader who wants them.
async fn wanted(test: impl AsyncFn(&Stage, Browser, PrizeId)) {
    let template = |settings: &mut yue::settings::Settings| settings.notices.template = "sandbox-notice".into();
    on_both_with(template, async |stage: &Stage| {
        let (browser, prize) = reader(stage).await;
        stage.jobs.run_due().await;
        switch(&browser).await;
        test(stage, browser, prize).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_template_nobody_is_asked() {
    on_both(async |stage: &Stage| {
        let (browser, prize) = reader(stage).await;
        browser.get("/messages").await.is(200).never_says("微信通知");
        redeem(&browser, prize).await;
        stage.jobs.run_due().await;
        deliver(stage).await;
        assert_eq!(arrived(stage), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_message_is_one_notice_with_the_page_s_words_while_it_is_wanted() {
    wanted(async |stage: &Stage, browser: Browser, prize: PrizeId| {
        deliver(stage).await;
        assert_eq!(arrived(stage), 0, "off until it is switched on: the binding was not told");
        redeem(&browser, prize).await;
        let at = browser.get("/messages").await.is(200);
        deliver(stage).await;
        let notices = stage.library().notices(USER);
        assert_eq!(notices.len(), 1, "{notices:?}");
        let (notice, field) = (&notices[0], |name: &str| notices[0].fields[name].clone());
        assert_eq!((notice.template.as_str(), field("thing1").as_str()), ("sandbox-notice", "兑换成功"));
        let words = field("thing2");
        assert!(at.text().contains(words.trim_end_matches('…')), "{words}: {}", at.text());
        assert!(words.contains("旧书页"), "{words}");
        assert!(field("time3").starts_with("2026年11月28日"), "{notice:?}");
        let path = browser.local(&notice.url);
        browser.get(&path).await.is(200).says(&["兑换成功", "旧书页卷铅笔"]);
        assert_eq!(stage.number(STATE, &[]).await, SENT);

        switch(&browser).await;
        redeem(&browser, prize).await;
        deliver(stage).await;
        assert_eq!(arrived(stage), 1, "switched off again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_follow_is_not_tried_again() {
    wanted(async |stage: &Stage, browser: Browser, prize: PrizeId| {
        stage.library().set_following(USER, false);
        redeem(&browser, prize).await;
        stage.sender.deliver_due().await;
        assert_eq!(stage.number(STATE, &[]).await, FAILED);
        stage.library().set_following(USER, true);
        deliver(stage).await;
        assert_eq!(arrived(stage), 0);
        // Nor with the next message, until WeChat says that they follow again.
        propose(&browser).await;
        deliver(stage).await;
        assert_eq!((arrived(stage), stage.number(TRIED, &[]).await), (0, 1));
        browser.get("/messages").await.is(200).says(&["您没有关注公众号"]);
        push(stage, "CLICK").await;
        browser.get("/messages").await.is(200).says(&["您没有关注公众号"]);
        push(stage, "subscribe").await;
        browser.get("/messages").await.is(200).never_says("您没有关注公众号");
        propose(&browser).await;
        deliver(stage).await;
        assert_eq!(arrived(stage), 1);
        push(stage, "unsubscribe").await;
        propose(&browser).await;
        assert_eq!(stage.number(TRIED, &[]).await, 2);
        let (staff, _) = stage.staff("guanli", Role::Administrator, 1).await;
        staff.get("/staff/messages").await.is(200).says(&["没有发送", "已发送", "验证码", "兑换成功", "王*"]);
        staff.get("/staff/messages?channel=2&state=4").await.is(200).never_says("验证码");
        staff.get("/staff/messages?channel=9").await.is(422).says(&["没有看懂"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_is_switched_off_and_on_by_itself() {
    wanted(async |stage: &Stage, browser: Browser, prize: PrizeId| {
        let page = browser.get("/messages").await.is(200).says(&["哪些消息发到微信", "奖品兑换", "图书捐赠"]);
        let form = page.form("/messages/topics/2");
        browser.send(&form).await.is(303).leads_to("/messages#topics");
        redeem(&browser, prize).await;
        let page = browser.get("/messages").await.is(200).says(&["兑换成功", "只在这里看"]);
        assert_eq!(stage.number(TRIED, &[]).await, 0);
        browser.send(&page.form("/messages/topics/2")).await.is(303);
        redeem(&browser, prize).await;
        deliver(stage).await;
        assert_eq!(arrived(stage), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_revoked_is_replaced_and_the_notice_follows() {
    wanted(async |stage: &Stage, browser: Browser, prize: PrizeId| {
        stage.library().revoke_tokens();
        redeem(&browser, prize).await;
        deliver(stage).await;
        assert_eq!(arrived(stage), 0);
        // Five minutes have passed: the job is due.
        stage.jobs.run_due().await;
        deliver(stage).await;
        assert_eq!((arrived(stage), stage.number(STATE, &[]).await), (1, SENT));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_replaced_before_its_end() {
    wanted(async |stage: &Stage, browser: Browser, prize: PrizeId| {
        for _ in 0..36 {
            stage.pass(5 * MINUTE);
            stage.jobs.run_due().await;
        }
        redeem(&browser, prize).await;
        stage.sender.deliver_due().await;
        assert_eq!(arrived(stage), 1, "three hours later, at the first try");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_of_which_nobody_knows_is_sent_again_and_arrives_once() {
    wanted(async |stage: &Stage, browser: Browser, prize: PrizeId| {
        stage.library().set(Party::Wechat, Mode::Unknown);
        redeem(&browser, prize).await;
        stage.sender.deliver_due().await;
        assert_eq!(arrived(stage), 1, "it did arrive");
        assert_ne!(stage.number(STATE, &[]).await, SENT);
        stage.library().clear(Party::Wechat);
        deliver(stage).await;
        assert_eq!((arrived(stage), stage.number(STATE, &[]).await), (1, SENT));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_wechat_is_down_notices_wait_for_a_day() {
    wanted(async |stage: &Stage, browser: Browser, prize: PrizeId| {
        stage.library().set(Party::Wechat, Mode::Down);
        redeem(&browser, prize).await;
        deliver(stage).await;
        assert_eq!(arrived(stage), 0);
        stage.library().clear(Party::Wechat);
        deliver(stage).await;
        assert_eq!((arrived(stage), stage.number(STATE, &[]).await), (1, SENT));

        // News of yesterday is in 我的消息 all the same.
        stage.library().set(Party::Wechat, Mode::Down);
        redeem(&browser, prize).await;
        deliver(stage).await;
        stage.pass(DAY + HOUR);
        stage.library().clear(Party::Wechat);
        stage.jobs.run_due().await;
        deliver(stage).await;
        assert_eq!((arrived(stage), stage.number(STATE, &[]).await), (1, FAILED));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_that_hangs_holds_up_no_code_by_sms() {
    wanted(async |stage: &Stage, browser: Browser, prize: PrizeId| {
        stage.library().set(Party::Wechat, Mode::Slow { ms: 60_000 });
        redeem(&browser, prize).await;
        let (other, waiting) = (stage.reader().await.0, patron(6));
        stage.ask_for_code(&other, &waiting.barcode, &waiting.phone).await.is(200);
        let arrives = async {
            while stage.library().messages(&waiting.phone).is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = stage.sender.deliver_due() => panic!("the notice was to hang"),
            () = arrives => {}
        }
        assert_eq!(arrived(stage), 0);
    })
    .await;
}
