//! 书目: an imported book is found while every catalogue is away; staff see who failed, and switch who is asked.

use crate::support::{DAY, MINUTE, Stage, on_both};
use domain::books::{ImportBooks, ImportedBook};
use domain::core::asked::Actor;
use domain::staff::Role;
use sandbox::{Mode, Party};

const SNOW: i64 = 9_787_020_008_667;
const THREE_BODY: i64 = 9_787_536_692_930;

fn imported(isbn: i64, title: &str) -> ImportBooks {
    let record =
        format!(r#"{{"isbns":["{isbn}"],"title":"{title}","holdings":[{{"branch":"总馆","shelf_mark":"I210/1"}}]}}"#);
    ImportBooks { books: vec![ImportedBook { isbn, record }] }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_book_is_found_and_each_source_says_how_it_does() {
    on_both(async |stage: &Stage| {
        let reader = stage.holder(1).await.browser;
        let (staff, _) = stage.staff("caibian", Role::Acquisitions, 1).await;
        staff.get("/staff/books").await.is(200).says(&["还没有导入", "还没有用到", "馆藏目录（SRU）"]);
        staff.get("/staff/books?isbn=9787536692931").await.is(200).says(&["校验位不对"]);
        // Nobody knows it: that is kept for a day, unless a file tells otherwise.
        staff.get("/staff/books?isbn=9787506380270").await.is(200).says(&["各个来源都没有这本书"]);
        stage.send(Actor::Job, imported(9_787_506_380_270, "人间失格").into()).await;
        staff.get("/staff/books?isbn=9787506380270").await.is(200).says(&["人间失格", "导入的书目", "I210/1"]);

        for party in [Party::Sru, Party::OpenLibrary] {
            stage.library().set(party, Mode::Limited);
        }
        stage.send(Actor::Job, imported(SNOW, "呐喊：纪念版").into()).await;
        let path = format!("/suggestions/new?isbn={SNOW}");
        reader.get(&path).await.is(200).says(&["呐喊：纪念版", "本馆已有这本书", "I210/1"]);
        let page = staff.get("/staff/books").await.is(200).says(&["2 种", "对方要求少问一些"]);
        let answered = [page.form("/staff/books/sources/1"), page.form("/staff/books/sources/2")];
        for form in answered {
            staff.send(&form).await.is(303).leads_to("/staff/books");
        }
        let page = staff.get(&format!("/staff/books?isbn={THREE_BODY}")).await.is(200);
        let page = page.says(&["已停用", "各个来源都没有这本书"]);
        // Asked again after it is switched on, though it was unknown a moment ago.
        stage.library().set(Party::Sru, Mode::Normal);
        stage.clock.pass(1);
        staff.send(&page.form("/staff/books/sources/1")).await.is(303);
        staff.get(&format!("/staff/books?isbn={THREE_BODY}")).await.is(200).says(&["三体", "馆藏目录（SRU），"]);
        let (desk, _) = stage.staff("desk", Role::Desk, 1).await;
        desk.get("/staff/books").await.is(403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_is_fetched_once_written_anew_and_one_pixel_is_none() {
    on_both(async |stage: &Stage| {
        let reader = stage.holder(1).await.browser;
        let path = format!("/covers/{THREE_BODY}");
        let kept = async || stage.number("select count(*) from book_cover", &[]).await;
        // Nobody has looked this book up: where its cover lies is not known, and nobody is asked.
        reader.get(&path).await.is(303).leads_to("/assets/cover.");
        reader.get(&format!("/suggestions/new?isbn={THREE_BODY}")).await.is(200).says(&["请核对"]);
        assert_eq!(kept().await, 0);
        let outage = |mode| stage.library().set(Party::OpenLibrary, mode);
        outage(Mode::Down);
        reader.get(&path).await.is(303).leads_to("/assets/cover.");
        assert_eq!(kept().await, 0, "an outage is not kept");
        outage(Mode::Lying);
        // Who did not answer is left alone for a while.
        reader.get(&path).await.is(303).leads_to("/assets/cover.");
        assert_eq!(kept().await, 0);
        stage.clock.pass(16 * MINUTE);
        reader.get(&path).await.is(303).leads_to("/assets/cover.");
        assert_eq!(kept().await, 1);
        outage(Mode::Normal);
        reader.get(&path).await.is(303).leads_to("/assets/cover.");
        stage.clock.pass(DAY);
        let picture = reader.get(&path).await.is(303).leads_to("/pictures/p-");
        let bytes = reader.bytes(&picture).await;
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 180);
        outage(Mode::Down);
        reader.get(&path).await.is(303).leads_to(&picture);
        for none in ["/covers/9787536692931", "/covers/none"] {
            reader.get(none).await.is(404);
        }
    })
    .await;
}
