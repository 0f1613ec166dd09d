//! 积分明细: the month's opening and closing, refunds apart from earnings, and the statement's signed page.

use crate::support::{DAY, Holder, PENCILS, Stage, on_both};
use domain::staff::Role;

#[tokio::test(flavor = "multi_thread")]
async fn a_month_adds_up_and_can_be_printed_by_its_holder_alone() {
    on_both(async |stage: &Stage| {
        let (_, editor) = stage.staff("prizes", Role::Administrator, 1).await;
        let prize = stage.prize(editor, PENCILS).await;
        let holder = stage.holder(1).await;
        let Holder { browser, card, .. } = &holder;
        let (redemption, _) = stage.redeemed(&holder, prize).await;
        let page = browser.get(&format!("/redemptions/{redemption}/cancellation")).await.is(200);
        browser.send(&page.form(&format!("/redemptions/{redemption}/cancellation"))).await.is(303);
        stage.redeemed(&holder, prize).await;
        let page = browser.get("/points?back=1").await.is(200);
        let page = page.says(&["2026年11月", "获得 50 · 使用 40 · 退回 20", "期初 0 · 期末 30", "退回 · 余额 50"]);
        assert!(page.body.contains(&format!("href=\"/redemptions/{redemption}\"")), "{}", page.body);
        browser.get("/points?back=1&way=in").await.is(200).never_says("使用 ·");
        browser.get("/points?back=1&way=out").await.is(200).says(&["使用 ·"]).never_says("退回 ·");
        browser.get("/rules").await.is(200).says(&["您现在还能得", "今天签到，得 1 积分", "本月还可以推荐 5 本书"]);
        // There was no month before the card came; a month that nobody has seen is the first one.
        browser.get("/points?back=9").await.is(200).says(&["2026年11月"]);

        let start = page.body.find("/points/statements/").unwrap();
        let link = page.body[start..].split('"').next().unwrap().to_string();
        let elsewhere = stage.visitor();
        let sheet = elsewhere.get(&link).await.is(200).says(&["积分对账单", "李*遥（尾号0001）", "2026年11月"]);
        sheet.says(&["期末 30", "首次绑定读者证", "+50", "−20"]);
        elsewhere.get(&format!("{link}X")).await.is(404);
        elsewhere.get(&link.replacen("/points/statements/", "/points/statements/1", 1)).await.is(404);
        // In the month after, it opens with what this one has left.
        stage.pass(5 * DAY);
        elsewhere.get(&link).await.is(404);
        browser.get("/points?back=1").await.is(200).says(&["2026年12月", "期初 30 · 期末 30", "这段时间没有积分变动"]);
        let page = browser.get("/points?back=2").await.is(200).says(&["2026年11月", "期初 0 · 期末 30"]);
        let start = page.body.find("/points/statements/").unwrap();
        let link = page.body[start..].split('"').next().unwrap().to_string();
        elsewhere.get(&link).await.is(200);
        let page = browser.get(&format!("/cards/{card}/unbinding")).await.is(200);
        browser.send(&page.form(&format!("/cards/{card}/unbinding"))).await.is(303);
        elsewhere.get(&link).await.is(404);
    })
    .await;
}
