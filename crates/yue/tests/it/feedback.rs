//! 意见反馈: written with pictures, answered, reopened; nobody else reads it, and nobody floods it.

use crate::support::{DAY, Holder, Stage, on_both};
use domain::staff::Role;
use image::{ImageFormat, RgbImage};
use std::io::Cursor;

pub fn picture(shade: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    RgbImage::from_pixel(60, 40, image::Rgb([shade, 90, 40])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_goes_to_and_fro_between_the_reader_and_staff_alone() {
    on_both(async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        browser.get("/feedback").await.is(200).says(&["还没有提过意见"]);
        let form = browser.get("/feedback/new").await.is(200).form("/feedback");
        browser.send(&form).await.is(422).says(&["请写下您的意见"]);
        let typed = [("text", "灯坏了<script>"), ("contact", "139 0000 0001")];
        let form = form.with(&typed);
        let files = |bytes: &[Vec<u8>]| bytes.iter().map(|bytes| ("files", bytes.clone())).collect::<Vec<_>>();
        let four: Vec<Vec<u8>> = (1..=4).map(picture).collect();
        let page = browser.upload(&form, &files(&four)).await.is(422).says(&["最多附 3 张图片"]);
        let page = page.keeps("/feedback", &[("contact", "139 0000 0001")]);
        let bad = browser.upload(&page.form("/feedback").with(&typed), &files(&[b"no picture".to_vec()])).await;
        let form = bad.is(422).says(&["图片打不开"]).form("/feedback").with(&typed);
        let shown = browser.upload(&form, &files(&four[..2])).await.is(303).leads_to("/feedback/");
        browser.upload(&form, &files(&four[..2])).await.is(303).leads_to(&shown);
        let page = browser.get(&shown).await.is(200).says(&["等待回复", "灯坏了<script>", "联系方式：139 0000 0001"]);
        assert_eq!(page.body.matches("/pictures/1/").count(), 4, "two pictures, each with its link");
        let other = stage.holder(2).await.browser;
        other.get(&shown).await.is(404);
        let second = format!("{shown}/pictures/1/2");
        assert!(browser.bytes(&second).await.starts_with(&[0xff, 0xd8, 0xff]));
        browser.get(&format!("{shown}/pictures/1/3")).await.is(404);
        other.get(&second).await.is(404);
        assert_eq!(stage.number("select count(*) from feedback_picture where length(jpeg) > 0", &[]).await, 2);

        let (staff, _) = stage.staff("guanzhang", Role::Director, 1).await;
        staff.get("/staff/feedback?state=open").await.is(200).says(&["灯坏了<script>", "待回复", "尾号0001"]);
        let id = shown.trim_start_matches("/feedback/");
        let path = format!("/staff/feedback/{id}");
        let answer = format!("{path}/answer");
        let page = staff.get(&path).await.is(200).says(&["139 0000 0001"]);
        assert!(staff.bytes(&format!("{path}/pictures/1/1")).await.starts_with(&[0xff, 0xd8, 0xff]));
        staff.send(&page.form(&answer)).await.is(409).says(&["请写下回复"]);
        let form = page.form(&answer).with(&[("text", "已经修好了。")]);
        staff.send(&form).await.is(303).leads_to(&path);
        staff.send(&form).await.is(303).leads_to(&path);
        browser.get("/messages").await.is(200).says(&["意见反馈有回复了"]);
        let page = browser.get(&shown).await.is(200).says(&["已回复", "已经修好了。"]);
        let reply = page.form(&format!("{shown}/replies")).with(&[("text", "谢谢！")]);
        browser.send(&reply).await.is(303).leads_to(&shown);
        let page = staff.get(&path).await.is(200).says(&["待回复", "谢谢！"]);
        staff.send(&page.form(&answer).with(&[("act", "close")])).await.is(303);
        browser.get(&shown).await.is(200).says(&["已办结"]);
        // Two are written; a day has five.
        for n in 0..3 {
            let form = browser.get("/feedback/new").await.form("/feedback").with(&[("text", &format!("第{n}条"))]);
            browser.send(&form).await.is(303);
        }
        let form = browser.get("/feedback/new").await.form("/feedback").with(&[("text", "再来一条")]);
        browser.send(&form).await.is(422).says(&["每天最多提交 5 次"]).keeps("/feedback", &[]);
        // Answered a year ago: the pictures go, the words stay.
        stage.pass(366 * DAY);
        stage.jobs.run_due().await;
        assert_eq!(stage.number("select count(*) from feedback_picture", &[]).await, 0);
        assert_eq!(stage.number("select count(*) from feedback_post where pictures = 2", &[]).await, 1);
        stage.verify().await;
        // What was written stands sealed in the database, and nowhere else.
        assert!(!stage.sealed_texts().await.iter().any(|text| text.contains("灯坏了")));
        let (desk, _) = stage.staff("desk", Role::Desk, 1).await;
        desk.get(&path).await.is(403);
        desk.get(&format!("{path}/pictures/1/1")).await.is(403);
    })
    .await;
}
