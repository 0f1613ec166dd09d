//! Codes by SMS: who gets one, and what they are good for.

use crate::support::{Browser, MINUTE, Page, Stage, WRONG_CODE, on_both, patron};
use sandbox::{Patron, PatronState};

/// The binding form still holds what was typed, under the words that say why not.
fn refused(page: Page, words: &str, patron: &Patron, code: &str) -> Page {
    let typed = [("barcode", patron.barcode.as_str()), ("phone", &patron.phone), ("code", code)];
    page.is(422).says(&[words]).keeps("/cards", &typed)
}

/// A reader who has asked for a code, the page that answered, and the code.
async fn asked(stage: &Stage, patron: &Patron) -> (Browser, Page, String) {
    let (browser, _) = stage.reader().await;
    let page = stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await.is(200);
    (browser, page, stage.code(&patron.phone).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pair_and_an_unknown_card_hear_what_everybody_hears() {
    on_both(async |stage: &Stage| {
        let right = patron(7);
        let others = Patron { phone: "13911112222".into(), ..right.clone() };
        let lost = Patron { state: PatronState::Lost, ..others.clone() };
        let silent = Patron { phone: String::new(), ..right.clone() };
        let mut heard = vec![];
        for on_file in [Some(right.clone()), Some(others), None, Some(lost), Some(silent)] {
            stage.library().remove_patron(&right.barcode);
            on_file.into_iter().for_each(|patron| stage.library().put_patron(patron));
            let (browser, _) = stage.reader().await;
            let asked = stage.ask_for_code(&browser, &right.barcode, &right.phone).await.is(200);
            let asked = asked.says(&["如果条码号与手机号相符，验证码已发到这个手机", "请持证件到服务台更新"]);
            let again = stage.ask_for_code(&browser, &right.barcode, &right.phone).await.is(422);
            let tried = stage.try_code(&browser, &asked, WRONG_CODE).await;
            let tried = refused(tried, "验证码不对，还可以再试 4 次。", &right, WRONG_CODE);
            heard.push([asked, again, tried].map(|page| (page.status, page.without_secrets())));
            assert_eq!(stage.codes(&right.phone).await.len(), 1, "only the phone on file gets a code");
            stage.pass(MINUTE);
        }
        for other in &heard[1..] {
            assert_eq!(*other, heard[0], "the answer tells whether the pair was right");
        }
        assert!(stage.library().messages("13911112222").is_empty());
        assert_eq!(stage.number("select count(*) from outbox", &[]).await, 1);
        assert_eq!(stage.bindings().await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_end_it_even_for_the_right_one() {
    on_both(async |stage: &Stage| {
        let patron = patron(5);
        let (browser, page, code) = asked(stage, &patron).await;
        for left in [4, 3, 2, 1] {
            let tried = stage.try_code(&browser, &page, WRONG_CODE).await;
            refused(tried, &format!("验证码不对，还可以再试 {left} 次。"), &patron, WRONG_CODE);
        }
        let ended = "验证码输错次数太多，请重新发送。";
        refused(stage.try_code(&browser, &page, WRONG_CODE).await, ended, &patron, WRONG_CODE);
        refused(stage.try_code(&browser, &page, &code).await, ended, &patron, &code);
        assert_eq!(stage.bindings().await, 0);
        stage.pass(MINUTE);
        stage.bind(&browser, &patron).await.is(200).says(&["绑定成功", "+50"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once() {
    on_both(async |stage: &Stage| {
        let patron = patron(5);
        let (browser, page, code) = asked(stage, &patron).await;
        stage.try_code(&browser, &page, &code).await.is(200).says(&["绑定成功", "+50"]);
        let repeated = stage.unchanged("a repeated form", stage.try_code(&browser, &page, &code)).await;
        repeated.is(200).says(&["绑定成功", "+50"]);
        let fresh = browser.get("/cards/new").await.is(200).form("/cards");
        let fresh = fresh.with(&[("barcode", &patron.barcode), ("phone", &patron.phone), ("code", &code)]);
        let again = stage.unchanged("a used code", browser.send(&fresh)).await;
        refused(again, "这个验证码已经用过了，请重新发送。", &patron, &code);
        assert_eq!(stage.bindings().await, 1);
        assert_eq!(stage.number("select count(*) from posting", &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_lives_five_minutes() {
    on_both(async |stage: &Stage| {
        let (late, soon) = (patron(5), patron(6));
        let (browser, page, code) = asked(stage, &late).await;
        let (other, others_page, others_code) = asked(stage, &soon).await;
        stage.pass(5 * MINUTE - 1);
        stage.try_code(&other, &others_page, &others_code).await.is(200).says(&["绑定成功"]);
        stage.pass(1);
        let tried = stage.try_code(&browser, &page, &code).await;
        refused(tried, "验证码已过期，请重新发送。", &late, &code);
        assert_eq!(stage.bindings().await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_bound_to_phone_card_session_and_reader() {
    on_both(async |stage: &Stage| {
        let (mine, other) = (patron(5), patron(6));
        let browser = stage.browser();
        stage.sign_in(&browser, "王小萌").await.is(200);
        let page = stage.ask_for_code(&browser, &mine.barcode, &mine.phone).await.is(200);
        let code = stage.code(&mine.phone).await;

        let form = page.form("/cards").with(&[("code", &code)]);
        let other_phone = browser.send(&form.clone().with(&[("phone", &other.phone)])).await;
        let typed = Patron { phone: other.phone.clone(), ..mine.clone() };
        refused(other_phone, "手机号码与发送验证码时不同，请重新发送验证码。", &typed, &code);

        // Another's card, with the phone and the code of one's own.
        let other_card = browser.send(&form.with(&[("barcode", &other.barcode)])).await;
        let typed = Patron { barcode: other.barcode.clone(), ..mine.clone() };
        refused(other_card, "验证码不对，还可以再试 4 次。", &typed, &code);

        let none = "请先发送验证码。";
        let elsewhere = stage.browser();
        stage.sign_in(&elsewhere, "王小萌").await.is(200);
        let (stranger, _) = stage.reader().await;
        for thief in [&elsewhere, &stranger] {
            let form = thief.get("/cards/new").await.is(200).form("/cards");
            let form = form.with(&[("barcode", &mine.barcode), ("phone", &mine.phone), ("code", &code)]);
            let tried = stage.unchanged("a foreign code", thief.send(&form)).await;
            refused(tried, none, &mine, &code);
        }
        assert_eq!(stage.bindings().await, 0);
        stage.try_code(&browser, &page, &code).await.is(200).says(&["绑定成功"]);
    })
    .await;
}
