//! The library system slow, down, lying, cutting its answers.

use super::{WITHOUT_END_MS, in_time};
use crate::support::{MINUTE, PENCILS, Stage, on_both, patron};
use domain::staff::Role;
use futures_util::future::join_all;
use sandbox::{Mode, Party};

const SENTENCE: &str = "借阅系统暂时没有回应，请稍后再试。没有任何改动。";

#[tokio::test(flavor = "multi_thread")]
async fn a_library_system_in_trouble_is_said_to_be_and_nothing_changes() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let patron = patron(5);
        for mode in [Mode::Slow { ms: WITHOUT_END_MS }, Mode::Down, Mode::Lying, Mode::Unknown] {
            stage.library().set(Party::Sip2, mode);
            let asked = in_time(stage.ask_for_code(&browser, &patron.barcode, &patron.phone));
            let page = stage.unchanged(mode.name(), asked).await.is(503);
            page.says(&[SENTENCE]);
        }
        stage.library().clear(Party::Sip2);
        assert!(stage.codes(&patron.phone).await.is_empty());
        // No limit was used up, no connection is left spoilt: the next try is the first.
        stage.bind(&browser, &patron).await.is(200).says(&["绑定成功", "+50"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_library_system_within_its_time_is_only_slow() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        stage.library().set(Party::Sip2, Mode::Slow { ms: 20 });
        stage.bind(&browser, &patron(5)).await.is(200).says(&["绑定成功"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_library_system_holds_up_nobody_else() {
    on_both(async |stage: &Stage| {
        let (desk, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let holder = stage.holder(1).await;
        stage.library().set(Party::Sip2, Mode::Slow { ms: WITHOUT_END_MS });
        let waiting = join_all((10..40).map(|n| async move {
            let ((browser, _), patron) = (stage.reader().await, patron(n));
            stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await
        }));
        let others = async {
            let confirm = in_time(holder.browser.get(&format!("/prizes/{prize}/redemption"))).await.is(200);
            in_time(holder.browser.send(&confirm.form("/redemptions"))).await.is(303);
            for path in ["/", "/prizes", "/redemptions", "/points", "/messages"] {
                in_time(holder.browser.get(path)).await.is(200);
            }
            in_time(desk.get("/staff/desk")).await.is(200);
        };
        let (waited, ()) = tokio::join!(waiting, others);
        for page in waited {
            page.is(503).says(&[SENTENCE]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lie_about_another_card_binds_nothing_and_sends_nothing() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let (mine, other) = (patron(5), patron(6));
        stage.library().set(Party::Sip2, Mode::Lying);
        // The liar answers with the next patron, whose phone this is.
        let page = in_time(stage.ask_for_code(&browser, &mine.barcode, &other.phone)).await;
        page.is(503).says(&[SENTENCE]);
        for phone in [&mine.phone, &other.phone] {
            assert!(stage.codes(phone).await.is_empty());
        }
        stage.library().clear(Party::Sip2);
        stage.pass(MINUTE);
        stage.ask_for_code(&browser, &mine.barcode, &other.phone).await.is(200);
        assert!(stage.codes(&other.phone).await.is_empty(), "a wrong pair");
    })
    .await;
}
