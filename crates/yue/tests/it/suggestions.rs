//! 图书推荐: from the ISBN to the shelf, with catalogues that know, do not know, lie and are away.

use crate::support::{Browser, DAY, Holder, Page, Stage, on_both};
use domain::core::isbn::Isbn;
use domain::staff::Role;
use sandbox::{Mode, Party};

/// With its check digit.
fn isbn(twelve: i64) -> String {
    (0..10).find_map(|check| Isbn::of(twelve * 10 + check)).unwrap().to_string()
}

const THREE_BODY: &str = "9787536692930";

async fn form_of(browser: &Browser, isbn: &str) -> Page {
    browser.get(&format!("/suggestions/new?isbn={isbn}")).await.is(200)
}

/// Proposes a book that the catalogue knows; its page.
async fn proposed(browser: &Browser, isbn: &str) -> String {
    let page = form_of(browser, isbn).await;
    browser.send(&page.form("/suggestions")).await.is(303).leads_to("/suggestions/")
}

fn number_of(path: &str) -> String {
    path.trim_start_matches("/suggestions/").split('?').next().unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_is_looked_up_proposed_joined_accepted_and_arrives() {
    on_both(async |stage: &Stage| {
        let (first, second) = (stage.holder(1).await, stage.holder(2).await);
        first.browser.get("/suggestions").await.is(200).says(&["还没有推荐过图书", "采纳得 5 积分", "最多推荐 5 本"]);
        first.browser.get("/suggestions/new").await.is(200).says(&["ISBN", "没有 ISBN，手工填写"]);
        let page = form_of(&first.browser, "978-7-5366-9293-0").await;
        let page = page
            .keeps("/suggestions", &[("title", "三体"), ("author", "刘慈欣"), ("price", "23.00"), ("year", "2008")]);
        let form = page.form("/suggestions").with(&[("reason", "孩子想读")]);
        let shown = first.browser.send(&form).await.is(303).leads_to("/suggestions/");
        first.browser.get(&shown).await.is(200).says(&["推荐已提交", "待审核", "三体", "23.00 元", "孩子想读"]);
        // Sent again it is the same one; and the same book is not proposed twice.
        first.browser.send(&form).await.is(303).leads_to(&shown);
        form_of(&first.browser, THREE_BODY).await.says(&["您已经推荐过这本书了"]);
        let page =
            form_of(&second.browser, THREE_BODY).await.says(&["已经有读者推荐了这本书，现在有 1 人想读", "我也想读"]);
        let id = number_of(&shown);
        let join = page.form(&format!("/suggestions/{id}/readers"));
        let joined = second.browser.send(&join).await.is(303).leads_to(&format!("/suggestions/{id}"));
        second.browser.get(&joined).await.is(200).says(&["已登记“我也想读”", "2 人"]).never_says("孩子想读");
        stage.holder(3).await.browser.get(&format!("/suggestions/{id}")).await.is(404);

        let (staff, _) = stage.staff("caibian", Role::Acquisitions, 1).await;
        staff.get("/staff/suggestions").await.is(200).says(&["1 条待审核", "三体", "今天提交", "本月已采纳 0 元"]);
        let path = format!("/staff/suggestions/{id}");
        let act = async |what: &str, fields: &[(&str, &str)], says: &[&str]| {
            let page = staff.get(&path).await.is(200);
            let form = page.form(&format!("{path}/{what}")).with(fields);
            staff.send(&form).await.is(303).leads_to(&path);
            staff.get(&path).await.is(200).says(says);
        };
        let refused = staff.get(&path).await.is(200).form(&format!("{path}/decision"));
        staff.send(&refused.with(&[("accepted", "")])).await.is(409).says(&["请写明原因"]);
        act("decision", &[("accepted", "1")], &["已采纳"]).await;
        assert_eq!((stage.balance(first.card).await, stage.balance(second.card).await), (55, 50));
        first.browser.get("/points").await.is(200).says(&["荐书采纳 · 三体", "+5"]);
        first.browser.get("/messages").await.is(200).says(&["荐书已采纳", "获得 5 积分"]);
        second.browser.get("/messages").await.is(200).says(&["荐书已采纳"]).never_says("获得 5 积分");
        act("order", &[], &["已订购"]).await;
        act("reopening", &[], &["待审核"]).await;
        assert_eq!(stage.balance(first.card).await, 50);
        act("decision", &[("accepted", "1")], &["已采纳"]).await;
        act("order", &[], &["已订购"]).await;
        act("arrival", &[("shelf_mark", "I247.5/2028")], &["已到馆", "I247.5/2028"]).await;
        let told = ["您推荐的书到馆了", "索书号：I247.5/2028。优先借阅7天。"];
        second.browser.get("/messages").await.is(200).says(&told);
        first.browser.get(&format!("/suggestions/{id}")).await.is(200).says(&["已到馆", "索书号： I247.5/2028"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_on_the_shelf_is_said_and_what_is_lent_out_can_be_had_twice() {
    on_both(async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        let held = form_of(&browser, &isbn(978_702_002_475)).await;
        held.says(&["本馆已有这本书", "索书号 I246.5/Q218", "总馆 已借出", "总馆 在架"]).never_says("提交推荐");
        let lent = form_of(&browser, &isbn(978_750_636_543)).await.says(&["申请增加复本", "本馆的 1 册都已借出"]);
        let shown = browser.send(&lent.form("/suggestions")).await.is(303).leads_to("/suggestions/");
        browser.get(&shown).await.is(200).says(&["活着", "增加复本"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
    on_both(async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        for (typed, sentence) in
            [("9787536692931", "校验位不对"), ("12345", "10 位或 13 位"), ("6901234567892", "10 位或 13 位")]
        {
            let page = browser.get(&format!("/suggestions/new?isbn={typed}")).await.is(422);
            page.says(&[sentence]).keeps("/suggestions/new", &[("isbn", typed)]);
        }
        let by_hand = browser.get("/suggestions/new?hand=1").await.is(200).form("/suggestions");
        let typed = [("title", ""), ("author", "某人"), ("price", "四十"), ("reason", "想读"), ("isbn", "")];
        let page = stage.unchanged("by hand", browser.send(&by_hand.with(&typed))).await.is(422);
        let page = page.says(&["请填写书名。", "定价应为数字"]).keeps("/suggestions", &typed);
        let typed = [("title", "地方志<script>"), ("author", "某人"), ("price", ""), ("isbn", "9787536692931")];
        let page = browser.send(&page.form("/suggestions").with(&typed)).await.is(422).says(&["校验位不对"]);
        let good = page.keeps("/suggestions", &typed).form("/suggestions").with(&[("isbn", "")]);
        browser.send(&good).await.is(303).leads_to("/suggestions/");
        // The same work in another edition is shown, not refused.
        let same = browser.get("/suggestions/new?hand=1").await.is(200).form("/suggestions");
        let same = same.with(&[("title", "地方志<script>"), ("author", "某人"), ("price", "x")]);
        browser.send(&same).await.is(422).says(&["有人推荐过同一部作品"]);
        // Five a month.
        for n in 0..4 {
            let form = browser.get("/suggestions/new?hand=1").await.form("/suggestions");
            browser.send(&form.with(&[("title", &format!("书{n}"))])).await.is(303);
        }
        let form = browser.get("/suggestions/new?hand=1").await.form("/suggestions").with(&[("title", "第六本")]);
        browser.send(&form).await.is(422).says(&["每月最多推荐 5 本"]).keeps("/suggestions", &[("title", "第六本")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_that_is_away_lies_or_limits_holds_nobody_up() {
    on_both(async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        for mode in [Mode::Down, Mode::Limited, Mode::Lying] {
            for party in [Party::Sru, Party::OpenLibrary] {
                stage.library().set(party, mode);
            }
            let page = form_of(&browser, THREE_BODY).await.says(&["书目系统暂时没有回应"]);
            assert_eq!(page.form("/suggestions").get("title"), "", "{mode:?}: nothing of a lie is taken");
        }
        assert_eq!(stage.number("select count(*) from book", &[]).await, 0, "nothing is kept of that");
        // Typed by hand it goes on all the same.
        let form = form_of(&browser, THREE_BODY).await.form("/suggestions").with(&[("title", "三体")]);
        browser.send(&form).await.is(303).leads_to("/suggestions/");
        for party in [Party::Sru, Party::OpenLibrary] {
            stage.library().clear(party);
        }
        // One that tells is enough to go on, and not kept as if all had told.
        stage.library().set(Party::Sru, Mode::Down);
        form_of(&browser, &isbn(978_754_425_399)).await.keeps("/suggestions", &[("title", "百年孤独")]);
        assert_eq!(stage.number("select count(*) from book", &[]).await, 0);
        stage.library().clear(Party::Sru);
        form_of(&browser, &isbn(978_710_800_982)).await.keeps("/suggestions", &[("title", "万历十五年")]);
        // Both were asked; one away is enough not to say that nobody knows it.
        let nobodys = isbn(978_750_000_000);
        form_of(&browser, &nobodys).await.says(&["没有查到这本书"]);
        stage.library().set(Party::Sru, Mode::Down);
        // What is kept is told for ten minutes, and older is better than nothing.
        form_of(&browser, &isbn(978_710_800_982)).await.keeps("/suggestions", &[("title", "万历十五年")]);
        stage.pass(2 * DAY);
        form_of(&browser, &isbn(978_710_800_982)).await.keeps("/suggestions", &[("title", "万历十五年")]);
        form_of(&browser, &nobodys).await.says(&["书目系统暂时没有回应"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_decided_at_once_each_with_its_own_outcome_and_leave_as_files() {
    on_both(async |stage: &Stage| {
        let Holder { browser, .. } = stage.holder(1).await;
        let mut ids = vec![];
        for twelve in [978_753_669_293, 978_710_800_982, 978_711_154_493] {
            ids.push(number_of(&proposed(&browser, &isbn(twelve)).await));
        }
        let (staff, _) = stage.staff("caibian", Role::Acquisitions, 1).await;
        let page = staff.get("/staff/suggestions").await.is(200).says(&["3 条待审核", "今天提交"]);
        staff
            .send(&page.form("/staff/suggestions/batch").with(&[("decision", "accept")]))
            .await
            .is(422)
            .says(&["请先勾选"]);
        // Somebody else was faster with one of them.
        let one = format!("/staff/suggestions/{}", ids[0]);
        let decision = staff.get(&one).await.form(&format!("{one}/decision")).with(&[("accepted", "1")]);
        staff.send(&decision).await.is(303);
        let ticks: Vec<String> = ids.iter().map(|id| format!("s-{id}")).collect();
        let mut form = page.form("/staff/suggestions/batch").with(&[("decision", "decline"), ("quick", "价格过高")]);
        form = ticks.iter().fold(form, |form, tick| form.with(&[(tick.as_str(), "1")]));
        let outcome = staff.send(&form).await.is(200).says(&["批量婉拒", "未采纳", "这条荐书已经审核过了"]);
        // Sent again, each hears what it heard.
        assert_eq!(staff.send(&form).await.is(200).text(), outcome.text());
        assert_eq!(stage.number("select count(*) from suggestion where state = 3", &[]).await, 2);
        browser.get("/messages").await.is(200).says(&["荐书未采纳", "原因：价格过高"]);
        let csv = staff.get("/staff/suggestions/export?state=accepted&format=csv").await.is(200);
        assert!(csv.body.contains("9787536692930,三体,刘慈欣") && !csv.body.contains("万历"), "{}", csv.body);
        assert!(staff.bytes("/staff/suggestions/export?format=xlsx").await.starts_with(b"PK"));
        let xml = staff.get("/staff/suggestions/export?format=marcxml").await.is(200);
        assert!(xml.body.contains("<datafield tag=\"200\" ind1=\"1\" ind2=\" \"><subfield code=\"a\">三体</subfield>"));
        assert_eq!(stage.number("select count(*) from audit where action = 'suggestions.export'", &[]).await, 3);
    })
    .await;
}
