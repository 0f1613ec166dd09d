//! Pages that a browser kept and shows again by its back button: what they send is done, or said not to be.

use crate::support::html::forms;
use crate::support::{Stage, on_both, patron};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_used_at_another_address_hides_nothing() {
    on_both(async |stage: &Stage| {
        let holder = stage.holder(1).await;
        let second = stage.bind_shortly(holder.reader, &patron(2)).await;
        let (browser, key) = (&holder.browser, [("key", "a key of the tests")]);
        let first = stage.form(browser, &format!("/cards/{}/unbinding", holder.card), &key);
        browser.send(&first).await.is(303).leads_to("/cards");
        assert_eq!(stage.bindings().await, 1);
        let other = stage.form(browser, &format!("/cards/{second}/unbinding"), &key);
        let page = browser.send(&other).await;
        if page.status == 303 {
            assert_eq!(stage.bindings().await, 0, "said to be done, and not done");
        } else {
            page.is(409).says(&["这一页已经提交过了，请返回刷新后再试。"]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_from_before_the_code_was_sent_still_binds() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let patron = patron(5);
        let before = browser.get("/cards/new").await.is(200).form("/cards");
        let before = before.with(&[("barcode", &patron.barcode), ("phone", &patron.phone)]);
        let mut asked = before.clone();
        asked.action = "/cards/codes".into();
        browser.send(&asked).await.is(200);
        let code = stage.code(&patron.phone).await;
        browser.send(&before.with(&[("code", &code)])).await.is(200).says(&["绑定成功", "+50"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_card_is_chosen_from_a_kept_list() {
    on_both(async |stage: &Stage| {
        let holder = stage.holder(1).await;
        stage.bind_shortly(holder.reader, &patron(2)).await;
        stage.bind_shortly(holder.reader, &patron(3)).await;
        let list = holder.browser.get("/cards").await.is(200);
        let forms: Vec<_> = forms(&list.body).into_iter().filter(|form| form.action == "/cards/current").collect();
        assert_eq!(forms.len(), 2);
        for form in [&forms[0], &forms[1], &forms[0]] {
            holder.browser.send(form).await.is(303);
            let current = stage.number("select card from reader where id = $1", &[holder.reader.0]).await;
            assert_eq!(current.to_string(), form.get("card"), "said to be chosen");
        }
    })
    .await;
}
