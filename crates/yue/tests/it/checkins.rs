//! 签到打卡: a stamp a card and day by the library's calendar, whatever two thumbs, two phones or midnight do.

use crate::support::{Browser, DAY, Form, HOUR, Holder, MINUTE, Page, Stage, on_both, on_both_with, patron};
use domain::tables::CardId;

const STAMPS: &str = "select count(*) from checkin where card = $1";

/// The button on the page.
async fn button(browser: &Browser) -> Form {
    browser.get("/checkins").await.is(200).form("/checkins")
}

async fn check_in(browser: &Browser) -> Page {
    let sent = browser.send(&button(browser).await).await.is(303);
    browser.follow(sent).await.is(200)
}

async fn stamps(stage: &Stage, card: CardId) -> i64 {
    stage.number(STAMPS, &[card.0]).await
}

/// So many days in a row, from today on; ends on the last of them.
async fn days_in_a_row(stage: &Stage, browser: &Browser, days: i64) -> Page {
    for _ in 1..days {
        check_in(browser).await;
        stage.pass(DAY);
    }
    check_in(browser).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_stamped_earns_a_point_and_stands_in_the_statement() {
    on_both(async |stage: &Stage| {
        let Holder { browser, card, .. } = stage.holder(1).await;
        let page = browser.get("/checkins").await.is(200);
        page.says(&[
            "积分记入：李*遥（尾号0001）",
            "连续签到 0 天",
            "签到打卡 今天得 1 积分",
            "再签 7 天，多得 2 积分",
        ])
        .never_says("今天读了什么");
        let page = check_in(&browser).await;
        page.says(&["今天已签到", "签到成功，获得 1 积分", "连续签到 1 天", "再签 6 天，多得 2 积分"]).says(&[
            "本月已得 1 / 40 积分",
            "11月28日 周六，已签到，得 1 积分",
            "今天读了什么",
        ]);
        assert_eq!((stage.balance(card).await, stamps(stage, card).await), (51, 1));
        browser.get("/points").await.is(200).says(&["签到打卡", "+1"]);
        // Nothing is said again of what was done before.
        browser.get("/checkins").await.is(200).says(&["今天已签到", "得 1 积分，明天再来"]).never_says("签到成功");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_two_pages_and_two_phones_give_one_stamp() {
    on_both(async |stage: &Stage| {
        let Holder { browser, card, .. } = stage.holder(1).await;
        let (one, two) = (button(&browser).await, button(&browser).await);
        let answers = tokio::join!(browser.send(&one), browser.send(&one), browser.send(&two), browser.send(&two));
        for answer in [answers.0, answers.1, answers.2, answers.3] {
            answer.is(303).leads_to("/checkins?done=");
        }
        assert_eq!((stage.balance(card).await, stamps(stage, card).await), (51, 1));
        let third = browser.send(&one.with(&[("key", "another key of the tests")])).await.is(303);
        browser.follow(third).await.is(200).says(&["今天已签到", "今天签过了，不用再签"]);
        assert_eq!((stage.balance(card).await, stamps(stage, card).await), (51, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_tap_over_midnight_gives_one_stamp_and_the_new_day_its_own() {
    on_both(async |stage: &Stage| {
        let Holder { browser, card, .. } = stage.holder(1).await;
        stage.pass(14 * HOUR + 59 * MINUTE);
        let form = button(&browser).await;
        browser.send(&form).await.is(303);
        browser.get("/checkins").await.says(&["11月28日 周六，已签到"]);
        stage.pass(2 * MINUTE);
        let again = browser.send(&form).await.is(303);
        let page = browser.follow(again).await.is(200).says(&["刚才是昨天的页面", "连续签到 1 天"]);
        assert_eq!(stamps(stage, card).await, 1);
        let page = browser.send(&page.form("/checkins")).await.is(303);
        browser.follow(page).await.is(200).says(&["连续签到 2 天", "11月29日 周日，已签到"]);
        assert_eq!((stage.balance(card).await, stamps(stage, card).await), (52, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seventh_day_earns_more_and_a_missed_day_ends_the_row() {
    on_both(async |stage: &Stage| {
        let Holder { browser, card, .. } = stage.holder(1).await;
        let page = days_in_a_row(stage, &browser, 6).await;
        page.says(&["连续签到 6 天", "明天签到，多得 2 积分", "12月4日 周五，连续签到到这一天，得 3 积分"]);
        stage.pass(DAY);
        browser.get("/checkins").await.says(&["连续签到 6 天", "今天签到，多得 2 积分", "今天得 3 积分"]);
        check_in(&browser).await.says(&["签到成功，获得 3 积分", "连续签到 7 天", "再签 7 天"]);
        assert_eq!(stage.balance(card).await, 50 + 6 + 3);
        // The row of November is seen, too, and the month's points are those of December.
        browser.get("/checkins?month=202611").await.is(200).says(&["2026年11月", "11月30日 周一，已签到"]);
        browser.get("/checkins").await.says(&["2026年12月", "本月已得 6 / 40 积分"]);
        stage.pass(2 * DAY);
        browser.get("/checkins").await.says(&["连续签到 0 天", "12月5日 周六，没有签到，可以补签"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_promised_than_the_month_leaves() {
    let three = |settings: &mut yue::settings::Settings| settings.library.checkins.month_max = 3;
    on_both_with(three, async |stage: &Stage| {
        let Holder { browser, card, .. } = stage.holder(1).await;
        // The sixth day is the third of December.
        days_in_a_row(stage, &browser, 6).await.says(&["连续签到 6 天"]).never_says("明天签到，多得");
        stage.pass(DAY);
        browser.get("/").await.is(200).says(&["签到 第 7 天"]).never_says("签到 +");
        browser.get("/checkins").await.says(&["本月积分已满"]).never_says("今天签到，多得");
        check_in(&browser).await.says(&["签到成功，本月的积分已满"]);
        assert_eq!(stage.balance(card).await, 50 + 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn home_says_what_today_s_stamp_earns_and_that_it_is_there() {
    on_both(async |stage: &Stage| {
        stage.visitor().get("/").await.is(200).never_says("签到 +");
        let (browser, _) = stage.reader().await;
        browser.get("/").await.is(200).says(&["去绑定证件"]).never_says("签到 +");
        let Holder { browser, .. } = stage.holder(1).await;
        let home = browser.get("/").await.is(200).says(&["签到 +1 第 1 天"]);
        assert!(home.body.contains("<a class=\"ribbon\" href=\"/checkins\">"), "{}", home.body);
        days_in_a_row(stage, &browser, 6).await;
        browser.get("/").await.is(200).says(&["今日 已签到 第 6 天"]).never_says("签到 +");
        // Over the month's end and midnight.
        stage.pass(DAY);
        browser.get("/").await.is(200).says(&["签到 +3 第 7 天"]);
        stage.pass(DAY);
        browser.get("/").await.is(200).says(&["签到 +1 第 1 天"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn months_are_seen_a_year_back_and_nothing_else() {
    on_both(async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        browser.get("/checkins?month=202511").await.is(200).says(&["2025年11月"]);
        for none in ["202510", "202612", "202613", "7", "-1"] {
            browser.get(&format!("/checkins?month={none}")).await.is(200).says(&["2026年11月"]);
        }
        browser.get("/checkins?month=soon").await.is(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_day_is_made_up_without_points_twice_a_month() {
    on_both(async |stage: &Stage| {
        let Holder { browser, card, .. } = stage.holder(1).await;
        check_in(&browser).await;
        let page = browser.get("/checkins?day=20261127").await.is(200);
        let page = page.says(&["补签11月27日 周五？", "11月还可以补签 2 次"]);
        let sent = browser.send(&page.form("/checkins/make-ups")).await.is(303);
        let page = browser.follow(sent).await.is(200);
        page.says(&["11月27日 周五已补签", "连续签到 2 天", "本月还可以补签 1 次", "11月27日 周五，已补签"]);
        assert_eq!((stage.balance(card).await, stamps(stage, card).await), (51, 2));

        let late = browser.get("/checkins?day=20261126").await.form("/checkins/make-ups");
        let page = browser.get("/checkins?day=20261125").await.form("/checkins/make-ups");
        browser.send(&page).await.is(303).leads_to("/checkins?done=20261125");
        browser.send(&late).await.is(409).says(&["每月最多补签 2 次。"]);
        browser.get("/checkins?day=20261126").await.is(200).never_says("补签11月26日");
        assert_eq!(stamps(stage, card).await, 3);
        // What cannot be made up is not asked about, and not done.
        for day in ["20261128", "20261129", "20261031", "20261127", "0", "-5"] {
            browser.get(&format!("/checkins?day={day}")).await.is(200).never_says("？");
            let form = late.clone().with(&[("day", day), ("key", &format!("a key of the tests {day}"))]);
            browser.send(&form).await.is(409).says(&["这一天不能补签。"]);
        }
        assert_eq!((stage.balance(card).await, stamps(stage, card).await), (51, 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_stamps_another_s_card() {
    on_both(async |stage: &Stage| {
        let (owner, other) = (stage.holder(1).await, stage.holder(2).await);
        let (theirs, card) = (button(&other.browser).await, owner.card.to_string());
        stage
            .unchanged("another's card", async {
                other.browser.send(&theirs.clone().with(&[("card", &card)])).await.is(404);
                let make_up = stage.form(&other.browser, "/checkins/make-ups", &[("card", &card), ("day", "20261127")]);
                other.browser.send(&make_up).await.is(404);
            })
            .await;
        check_in(&owner.browser).await;
        other.browser.get("/checkins").await.says(&["连续签到 0 天"]).never_says("已签到");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_s_card_is_stamped_whichever_is_current_by_then() {
    on_both(async |stage: &Stage| {
        let Holder { browser, reader, card } = stage.holder(1).await;
        let page = browser.get("/checkins").await.is(200).never_says("切换");
        stage.pass(2 * MINUTE);
        let second = stage.bind_shortly(reader, &patron(3)).await;
        browser.get("/checkins").await.says(&["切换"]);
        let choose = stage.form(&browser, "/cards/current", &[("card", &second.to_string())]);
        browser.send(&choose).await.is(303);
        let sent = browser.send(&page.form("/checkins")).await.is(303);
        browser.follow(sent).await.is(200).says(&["刚才那张证已签到", "连续签到 0 天", "尾号0003"]);
        assert_eq!((stamps(stage, card).await, stamps(stage, second).await), (1, 0));
    })
    .await;
}
