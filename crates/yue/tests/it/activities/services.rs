//! 志愿者活动: in and out by the venue's code, hours and what they are worth.

use crate::support::activities::{scan, sign_up};
use crate::support::{Holder, MINUTE, Stage, on_both};
use domain::activities::SaveActivity;
use domain::staff::Role;
use domain::tables::{ActivityId, ActivityKind, StaffId};

/// From half past nine until half past eleven, five points for each half hour.
async fn scene(stage: &Stage) -> (StaffId, ActivityId, Holder) {
    let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
    let change = |save: &mut SaveActivity| {
        save.kind = ActivityKind::Volunteer;
        (save.rules.points, save.rules.block_minutes, save.rules.per_participant) = (5, 30, true);
        save.rules.minutes_min = 30;
    };
    let service = stage.activity(staff, change).await;
    let holder = stage.holder(1).await;
    let page = holder.browser.get(&format!("/activities/{service}")).await.is(200);
    page.says(&["志愿者审核通过后可以报名", "+5/半小时", "至少服务 30 分钟"]);
    let path = format!("/activities/{service}/enrolment");
    let early = stage.form(&holder.browser, &path, &[("who-0", "1")]);
    stage.unchanged("not approved", holder.browser.send(&early)).await.is(409);
    let (_, reviewer) = stage.staff("guanzhang", Role::Administrator, 1).await;
    stage.volunteer(&holder, reviewer).await;
    sign_up(&holder.browser, service, &[0], &[]).await.is(303);
    (staff, service, holder)
}

async fn arrive(stage: &Stage, staff: StaffId, service: ActivityId, holder: &Holder) {
    let page = scan(&holder.browser, &stage.venue_code(staff, service).await).await.is(200);
    let form = page.form(&format!("/activities/{service}/attendance"));
    holder.browser.send(&form).await.is(303).leads_to(&format!("/enrolments/{service}?signed=1"));
}

const MINUTES: &str = "select max(minutes) from volunteer";

#[tokio::test(flavor = "multi_thread")]
async fn served_time_is_from_scan_to_scan_and_earns_by_half_hours() {
    on_both(async |stage: &Stage| {
        let (staff, service, holder) = scene(stage).await;
        stage.pass(30 * MINUTE);
        arrive(stage, staff, service, &holder).await;
        assert_eq!(stage.balance(holder.card).await, 50);
        stage.pass(95 * MINUTE);
        let page = scan(&holder.browser, &stage.venue_code(staff, service).await).await.is(200);
        let form = page.says(&["服务结束，签退"]).form(&format!("/activities/{service}/leaving"));
        // Pressed four minutes later: the scan's time counts.
        stage.pass(4 * MINUTE);
        let thanks = holder.browser.send(&form).await.is(303);
        holder.browser.follow(thanks).await.is(200).says(&["已获得 15 积分"]);
        assert_eq!((stage.balance(holder.card).await, stage.number(MINUTES, &[]).await), (65, 95));
        stage.unchanged("the form again", holder.browser.send(&form)).await.is(303);
        let again = form.with(&[("key", "another key of the tests")]);
        stage.unchanged("out twice", holder.browser.send(&again)).await.is(409).says(&["已经签退了"]);
        let staff = stage.signed_in(staff).await;
        staff.get(&format!("/staff/activities/{service}/participants")).await.is(200).says(&["95 分钟"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_serves_to_the_end_signs_out_after_it() {
    on_both(async |stage: &Stage| {
        let (staff, service, holder) = scene(stage).await;
        let latecomer = stage.holder(2).await;
        let (_, reviewer) = stage.staff("fuguanzhang", Role::Administrator, 1).await;
        stage.volunteer(&latecomer, reviewer).await;
        sign_up(&latecomer.browser, service, &[0], &[]).await.is(303);
        stage.pass(30 * MINUTE);
        arrive(stage, staff, service, &holder).await;
        stage.pass(130 * MINUTE);
        let code = stage.venue_code(staff, service).await;
        // Nobody comes any more.
        scan(&latecomer.browser, &code).await.is(409).says(&["现在不在签到时间内"]);
        let page = scan(&holder.browser, &code).await.is(200).says(&["签退"]).never_says("谁到了");
        let form = page.form(&format!("/activities/{service}/leaving"));
        holder.browser.send(&form).await.is(303).leads_to(&format!("/enrolments/{service}?signed=1"));
        assert_eq!(
            (stage.balance(holder.card).await, stage.number(MINUTES, &[]).await),
            (70, 120),
            "as long as the service was"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_after_the_end_only_staff_write_hours_down() {
    on_both(async |stage: &Stage| {
        let (staff, service, holder) = scene(stage).await;
        arrive(stage, staff, service, &holder).await;
        stage.pass(211 * MINUTE);
        scan(&holder.browser, &stage.venue_code(staff, service).await).await.is(409);
        let browser = stage.signed_in(staff).await;
        let list = browser.get(&format!("/staff/activities/{service}/participants")).await.is(200);
        let path = format!("/staff/activities/{service}/minutes");
        for (minutes, reason, status) in [
            ("abc", "x", 409),
            ("", "x", 409),
            ("-5", "x", 409),
            ("99999999999999999999", "x", 409),
            ("1441", "x", 409),
            ("60", " ", 409),
        ] {
            let form = list.form(&path).with(&[("minutes", minutes), ("reason", reason)]);
            stage.unchanged(minutes, browser.send(&form)).await.is(status);
        }
        for (minutes, points, key) in [("120", 20, "a"), ("29", 0, "b"), ("60", 10, "c")] {
            let key = format!("{key} key of the tests");
            let form = list.form(&path).with(&[("minutes", minutes), ("reason", "忘记签退"), ("key", &key)]);
            browser.send(&form).await.is(303);
            assert_eq!(stage.balance(holder.card).await, 50 + points, "{minutes}");
            assert_eq!(stage.number(MINUTES, &[]).await, minutes.parse::<i64>().unwrap());
        }
        // Not there after all.
        let list = browser.get(&format!("/staff/activities/{service}/participants")).await.is(200);
        browser.send(&list.form(&format!("/staff/activities/{service}/ticks"))).await.is(303);
        assert_eq!((stage.balance(holder.card).await, stage.number(MINUTES, &[]).await), (50, 0));
    })
    .await;
}
