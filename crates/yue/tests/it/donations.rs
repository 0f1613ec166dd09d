//! 图书捐赠: from the slip to the shelf, with what is missing, added, declined, and asked twice.

use crate::main_job::code_of;
use crate::support::{Browser, DAY, Form, Holder, Page, Stage, on_both};
use domain::core::asked::Actor;
use domain::donations::code::DonationCode;
use domain::donations::{OfferDonation, OfferedBook, ReceiveDonation, Reply, ReviewDonation, Verdict};
use domain::staff::Role;
use domain::tables::{BookCondition, BookFate};
use sandbox::{Mode, Party};

const THREE_BODY: &str = "9787536692930";

/// The slip with these books on it, looked up one by one.
async fn slip(browser: &Browser, isbns: &[&str]) -> Page {
    let mut page = browser.get("/donations/new").await.is(200);
    for isbn in isbns {
        page = browser.send(&page.form("/donations/new").with(&[("isbn", isbn), ("act", "add")])).await.is(200);
    }
    page
}

async fn press(browser: &Browser, page: &Page, fields: &[(&str, &str)]) -> Page {
    browser.send(&page.form("/donations/new").with(fields)).await
}

/// The form of 确认捐赠, everything filled in.
async fn checked(browser: &Browser, page: &Page) -> Form {
    press(browser, page, &[("act", "check")]).await.is(200).form("/donations")
}

async fn offered(browser: &Browser, isbns: &[&str]) -> (i64, String) {
    let form = checked(browser, &slip(browser, isbns).await).await;
    let shown = browser.send(&form).await.is(303).leads_to("/donations/");
    let page = browser.get(&shown).await.is(200);
    let id = shown.trim_start_matches("/donations/").split('?').next().unwrap().parse().unwrap();
    (id, code_of(&page.body))
}

