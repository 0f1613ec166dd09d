//! Whatever is refused, what was typed is kept.

use crate::support::{Browser, HOUR, MINUTE, PENCILS, Stage, on_both, patron};
use domain::staff::Role;
use sandbox::{Patron, PatronState};

/// Types into the binding form and sends it; what is refused stays.
async fn refused(stage: &Stage, browser: &Browser, typed: &[(&str, &str)], words: &[&str]) {
    let form = browser.get("/cards/new?to=%2Fprizes").await.is(200).form("/cards").with(typed);
    let page = stage.unchanged(words[0], browser.send(&form)).await.is(422).says(words);
    let page = page.keeps("/cards", typed).keeps("/cards", &[("to", "/prizes")]);
    assert!(page.body.contains("aria-invalid=\"true\""), "the field is not marked: {words:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_cannot_be_are_said_at_their_fields() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let all = |barcode, phone, code| [("barcode", barcode), ("phone", phone), ("code", code)];
        let check = async |typed: [(&str, &str); 3], words: &[&str]| refused(stage, &browser, &typed, words).await;
        check(all("", "", ""), &["请填写读者证条码号。", "请填写手机号码。"]).await;
        check(all("JB|0026", "13900000005", "123456"), &["条码号只有字母和数字，请照读者证背面填写。"]).await;
        check(all("JB002600000005", "1390000000", "1"), &["手机号码应为 11 位，这里是 10 位，请核对。"]).await;
        check(all("JB002600000005", "23900000005", "1"), &["手机号码应以 1 开头，请核对。"]).await;
        check(all("JB002600000005", "13900000005", ""), &["请填写短信里的验证码。"]).await;
        check(all("JB002600000005", "13900000005", "12345"), &["验证码是 6 位数字，请核对。"]).await;
        check(all("JB002600000005", "13900000005", "12345a"), &["验证码是 6 位数字，请核对。"]).await;
        check(all("JB002600000005", "13900000005", "123456"), &["请先发送验证码。"]).await;
        let nasty = "\"><script>alert(1)</script>";
        check(all(nasty, nasty, "123456"), &["条码号只有字母和数字"]).await;
        assert_eq!(stage.number("select count(*) from outbox", &[]).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_cannot_be_bound_says_so_only_after_the_right_code() {
    on_both(async |stage: &Stage| {
        stage.holder(7).await;
        let mine = stage.holder(8).await;
        stage.library().put_patron(Patron { state: PatronState::Expired, ..patron(6) });
        let (stranger, _) = stage.reader().await;
        let cases = [
            (&stranger, patron(6), "该读者证已过期、挂失或注销，请到服务台办理。"),
            (&stranger, patron(7), "该读者证已被其他微信绑定"),
            (&mine.browser, patron(8), "该读者证已经绑定在您的微信上了。"),
        ];
        for (browser, patron, words) in cases {
            let asked = stage.ask_for_code(browser, &patron.barcode, &patron.phone).await.is(200).never_says(words);
            let code = stage.code(&patron.phone).await;
            let page = stage.unchanged(words, stage.try_code(browser, &asked, &code)).await.is(422).says(&[words]);
            page.keeps("/cards", &[("barcode", &patron.barcode), ("phone", &patron.phone), ("code", &code)]);
            stage.pass(MINUTE);
        }
        assert_eq!(stage.bindings().await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sixth_card_is_refused() {
    on_both(async |stage: &Stage| {
        let holder = stage.holder(1).await;
        for n in 2..=5 {
            stage.bind_shortly(holder.reader, &patron(n)).await;
        }
        let sixth = patron(6);
        let asked = stage.ask_for_code(&holder.browser, &sixth.barcode, &sixth.phone).await.is(200);
        let code = stage.code(&sixth.phone).await;
        let page = stage.unchanged("a sixth card", stage.try_code(&holder.browser, &asked, &code)).await;
        let page = page.is(422).says(&["一个微信最多绑定 5 张读者证。"]);
        page.keeps("/cards", &[("barcode", &sixth.barcode), ("phone", &sixth.phone), ("code", &code)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_office_keeps_what_was_typed() {
    on_both(async |stage: &Stage| {
        let (browser, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let long = "很".repeat(41);
        let base = [("title", "书签"), ("points", "10"), ("per_card", ""), ("description", "第一行\n第二行")];
        for (field, value, words) in [
            ("title", "", "请填写奖品名称。"),
            ("title", long.as_str(), "名称最多 40 个字，这里有 41 个。"),
            ("points", "零", "所需积分应为大于 0 的整数。"),
            ("points", "2000000", "数量应为大于 0 的整数，且不能太大。"),
            ("per_card", "-1", "限兑件数应为整数，不限请留空。"),
        ] {
            for (page, action) in [("/staff/prizes/new".into(), "/staff/prizes".into()), {
                let path = format!("/staff/prizes/{prize}");
                (path.clone(), path)
            }] {
                let form = browser.get(&page).await.is(200).form(&action).with(&base).with(&[(field, value)]);
                let page = stage.unchanged(words, browser.send(&form)).await.is(422).says(&[words]);
                let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                let fields: Vec<_> = fields.into_iter().filter(|(n, _)| !["csrf", "key"].contains(n)).collect();
                page.keeps(&action, &fields);
            }
        }
        let (page, stock) = (format!("/staff/prizes/{prize}"), format!("/staff/prizes/{prize}/stock"));
        let dates = [("visible_from", "2026-12-02T09:00"), ("visible_until", "2026-12-01T09:00")];
        let form = browser.get(&page).await.form(&page).with(&dates);
        browser.send(&form).await.is(422).says(&["结束时间应晚于开始时间。"]).keeps(&page, &dates);
        for (count, reason, words) in [
            ("11", "受潮", "现有库存只有 10 件。"),
            ("0", "受潮", "数量应为大于 0 的整数，且不能太大。"),
            ("一", "受潮", "数量应为大于 0 的整数。"),
            ("1", "", "请写明原因。"),
        ] {
            let typed = [("kind", "written_off"), ("count", count), ("reason", reason)];
            let form = browser.get(&page).await.form(&stock).with(&typed);
            let page = stage.unchanged(words, browser.send(&form)).await.is(422).says(&[words]);
            page.keeps(&stock, &typed);
        }
    })
    .await;
}

/// So many passwords may be tried from one address for one name.
const SIGN_INS_OF_A_NAME: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_keeps_the_name_and_five_lock_the_account() {
    on_both(async |stage: &Stage| {
        let (role, branch, password) = (Role::Desk, domain::tables::BranchId(1), "a long enough password");
        yue::staff::create(&stage.door, &stage.keys, "fuwutai", password, yue::staff::given(role), branch)
            .await
            .unwrap();
        let browser = stage.browser();
        let form = browser.get("/staff/sign-in?to=%2Fstaff%2Fdesk").await.is(200).form("/staff/sign-in");
        let wrong = form.clone().with(&[("name", "fuwutai"), ("password", "wrong password")]);
        for _ in 0..5 {
            let page = browser.send(&wrong).await.is(422).says(&["登录名或密码不对"]);
            page.keeps("/staff/sign-in", &[("name", "fuwutai"), ("password", ""), ("to", "/staff/desk")]);
        }
        // Right or wrong, known or not: whoever guesses hears the same.
        let right = wrong.clone().with(&[("password", password)]);
        let unknown = wrong.with(&[("name", "nobody")]);
        let sentence = "登录名或密码不对。多次输错后请过 15 分钟再试";
        browser.send(&unknown).await.is(422).says(&[sentence]);
        let locked = browser.send(&right).await.is(422).says(&[sentence]);
        locked.keeps("/staff/sign-in", &[("name", "fuwutai"), ("password", "")]);
        assert!(browser.cookie("yue_staff").is_none());
        stage.pass(HOUR / 4);
        browser.send(&right).await.is(303).leads_to("/staff/desk");
        // A stranger guesses until the account is locked and the address has no more turns; this browser is known.
        let stranger = stage.browser();
        let wrong = stranger.get("/staff/sign-in").await.form("/staff/sign-in");
        let wrong = wrong.with(&[("name", "fuwutai"), ("password", "wrong password")]);
        for _ in 0..SIGN_INS_OF_A_NAME {
            stranger.send(&wrong).await.is(422);
        }
        let form = browser.get("/staff/sign-in?to=%2Fstaff%2Fdesk").await.is(200).form("/staff/sign-in");
        let again = form.with(&[("name", "fuwutai"), ("password", password)]);
        browser.send(&again).await.is(303).leads_to("/staff/desk");
    })
    .await;
}
