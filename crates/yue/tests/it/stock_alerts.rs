//! 到货提醒我: from the prize's page to the message, for a crowd, and what of it is left when a reader leaves.

use crate::support::{DAY, PENCILS, Stage, on_both};
use domain::core::asked::Actor;
use domain::prizes::MoveStock;
use domain::slices::Command;
use domain::staff::Role;
use domain::stock_alerts::ChooseStockAlert;
use domain::tables::{PrizeId, ReaderId, StaffId, StockMovementKind};
use futures_util::future::join_all;

async fn move_stock(stage: &Stage, by: StaffId, prize: PrizeId, kind: StockMovementKind) {
    let reason = "盘点".into();
    let command = Command::from(MoveStock { prize, kind, count: 10, reason });
    stage.send(Actor::Staff(by), command).await;
}

async fn choose(stage: &Stage, reader: ReaderId, prize: PrizeId) {
    let command = Command::from(ChooseStockAlert { prize, wanted: true });
    stage.send(Actor::Reader(reader), command).await;
}

const WAITING: &str = "select count(*) from stock_alert";

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_asks_and_is_told_once_when_it_is_back() {
    on_both(async |stage: &Stage| {
        let (_, editor) = stage.staff("prizes", Role::Administrator, 1).await;
        let prize = stage.prize(editor, PENCILS).await;
        let holder = stage.holder(1).await;
        let (browser, page, alert) = (&holder.browser, format!("/prizes/{prize}"), format!("/prizes/{prize}/alert"));
        browser.get(&page).await.is(200).says(&["立即兑换"]).never_says("到货提醒我");
        move_stock(stage, editor, prize, StockMovementKind::WrittenOff).await;
        stage.visitor().get(&page).await.is(200).says(&["已兑完，登录后可设到货提醒"]);

        let shown = browser.get(&page).await.is(200).says(&["这件奖品已兑完", "到货提醒我"]);
        let form = shown.form(&alert);
        for _ in 0..2 {
            browser.send(&form).await.is(303).leads_to(&page);
        }
        assert_eq!(stage.number(WAITING, &[]).await, 1);
        let shown = browser.get(&page).await.is(200).says(&["到货会提醒您", "不用提醒了"]);
        browser.get("/prizes?tab=all").await.is(200).says(&["已兑完，到货会提醒您"]);
        browser.send(&shown.form(&alert)).await.is(303);
        assert_eq!(stage.number(WAITING, &[]).await, 0);
        browser.send(&form).await.is(303);
        stage.jobs.run_due().await;
        assert_eq!(stage.number(WAITING, &[]).await, 1, "there is nothing to tell yet");

        move_stock(stage, editor, prize, StockMovementKind::Received).await;
        // The page that was open is too old: it leads to the prize, which is back.
        browser.send(&form).await.is(303).leads_to(&page);
        stage.pass(DAY);
        stage.jobs.run_due().await;
        browser.get("/messages").await.is(200).says(&["奖品到货了", "又有 10 件了，先到先得"]);
        assert_eq!(stage.number(WAITING, &[]).await, 0);
        browser.get(&page).await.is(200).says(&["立即兑换"]);
        stage.pass(DAY);
        stage.jobs.run_due().await;
        assert_eq!(stage.number("select count(*) from message where kind = 54", &[]).await, 1);
        stage.verify().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_told_in_turns_and_who_has_left_waits_for_nothing() {
    on_both(async |stage: &Stage| {
        let (_, editor) = stage.staff("prizes", Role::Administrator, 1).await;
        let prize = stage.prize(editor, PENCILS).await;
        move_stock(stage, editor, prize, StockMovementKind::WrittenOff).await;
        let leaves = stage.holder(1).await;
        choose(stage, leaves.reader, prize).await;
        let page = leaves.browser.get("/closing").await.is(200);
        leaves.browser.send(&page.form("/closing").with(&[("understood", "1")])).await.is(303);
        stage.pass(8 * DAY);
        stage.jobs.run_due().await;
        assert_eq!(stage.number(WAITING, &[]).await, 0);

        join_all((0..220).map(async |_| choose(stage, stage.reader().await.1, prize).await)).await;
        move_stock(stage, editor, prize, StockMovementKind::Received).await;
        // Ten prizes: a hundred readers at a time.
        for told in [100, 200, 220, 220] {
            stage.pass(DAY);
            stage.jobs.run_due().await;
            assert_eq!(stage.number("select count(*) from message where kind = 54", &[]).await, told);
        }
        assert_eq!(stage.number(WAITING, &[]).await, 0);
        stage.verify().await;
    })
    .await;
}
