//! 积分转移: two steps, proven by the library system, decided by staff; and what nobody can answer goes to the desk.

use crate::support::{Browser, Holder, PENCILS, Page, Prize, Stage, on_both, patron};
use domain::rules::{Rule, SetRule};
use domain::slices::Command;
use domain::staff::{Permission, Role, bits};
use domain::tables::CardId;
use sandbox::{Mode, Party, Patron, PatronState};

/// An identity number of nobody's, with its check digit.
fn number(n: usize) -> String {
    let digits = format!("11010519960512{n:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = digits.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    format!("{digits}{}", char::from(b"10X98765432"[sum % 11]))
}

/// One person's two cards: the first one lost, the second one bound.
struct Two {
    holder: Holder,
    old: Patron,
    lost: CardId,
}

async fn two_cards(stage: &Stage, n: usize) -> Two {
    let of = |n: usize, id: usize| Patron { name: "王小萌".into(), id_number: number(id), ..patron(n) };
    let (old, new) = (of(n, n), of(n + 1, n));
    [&old, &new].into_iter().for_each(|known| stage.library().put_patron(known.clone()));
    let (browser, reader) = stage.reader().await;
    let lost = stage.bind_shortly(reader, &old).await;
    let card = stage.bind_shortly(reader, &new).await;
    stage.library().put_patron(Patron { state: PatronState::Lost, ..old.clone() });
    Two { holder: Holder { browser, reader, card }, old, lost }
}

async fn step_one(browser: &Browser, barcode: &str, name: &str, identity: &str) -> Page {
    let form = browser.get("/transfers/new").await.is(200).form("/transfers/original");
    browser.send(&form.with(&[("barcode", barcode), ("name", name), ("identity", identity)])).await
}

/// Both steps; where the request stands.
async fn asked(two: &Two, amount: &str, points: &str) -> String {
    let Two { holder, old, .. } = two;
    let page = step_one(&holder.browser, &old.barcode, &old.name, &old.id_number).await.is(200);
    let form =
        page.form("/transfers").with(&[("amount", amount), ("points", points), ("card", &holder.card.to_string())]);
    let sent = holder.browser.send(&form).await.is(303).leads_to("/transfers/");
    // A second tap is the first one.
    assert_eq!(holder.browser.send(&form).await.is(303).leads_to("/transfers/"), sent);
    sent
}

async fn decide(staff: &Browser, shown: &str, deed: &str, more: &[(&str, &str)]) -> Page {
    let path = format!("/staff{shown}");
    let action = format!("{path}/{deed}");
    let page = if deed == "refusal" { staff.get(&action).await } else { staff.get(&path).await };
    staff.send(&page.is(200).form(&action).with(more)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn points_of_a_lost_card_come_to_its_replacement() {
    on_both(async |stage: &Stage| {
        let two = two_cards(stage, 1).await;
        let browser = &two.holder.browser;
        browser.get("/me").await.is(200).says(&["积分转移"]);
        browser.get("/transfers").await.is(200).says(&["还没有转移过积分"]);
        let (old, id) = (two.old.barcode.as_str(), two.old.id_number.as_str());
        let page = step_one(browser, "", " ", "123").await.is(422);
        page.says(&["请填写原读者证的条码号", "请填写原读者证登记的姓名", "身份证号不对"])
            .keeps("/transfers/original", &[("identity", "123")]);
        step_one(browser, old, "王大萌", id).await.is(422).says(&["与登记的资料不符", "今天还可以试 4 次"]);
        let page = step_one(browser, old, " 王小萌 ", &id.to_lowercase()).await.is(200).says(&["第 2 步", "50"]);
        // Step 2 shows no number, and is of no use to anybody else.
        assert!(!page.body.contains(id));
        let stranger = stage.holder(5).await;
        let stolen = page.form("/transfers").get("original").to_string();
        let form = [("original", stolen.as_str()), ("amount", "whole"), ("card", &stranger.card.to_string())];
        let form = stage.form(&stranger.browser, "/transfers", &form);
        stranger.browser.send(&form).await.is(422).says(&["请重新填写原读者证"]);
        for (amount, points, why) in [("part", "0", "须为大于 0 的整数"), ("part", "51", "还差 1 积分")] {
            let form = page.form("/transfers").with(&[("amount", amount), ("points", points)]);
            browser.send(&form).await.is(422).says(&[why]).keeps("/transfers", &[("points", points)]);
        }
        let shown = asked(&two, "part", "20").await;
        browser.get(&shown).await.is(200).says(&["待审核", "积分已锁定"]);
        assert_eq!((stage.balance(two.lost).await, stage.balance(two.holder.card).await), (30, 0));
        stranger.browser.get(&shown).await.is(404);

        let (desk, _) = stage.staff("desk", Role::Desk, 1).await;
        let (chief, _) = stage.staff("guanzhang", Role::Director, 1).await;
        desk.get("/staff/transfers?state=held").await.is(200).says(&["王*萌（尾号0001）", "待审核"]);
        let page = desk.get(&format!("/staff{shown}")).await.is(200);
        page.says(&["已挂失", "姓名、身份证号一致"]).never_says("同意转移");
        decide(&chief, &shown, "approval", &[]).await.is(303);
        assert_eq!((stage.balance(two.lost).await, stage.balance(two.holder.card).await), (30, 20));
        browser.get("/messages").await.is(200).says(&["积分转移成功", "尾号0001的 20 积分"]);
        browser.get("/points").await.is(200).says(&["积分转移（转入）"]);

        let shown = asked(&two, "whole", "").await;
        decide(&chief, &shown, "refusal", &[("reason", " ")]).await.is(422);
        decide(&chief, &shown, "refusal", &[("reason", "请先补登记")]).await.is(303);
        browser.get(&shown).await.is(200).says(&["未通过", "原因：请先补登记。"]);
        assert_eq!(stage.balance(two.lost).await, 30);

        let shown = asked(&two, "whole", "").await;
        let page = browser.get(&format!("{shown}/withdrawal")).await.is(200);
        browser.send(&page.form(&format!("{shown}/withdrawal"))).await.is(303).leads_to(&shown);
        browser.get(&shown).await.is(200).says(&["已撤回"]);
        assert_eq!(stage.balance(two.lost).await, 30);
        // No number and no name was kept anywhere in clear.
        assert!(!stage.sealed_texts().await.iter().any(|text| text.contains(id) || text.contains("王小萌")));
        stage.verify().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_transfer_takes_the_ticket_along() {
    on_both(async |stage: &Stage| {
        let (_, editor) = stage.staff("prizes", Role::Administrator, 1).await;
        let prize = stage.prize(editor, Prize { points: 10, ..PENCILS }).await;
        let two = two_cards(stage, 1).await;
        let with_old = Holder { browser: stage.browser(), reader: two.holder.reader, card: two.lost };
        let (redemption, _) = stage.redeemed(&with_old, prize).await;
        let shown = asked(&two, "whole", "").await;
        let (chief, _) = stage.staff("guanzhang", Role::Director, 1).await;
        decide(&chief, &shown, "approval", &[]).await.is(303);
        let browser = &two.holder.browser;
        assert_eq!((stage.balance(two.lost).await, stage.balance(two.holder.card).await), (0, 40));
        browser.get("/cards").await.is(200).says(&["尾号0002"]).never_says("尾号0001");
        browser.get(&format!("/redemptions/{redemption}")).await.is(200).says(&["待领取", "尾号0002"]);
        browser.get("/redemptions").await.is(200).says(&["原读者证（尾号0001）"]);
        browser.get(&format!("/redemptions?of={}", two.lost)).await.is(200).says(&["待领取"]);
        browser.get("/points").await.is(200).says(&["原读者证（尾号0001）的明细", "积分转移（转入）"]);
        let page = browser.get(&format!("/points?of={}&back=1", two.lost)).await.is(200);
        let page = page.says(&["首次绑定读者证", "积分转移（转出）", "期末 0"]);
        let start = page.body.find("/points/statements/").unwrap();
        let link = page.body[start..].split('"').next().unwrap();
        browser.get(link).await.is(200).says(&["王*萌（尾号0001）", "期末 0"]);
        browser.get("/family").await.is(200).says(&["尾号0002"]);
        let stranger = stage.holder(5).await.browser;
        stranger.get(&format!("/redemptions?of={}", two.lost)).await.is(404);
        let page = browser.get(&format!("/redemptions/{redemption}/cancellation")).await.is(200);
        browser.send(&page.form(&format!("/redemptions/{redemption}/cancellation"))).await.is(303);
        assert_eq!((stage.balance(two.lost).await, stage.balance(two.holder.card).await), (0, 50));
        // What is exported has the points of both cards, and the transfer.
        let page = browser.get("/export").await.is(200);
        browser.send(&page.form("/export")).await.is(303);
        stage.jobs.run_due().await;
        let file: serde_json::Value = serde_json::from_slice(&browser.bytes("/export/file.json").await).unwrap();
        let sections = file["sections"].as_array().unwrap();
        let rows = |title: &str| &sections.iter().find(|section| section["title"] == title).unwrap()["rows"];
        let postings =
            stage.number("select count(*) from posting where card in ($1, $2)", &[two.lost.0, two.holder.card.0]).await;
        assert_eq!(rows("积分").as_array().unwrap().len() as i64, postings);
        assert_eq!(rows("积分转移")[0]["what"], "尾号0001 → 王*萌（尾号0002）");
        // The old card is not bound again.
        let page = stage.bind(browser, &Patron { state: PatronState::Active, ..two.old.clone() }).await;
        page.is(422);
        stage.verify().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_answer_goes_to_the_desk_and_past_two_people() {
    on_both(async |stage: &Stage| {
        let two = two_cards(stage, 1).await;
        let browser = &two.holder.browser;
        stage.library().set(Party::Sip2, Mode::Down);
        let (old, name, id) = (&two.old.barcode, &two.old.name, &two.old.id_number);
        let page = step_one(browser, old, name, id).await.is(503).says(&["借阅系统暂时没有回应", "转人工核验"]);
        let form = page.form("/transfers/original").with(&[("desk", "1")]);
        let page = browser.send(&form).await.is(200);
        let form = page.form("/transfers").with(&[("amount", "whole"), ("desk", "1")]);
        let shown = browser.send(&form).await.is(303).leads_to("/transfers/");
        browser.get(&shown).await.is(200).says(&["转人工核验，请持身份证到服务台", "待到馆核验"]);
        assert_eq!(stage.balance(two.lost).await, 50);
        let (chief, _) = stage.staff("guanzhang", Role::Director, 1).await;
        chief.get(&format!("/staff{shown}")).await.is(200).says(&["暂时没有回应", "不能确认"]);
        stage.library().clear(Party::Sip2);
        decide(&chief, &shown, "verification", &[]).await.is(409).says(&["请先核对本人身份证"]);
        decide(&chief, &shown, "verification", &[("seen", "1")]).await.is(303);
        assert_eq!(stage.balance(two.lost).await, 0);
        decide(&chief, &shown, "approval", &[]).await.is(409).says(&["须由两位馆员经手"]);
        // Who is a reader too says which account is theirs, and decides on nothing of it.
        let may = bits(&[Permission::ReviewTransfers, Permission::Read]);
        let (second, _) = stage.staff_who_may("own", may, 1).await;
        let code = browser.get("/cards/desk").await.is(200).text();
        let code = code.split_whitespace().find(|word| word.starts_with("R-")).unwrap().to_string();
        let page = second.get("/staff/account").await.is(200).says(&["还没有登记"]);
        second.send(&page.form("/staff/account").with(&[("reader", "R-1-2-3")])).await.is(422);
        second.send(&page.form("/staff/account").with(&[("reader", &code)])).await.is(303);
        second.get("/staff/account").await.is(200).says(&["王*萌（尾号0002）"]);
        decide(&second, &shown, "approval", &[]).await.is(409).says(&["请其他馆员处理"]);
        let set = SetRule { rule: Rule::TransferTwoPeople, value: 0, since: 20261128, seen: None };
        stage.send(domain::core::asked::Actor::Job, Command::from(set)).await;
        decide(&chief, &shown, "approval", &[]).await.is(303);
        assert_eq!((stage.balance(two.lost).await, stage.balance(two.holder.card).await), (0, 50));
        stage.verify().await;
    })
    .await;
}
