//! Lists and forms of the back office: nonsense never widens a list, nothing typed is lost without a word.

use crate::support::{Holder, PENCILS, Stage, on_both, on_both_with};
use domain::staff::Role;

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_is_not_understood_lists_and_exports_nothing() {
    on_both(async |stage: &Stage| {
        let (staff, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let holder = stage.holder(1).await;
        stage.redeemed(&holder, prize).await;
        staff.get("/staff/redemptions").await.is(200).says(&["尾号0001"]);
        for odd in ["from=2026-13-01", "until=tomorrow", "prize=x", "place=1x", "state=lost"] {
            for path in ["/staff/redemptions", "/staff/redemptions/export"] {
                let page = staff.get(&format!("{path}?{odd}")).await.is(422).says(&["没有看懂"]);
                page.never_says("尾号0001");
            }
        }
        assert_eq!(stage.number("select count(*) from audit where action = 'redemptions.export'", &[]).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_a_form_too_late_is_told_and_comes_back_to_it() {
    on_both(async |stage: &Stage| {
        let (staff, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await.0;
        let path = format!("/staff/prizes/{prize}");
        let form = stage.form(&staff, &path, &[("title", "铅笔"), ("points", "5")]);
        stage.pass(31 * 60_000);
        let back = format!("/staff/sign-in?to=%2Fstaff%2Fprizes%2F{prize}&lost=1");
        let page = staff.send_from(&form, &path).await.is(303);
        assert_eq!(page.location().unwrap(), back);
        staff.get(&back).await.is(200).says(&["没有保存"]).keeps("/staff/sign-in", &[("to", &path)]);
        // Another site's page is nowhere to come back to.
        let page = staff.send_from(&form, "https://evil.example/staff").await.is(303);
        assert_eq!(page.location().unwrap(), "/staff/sign-in?to=%2F&lost=1");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_code_hands_over_what_waits_for_a_family() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let Holder { browser, reader, card } = stage.holder(1).await;
        browser.get("/family").await.is(200).never_says("一起领取");
        stage.bind(&browser, &crate::support::patron(2)).await.is(200);
        let holder = Holder { browser: browser.clone(), reader, card };
        let (first, _) = stage.redeemed(&holder, prize).await;
        let (second, _) = stage.redeemed(&holder, prize).await;
        let family = browser.get("/family").await.is(200).says(&["一起领取", "2 件奖品"]).text();
        let code = family.split_whitespace().find(|word| word.starts_with("R-")).unwrap().to_string();
        let (desk, _) = stage.staff("fuwutai", Role::Desk, 1).await;
        let page = desk.get(&format!("/staff/desk?code={code}")).await.is(200).says(&["一起领取", "2 件等待领取"]);
        let done = desk.send(&page.form("/staff/desk/hand-overs")).await.is(303);
        // The other one is still there, on the page that comes back.
        desk.follow(done).await.is(200).says(&["已领取", "1 件等待领取"]);
        // The first page's other form, a second time: refused by its reason, and the party is still shown.
        desk.send(&page.form("/staff/desk/hand-overs")).await.is(303);
        let states = "select count(*) from redemption where state = 2 and id in ($1, $2)";
        assert_eq!(stage.number(states, &[first.0, second.0]).await, 1);
        // Another branch hands nothing over, and a code is good for ten minutes.
        let (other, _) = stage.staff("fenguan", Role::Desk, 2).await;
        other.get(&format!("/staff/desk?code={code}")).await.is(200).says(&["没有等待领取的奖品"]);
        stage.pass(10 * 60_000);
        desk.get(&format!("/staff/desk?code={code}")).await.is(409).says(&["已过期或不正确"]);
        desk.get(&format!("/staff/desk?code={}", code.replace("R-", "R-9"))).await.is(409).says(&["已过期或不正确"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_allows_one_notice_after_another() {
    let subscribe = |settings: &mut yue::settings::Settings| settings.notices.subscribe_template = "SUB".into();
    on_both_with(subscribe, async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        // Without a ticket WeChat's button cannot work, and is not shown.
        browser.get("/messages").await.is(200).never_says("在微信里提醒我");
        stage.jobs.run_due().await;
        let page = browser.get("/messages").await.is(200).says(&["在微信里提醒我"]);
        browser.send(&page.form("/messages/consents")).await.is(303);
        browser.send(&page.form("/messages/consents")).await.is(303);
        browser.get("/messages").await.is(200).says(&["还可以提醒 1 次"]);
    })
    .await;
}
