//! 未到场: after staff have confirmed, with an appeal, and a pause after the third.

use super::waiting::{place, tomorrow, withdraw};
use crate::support::activities::{CHILD, later, sign_up};
use crate::support::{Browser, DAY, HOUR, Holder, MINUTE, Stage, on_both};
use domain::activities::enrolments::SignUp;
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::{ActivityId, MemberId, StaffId};

/// When it is over one was there, ticked by staff, and staff have confirmed; the job has run, twice.
async fn over(stage: &Stage, staff: StaffId, activity: ActivityId, present: &Holder) -> Browser {
    let at = stage.number("select starts from activity where id = $1", &[activity.0]).await;
    stage.pass(at - store::Clock::at(&stage.clock));
    let browser = stage.signed_in(staff).await;
    let path = format!("/staff/activities/{activity}");
    let fields = [("reader", &*present.reader.to_string()), ("member", "0"), ("present", "1")];
    browser.send(&stage.form(&browser, &format!("{path}/ticks"), &fields)).await.is(303);
    let early = stage.form(&browser, &format!("{path}/confirmation"), &[]);
    stage.unchanged("not over", browser.send(&early)).await.is(409).says(&["活动还没有结束"]);
    stage.pass(2 * HOUR);
    let browser = stage.signed_in(staff).await;
    let confirm = browser.get(&path).await.is(200).form(&format!("{path}/confirmation"));
    browser.send(&confirm).await.is(303);
    for _ in 0..2 {
        stage.jobs.run_due().await;
        stage.pass(MINUTE);
    }
    browser
}

