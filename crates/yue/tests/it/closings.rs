//! 注销账号: said first, thought about, then nothing personal is left, on the page, in the database, or as a way in.

use crate::support::{DAY, Holder, PENCILS, Stage, on_both};
use domain::staff::Role;

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_has_a_week_and_then_nothing_is_left_of_them() {
    on_both(async |stage: &Stage| {
        let (_, editor) = stage.staff("prizes", Role::Administrator, 1).await;
        let prize = stage.prize(editor, PENCILS).await;
        let holder = stage.holder(1).await;
        let (redemption, code) = stage.redeemed(&holder, prize).await;
        stage.member(&holder, "李小遥", 20200501, None).await;
        let Holder { browser, reader, card } = &holder;
        let form = browser.get("/feedback/new").await.form("/feedback").with(&[("text", "再见")]);
        browser.upload(&form, &[("files", crate::feedback::picture(9))]).await.is(303);
        let page = browser.get("/closing").await.is(200).says(&[
            "30 积分留在读者证上",
            "1 件，仍可凭兑换码领取",
            "1 位，全部删除",
        ]);
        browser.send(&page.form("/closing")).await.is(422).says(&["请先阅读上面的说明"]);
        browser.send(&page.form("/closing").with(&[("understood", "1")])).await.is(303);
        let page = browser.get("/closing").await.is(200).says(&["撤回注销", "12月5日"]);
        browser.get("/messages").await.is(200).says(&["已申请注销账号"]);
        browser.send(&page.form("/closing/withdrawal")).await.is(303);
        let page = browser.get("/closing").await.is(200).says(&["申请注销"]);
        browser.send(&page.form("/closing").with(&[("understood", "1")])).await.is(303);

        stage.pass(6 * DAY);
        stage.jobs.run_due().await;
        browser.get("/me").await.is(200).says(&["尾号0001"]);
        stage.pass(DAY);
        stage.jobs.run_due().await;
        browser.get("/me").await.is(303).leads_to("/wechat/entry");
        assert_eq!((stage.bindings().await, stage.balance(*card).await), (0, 30));
        let left = |text: &'static str| stage.number(text, &[]);
        for text in [
            "select count(*) from wechat_user",
            "select count(*) from phone_user",
            "select count(*) from feedback_post",
            "select count(*) from feedback_picture",
            "select count(*) from reader_face where length(openid) > 0",
            "select count(*) from member_face where face is not null",
            "select count(*) from session where kind = 1",
        ] {
            assert_eq!(left(text).await, 0, "{text}");
        }
        assert_eq!(
            stage.number("select count(*) from closing where closed_at <> 0 and reader = $1", &[reader.0]).await,
            1
        );
        // The prize is still handed over by its code.
        let (desk, _) = stage.staff("desk", Role::Desk, 1).await;
        let page = desk.get(&format!("/staff/desk?code={code}")).await.is(200).says(&["李*遥"]);
        drop((page, redemption));
        stage.verify().await;
        // Running it once more changes nothing.
        let before = stage.commits().await;
        stage.jobs.run_due().await;
        assert_eq!(stage.number("select count(*) from closing where closed_at <> 0", &[]).await, 1);
        assert!(stage.commits().await >= before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_and_who_hears_of_it_is_said() {
    on_both(async |stage: &Stage| {
        let visitor = stage.visitor();
        visitor.get("/privacy").await.is(200).says(&["隐私说明", "版本 1", "个人信息收集清单", "7 天考虑期"]);
        visitor.get("/privacy/collected").await.is(200).says(&["身份证号", "不可还原的摘要"]);
        visitor.get("/privacy/shared").await.is(200).says(&["短信服务商", "读者证条码号"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_anything_personal_is_told_the_reader_agrees() {
    on_both(async |stage: &Stage| {
        let browser = stage.browser();
        let address = stage.consent_page(&browser, "/").await;
        let granted = browser.get(&stage.answer(&address, "1001", "allow")).await;
        browser.follow(granted).await;
        // What is public stays open to whoever does not agree.
        browser.get("/prizes?tab=all").await.is(200);
        let asked = browser.get("/members").await.is(303).leads_to("/privacy/agreement?to=%2Fmembers");
        let page = browser.get(&asked).await.is(200).says(&["先看隐私说明", "《隐私说明》全文"]);
        browser.send(&page.form("/privacy/agreement")).await.is(422).says(&["请先阅读并勾选同意"]);
        let form = page.form("/privacy/agreement").with(&[("agrees", "1")]);
        browser.send(&form).await.is(303).leads_to("/members");
        browser.get("/members").await.is(200);
        assert_eq!(stage.number("select count(*) from reader where privacy = 1", &[]).await, 1);
        // Another site is no way back.
        let elsewhere = browser.get("/privacy/agreement?to=https%3A%2F%2Felsewhere.example%2F").await.is(200);
        let form = elsewhere.form("/privacy/agreement").with(&[("agrees", "1")]);
        browser.send(&form).await.is(303).leads_to("/");
    })
    .await;
}
