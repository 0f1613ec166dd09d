//! The SMS gateway slow, down, lying: a message that surely did not leave waits, one that perhaps did is never sent again.

use super::{WITHOUT_END_MS, in_time};
use crate::support::relay::Relay;
use crate::support::{Browser, HOUR, MINUTE, Page, Stage, on_both, on_both_with, patron};
use sandbox::{Mode, Party};
use std::sync::Mutex;

const WAITING: i64 = 1;
const SENT: i64 = 2;
const FAILED: i64 = 3;
const UNKNOWN: i64 = 4;

async fn outbox_is(stage: &Stage, state: i64) {
    assert_eq!(stage.number("select min(state) from outbox", &[]).await, state);
    assert_eq!(stage.number("select max(state) from outbox", &[]).await, state);
    // Once it is over, the code is wiped.
    let kept = stage.number("select count(*) from payload where sealed is not null", &[]).await;
    assert_eq!(kept > 0, state == WAITING, "state {state}: {kept} payloads are kept");
}

/// A code is asked for while the sender is at work.
async fn asked_while_sending(stage: &Stage, browser: &Browser) -> Page {
    let patron = patron(5);
    let page = in_time(stage.ask_for_code(browser, &patron.barcode, &patron.phone)).await.is(200);
    // Two senders, as two instances have.
    tokio::join!(stage.sender.deliver_due(), stage.sender.deliver_due());
    page.says(&["如果条码号与手机号相符，验证码已发到这个手机"])
}

fn arrived(stage: &Stage) -> usize {
    stage.library().messages(&patron(5).phone).len()
}

/// However long one waits, no more arrives.
async fn no_more_arrives(stage: &Stage, count: usize) {
    for _ in 0..5 {
        stage.pass(MINUTE);
        stage.sender.deliver_due().await;
    }
    assert_eq!(arrived(stage), count);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_may_have_sent_is_never_asked_again() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let mut so_far = 0;
        for (mode, arrives) in [(Mode::Slow { ms: WITHOUT_END_MS }, 0), (Mode::Down, 0), (Mode::Unknown, 1)] {
            stage.library().set(Party::Sms, mode);
            let page = asked_while_sending(stage, &browser).await;
            outbox_is(stage, UNKNOWN).await;
            stage.library().clear(Party::Sms);
            so_far += arrives;
            if arrives == 1 {
                // It did arrive: the code is as good as any.
                let code = stage.code(&patron(5).phone).await;
                stage.try_code(&browser, &page, &code).await.is(200).says(&["绑定成功"]);
            }
            no_more_arrives(stage, so_far).await;
        }
        // After recovery the reader asks again and gets one.
        let (other, _) = stage.reader().await;
        asked_while_sending(stage, &other).await;
        assert_eq!(arrived(stage), so_far + 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_lies_is_believed_and_the_reader_asks_again() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        stage.library().set(Party::Sms, Mode::Lying);
        asked_while_sending(stage, &browser).await;
        outbox_is(stage, SENT).await;
        assert_eq!(arrived(stage), 0);
        stage.library().clear(Party::Sms);
        stage.pass(MINUTE);
        stage.bind(&browser, &patron(5)).await.is(200).says(&["绑定成功"]);
        assert_eq!(arrived(stage), 1);
    })
    .await;
}

/// A library whose gateway cannot be reached until the road to it is open.
async fn unreachable(test: impl AsyncFn(&Stage, &Mutex<Option<Relay>>)) {
    let relay = Mutex::new(None);
    let cut = |settings: &mut yue::settings::Settings| {
        let closed = Relay::closed();
        settings.sms.gateway.aliyun.base_url = format!("http://{}/sms-gateway/", closed.here());
        *relay.lock().unwrap() = Some(closed);
    };
    on_both_with(cut, async |stage: &Stage| test(stage, &relay).await).await;
}

async fn open(stage: &Stage, relay: &Mutex<Option<Relay>>) -> Relay {
    let mut relay = relay.lock().unwrap().take().unwrap();
    relay.open(stage.sandbox.base_url().trim_start_matches("http://").parse().unwrap()).await;
    relay
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_leave_waits_and_leaves_once() {
    unreachable(async |stage: &Stage, relay: &Mutex<Option<Relay>>| {
        let (browser, _) = stage.reader().await;
        let page = asked_while_sending(stage, &browser).await;
        outbox_is(stage, WAITING).await;
        for _ in 0..3 {
            stage.pass(10_000);
            stage.sender.deliver_due().await;
        }
        outbox_is(stage, WAITING).await;
        assert!(stage.number("select attempts from outbox", &[]).await >= 3);
        let _road = open(stage, relay).await;
        stage.pass(MINUTE);
        tokio::join!(stage.sender.deliver_due(), stage.sender.deliver_due());
        outbox_is(stage, SENT).await;
        assert_eq!(arrived(stage), 1);
        let code = stage.code(&patron(5).phone).await;
        stage.try_code(&browser, &page, &code).await.is(200).says(&["绑定成功"]);
        no_more_arrives(stage, 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_waited_too_long_is_not_sent_at_all() {
    unreachable(async |stage: &Stage, relay: &Mutex<Option<Relay>>| {
        let (browser, _) = stage.reader().await;
        asked_while_sending(stage, &browser).await;
        let _road = open(stage, relay).await;
        stage.pass(HOUR);
        stage.sender.deliver_due().await;
        outbox_is(stage, FAILED).await;
        no_more_arrives(stage, 0).await;
        stage.bind(&browser, &patron(5)).await.is(200).says(&["绑定成功"]);
    })
    .await;
}
