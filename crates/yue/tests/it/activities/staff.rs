//! Activities in the back office: from a draft to what everybody hears, names, ticks, files.

use super::waiting::{place, tomorrow};
use crate::support::activities::{CHILD, later, scan, sign_up};
use crate::support::{Browser, Form, HOUR, Holder, MINUTE, Stage, on_both};
use domain::staff::Role;
use domain::tables::{ActivityId, StaffId};
use futures_util::future::{join, join_all};
use std::io::Read as _;
use yue::jobs::Jobs;

const NEWS: &str = "select count(*) from message where kind = 23";

async fn library(stage: &Stage) -> (Browser, StaffId) {
    stage.staff("huodong", Role::Activities, 1).await
}

/// Another instance of the program, on the same database.
fn second(stage: &Stage) -> Jobs {
    let Jobs { door, reads, keys, time, calendar, library_system, tokens, bell, .. } = &stage.jobs;
    Jobs {
        door: door.clone(),
        reads: reads.clone(),
        keys: keys.clone(),
        time: time.clone(),
        calendar: calendar.clone(),
        library_system: library_system.clone(),
        catalogue: None,
        tokens: tokens.clone(),
        bell: bell.clone(),
        holder: stage.jobs.holder + 1,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_published_and_its_promises_hold() {
    on_both(async |stage: &Stage| {
        let (browser, staff) = library(stage).await;
        let new = browser.get("/staff/activities/new").await.is(200).form("/staff/activities");
        let odd =
            "<p onclick=x()>读<b>书</b></p><script>x()</script><a href=\"javascript:x()\">y</a><img src=//e/a.png>";
        let typed = [
            ("title", "江豚<来>了"),
            ("starts", "2026-12-05T09:00"),
            ("ends", "2026-12-05T11:00"),
            ("description", odd),
            ("place", "报告厅"),
        ];
        let to = browser.upload(&new.with(&typed), &[]).await.is(303).leads_to("/staff/activities/");
        let id: i64 = to.rsplit_once('/').unwrap().1.parse().unwrap();
        let page = browser.get(&to).await.is(200).says(&["草稿", "江豚<来>了"]);
        stage.visitor().get(&format!("/activities/{id}")).await.is(404);
        let publish = page.form(&format!("{to}/publication"));
        let (one, two) = join(browser.send(&publish), browser.send(&publish)).await;
        assert_eq!((one.status, two.status), (303, 303));
        let shown = stage.visitor().get(&format!("/activities/{id}")).await.is(200);
        shown.body.contains("<p>读<b>书</b></p>").then_some(()).unwrap();
        let rich = shown.body.split("class=\"rich\">").nth(1).unwrap().split("</div>").next().unwrap();
        for word in ["script", "onclick", "javascript", "img", "x()"] {
            assert!(!rich.contains(word), "{word}: {rich}");
        }

        let holder = stage.holder(1).await;
        sign_up(&holder.browser, ActivityId(id), &[0], &[]).await.is(303);
        let edit = browser.get(&format!("{to}/edit")).await.is(200).says(&["规则不能再改"]).form(&to);
        // As it stands it can be saved; nobody hears of that.
        browser.upload(&edit.clone().with(&[("key", "a first key of the tests")]), &[]).await.is(303);
        for frozen in [
            ("points", "20"),
            ("age_min", "3"),
            ("party_max", "1"),
            ("walk_ins", "1"),
            ("code", "static"),
            ("kind", "volunteer"),
        ] {
            let form = edit.clone().with(&[frozen]);
            stage.unchanged(frozen.0, browser.upload(&form, &[])).await.is(422);
        }
        stage.jobs.run_due().await;
        assert_eq!(stage.number(NEWS, &[]).await, 0);
        let moved =
            [("starts", "2026-12-06T09:00"), ("ends", "2026-12-06T11:00"), ("closes", ""), ("withdraw_until", "")];
        browser.upload(&edit.with(&moved), &[]).await.is(303);
        stage.pass(MINUTE);
        stage.jobs.run_due().await;
        stage.pass(MINUTE);
        stage.jobs.run_due().await;
        assert_eq!(stage.number(NEWS, &[]).await, 1);
        holder.browser.get("/messages").await.is(200).says(&["活动时间改为"]);
        // A copy is a draft of its own, without the times.
        let copy = stage.signed_in(staff).await.get(&format!("/staff/activities/new?copy={id}")).await.is(200);
        copy.keeps(
            "/staff/activities",
            &[("title", "江豚<来>了"), ("starts", ""), ("place", "报告厅"), ("points", "10")],
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_tells_everybody_and_frees_all() {
    on_both(async |stage: &Stage| {
        let (browser, staff) = library(stage).await;
        let activity = tomorrow(stage, staff, 2).await;
        let (holders, late) = (stage.holders(1, 3).await, stage.holder(4).await);
        let child = stage.member(&holders[0], "小明", CHILD, None).await.0;
        sign_up(&holders[0].browser, activity, &[0, child], &[]).await.is(303);
        for holder in &holders[1..] {
            sign_up(&holder.browser, activity, &[0], &[]).await.is(303);
        }
        let path = format!("/staff/activities/{activity}/cancellation");
        let form = browser.get(&path).await.is(200).says(&["已报名 2 / 2，候补 2"]).form(&path);
        stage.unchanged("no reason", browser.send(&form)).await.is(422).says(&["请写明原因"]);
        browser.send(&form.with(&[("reason", "讲师生病"), ("key", "a second key of tests")])).await.is(303);
        // Before anybody is told nothing more can be done with it.
        let asked = stage.form(&late.browser, &format!("/activities/{activity}/enrolment"), &[("who-0", "1")]);
        stage.refused(&late.browser, &asked, 409).await.says(&["这个活动已取消"]);
        let other = second(stage);
        join(stage.jobs.run_due(), other.run_due()).await;
        stage.pass(MINUTE);
        join(other.run_due(), stage.jobs.run_due()).await;
        for holder in &holders {
            const TOLD: &str = "select count(*) from message where kind = 18 and reader = $1";
            assert_eq!(stage.number(TOLD, &[holder.reader.0]).await, 1);
            holder.browser.get("/messages").await.is(200).says(&["江豚来了", "取消"]);
            place(holder, activity).await.says(&["活动取消"]);
        }
        assert_eq!(stage.number("select taken + waiting from activity", &[]).await, 0);
        assert_eq!(stage.number("select count(*) from engagement", &[]).await, 0);
        // And they can still be told what comes instead.
        let page = browser.get(&format!("/staff/activities/{activity}")).await.is(200);
        let form = page.form(&format!("/staff/activities/{activity}/announcements")).with(&[("text", "改为下周六")]);
        browser.send(&form).await.is(303);
        stage.pass(MINUTE);
        stage.jobs.run_due().await;
        assert_eq!(stage.number(NEWS, &[]).await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_reaches_each_reader_once_however_often_jobs_run() {
    on_both(async |stage: &Stage| {
        let (browser, staff) = library(stage).await;
        let activity = tomorrow(stage, staff, 10).await;
        let holders = stage.holders(1, 12).await;
        join_all(holders.iter().map(|holder| sign_up(&holder.browser, activity, &[0], &[("waits", "1")]))).await;
        let child = stage.member(&holders[0], "小明", CHILD, None).await.0;
        sign_up(&holders[0].browser, activity, &[child], &[("waits", "1")]).await.is(303);
        let page = browser.get(&format!("/staff/activities/{activity}")).await.is(200);
        let action = format!("/staff/activities/{activity}/announcements");
        stage.unchanged("nothing said", browser.send(&page.form(&action))).await.is(422);
        let long = "长".repeat(201);
        let form = page.form(&action).with(&[("text", &long)]);
        stage.unchanged("too much said", browser.send(&form)).await.is(422).keeps(&action, &[("text", &long)]);
        let form = page.form(&action).with(&[("text", "请带水杯<br>"), ("key", "a third key of the tests")]);
        let (one, two) = join(browser.send(&form), browser.send(&form)).await;
        assert_eq!((one.status, two.status), (303, 303));
        let other = second(stage);
        for _ in 0..3 {
            join(stage.jobs.run_due(), other.run_due()).await;
            stage.pass(MINUTE);
        }
        assert_eq!(stage.number(NEWS, &[]).await, 12);
        assert_eq!(stage.number("select count(distinct reader) from message where kind = 23", &[]).await, 12);
        holders[0].browser.get("/messages").await.is(200).says(&["请带水杯<br>"]);
        browser.get(&format!("/staff/activities/{activity}")).await.is(200).never_says("正在发送");
    })
    .await;
}

async fn list(browser: &Browser, activity: ActivityId) -> crate::support::Page {
    browser.get(&format!("/staff/activities/{activity}/participants")).await.is(200)
}

fn tick(stage: &Stage, browser: &Browser, activity: ActivityId, who: &Holder, more: &[(&str, &str)]) -> Form {
    let fields = [("reader", &*who.reader.to_string()), ("member", "0"), ("present", "1")];
    stage.form(browser, &format!("/staff/activities/{activity}/ticks"), &fields).with(more)
}

#[tokio::test(flavor = "multi_thread")]
async fn ticks_that_come_late_or_twice_count_once() {
    on_both(async |stage: &Stage| {
        let (_, staff) = library(stage).await;
        let activity = stage.activity(staff, |_| ()).await;
        let holder = stage.holder(1).await;
        let stranger = stage.holder(2).await;
        sign_up(&holder.browser, activity, &[0], &[]).await.is(303);
        stage.pass(90 * MINUTE);
        let browser = stage.signed_in(staff).await;
        let before = (crate::support::START + 30 * MINUTE).to_string();
        let form = tick(stage, &browser, activity, &holder, &[("ticked_at", &before)]);
        for _ in 0..3 {
            browser.send(&form).await.is(303);
        }
        assert_eq!(stage.balance(holder.card).await, 60);
        let in_at = stage.number("select in_at from participant", &[]).await;
        assert_eq!(in_at.to_string(), before);
        list(&browser, activity).await.says(&["已签到", "9:30", "撤销签到"]);
        let again = tick(stage, &browser, activity, &holder, &[]);
        stage.unchanged("ticked", browser.send(&again)).await.is(409);

        let undo = list(&browser, activity).await.form(&format!("/staff/activities/{activity}/ticks"));
        let (one, two) = join(browser.send(&undo), browser.send(&undo)).await;
        assert_eq!((one.status, two.status), (303, 303));
        assert_eq!(
            (stage.balance(holder.card).await, stage.number("select present from activity", &[]).await),
            (50, 0)
        );
        holder.browser.get("/points").await.is(200).says(&["+10", "−10"]);
        // However odd the time: it is between the doors' opening and now.
        for (odd, at) in [("9223372036854775807", 0), ("-9223372036854775808", 1), ("x", 0)] {
            let form = tick(stage, &browser, activity, &holder, &[("ticked_at", odd)]);
            browser.send(&form).await.is(303);
            let in_at = stage.number("select in_at from participant", &[]).await;
            let doors = crate::support::START - 30 * MINUTE;
            assert_eq!(in_at, if at == 0 { crate::support::START + 90 * MINUTE } else { doors }, "{odd}");
            browser.send(&tick(stage, &browser, activity, &holder, &[("present", "")])).await.is(303);
        }
        let foreign = tick(stage, &browser, activity, &stranger, &[]);
        stage.unchanged("a stranger", browser.send(&foreign)).await.is(409);
        for odd in [("reader", "-1"), ("reader", "9223372036854775807"), ("member", "999999")] {
            let form = tick(stage, &browser, activity, &holder, &[odd]);
            stage.unchanged(odd.1, browser.send(&form)).await.is(409);
        }
        let form = tick(stage, &browser, activity, &holder, &[("reader", "abc")]);
        stage.unchanged("no number", browser.send(&form)).await.is(400);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_marks_its_own_rows_and_no_forged_one_any() {
    on_both(async |stage: &Stage| {
        let (browser, staff) = library(stage).await;
        let activity = stage.activity(staff, |_| ()).await;
        let (one, two) = (stage.holder(1).await, stage.holder(2).await);
        let child = stage.member(&one, "小明", CHILD, None).await.0;
        sign_up(&two.browser, activity, &[0], &[]).await.is(303);
        sign_up(&one.browser, activity, &[0, child], &[]).await.is(303);
        let ticket = place(&one, activity).await.text();
        let ticket = ticket.split_whitespace().find(|word| word.starts_with("A-")).unwrap().to_string();
        let path = format!("/staff/activities/{activity}/participants?code=");
        let page = browser.get(&format!("{path}%20{}%20", ticket.to_lowercase())).await.is(200);
        let marked: Vec<&str> =
            page.body.split("<tr data-who=\"").skip(1).filter(|row| row.contains("table-active")).collect();
        let own = format!("{}-", one.reader);
        assert!(marked.len() == 2 && marked.iter().all(|row| row.starts_with(&own)), "{}", page.body);
        let other = ticket.replace(&format!("-{}-", one.reader), &format!("-{}-", two.reader));
        for odd in [other.as_str(), "A-1-2-3", "A-", "A", "-", "A--1--1-0", "%F0%9F%90%AC", &"9".repeat(500)] {
            browser
                .get(&format!("{path}{odd}"))
                .await
                .is(409)
                .says(&["不是本场活动的报名凭证"])
                .never_says("table-active");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_has_a_reason_and_promotes() {
    on_both(async |stage: &Stage| {
        let (browser, staff) = library(stage).await;
        let activity = tomorrow(stage, staff, 1).await;
        let (one, two) = (stage.holder(1).await, stage.holder(2).await);
        sign_up(&one.browser, activity, &[0], &[]).await.is(303);
        sign_up(&two.browser, activity, &[0], &[]).await.is(303);
        let action = format!("/staff/activities/{activity}/removals");
        let form = list(&browser, activity).await.form(&action).with(&[("reader", &one.reader.to_string())]);
        stage.unchanged("no reason", browser.send(&form)).await.is(409).says(&["请写明原因"]);
        browser.send(&form.with(&[("reason", "重复报名"), ("key", "a fourth key of tests")])).await.is(303);
        place(&one, activity).await.says(&["馆方取消"]);
        place(&two, activity).await.says(&["已报名"]).never_says("候补第");
        assert_eq!(stage.number("select count(*) from audit where action = 'participant.remove'", &[]).await, 1);
        assert_eq!(stage.number("select count(*) from message where kind in (15, 17)", &[]).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_the_sheet_hold_the_names_for_those_who_need_them() {
    on_both(async |stage: &Stage| {
        let (browser, staff) = library(stage).await;
        let activity = stage.activity(staff, |save| save.text.questions = "学校".into()).await;
        let (one, two) = (stage.holder(1).await, stage.holder(2).await);
        let child = stage.member(&one, "=小明", CHILD, None).await.0;
        sign_up(&one.browser, activity, &[0, child], &[("answer-0", "@育英")]).await.is(303);
        sign_up(&two.browser, activity, &[0], &[("answer-0", "x")]).await.is(303);
        super::waiting::withdraw(&two, activity, &[0]).await.is(303);
        let path = format!("/staff/activities/{activity}");
        let export = format!("{path}/participants/export?format=");
        let csv = browser.get(&format!("{export}csv")).await.is(200);
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        let rows: Vec<&str> = csv.body.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(rows.len(), 4, "{}", csv.body);
        assert!(rows.iter().any(|row| row.starts_with("'=小明,") && row.contains("学校：@育英")), "{}", csv.body);
        let bytes = browser.bytes(&format!("{export}xlsx")).await;
        let mut book = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut sheet = String::new();
        book.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
        assert_eq!(sheet.matches("<row ").count(), 4);
        const EXPORTS: &str = "select count(*) from audit where action = 'participants.export'";
        assert_eq!(stage.number(EXPORTS, &[]).await, 2);
        let sheet = browser.get(&format!("{path}/sheet")).await.is(200).says(&["签到表", "2 人", "=小明"]);
        sheet.never_says("尾号0002");

        let (auditor, _) = stage.staff("shenji", Role::Auditor, 1).await;
        auditor.get(&path).await.is(200).says(&["江豚来了"]).never_says("=小明");
        for rest in ["/participants", "/sheet", "/participants/export?format=csv", "/screen", "/screen/code", "/edit"] {
            auditor.get(&format!("{path}{rest}")).await.is(403).never_says("=小明");
        }
        assert_eq!(stage.number(EXPORTS, &[]).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_cannot_be_taken_back_when_the_points_are_spent_or_it_is_confirmed() {
    on_both(async |stage: &Stage| {
        let (_, staff) = library(stage).await;
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let holder = stage.holder(1).await;
        let open = stage.activity(staff, |save| later(save, HOUR)).await;
        sign_up(&holder.browser, open, &[0], &[]).await.is(303);
        stage.pass(HOUR);
        let page = scan(&holder.browser, &stage.venue_code(staff, open).await).await.is(200);
        holder.browser.send(&page.form(&format!("/activities/{open}/attendance"))).await.is(303);
        let prize = crate::support::Prize { points: 60, ..crate::support::PENCILS };
        let prize = stage.prize(director, prize).await;
        stage.redeemed(&holder, prize).await;
        let browser = stage.signed_in(staff).await;
        let undo = tick(stage, &browser, open, &holder, &[("present", "")]);
        let page = stage.unchanged("spent", browser.send(&undo)).await;
        page.is(409).says(&["积分已经用掉，还差 10 分扣不回来"]);
        stage.pass(4 * HOUR);
        let browser = stage.signed_in(staff).await;
        let confirm = stage.form(&browser, &format!("/staff/activities/{open}/confirmation"), &[]);
        browser.send(&confirm).await.is(303);
        let undo = tick(stage, &browser, open, &holder, &[("present", "")]);
        stage.unchanged("confirmed", browser.send(&undo)).await.is(409);
    })
    .await;
}
