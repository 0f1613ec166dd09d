//! Lists and forms of the back office: nonsense never widens a list, nothing typed is lost without a word.

use crate::support::activities::{GROWN, later};
use crate::support::html::unescape;
use crate::support::{Browser, DAY, Holder, MINUTE, PENCILS, Page, Stage, on_both, on_both_with};
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::ActivityKind;
use domain::volunteers::ApplyAsVolunteer;

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
        // Where news is to be expected the reader is asked, and is led back there.
        let holder = stage.holder(1).await.browser;
        let form = holder.get("/suggestions/new?hand=1").await.form("/suggestions").with(&[("title", "地方志")]);
        let shown = holder.send(&form).await.is(303).leads_to("/suggestions/");
        let page = holder.get(&shown).await.is(200).says(&["推荐已提交", "在微信里提醒我"]);
        let asked = page.form("/messages/consents").with(&[("back", "//elsewhere.example")]);
        holder.send(&asked).await.is(303).leads_to("/");
        let page = holder.get(&shown).await.is(200);
        let allowed = holder.send(&page.form("/messages/consents")).await.is(303);
        assert_eq!(allowed.leads_to("/suggestions/"), shown.split('?').next().unwrap());
    })
    .await;
}

/// Where a list's button for more leads to.
fn more(page: &Page) -> Option<String> {
    let button = page.body.split("class=\"pager\"").nth(1)?;
    Some(unescape(button.split("href=\"").nth(1)?.split('"').next()?))
}

/// The pages of a list from a path on: on each, how many rows.
async fn pages(browser: &Browser, path: &str) -> Vec<usize> {
    let (mut rows, mut next) = (vec![], Some(path.to_string()));
    while let Some(path) = next {
        let page = browser.get(&path).await.is(200);
        rows.push(page.body.matches("<tr>").count() - 1);
        next = more(&page);
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn the_51st_volunteer_stands_on_the_second_page() {
    on_both(async |stage: &Stage| {
        let (staff, _) = stage.staff("huodong", Role::Activities, 1).await;
        staff.get("/staff/volunteers").await.is(200).says(&["没有符合条件的志愿者"]);
        for holder in stage.holders(1, 51).await {
            let face = stage.keys.seal("volunteer", "{}").unwrap();
            let apply = ApplyAsVolunteer { member: None, birth_day: GROWN, guardian: false, face };
            stage.send(Actor::Reader(holder.reader), Command::from(apply)).await;
            stage.pass(1);
        }
        for path in ["/staff/volunteers", "/staff/volunteers?state=applied"] {
            assert_eq!(pages(&staff, path).await, [50, 1], "{path}");
        }
        let first = staff.get("/staff/volunteers?state=applied").await.says(&["尾号0001", "尾号0050"]);
        let next = more(&first.never_says("尾号0051")).unwrap();
        staff.get(&next).await.says(&["尾号0051"]).never_says("尾号0050");
        // Behind the last one there is nothing, and what is no mark begins anew.
        let end = "after=9-0-0-0";
        staff.get(&format!("/staff/volunteers?{end}")).await.is(200).says(&["没有符合条件的志愿者"]);
        staff.get("/staff/volunteers?after=x-1").await.is(200).says(&["尾号0001"]);
        staff.get("/staff/volunteers?state=approved").await.is(200).never_says("尾号0001");
        let page = staff.get("/staff/volunteers?state=lost").await.is(422).says(&["没有看懂"]);
        page.never_says("尾号0001");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_51st_activity_stands_on_the_second_page_of_what_was_asked_for() {
    on_both(async |stage: &Stage| {
        let (staff, id) = stage.staff("huodong", Role::Activities, 1).await;
        for n in 1..=51 {
            let named = |save: &mut domain::activities::SaveActivity| {
                save.text.title = format!("第{n}场读书会&");
                // Two begin at the same time.
                later(save, if n == 2 { 1 } else { n } * MINUTE);
            };
            stage.activity(id, named).await;
        }
        stage.activity(id, |save| later(save, DAY)).await;
        stage.activity(id, |save| save.kind = ActivityKind::Volunteer).await;
        assert_eq!(pages(&staff, "/staff/activities").await, [50, 2]);
        assert_eq!(pages(&staff, "/staff/activities?kind=volunteer").await, [1]);
        let asked = "/staff/activities?state=published&from=2026-11-01&q=%E8%AF%BB%E4%B9%A6%E4%BC%9A%26";
        assert_eq!(pages(&staff, asked).await, [50, 1]);
        let first = staff.get(asked).await.says(&["第51场", "第2场"]);
        let next = more(&first.never_says("第1场")).unwrap();
        let second = staff.get(&next).await.says(&["第1场", "读书会&"]).never_says("第2场");
        assert_eq!(more(&second), None);
        let end = "/staff/activities?before=1-1";
        staff.get(end).await.is(200).says(&["没有符合条件的活动"]);
        staff.get("/staff/activities?before=x").await.is(200).says(&["第51场"]);
    })
    .await;
}
