//! 阅读足迹: one's own, sealed in the database, and a letter at the end of the year.

use crate::support::{Browser, DAY, Holder, Page, Stage, on_both};
use store::checkins::{trace_views, traces};

async fn note(browser: &Browser, title: &str, minutes: &str) -> Page {
    let page = browser.get("/reading").await.is(200);
    browser.send(&page.form("/reading").with(&[("title", title), ("minutes", minutes)])).await
}

async fn noted(browser: &Browser, title: &str, minutes: &str) -> Page {
    let sent = note(browser, title, minutes).await.is(303);
    browser.follow(sent).await.is(200).says(&["今天的足迹记下了"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_and_its_minutes_are_noted_changed_and_added_up() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        browser.get("/reading").await.is(200).says(&["今年还没有足迹", "今天读了什么"]);
        let page = noted(&browser, " 《长江边的候鸟》 ", "40").await;
        page.says(&["长江边的候鸟", "11月28日 周六", "40 分钟", "1 天有足迹", "1 本书"]);
        // A day has one trace: it is changed, not added.
        let page = browser.get("/reading").await.keeps("/reading", &[("title", "长江边的候鸟"), ("minutes", "40")]);
        page.says(&["今天的足迹", "改好了"]);
        noted(&browser, "长江边的候鸟", "80").await.says(&["1 小时 20 分钟"]);
        stage.pass(5 * DAY);
        let page = noted(&browser, "书边杂写<b>", "").await;
        page.says(&["2 天有足迹", "2 本书", "80 分钟", "书边杂写<b>", "12月3日 周四", "11月 1 天", "12月 1 天"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_and_what_was_typed_stays() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let long = "书".repeat(101);
        let wrong = [
            ("", "30", "请写下书名。"),
            ("围城", "半小时", "请写分钟数"),
            ("围城", "1441", "一天最多 1440 分钟"),
            ("围城", "-1", "请写分钟数"),
            (long.as_str(), "30", "书名最多 100 个字，这里有 101 个。"),
        ];
        for (title, minutes, sentence) in wrong {
            let page = stage.unchanged(sentence, note(&browser, title, minutes)).await.is(422).says(&[sentence]);
            page.keeps("/reading", &[("title", title), ("minutes", minutes)]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_are_private_and_sealed() {
    on_both(async |stage: &Stage| {
        let (owner, other) = (stage.holder(1).await, stage.holder(2).await);
        noted(&owner.browser, "一本只有自己知道的书", "30").await;
        for path in ["/reading", "/reading/2026", "/reading/2026/card.svg", "/checkins"] {
            other.browser.get(path).await.is(200).never_says("只有自己知道的书");
        }
        let rows = stage.reads.all(traces(owner.reader, 0, 99_991_231)).await.unwrap();
        let stored = trace_views(rows).unwrap();
        assert_eq!(stored.len(), 1);
        assert!(!String::from_utf8_lossy(&stored[0].book).contains("书"), "a title in clear");
        assert!(stage.keys.open("reading", &stored[0].book).unwrap().contains("一本只有自己知道的书"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_and_its_picture_tell_the_year_s_figures() {
    on_both(async |stage: &Stage| {
        // Until 23 December: a session does not outlive the test's new year.
        stage.pass(25 * DAY);
        let Holder { browser, .. } = stage.holder(1).await;
        browser.get("/reading/2026").await.is(200).says(&["2026 年阅读信", "一张白纸"]).never_says("留一张图");
        for _ in 0..3 {
            let form = browser.get("/checkins").await.form("/checkins");
            browser.send(&form).await.is(303);
            stage.pass(DAY);
        }
        noted(&browser, "长江边的候鸟", "40").await;
        let page = browser.get("/reading/2026").await.is(200);
        page.says(&[
            "李*遥",
            "签到打卡 3 天",
            "连着 3 天",
            "《长江边的候鸟》",
            "40 分钟",
            "12 月走得最勤",
            "今年到现在",
        ]);
        let picture = browser.get("/reading/2026/card.svg").await.is(200);
        assert_eq!(picture.headers["content-type"], "image/svg+xml");
        picture.says(&["李*遥", "3 天签到", "40 分钟"]).never_says("候鸟");
        // In the new year the letter is finished, and the next one is empty.
        stage.pass(10 * DAY);
        browser.get("/reading/2026").await.is(200).says(&["这一年", "2026年12月31日"]);
        browser.get("/reading/2027").await.is(200).says(&["一张白纸"]);
        browser.get("/reading?year=2026").await.is(200).says(&["长江边的候鸟", "2027年"]).never_says("今天读了什么");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn years_to_come_and_odd_ones_have_no_letter() {
    on_both(async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        for none in ["2027", "1999", "0", "-2026", "99999999999999", "next"] {
            browser.get(&format!("/reading/{none}")).await.is(404);
            browser.get(&format!("/reading/{none}/card.svg")).await.is(404);
        }
        browser.get("/reading/2025").await.is(200).says(&["没有留下签到和足迹"]);
    })
    .await;
}
