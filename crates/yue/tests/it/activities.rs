//! Activities as readers find them: lists in words, one's page, the calendar file.

mod attending;
mod crowds;
mod no_shows;
mod services;
mod sharing;
mod signing_up;
mod staff;
mod strangers;
mod waiting;

use crate::support::activities::{later, sign_up};
use crate::support::{DAY, HOUR, MINUTE, Stage, on_both};
use domain::activities::{CancelActivity, SaveActivity};
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::{ActivityId, StaffId};

async fn titled(stage: &Stage, staff: StaffId, title: &str, change: impl FnOnce(&mut SaveActivity)) -> ActivityId {
    let with_title = |save: &mut SaveActivity| {
        save.text.title = title.into();
        change(save);
    };
    stage.activity(staff, with_title).await
}

/// One in each state; the title says which.
async fn one_in_each_state(stage: &Stage, staff: StaffId) {
    titled(stage, staff, "甲已结束", |save| save.times.ends = save.times.starts + MINUTE).await;
    stage.pass(31 * MINUTE);
    titled(stage, staff, "乙即将报名", |save| {
        later(save, DAY);
        save.times.opens += 2 * HOUR;
    })
    .await;
    titled(stage, staff, "丙报名中", |_| ()).await;
    let full = titled(stage, staff, "丁已报满", |save| save.capacity = 1).await;
    let holder = stage.holder(1).await;
    sign_up(&holder.browser, full, &[0], &[]).await.is(303);
    titled(stage, staff, "戊报名截止", |save| save.times.closes -= HOUR - MINUTE).await;
    titled(stage, staff, "己进行中", |save| save.times.starts -= HOUR).await;
    let cancelled = titled(stage, staff, "庚已取消", |_| ()).await;
    let cancel = CancelActivity { activity: cancelled, reason: "讲师生病".into() };
    stage.send(Actor::Staff(staff), Command::from(cancel)).await;
    stage.draft(staff, |save| save.text.title = "辛草稿".into()).await;
    stage.pass(MINUTE);
}

