//! 改绑: whoever proves a card that another has bound gets it after a day, unless the other objects.

use crate::support::{Browser, DAY, Form, HOUR, Holder, MINUTE, PENCILS, Page, Stage, WRONG_CODE, on_both, patron};
use domain::staff::Role;
use domain::tables::ReaderId;

const BOUND: &str = "该读者证已被其他微信绑定";
const WISH: &str = "申请改绑到当前微信";

/// Who has the card, and another who holds its phone; 30 points are left on it, and a prize waits.
async fn two(stage: &Stage) -> (Holder, Browser, ReaderId) {
    let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
    let prize = stage.prize(director, PENCILS).await;
    let holder = stage.holder(5).await;
    stage.redeemed(&holder, prize).await;
    // The first binding's own message is out of the way of the codes to come.
    stage.sender.deliver_due().await;
    let (browser, reader) = stage.reader().await;
    (holder, browser, reader)
}

/// 立即绑定 with the right code.
async fn refused(stage: &Stage, browser: &Browser) -> Page {
    let patron = patron(5);
    let asked = stage.ask_for_code(browser, &patron.barcode, &patron.phone).await.is(200);
    let code = stage.code(&patron.phone).await;
    stage.try_code(browser, &asked, &code).await.is(422).says(&[BOUND, WISH])
}

/// The button under the sentence sends the form elsewhere.
fn wish(page: &Page) -> Form {
    assert!(page.body.contains("formaction=\"/cards/rebindings\""), "{}", page.body);
    Form { action: "/cards/rebindings".into(), ..page.form("/cards") }
}

async fn asked(stage: &Stage, browser: &Browser) -> Form {
    let form = wish(&refused(stage, browser).await);
    browser.send(&form).await.is(200).says(&["已申请改绑", "11月29日 周日 9:00"]);
    form
}

async fn owner(stage: &Stage, holder: &Holder) -> i64 {
    stage.number("select reader from card where id = $1", &[holder.card.0]).await
}

fn end(holder: &Holder) -> String {
    format!("/cards/{}/rebinding/end", holder.card)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_code_offers_another_s_card() {
    on_both(async |stage: &Stage| {
        let (holder, browser, _) = two(stage).await;
        let patron = patron(5);
        let page = stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await.is(200);
        let code = stage.code(&patron.phone).await;
        let wrong = stage.try_code(&browser, &page, WRONG_CODE).await.is(422).says(&["验证码不对"]);
        wrong.never_says(BOUND).never_says(WISH);
        let blind = page.form("/cards").with(&[("code", WRONG_CODE), ("key", "a key of the tests 1")]);
        let blind = Form { action: "/cards/rebindings".into(), ..blind };
        browser.send(&blind).await.is(422).says(&["还可以再试 3 次"]);
        assert_eq!(stage.number("select count(*) from rebinding", &[]).await, 0);
        // A card that nobody else has is bound, not asked for.
        let own = page.form("/cards").with(&[("code", &code), ("key", "a key of the tests 2")]);
        let own = Form { action: "/cards/rebindings".into(), ..own };
        stage.send(domain::core::asked::Actor::Reader(holder.reader), unbind(&holder)).await;
        stage.unchanged("a free card", browser.send(&own)).await.is(422).says(&["可以直接绑定"]);
        stage.try_code(&browser, &page, &code).await.is(200).says(&["绑定成功"]).never_says("+50");
    })
    .await;
}

fn unbind(holder: &Holder) -> domain::slices::Command {
    domain::slices::Command::from(domain::cards::UnbindCard { card: holder.card })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_card_is_told_and_objects() {
    on_both(async |stage: &Stage| {
        let (holder, browser, _) = two(stage).await;
        asked(stage, &browser).await;
        let told = holder.browser.get("/messages").await.is(200);
        told.says(&["读者证改绑申请", "24 小时后生效", "请马上反对"]);
        let cards = holder.browser.get("/cards").await.is(200).says(&["有人申请改绑", "反对改绑"]);
        let (third, path) = (stage.holder(6).await, end(&holder));
        let foreign = stage.form(&third.browser, &path, &[]);
        stage.unchanged("a third person", third.browser.send(&foreign)).await.is(404);
        holder.browser.send(&cards.form(&path)).await.is(303).leads_to("/cards");
        holder.browser.get("/cards").await.is(200).never_says("反对改绑");
        browser.get("/messages").await.is(200).says(&["改绑没有成功"]);
        stage.pass(DAY + HOUR);
        stage.jobs.run_due().await;
        assert_eq!(owner(stage, &holder).await, holder.reader.0);
        browser.get("/cards").await.is(200).says(&["还没有绑定读者证"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_may_let_go_and_asks_once() {
    on_both(async |stage: &Stage| {
        let (holder, browser, _) = two(stage).await;
        let form = asked(stage, &browser).await;
        // Again the same form: the same answer, told once.
        stage.unchanged("the same form", browser.send(&form)).await.is(200).says(&["已申请改绑"]);
        stage.pass(MINUTE);
        let (third, _) = stage.reader().await;
        let form = wish(&refused(stage, &third).await);
        let late = stage.unchanged("a second wish", third.send(&form)).await.is(422);
        late.says(&["该读者证正在改绑中"]);
        assert_eq!(stage.number("select count(*) from message where kind = 9", &[]).await, 1);
        let cards = browser.get("/cards").await.is(200).says(&["您申请改绑", "撤回申请"]);
        browser.send(&cards.form(&end(&holder))).await.is(303);
        stage.pass(DAY);
        stage.jobs.run_due().await;
        assert_eq!(owner(stage, &holder).await, holder.reader.0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_objection_the_card_goes_over_with_all_that_is_on_it() {
    on_both(async |stage: &Stage| {
        let (holder, browser, reader) = two(stage).await;
        asked(stage, &browser).await;
        let postings = stage.number("select count(*) from posting", &[]).await;
        stage.pass(DAY - 1);
        stage.jobs.run_due().await;
        assert_eq!(owner(stage, &holder).await, holder.reader.0, "a moment too early");
        stage.pass(MINUTE + 1);
        stage.jobs.run_due().await;
        stage.jobs.run_due().await;
        assert_eq!(owner(stage, &holder).await, reader.0);
        assert_eq!((stage.balance(holder.card).await, stage.bindings().await), (30, 1));
        assert_eq!(stage.number("select count(*) from posting", &[]).await, postings, "no second bonus");
        browser.get("/cards").await.is(200).says(&["尾号0005", "30", "当前使用"]);
        browser.get("/redemptions").await.is(200).says(&["旧书页卷铅笔", "待领取"]);
        browser.get("/messages").await.is(200).says(&["读者证绑定成功"]).never_says("首次绑定获得");
        holder.browser.get("/messages").await.is(200).says(&["读者证已改绑"]);
        holder.browser.get("/redemptions").await.is(303).leads_to("/cards/new");
        for kind in [9, 10] {
            const TOLD: &str = "select count(*) from message where kind = $1";
            assert_eq!(stage.number(TOLD, &[kind]).await, 1, "{kind}");
        }
    })
    .await;
}
