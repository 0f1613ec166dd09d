//! 现场签到: the code on the screen, the scan that it becomes, and the points, once.

use super::waiting::withdraw;
use crate::support::activities::{CHILD, later, scan, sign_up};
use crate::support::{HOUR, Holder, MINUTE, Page, Stage, on_both, on_both_with, patron};
use domain::activities::SaveActivity;
use domain::staff::Role;
use domain::tables::{ActivityId, StaffId, VenueCode};
use futures_util::future::{join, join_all};

const OLD: &str = "这个二维码已经更新，或不是这场活动的";
const STEP: i64 = 30_000;

/// One activity in half an hour, somebody who comes.
async fn scene(stage: &Stage, change: impl FnOnce(&mut SaveActivity)) -> (StaffId, ActivityId, Holder) {
    let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
    let activity = stage.activity(staff, change).await;
    let holder = stage.holder(1).await;
    sign_up(&holder.browser, activity, &[0], &[]).await.is(303);
    (staff, activity, holder)
}

fn form(page: &Page, activity: ActivityId) -> crate::support::Form {
    page.form(&format!("/activities/{activity}/attendance"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_earns_at_once_and_once() {
    on_both(async |stage: &Stage| {
        let (staff, activity, holder) = scene(stage, |_| ()).await;
        let code = stage.venue_code(staff, activity).await;
        assert!(code.starts_with(&format!("/activities/{activity}/scan?code=")), "{code}");
        scan(&holder.browser, &code).await.is(200);
        // Two windows, each with its own scan.
        let (one, two) = join(scan(&holder.browser, &code), scan(&holder.browser, &code)).await;
        let (one, two) = (form(&one.is(200), activity), form(&two.is(200), activity));
        let pages = join_all([&one, &two].repeat(10).into_iter().map(|form| holder.browser.send(form))).await;
        let (won, lost): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.status == 303);
        assert_eq!((won.len(), lost.len()), (10, 10), "one form, and its own repetitions");
        let thanks = won[0].leads_to(&format!("/enrolments/{activity}?signed=1"));
        holder.browser.get(&thanks).await.is(200).says(&["已获得 10 积分", "已签到"]);
        lost.into_iter().for_each(|page| drop(page.is(409).says(&["已经签到了，不用再签。"])));
        assert_eq!(stage.balance(holder.card).await, 60);
        assert_eq!(stage.number("select count(*) from message where kind = 19", &[]).await, 1);
        holder.browser.get("/points").await.is(200).says(&["+10"]);
        scan(&holder.browser, &code).await.is(409).says(&["已经签到了"]);
        // Long after, the first answer is heard again: the network was slow.
        stage.pass(HOUR);
        let late = join(holder.browser.send(&one), holder.browser.send(&two));
        let (first, second) = stage.unchanged("a repetition", late).await;
        assert_eq!([first.status, second.status].iter().filter(|status| **status == 303).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_lives_for_two_steps_and_a_scan_for_five_minutes() {
    on_both(async |stage: &Stage| {
        let (staff, activity, holder) = scene(stage, |_| ()).await;
        let code = stage.venue_code(staff, activity).await;
        stage.pass(2 * STEP - 1);
        scan(&holder.browser, &code).await.is(200).says(&["谁到了"]);
        stage.pass(1);
        scan(&holder.browser, &code).await.is(409).says(&[OLD]);

        // The way through WeChat's sign-in takes four minutes: the scan's time counts.
        let code = stage.venue_code(staff, activity).await;
        let visitor = stage.visitor();
        let scanned = visitor.get(&code).await.is(303).location().unwrap();
        let to = visitor.get(&scanned).await.is(303).leads_to("/sign-in?to=");
        let query = to.split_once('?').unwrap().1;
        let back = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "to").unwrap().1.into_owned();
        assert_eq!(back, scanned);
        holder.browser.set_cookie("yue_scan", &visitor.cookie("yue_scan").unwrap());
        stage.pass(4 * MINUTE);
        let page = holder.browser.get(&back).await.is(200);
        stage.pass(MINUTE - 1);
        let page_too = holder.browser.get(&back).await.is(200);
        holder.browser.send(&form(&page_too, activity)).await.is(303);
        stage.pass(1);
        holder.browser.get(&back).await.is(409).says(&["扫码已超过 5 分钟"]);
        let late = stage.refused(&holder.browser, &form(&page, activity), 409).await;
        late.says(&["扫码已超过 5 分钟"]);
        assert_eq!(stage.balance(holder.card).await, 60);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_code_or_scan_of_one_s_own_making_is_good() {
    on_both(async |stage: &Stage| {
        let (staff, activity, holder) = scene(stage, |_| ()).await;
        let other = stage.activity(staff, |save| later(save, 2 * HOUR)).await;
        sign_up(&holder.browser, other, &[0], &[]).await.is(303);
        stage.pass(2 * HOUR);
        let path = format!("/activities/{activity}");
        let elsewhere = stage.venue_code(staff, other).await;
        let good = stage.venue_code(staff, activity).await;
        let (address, mark) = good.rsplit_once('-').unwrap();
        let wrong = format!("{:012X}", u64::from_str_radix(mark, 16).unwrap() ^ 1);
        let step: i64 = address.rsplit_once('=').unwrap().1.parse().unwrap();
        let forged = [
            elsewhere.replace(&format!("/activities/{other}/"), &format!("{path}/")),
            format!("{address}-{wrong}"),
            format!("{path}/scan?code={}-{mark}", step + 1),
            format!("{path}/scan?code=0-{mark}"),
            format!("{path}/scan?code={}", "9".repeat(4_000)),
            format!("{path}/scan"),
        ];
        for code in &forged {
            scan(&holder.browser, code).await.is(409).says(&[OLD]);
        }
        // A good scan of one activity, at another; with another time; without its signature.
        let scanned = holder.browser.get(&good).await.is(303).location().unwrap();
        let value = scanned.split_once("scan=").unwrap().1.to_string();
        let (at, signature) = value.split_once('~').unwrap();
        let later = at.parse::<i64>().unwrap() + 1;
        let odd = [format!("{later}~{signature}"), format!("{at}~"), at.into(), format!("-1~{signature}"), "~".into()];
        let elsewhere = [(other, value.clone())].into_iter().chain(odd.into_iter().map(|odd| (activity, odd)));
        for (activity, scan) in elsewhere {
            let path = format!("/activities/{activity}/attendance");
            let shown = url::form_urlencoded::byte_serialize(scan.as_bytes()).collect::<String>();
            holder.browser.get(&format!("{path}?scan={shown}")).await.is(409).says(&[OLD]);
            let form = stage.form(&holder.browser, &path, &[("scan", &scan), ("who-0", "1")]);
            stage.refused(&holder.browser, &form, 409).await.says(&[OLD]);
        }
        assert_eq!(stage.balance(holder.card).await, 50);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_enrolled_and_only_while_the_doors_are_open() {
    on_both(async |stage: &Stage| {
        let (staff, activity, holder) = scene(stage, |save| later(save, 2 * HOUR)).await;
        let stranger = stage.holder(2).await;
        let closed = "现在不在签到时间内";
        stage.pass(90 * MINUTE - 1);
        let early = stage.venue_code(staff, activity).await;
        scan(&holder.browser, &early).await.is(409).says(&[closed]);
        stage.pass(1);
        let code = stage.venue_code(staff, activity).await;
        let page = scan(&holder.browser, &code).await.is(200);
        scan(&stranger.browser, &code).await.is(409).says(&["您没有报名这场活动"]);
        let value = page.form(&format!("/activities/{activity}/attendance")).get("scan").to_string();
        let path = format!("/activities/{activity}/attendance");
        let tried = stage.form(&stranger.browser, &path, &[("scan", &value), ("who-0", "1")]);
        // The link that another has scanned: sent on, it signs nobody in.
        stage.refused(&stranger.browser, &tried, 409).await.says(&[OLD]);
        let sent_on = format!("{path}?scan={value}");
        stage.visitor().get(&sent_on).await.is(303);
        stranger.browser.get(&sent_on).await.is(409).says(&[OLD]);
        stage.pass(3 * HOUR);
        let late = stage.venue_code(staff, activity).await;
        scan(&holder.browser, &late).await.is(409).says(&[closed]);
        assert_eq!(stage.balance(holder.card).await, 50);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_door_a_free_place_is_taken_where_that_is_allowed() {
    on_both(async |stage: &Stage| {
        let change = |save: &mut SaveActivity| (save.capacity, save.rules.walk_ins) = (2, true);
        let (staff, activity, holder) = scene(stage, change).await;
        let walk_ins = stage.holders(2, 2).await;
        let (without_card, _) = stage.reader().await;
        let code = stage.venue_code(staff, activity).await;
        let page = scan(&without_card, &code).await.is(200).says(&["请先绑定读者证"]).never_says("谁到了");
        let scanned = page.path.split_once("scan=").unwrap().1.to_string();
        let path = format!("/activities/{activity}/attendance");
        let tried = stage.form(&without_card, &path, &[("scan", &scanned), ("who-0", "1")]);
        stage.unchanged("no card", without_card.send(&tried)).await.is(409);
        let pages = join_all(walk_ins.iter().map(|holder| scan(&holder.browser, &code))).await;
        let forms: Vec<_> = pages.iter().map(|page| form(page, activity)).collect();
        let sent = join_all(walk_ins.iter().zip(&forms).map(|(holder, form)| holder.browser.send(form))).await;
        // One place is left for two.
        assert_eq!(sent.iter().filter(|page| page.status == 303).count(), 1);
        sent.into_iter().filter(|page| page.status != 303).for_each(|page| drop(page.is(409).says(&["已经报满了"])));
        assert_eq!(stage.number("select taken from activity", &[]).await, 2);
        // Who has cancelled and comes all the same is like anybody at the door.
        withdraw(&holder, activity, &[0]).await.is(303);
        let page = scan(&holder.browser, &code).await.is(200).says(&["没有报名，现场参加"]);
        holder.browser.send(&form(&page, activity)).await.is(303);
        assert_eq!(stage.balance(holder.card).await, 60);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_family_comes_in_together_whoever_was_ticked_or_signed_up() {
    on_both(async |stage: &Stage| {
        let change = |save: &mut SaveActivity| (save.rules.walk_ins, save.rules.age_max) = (true, 12);
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = stage.activity(staff, change).await;
        let holder = stage.holder(1).await;
        let [one, two, three] = ["小明", "小红", "小刚"];
        let mut children = vec![];
        for name in [one, two, three] {
            children.push(stage.member(&holder, name, CHILD, None).await.0);
        }
        sign_up(&holder.browser, activity, &children[..2], &[]).await.is(303);
        let page = scan(&holder.browser, &stage.venue_code(staff, activity).await).await.is(200);
        // Nobody of the wrong age is offered; the brother who has not signed up is.
        let page = page.says(&[one, two, three, "没有报名，现场参加"]).never_says("本人");
        let form = form(&page, activity);
        assert_eq!([0, 1, 2].map(|n| form.get(&format!("who-{}", children[n]))), ["1", "1", ""]);
        // Staff tick one of them at the door, meanwhile.
        let desk = stage.signed_in(staff).await;
        let (reader, child) = (holder.reader.to_string(), children[0].to_string());
        let tick = [("reader", &*reader), ("member", &*child), ("present", "1")];
        desk.send(&stage.form(&desk, &format!("/staff/activities/{activity}/ticks"), &tick)).await.is(303);
        let brother = format!("who-{}", children[2]);
        holder.browser.send(&form.with(&[(&brother, "1")])).await.is(303);
        assert_eq!(stage.number("select present from activity", &[]).await, 3);
        assert_eq!(stage.balance(holder.card).await, 60);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_ticked_at_the_door_stays_ticked() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let change = |save: &mut SaveActivity| {
            (save.rules.walk_ins, save.rules.age_max, save.capacity) = (true, 12, 2);
        };
        let activity = stage.activity(staff, change).await;
        let holder = stage.holder(1).await;
        let mut children = vec![];
        for name in ["小明", "小红", "小刚"] {
            children.push(stage.member(&holder, name, CHILD, None).await.0);
        }
        sign_up(&holder.browser, activity, &children[..1], &[]).await.is(303);
        let page = scan(&holder.browser, &stage.venue_code(staff, activity).await).await.is(200);
        let [at_home, one, two] = [0, 1, 2].map(|n| format!("who-{}", children[n]));
        let mut form = form(&page, activity).with(&[(&one, "1"), (&two, "1")]);
        form.fields.retain(|(name, _)| *name != at_home);
        let page = stage.refused(&holder.browser, &form, 409).await.says(&["已经报满了"]);
        let action = format!("/activities/{activity}/attendance");
        page.keeps(&action, &[(&at_home, ""), (&one, "1"), (&two, "1")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_of_thirteen_comes_in_and_leaves_whole() {
    let many = |settings: &mut yue::settings::Settings| settings.library.activities.members_max = 13;
    on_both_with(many, async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let change = |save: &mut SaveActivity| save.rules.party_max = 9;
        let [coming, cancelled] = [
            stage.activity(staff, change).await,
            stage
                .activity(staff, |save| {
                    later(save, 3 * HOUR);
                    change(save);
                })
                .await,
        ];
        let holder = stage.holder(1).await;
        let mut members = vec![];
        for n in 1..=13 {
            members.push(stage.member(&holder, &format!("成员{n}"), CHILD, None).await.0);
        }
        for activity in [coming, cancelled] {
            for party in members.chunks(7) {
                sign_up(&holder.browser, activity, party, &[]).await.is(303);
            }
        }
        let page = scan(&holder.browser, &stage.venue_code(staff, coming).await).await.is(200);
        holder.browser.send(&form(&page, coming)).await.is(303);
        assert_eq!(stage.number("select present from activity where id = $1", &[coming.0]).await, 13);
        withdraw(&holder, cancelled, &members).await.is(303);
        assert_eq!(stage.number("select taken from activity where id = $1", &[cancelled.0]).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn companions_come_to_the_door_with_somebody_or_not_at_all() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let change = |save: &mut SaveActivity| {
            (save.rules.walk_ins, save.rules.companions, save.rules.age_max) = (true, true, 12);
        };
        let activity = stage.activity(staff, change).await;
        let (alone, mother) = (stage.holder(1).await, stage.holder(2).await);
        let child = stage.member(&mother, "小明", CHILD, None).await;
        let code = stage.venue_code(staff, activity).await;
        let page = scan(&alone.browser, &code).await.is(409).says(&["您没有报名这场活动"]);
        let scanned = page.path.split_once("scan=").unwrap().1.to_string();
        let path = format!("/activities/{activity}/attendance");
        let tried = stage.form(&alone.browser, &path, &[("scan", &scanned), ("who-0", "1")]);
        stage.refused(&alone.browser, &tried, 409).await.says(&["年龄"]);
        let page = scan(&mother.browser, &code).await.is(200).says(&["小明", "没有报名，现场参加"]);
        let both = form(&page, activity).with(&[("who-0", "1"), (&format!("who-{child}"), "1")]);
        mother.browser.send(&both).await.is(303);
        assert_eq!(stage.number("select present from activity", &[]).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_let_in_who_waits_and_nobody_else_does() {
    on_both(async |stage: &Stage| {
        let change = |save: &mut SaveActivity| {
            later(save, 3 * HOUR);
            save.capacity = 1;
        };
        let (staff, activity, _) = scene(stage, change).await;
        let waits = stage.holder(2).await;
        sign_up(&waits.browser, activity, &[0], &[("waits", "1")]).await.is(303);
        stage.pass(3 * HOUR);
        let desk = stage.signed_in(staff).await;
        let code = stage.venue_code(staff, activity).await;
        scan(&waits.browser, &code).await.is(409).says(&["还在候补"]);
        let reader = waits.reader.to_string();
        let tick = [("reader", &*reader), ("member", "0"), ("present", "1")];
        let tick = || stage.form(&desk, &format!("/staff/activities/{activity}/ticks"), &tick);
        stage.refused(&desk, &tick(), 409).await.says(&["已经报满了"]);
        let list = desk.get(&format!("/staff/activities/{activity}/participants")).await.is(200);
        list.says(&["候补第1位"]);
        // A chair more.
        let edit = desk.get(&format!("/staff/activities/{activity}/edit")).await.is(200);
        let edit = edit.form(&format!("/staff/activities/{activity}")).with(&[("capacity", "2")]);
        desk.upload(&edit, &[]).await.is(303);
        desk.send(&tick()).await.is(303);
        assert_eq!(stage.balance(waits.card).await, 60);
        assert_eq!(stage.number("select waiting from activity", &[]).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_code_stays_and_another_kind_s_is_no_good() {
    on_both(async |stage: &Stage| {
        let (staff, printed, holder) = scene(stage, |save| save.rules.code = VenueCode::Static).await;
        let renewing = stage.activity(staff, |save| later(save, 2 * HOUR)).await;
        let none = stage.activity(staff, |save| save.rules.code = VenueCode::None).await;
        let code = stage.venue_code(staff, printed).await;
        stage.pass(HOUR);
        assert_eq!(stage.venue_code(staff, printed).await, code);
        let staff = stage.signed_in(staff).await;
        staff.get(&format!("/staff/activities/{none}/screen")).await.is(404);
        staff.get(&format!("/staff/activities/{printed}/screen")).await.is(200).says(&["江豚来了", "请用微信"]);
        for other in [renewing, none] {
            let tried = code.replace(&format!("/{printed}/"), &format!("/{other}/"));
            scan(&holder.browser, &tried).await.is(409).says(&[OLD]);
        }
        let page = scan(&holder.browser, &code).await.is(200);
        holder.browser.send(&form(&page, printed)).await.is(303);
        assert_eq!(stage.balance(holder.card).await, 60);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn points_go_once_a_card_or_to_everybody_s_own() {
    on_both(async |stage: &Stage| {
        let (staff, once, holder) = scene(stage, |_| ()).await;
        let each = stage.activity(staff, |save| {
            later(save, 2 * HOUR);
            save.rules.per_participant = true;
        });
        let each = each.await;
        let own = stage.bind_shortly(holder.reader, &patron(2)).await;
        let back = stage.form(&holder.browser, "/cards/current", &[("card", &holder.card.to_string())]);
        holder.browser.send(&back).await.is(303);
        let with_card = stage.member(&holder, "小明", CHILD, Some(own)).await.0;
        let without = stage.member(&holder, "小红", CHILD, None).await.0;
        sign_up(&holder.browser, once, &[without, with_card], &[]).await.is(303);
        sign_up(&holder.browser, each, &[0, without, with_card], &[]).await.is(303);
        let arrive = async |activity| {
            let page = scan(&holder.browser, &stage.venue_code(staff, activity).await).await.is(200);
            let form = form(&page.says(&["小明", "小红"]), activity);
            holder.browser.send(&form).await.is(303);
        };
        let before = (stage.balance(holder.card).await, stage.balance(own).await);
        arrive(once).await;
        let once = (stage.balance(holder.card).await, stage.balance(own).await);
        assert_eq!((once.0 - before.0, once.1 - before.1), (10, 10));
        stage.pass(2 * HOUR);
        arrive(each).await;
        assert_eq!((stage.balance(holder.card).await - once.0, stage.balance(own).await - once.1), (20, 10));
    })
    .await;
}