const STATES: [(&str, &str); 7] = [
    ("over", "甲已结束"),
    ("soon", "乙即将报名"),
    ("open", "丙报名中"),
    ("full", "丁已报满"),
    ("closed", "戊报名截止"),
    ("running", "己进行中"),
    ("cancelled", "庚已取消"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_said_in_words_and_listed_alone() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        one_in_each_state(stage, staff).await;
        let visitor = stage.visitor();
        for (state, title) in STATES {
            let list = visitor.get(&format!("/activities?state={state}")).await.is(200);
            let words: String = title.chars().skip(1).collect();
            let of_title = list.body.split(&format!(">{title}</")).nth(1).unwrap();
            assert!(of_title.split("</a>").next().unwrap().contains(&words), "{title} is not {words}");
            for (_, other) in STATES.iter().filter(|(other, _)| *other != state) {
                assert!(!list.body.contains(other), "{state} lists {other}");
            }
        }
        let list = visitor.get("/activities").await.is(200);
        for (state, title) in STATES {
            assert_eq!(list.body.contains(title), state != "over", "{title}");
        }
        assert!(!list.body.contains("辛草稿"));
        let odd = visitor.get("/activities?state=nonsense").await.is(200);
        odd.says(&["没有符合条件的活动"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_nobody_s_and_a_cancelled_one_says_why() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let draft = stage.draft(staff, |_| ()).await;
        let holder = stage.holder(1).await;
        for path in ["", "/calendar.ics", "/poster.svg", "/scan?code=0-0", "/attendance?scan=0~0"] {
            holder.browser.get(&format!("/activities/{draft}{path}")).await.is(404);
        }
        for path in ["enrolment", "attendance", "leaving"] {
            let path = format!("/activities/{draft}/{path}");
            holder.browser.send(&stage.form(&holder.browser, &path, &[("who-0", "1")])).await.is(404);
        }
        let cancelled = stage.activity(staff, |_| ()).await;
        let cancel = CancelActivity { activity: cancelled, reason: "台风\"梅花\"<b>".into() };
        stage.send(Actor::Staff(staff), Command::from(cancel)).await;
        let page = holder.browser.get(&format!("/activities/{cancelled}")).await.is(200);
        page.says(&["活动已取消", "台风\"梅花\"<b>", "这个活动已取消。"]).never_says("立即报名");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_parts_of_titles_in_a_category_also_in_the_past() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        titled(stage, staff, "Robot 100% 手工", |save| save.text.category = "手工".into()).await;
        titled(stage, staff, "书法课", |save| save.text.category = "讲座".into()).await;
        // More than a page, all at the same time: none is left out and none shown twice.
        for n in 0..45 {
            let category = if n < 22 { "手工" } else { "讲座" };
            titled(stage, staff, &format!("第{n}场。"), |save| {
                save.text.category = category.into();
                save.times.ends = save.times.starts + MINUTE;
            })
            .await;
        }
        let visitor = stage.visitor();
        for (query, found) in [("q=robot", 1), ("q=100%25", 1), ("q=_", 0), ("category=手工&q=书法", 0)] {
            let list = visitor.get(&format!("/activities?{query}")).await.is(200);
            assert_eq!(list.body.matches("class=\"row\"").count(), found, "{query}");
        }
        stage.pass(31 * MINUTE);
        for (query, numbers) in [("", 0..45), ("&category=手工", 0..22), ("&q=第7场", 7..8)] {
            let (mut seen, mut path) = (vec![], format!("/activities?state=over{query}"));
            loop {
                let page = visitor.get(&path).await.is(200);
                let titles = page.body.split("class=\"two\">第").skip(1);
                seen.extend(titles.map(|title| title.split('场').next().unwrap().parse::<i32>().unwrap()));
                let Some(older) = page.body.split(">更早的活动<").next().filter(|_| page.body.contains("更早的活动"))
                else {
                    break;
                };
                let link = older.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
                path = crate::support::html::unescape(link);
            }
            seen.sort_unstable();
            assert_eq!(seen, numbers.collect::<Vec<_>>(), "{query}");
        }
        for odd in ["before=x", "before=-1", "before=9-9-9", "before=99999999999999999999-1", "q=%00", "q=%FF"] {
            let status = visitor.get(&format!("/activities?state=over&{odd}")).await.status;
            assert!([200, 404].contains(&status), "{odd}: {status}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_file_is_one_that_calendars_read() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let title = "读《三体》; 谈宇宙, 说人间".repeat(2);
        let activity = titled(stage, staff, &title, |save| save.text.place = "江北新区图书馆".repeat(9)).await;
        let page = stage.visitor().get(&format!("/activities/{activity}/calendar.ics")).await.is(200);
        assert_eq!(page.headers["content-type"], "text/calendar; charset=utf-8");
        assert!(page.body.ends_with("END:VCALENDAR\r\n"));
        assert_eq!(page.body.matches('\n').count(), page.body.matches("\r\n").count());
        assert!(page.body.split("\r\n").all(|line| line.len() <= 75), "{}", page.body);
        let lines = page.body.replace("\r\n ", "");
        let summary = format!("SUMMARY:{}", title.replace(';', "\\;").replace(',', "\\,"));
        for line in ["BEGIN:VEVENT", "DTSTART:20261128T013000Z", "DTEND:20261128T033000Z", &summary] {
            assert!(lines.split("\r\n").any(|known| known == line), "no {line} in {lines}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_takes_the_file_again_after_each_change() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = stage.activity(staff, |_| ()).await;
        // Another's changes count for itself.
        stage.activity(staff, |_| ()).await;
        let (visitor, mut before) = (stage.visitor(), 0);
        let mut file = async |lines: &[&str]| {
            let page = visitor.get(&format!("/activities/{activity}/calendar.ics")).await.is(200);
            let said = |name: &str| page.body.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            for line in lines {
                assert!(page.body.lines().any(|known| known == *line), "no {line} in {}", page.body);
            }
            assert_eq!(said("DTSTAMP:"), said("LAST-MODIFIED:"));
            let sequence: i64 = said("SEQUENCE:").parse().unwrap();
            std::mem::replace(&mut before, sequence) < sequence
        };
        assert!(file(&["SEQUENCE:1", "DTSTAMP:20261128T010000Z", "DTSTART:20261128T013000Z"]).await);
        stage.pass(MINUTE);
        assert!(!file(&["DTSTAMP:20261128T010000Z"]).await, "nothing has changed");
        stage
            .draft(staff, |save| {
                save.activity = Some(activity);
                later(save, DAY);
            })
            .await;
        assert!(file(&["DTSTAMP:20261128T010100Z", "DTSTART:20261129T013100Z", "STATUS:CONFIRMED"]).await);
        stage.pass(MINUTE);
        let cancel = CancelActivity { activity, reason: "讲师生病".into() };
        stage.send(Actor::Staff(staff), Command::from(cancel)).await;
        assert!(file(&["DTSTAMP:20261128T010200Z", "DTSTART:20261129T013100Z", "STATUS:CANCELLED"]).await);
    })
    .await;
}