const TOLD: &str = "select count(*) from message where kind = 21 and reader = $1";

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_there_can_appeal_once_and_be_excused() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = tomorrow(stage, staff, 3).await;
        let holders = stage.holders(1, 4).await;
        let [present, absent, leaving, promoted] = &holders[..] else { panic!() };
        let child = stage.member(absent, "小明", CHILD, None).await.0;
        sign_up(&present.browser, activity, &[0], &[]).await.is(303);
        sign_up(&absent.browser, activity, &[child], &[]).await.is(303);
        sign_up(&leaving.browser, activity, &[0], &[]).await.is(303);
        sign_up(&promoted.browser, activity, &[0], &[]).await.is(303);
        stage.pass(HOUR);
        // Less than a day before the start: nobody need have noticed.
        withdraw(leaving, activity, &[0]).await.is(303);
        let browser = over(stage, staff, activity, present).await;
        assert_eq!(stage.number("select count(*) from no_show", &[]).await, 1);
        for (holder, state, told) in [(present, "已签到", 0), (absent, "小明 未到场", 1), (promoted, "未参加", 0)]
        {
            place(holder, activity).await.says(&[state]);
            assert_eq!(stage.number(TOLD, &[holder.reader.0]).await, told);
        }
        let action = format!("/enrolments/{activity}/appeal");
        let form = place(absent, activity).await.form(&action);
        stage.unchanged("nothing said", absent.browser.send(&form)).await.is(422);
        let said = form.with(&[("text", "孩子发烧<b>，来不了"), ("key", "a key of the appeal")]);
        absent.browser.send(&said).await.is(303);
        let again = said.clone().with(&[("key", "another key of the appeal")]);
        stage.unchanged("twice", absent.browser.send(&again)).await.is(409).says(&["已经申诉过了"]);
        let foreign = stage.form(&promoted.browser, &action, &[("member", &child.to_string()), ("text", "x")]);
        stage.unchanged("another's", promoted.browser.send(&foreign)).await.is(404);
        let list = browser.get(&format!("/staff/activities/{activity}/participants")).await.is(200);
        let form = list.form(&format!("/staff/activities/{activity}/excuses"));
        assert_eq!(form.get("member"), child.to_string());
        list.says(&["申诉：孩子发烧<b>，来不了"]);
        browser.send(&form.with(&[("reason", "有病历"), ("key", "a key of the excuse")])).await.is(303);
        assert_eq!(stage.number("select count(*) from no_show", &[]).await, 0);
        place(absent, activity).await.never_says("未到场");
        assert_eq!(stage.number("select count(*) from message where kind = 22", &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_answer_appeals_of_all_activities_in_their_order() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let (_, elsewhere) = stage.staff("fenguan", Role::Activities, 2).await;
        let activity = tomorrow(stage, staff, 9).await;
        let (present, absent, other) = (stage.holder(1).await, stage.holder(2).await, stage.holder(3).await);
        let child = stage.member(&absent, "小明", CHILD, None).await.0;
        sign_up(&present.browser, activity, &[0], &[]).await.is(303);
        sign_up(&absent.browser, activity, &[child], &[]).await.is(303);
        sign_up(&other.browser, activity, &[0], &[]).await.is(303);
        let desk = over(stage, staff, activity, &present).await;
        desk.get("/staff/appeals").await.is(200).says(&["没有待处理的申诉"]);
        for (holder, who, text) in [(&absent, child, "孩子发烧"), (&other, 0, "走错了楼")] {
            let path = format!("/enrolments/{activity}/appeal");
            let form = stage.form(&holder.browser, &path, &[("member", &who.to_string()), ("text", text)]);
            holder.browser.send(&form).await.is(303);
            stage.pass(MINUTE);
        }
        place(&absent, activity).await.says(&["申诉已提交，等待图书馆答复"]);
        absent.browser.get("/messages").await.is(200).says(&["小明「江豚来了」报名后没有签到"]);
        desk.get("/staff").await.is(200).says(&["2 件", "“未到场”申诉等待答复"]);
        let queue = desk.get("/staff/appeals").await.is(200);
        let queue = queue.says(&["小明", "孩子发烧", "走错了楼", "未到场共 1 次"]);
        assert!(queue.text().find("孩子发烧") < queue.text().find("走错了楼"));
        let elsewhere = stage.signed_in(elsewhere).await;
        stage.unchanged("of another branch", elsewhere.get("/staff/appeals")).await.is(200).never_says("孩子发烧");
        // Without a reason nothing is decided, and nothing typed is lost.
        let form = queue.form("/staff/appeals").with(&[("granted", "")]);
        assert_eq!(form.get("member"), child.to_string());
        stage.refused(&desk, &form, 409).await.says(&["请写明原因"]);
        let said = form.with(&[("reason", "请出示<病历>"), ("key", "a key of the answer")]);
        let foreign = stage.form(
            &elsewhere,
            "/staff/appeals",
            &[
                ("activity", &activity.to_string()),
                ("reader", &absent.reader.to_string()),
                ("member", &child.to_string()),
                ("reason", "x"),
            ],
        );
        stage.refused(&elsewhere, &foreign, 404).await;
        desk.send(&said).await.is(303);
        let again = said.with(&[("key", "another key of the answer")]);
        stage.refused(&desk, &again, 409).await.says(&["没有待处理的申诉"]);
        place(&absent, activity).await.says(&["小明 未到场", "申诉未通过：请出示<病历>"]);
        absent.browser.get("/messages").await.is(200).says(&["小明对「江豚来了」未到场的申诉没有通过：请出示<病历>。"]);
        assert_eq!(stage.number("select count(*) from no_show", &[]).await, 2);
        let left = desk.get("/staff/appeals").await.is(200).never_says("孩子发烧").form("/staff/appeals");
        desk.send(&left.with(&[("granted", "1"), ("reason", "情况属实")])).await.is(303);
        assert_eq!(stage.number("select count(*) from no_show", &[]).await, 1);
        place(&other, activity).await.never_says("未到场");
        desk.get("/staff/appeals").await.is(200).says(&["没有待处理的申诉"]);
        // What was declined is excused after all.
        let list = format!("/staff/activities/{activity}/participants");
        desk.get(&list).await.is(200).says(&["不予免除：请出示<病历>"]);
        let reader = absent.reader.to_string();
        let excuse = [("reader", &*reader), ("member", &*child.to_string()), ("reason", "已补交病历")];
        let path = format!("/staff/activities/{activity}/excuses");
        desk.send(&stage.form(&desk, &path, &excuse)).await.is(303);
        desk.get(&list).await.is(200).says(&["未参加", "申诉：孩子发烧"]).never_says("不予免除：");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_comes_within_seven_days_or_not_at_all() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = tomorrow(stage, staff, 3).await;
        let (present, absent) = (stage.holder(1).await, stage.holder(2).await);
        sign_up(&present.browser, activity, &[0], &[]).await.is(303);
        sign_up(&absent.browser, activity, &[0], &[]).await.is(303);
        over(stage, staff, activity, &present).await;
        place(&absent, activity).await.says(&["申诉"]);
        stage.pass(7 * DAY);
        place(&absent, activity).await.never_says("申诉");
        let form =
            stage.form(&absent.browser, &format!("/enrolments/{activity}/appeal"), &[("text", "x"), ("member", "0")]);
        stage.refused(&absent.browser, &form, 409).await.says(&["已超过 7 天"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_blamed_where_nobody_was_signed_in() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = stage.activity(staff, |_| ()).await;
        let holder = stage.holder(1).await;
        sign_up(&holder.browser, activity, &[0], &[]).await.is(303);
        stage.pass(3 * HOUR);
        let browser = stage.signed_in(staff).await;
        let confirm = stage.form(&browser, &format!("/staff/activities/{activity}/confirmation"), &[]);
        browser.send(&confirm).await.is(303);
        stage.jobs.run_due().await;
        place(&holder, activity).await.says(&["未参加"]).never_says("未到场");
        assert_eq!(stage.number("select count(*) from no_show", &[]).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_third_pauses_that_participant_for_thirty_days() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let (present, absent) = (stage.holder(1).await, stage.holder(2).await);
        let child = stage.member(&absent, "小明", CHILD, None).await.0;
        for _ in 0..3 {
            let activity = tomorrow(stage, staff, 30).await;
            sign_up(&present.browser, activity, &[0], &[]).await.is(303);
            sign_up(&absent.browser, activity, &[child], &[]).await.is(303);
            over(stage, staff, activity, &present).await;
        }
        let next = stage.activity(staff, |save| later(save, 2 * DAY)).await;
        let who = [child];
        let asked = sign_up(&absent.browser, next, &who, &[]);
        stage.unchanged("paused", asked).await.is(409).says(&["小明因多次报名未到场，暂停报名到"]);
        // The child alone.
        sign_up(&absent.browser, next, &[0], &[]).await.is(303);
        stage.pass(30 * DAY);
        let then = tomorrow(stage, staff, 30).await;
        let command = SignUp {
            activity: then,
            card: absent.card,
            members: vec![Some(MemberId(child))],
            waits: false,
            accepts_part: false,
            answers: stage.keys.seal("answers", "[]").unwrap(),
        };
        stage.send(Actor::Reader(absent.reader), Command::from(command)).await;
    })
    .await;
}
