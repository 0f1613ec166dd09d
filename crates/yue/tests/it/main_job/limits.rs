//! Limits on codes: nobody is flooded with messages, and no budget is drained.

use crate::support::{DAY, HOUR, MINUTE, Stage, on_both, patron};

const TOO_SOON: &str = "验证码刚刚发过，请等 60 秒再试。";
const THIS_HOUR: &str = "这一小时的验证码发送次数太多了，请一小时后再试，或持证件到服务台办理。";
const TODAY: &str = "一天之内的验证码发送次数太多了，请过一天再试，或持证件到服务台办理。";

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_gets_one_code_a_minute_five_an_hour_ten_a_day() {
    on_both(async |stage: &Stage| {
        let patron = patron(5);
        let mut sent = 0;
        // Each from a reader of their own: the limit is the phone's.
        let mut ask = async |allowed: Result<(), &str>| {
            let (browser, _) = stage.reader().await;
            let page = stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await;
            let typed = [("barcode", patron.barcode.as_str()), ("phone", &patron.phone)];
            match allowed {
                Ok(()) => drop(page.is(200)),
                Err(words) => drop(page.is(422).says(&[words]).keeps("/cards", &typed)),
            }
            sent += i64::from(allowed.is_ok());
            assert_eq!(stage.codes(&patron.phone).await.len() as i64, sent);
        };
        ask(Ok(())).await;
        ask(Err(TOO_SOON)).await;
        stage.pass(MINUTE - 1);
        ask(Err(TOO_SOON)).await;
        stage.pass(1);
        for _ in 0..4 {
            ask(Ok(())).await;
            stage.pass(MINUTE);
        }
        ask(Err(THIS_HOUR)).await;
        // 5 minutes ago plus an hour: the first of the five is out of the window, one at a time.
        stage.pass(HOUR - 5 * MINUTE);
        for _ in 0..5 {
            ask(Ok(())).await;
            stage.pass(MINUTE);
        }
        ask(Err(TODAY)).await;
        stage.pass(2 * HOUR);
        ask(Err(TODAY)).await;
        stage.pass(DAY);
        ask(Ok(())).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_reader_cannot_try_card_after_card() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        for n in 0..10 {
            let patron = patron(n % 9 + 1);
            let page = stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await;
            match n {
                0..5 => drop(page.is(200)),
                _ => drop(page.is(422).says(&[THIS_HOUR])),
            }
            stage.pass(MINUTE);
        }
        assert_eq!(stage.number("select count(*) from outbox", &[]).await, 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_without_end_is_told_to_wait() {
    on_both(async |stage: &Stage| {
        let mut refused = 0;
        for n in 0..70 {
            let patron = patron(100 + n);
            let (browser, _) = stage.reader().await;
            let page = stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await;
            if page.status == 422 {
                let typed = [("barcode", patron.barcode.as_str()), ("phone", &patron.phone)];
                page.says(&["这个网络上的验证码请求太多了，请稍后再试。"]).keeps("/cards", &typed);
                refused += 1;
            }
        }
        assert_eq!(refused, 10, "60 an hour");
        stage.pass(HOUR);
        let (browser, _) = stage.reader().await;
        stage.ask_for_code(&browser, "JB002600000099", "13900000099").await.is(200);
    })
    .await;
}