#[tokio::test(flavor = "multi_thread")]
async fn books_are_offered_received_reviewed_and_shelved() {
    on_both(async |stage: &Stage| {
        let Holder { browser, card, .. } = stage.holder(1).await;
        browser.get("/donations").await.is(200).says(&[
            "还没有捐赠过图书",
            "每册得 5 积分",
            "教材教辅、盗版、破损图书不收",
        ]);
        // Scanned twice: two copies. One by hand.
        let page = slip(&browser, &[THREE_BODY, "978-7-5366-9293-0"]).await.says(&["册数加了 1"]);
        let page = press(&browser, &page, &[("act", "hand")]).await.is(200);
        let page = press(&browser, &page, &[("act", "check")]).await.is(422).says(&["请填写书名"]);
        let fields = [("b1-title", "手抄家谱"), ("b1-condition", "worn"), ("act", "check")];
        let checked = press(&browser, &page, &fields).await.is(200);
        let checked =
            checked.says(&["2 种，共 3 册", "三体", "2 册 · 良好", "1 册 · 有笔记或磨损", "所有权归图书馆", "60 天"]);
        assert_eq!(
            stage.number("select count(*) from donation", &[]).await,
            0,
            "nothing is kept before it is confirmed"
        );
        let form = checked.form("/donations");
        let shown = browser.send(&form).await.is(303).leads_to("/donations/");
        // Sent again it is the same one.
        browser.send(&form).await.is(303).leads_to(&shown);
        let page = browser.get(&shown).await.is(200).says(&["待送书", "捐赠单号", "送书期限", "取消捐赠"]);
        let (code, id) =
            (code_of(&page.body), shown.trim_start_matches("/donations/").split('?').next().unwrap().to_string());
        stage.holder(2).await.browser.get(&format!("/donations/{id}")).await.is(404);

        let (desk, _) = stage.staff("desk", Role::Desk, 1).await;
        // The desk's scanner finds it, whatever the code is of.
        let typed = code.replace(' ', "+");
        let to = format!("/staff/donations/receiving?code={typed}");
        desk.get(&format!("/staff/desk?code={typed}")).await.is(303).leads_to("/staff/donations/receiving?code=");
        let page = desk.get(&to).await.is(200).says(&["三体", "手抄家谱", "实收册数"]);
        let receive = page.form("/staff/donations/receipts");
        desk.send(&receive.clone().with(&[("c1", "两本")])).await.is(409).says(&["应为整数"]);
        let wrong = receive.clone().with(&[("a0-title", "彷徨"), ("a0-copies", "")]);
        let page = desk.send(&wrong).await.is(409).says(&["补登的书：册数应为"]);
        let receive =
            page.keeps("/staff/donations/receipts", &[("a0-title", "彷徨")]).form("/staff/donations/receipts");
        let receive = receive.clone().with(&[("c1", "2"), ("c2", "0"), ("a0-copies", "1")]);
        let path = format!("/staff/donations/{id}");
        desk.send(&receive).await.is(303).leads_to(&path);
        desk.send(&receive).await.is(303).leads_to(&path);
        desk.get(&to).await.is(200).says(&["已收书，待审核", "已经收下"]);
        desk.get(&path).await.is(200).says(&["3 册、3 册、0 册"]).never_says("完成审核");
        assert_eq!(stage.balance(card).await, 50, "nothing is earned before the review");

        let (staff, _) = stage.staff("caibian", Role::Acquisitions, 1).await;
        staff.get("/staff/donations").await.is(200).says(&["1 张待审核", "《三体》等 3 种", "今天收到"]);
        let review = staff.get(&path).await.is(200).form(&format!("{path}/review"));
        staff.send(&review.clone().with(&[("v1-accepted", "1")])).await.is(409).says(&["请写明原因"]);
        let review = review.clone().with(&[("v1-accepted", "1"), ("v1-fate", "returned"), ("v1-reason", "破损")]);
        staff.send(&review).await.is(303).leads_to(&path);
        staff.send(&review).await.is(303).leads_to(&path);
        assert_eq!(stage.balance(card).await, 60);
        staff.get(&path).await.is(200).says(&["审核通过", "收下 1 册，退还 1 册：破损"]);
        browser.get("/points").await.is(200).says(&["图书捐赠 · 三体", "+10"]);
        browser.get("/messages").await.is(200).says(&["捐赠审核通过", "获得 10 积分"]);
        browser.get(&format!("/donations/{id}")).await.is(200).says(&[
            "收下 2 册，获得 10 积分",
            "退还 1 册：破损",
            "到馆补登",
        ]);
        let shelve = staff.get(&path).await.is(200).form(&format!("{path}/shelving"));
        staff.send(&shelve).await.is(303).leads_to(&path);
        browser.get("/messages").await.is(200).says(&["您捐的书已上架"]);
        staff.get("/staff/donations/months").await.is(200).says(&["2026年11月 1 2 2 1 10", "合计 1 2 2 1 10"]);
        // The certificate has the name that the card has, and is checked by anybody.
        let path = format!("/donations/{id}/certificate");
        browser.get(&path).await.is(200).says(&["证书上的姓名", "李*遥"]);
        browser.get(&format!("{path}?name=王五")).await.is(422).says(&["请填写读者证上的姓名"]);
        stage.holder(3).await.browser.get(&path).await.is(404);
        let deed =
            browser.get(&format!("{path}?name=李逍遥")).await.is(200).says(&["捐赠证书", "李逍遥", "捐赠图书 2 册"]);
        let text = deed.text();
        let code =
            text.split_whitespace().find_map(|word| word.rsplit_once("/donation-certificates/")).unwrap().1.to_string();
        let visitor = stage.visitor();
        visitor.get(&format!("/donation-certificates/{code}")).await.is(200).says(&["证书有效", "李*遥", "2 册"]);
        let wrong = code.replacen(|c: char| c.is_ascii_digit(), "Z", 1);
        visitor.get(&format!("/donation-certificates/{wrong}")).await.is(404).says(&["证书无效"]);
        let print = deed.body.split("href=\"").find(|link| link.contains("/print?")).unwrap();
        let print = print.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let print = &print[print.find("/donation-certificates/").unwrap()..];
        visitor.get(print).await.is(200).says(&["李逍遥"]);
        visitor.get(&print.replace("name=", "name=x")).await.is(404);
        let csv = staff.get("/staff/donations/export?state=accepted&format=csv").await.is(200);
        assert!(csv.body.contains("《三体》等 3 种"), "{}", csv.body);
        assert_eq!(stage.number("select count(*) from audit where action = 'donations.export'", &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_and_what_was_typed_stays() {
    on_both(async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        let page = slip(&browser, &[THREE_BODY]).await;
        let refused = press(&browser, &page, &[("isbn", "9787536692931"), ("act", "add")]).await.is(422);
        let page =
            refused.says(&["校验位不对"]).keeps("/donations/new", &[("isbn", "9787536692931"), ("b0-title", "三体")]);
        press(&browser, &page, &[("isbn", ""), ("act", "add")]).await.is(422).says(&["请先扫码或填写 ISBN"]);
        for (copies, long) in [("0", "x"), ("21", "x"), ("一", "x"), ("1", &"长".repeat(201))] {
            let typed = [("isbn", ""), ("b0-copies", copies), ("b0-title", long), ("act", "check")];
            let page = press(&browser, &page, &typed).await.is(422);
            page.keeps("/donations/new", &[("b0-copies", copies), ("b0-title", long)]);
        }
        // Taken off again; an empty slip is none.
        let page = press(&browser, &page, &[("isbn", ""), ("act", "remove-0")]).await.is(200).never_says("第 1 种");
        press(&browser, &page, &[("act", "check")]).await.is(422).says(&["还没有加入图书"]);
        // Another place than those that are there.
        let form = checked(&browser, &slip(&browser, &[THREE_BODY]).await).await.with(&[("place", "77")]);
        let page = stage.unchanged("no such place", browser.send(&form)).await;
        page.keeps("/donations/new", &[("b0-title", "三体")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_is_cancelled_or_lapses_and_its_code_is_nobody_elses() {
    on_both(async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        let (id, code) = offered(&browser, &[THREE_BODY]).await;
        let path = format!("/donations/{id}/cancellation");
        let cancel = browser.get(&path).await.is(200).says(&["取消捐赠《三体》？"]).form(&path);
        stage.holder(2).await.browser.get(&path).await.is(404);
        browser.send(&cancel).await.is(303).leads_to(&format!("/donations/{id}"));
        browser.send(&cancel).await.is(303);
        browser.get(&format!("/donations/{id}")).await.is(200).says(&["已取消"]).never_says("取消捐赠");
        let (desk, _) = stage.staff("desk", Role::Desk, 1).await;
        let open = |code: &str| format!("/staff/donations/receiving?code={}", code.replace(' ', "+"));
        desk.get(&open(&code)).await.is(200).says(&["这张捐赠单已取消"]).never_says("确认收书");
        let wrong = format!("{}{}", &code[..code.len() - 1], if code.ends_with('0') { "1" } else { "0" });
        desk.get(&open(&wrong)).await.is(409).says(&["没有这张捐赠单"]);
        // Staff of another branch cannot receive it, and say where it belongs.
        let (_, code) = offered(&browser, &[THREE_BODY]).await;
        let (other, _) = stage.staff("other", Role::Desk, 2).await;
        other.get(&open(&code)).await.is(200).says(&["请送到"]).never_says("确认收书");
        stage.pass(70 * DAY);
        let (later, _) = stage.staff("later", Role::Desk, 1).await;
        later.get(&open(&code)).await.is(200).says(&["已失效"]).never_says("确认收书");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_tells_that_a_donated_book_is_on_the_shelf() {
    on_both(async |stage: &Stage| {
        let Holder { card, reader, .. } = stage.holder(1).await;
        let (_, desk) = stage.staff("desk", Role::Desk, 1).await;
        let (_, acquisitions) = stage.staff("caibian", Role::Acquisitions, 1).await;
        // The library has two copies of one of them already.
        let isbns = [9_787_536_692_930, 9_787_020_024_759];
        let book = |isbn| OfferedBook {
            isbn,
            copies: 1,
            condition: BookCondition::Good,
            title: "三体".into(),
            author: String::new(),
            publisher: String::new(),
            year: String::new(),
        };
        let offer = OfferDonation { card, place: stage.place().await, books: isbns.map(book).into() };
        let offered = stage.send(Actor::Reader(reader), offer.into()).await;
        let Some(Reply::DonationOffered { donation, secret }) = offered.of() else { panic!("{offered:?}") };
        let (code, counts) = (DonationCode { donation, secret }, vec![1, 1]);
        stage.send(Actor::Staff(desk), ReceiveDonation { code, counts, added: vec![] }.into()).await;
        let keep = Verdict { accepted: 1, fate: BookFate::Kept, reason: String::new() };
        let verdicts = vec![keep.clone(), keep];
        stage.send(Actor::Staff(acquisitions), ReviewDonation { donation, verdicts }.into()).await;
        let weeks = [
            ("nothing new", Mode::Normal, None, false),
            ("one title of two", Mode::Normal, Some(isbns[0]), false),
            ("the catalogue is away", Mode::Down, None, false),
            // What it says of other books is no number of copies of this one.
            ("the catalogue lies", Mode::Lying, None, false),
            ("as before", Mode::Normal, None, false),
            ("both", Mode::Normal, Some(isbns[1]), true),
            ("told once", Mode::Normal, None, true),
        ];
        for (what, mode, arrives, is_told) in weeks {
            stage.library().set(Party::Sru, mode);
            if let Some(isbn) = arrives {
                stage.library().shelve(&isbn.to_string());
            }
            stage.jobs.run_due().await;
            let told = stage.number("select count(*) from message where kind = 42", &[]).await;
            assert_eq!(told, i64::from(is_told), "{what}");
            stage.pass(8 * DAY);
        }
    })
    .await;
}
