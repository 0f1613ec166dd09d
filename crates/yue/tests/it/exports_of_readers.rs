//! 导出我的数据: put together by the job, read and downloaded by its reader alone, gone after three days; as the database has it.

use crate::support::{DAY, Holder, PENCILS, Stage, on_both, patron};
use domain::staff::Role;

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_has_all_of_it_and_nobody_else_has() {
    on_both(async |stage: &Stage| {
        let (_, editor) = stage.staff("prizes", Role::Administrator, 1).await;
        let prize = stage.prize(editor, PENCILS).await;
        let holder = stage.holder(1).await;
        stage.redeemed(&holder, prize).await;
        stage.member(&holder, "李小遥", 20200501, None).await;
        let Holder { browser, reader, .. } = &holder;
        let form = browser.get("/feedback/new").await.form("/feedback").with(&[("text", "灯坏了")]);
        browser.send(&form).await.is(303);
        browser.get("/export/page").await.is(404);
        let page = browser.get("/export").await.is(200).says(&["导出"]);
        browser.send(&page.form("/export")).await.is(303);
        browser.send(&page.form("/export")).await.is(303);
        browser.get("/export").await.is(200).says(&["正在整理"]);
        stage.jobs.run_due().await;
        browser.get("/messages").await.is(200).says(&["您的数据已导出"]);
        browser.get("/export").await.is(200).says(&["12月1日", "查看", "下载 JSON 文件"]);
        let read = browser.get("/export/page").await.is(200);
        read.says(&["李*遥（尾号0001）", &patron(1).barcode, "李小遥", "2020年5月1日出生", "旧书页卷铅笔", "灯坏了"]);
        let file: serde_json::Value = serde_json::from_slice(&browser.bytes("/export/file.json").await).unwrap();
        let rows = |title: &str| {
            let sections = file["sections"].as_array().unwrap();
            let found = sections.iter().find(|section| section["title"] == title).unwrap();
            found["rows"].as_array().unwrap().len() as i64
        };
        for (title, text) in [
            ("积分", "select count(*) from posting p join binding b on b.card = p.card where b.reader = $1"),
            ("兑换", "select count(*) from redemption where reader = $1"),
            ("成员", "select count(*) from member where reader = $1"),
            ("意见反馈", "select count(*) from feedback where reader = $1"),
            ("读者证", "select count(*) from binding where reader = $1"),
        ] {
            assert_eq!(rows(title), stage.number(text, &[reader.0]).await, "{title}");
        }
        let stranger = stage.holder(2).await.browser;
        stranger.get("/export/page").await.is(404);
        stranger.get("/export/file.json").await.is(404);
        // Sealed where it lies, and it was noted that it was made.
        assert!(!stage.sealed_texts().await.iter().any(|text| text.contains("灯坏了")));
        let noted = "select count(*) from audit where action = 'reader.export' and about = $1";
        assert_eq!(stage.number(noted, &[reader.0]).await, 1);
        let form = stage.form(browser, "/export", &[]);
        browser.send(&form).await.is(409).says(&["每天可以导出一次"]);
        stage.pass(3 * DAY);
        browser.get("/export/page").await.is(404);
        stage.jobs.run_due().await;
        assert_eq!(stage.number("select count(*) from export_file", &[]).await, 0);
        browser.get("/export").await.is(200).says(&["导出"]).never_says("已经导出");
        stage.verify().await;
    })
    .await;
}
