//! 修改手机号: codes for both numbers, both are told; or the desk confirms; and a while passes before it counts.

use crate::support::{Browser, HOUR, Holder, Page, Stage, on_both_with, patron};
use domain::staff::Role;
use yue::settings::Settings;

const NEW: &str = "13900000777";

fn setup(settings: &mut Settings) {
    settings.server.phone_entry = true;
    settings.sms.changed_template = "SMS_100000002".into();
}

/// 发送验证码 for one of the numbers: the page, and the code that has come.
async fn code(stage: &Stage, browser: &Browser, page: &Page, side: &str, number: &str) -> (Page, String) {
    let mut form = page.form("/phone").with(&[(side, number)]);
    form.action = format!("/phone/codes/{side}");
    let page = browser.send(&form).await.is(200);
    let codes = stage.codes(number).await;
    (page.keeps("/phone", &[(side, number)]), codes.into_iter().next().unwrap_or_default())
}

/// Both codes, typed; what the page answers.
async fn changed(stage: &Stage, browser: &Browser, old: &str, new: &str) -> Page {
    let page = browser.get("/phone").await.is(200).says(&["仅修改积分平台手机号，借阅系统请到服务台办理"]);
    let (page, old_code) = code(stage, browser, &page, "old", old).await;
    let (page, new_code) = code(stage, browser, &page, "new", new).await;
    let wrong = page.form("/phone").with(&[("old_code", "000000"), ("new_code", "000000"), ("old", old)]);
    browser.send(&wrong).await.is(422).says(&["还可以再试"]);
    let form = [("old", old), ("old_code", &old_code), ("new", new), ("new_code", &new_code)];
    browser.send(&page.form("/phone").with(&form)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_changed_by_two_codes_and_both_are_told() {
    on_both_with(setup, async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        let old = patron(1).phone;
        // The binding's code comes first.
        stage.codes(&old).await;
        stage.pass(1);
        let page = browser.get("/phone").await.is(200);
        browser.send(&page.form("/phone")).await.is(422).says(&["请填写手机号码", "请填写短信里的验证码"]);
        changed(stage, &browser, &old, NEW).await.is(200).says(&["手机号已修改", "24 小时内不能转移积分"]);
        stage.sender.deliver_due().await;
        for number in [old.as_str(), NEW] {
            let newest = stage.library().messages(number).into_iter().next().unwrap();
            assert!(newest.text.contains("tail：0777"), "{}", newest.text);
        }
        browser.get("/messages").await.is(200).says(&["手机号已修改", "尾号0777"]);
        // Neither number comes in now: the old one makes a stranger, the new one waits a day.
        let entered = |number: &'static str| async move {
            let mut visitor = stage.browser();
            visitor.agent = "Mozilla/5.0 (X11; Linux x86_64)";
            let page = visitor.get("/sign-in/phone").await.is(200);
            let mut form = page.form("/sign-in/phone").with(&[("phone", number)]);
            form.action = "/sign-in/phone/codes".into();
            let page = visitor.send(&form).await.is(200);
            let code = stage.codes(number).await.remove(0);
            visitor.send(&page.form("/sign-in/phone").with(&[("phone", number), ("code", &code)])).await
        };
        stage.pass(2 * 60_000);
        entered(NEW).await.is(422).says(&["手机号刚修改过"]);
        stage.pass(24 * HOUR);
        entered(NEW).await.is(303);
        // No number stands anywhere in clear.
        assert!(!stage.sealed_texts().await.iter().any(|text| text.contains(NEW) || text.contains(&old)));
        stage.verify().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_lost_the_old_number_goes_to_the_desk() {
    on_both_with(setup, async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        browser.get("/phone/desk").await.is(200).says(&["没有等待办理的修改申请"]);
        let page = browser.get("/phone").await.is(200);
        let (page, code) = code(stage, &browser, &page, "new", NEW).await;
        let mut form = page.form("/phone").with(&[("new", NEW), ("new_code", &code)]);
        form.action = "/phone/desk".into();
        browser.send(&form).await.is(303).leads_to("/phone/desk");
        let shown = browser.get("/phone/desk").await.is(200).says(&["139****0777"]);
        let text = shown.text();
        let mark = text.split_whitespace().find(|word| word.starts_with("R-")).unwrap();
        let (desk, _) = stage.staff("desk", Role::Desk, 1).await;
        desk.get("/staff/phones?reader=R-1-2-3").await.is(422).says(&["代码不对或已过期"]);
        let page = desk.get(&format!("/staff/phones?reader={mark}")).await.is(200);
        let page = page.says(&["139****0777", "李*遥（尾号0001）"]);
        desk.send(&page.form("/staff/phones")).await.is(422).says(&["请先核对本人身份证和读者证"]);
        let form = page.form("/staff/phones").with(&[("seen", "1")]);
        desk.send(&form).await.is(200).says(&["已改为 139****0777"]);
        desk.send(&form).await.is(422).says(&["如果刚才已经确认，就是办好了"]);
        browser.get("/messages").await.is(200).says(&["手机号已修改"]);
        // Points do not move meanwhile.
        let page = browser.get("/phone/desk").await.is(200).says(&["没有等待办理"]);
        drop(page);
        stage.verify().await;
    })
    .await;
}
