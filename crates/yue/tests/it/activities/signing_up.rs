//! 立即报名: who may, who may not and why; once, whatever is pressed how often.

use super::waiting::{place, tomorrow};
use crate::support::activities::{CHILD, GROWN, later, sign_up};
use crate::support::{DAY, HOUR, Holder, MINUTE, Stage, on_both};
use domain::activities::SaveActivity;
use domain::staff::Role;
use domain::tables::{ActivityId, StaffId};
use futures_util::future::{join, join_all};
use store::read::query;

async fn library(stage: &Stage) -> (StaffId, Holder) {
    let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
    (staff, stage.holder(1).await)
}

async fn refused(stage: &Stage, holder: &Holder, activity: ActivityId, who: &[i64], words: &str) {
    let names: Vec<String> = who.iter().map(|who| format!("who-{who}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    let form = stage.form(&holder.browser, &format!("/activities/{activity}/enrolment"), &fields);
    stage.refused(&holder.browser, &form, 409).await.says(&[words]);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_and_after_the_time_nobody_signs_up() {
    on_both(async |stage: &Stage| {
        let (staff, holder) = library(stage).await;
        let change = |save: &mut SaveActivity| {
            later(save, DAY);
            (save.times.opens, save.times.closes) = (save.times.starts - 20 * HOUR, save.times.starts - HOUR);
        };
        let activity = stage.activity(staff, change).await;
        let path = format!("/activities/{activity}");
        holder.browser.get(&path).await.is(200).says(&["11月28日 周六 13:30 开始报名"]).never_says("立即报名");
        refused(stage, &holder, activity, &[0], "开始报名").await;
        stage.pass(4 * HOUR + 30 * MINUTE);
        holder.browser.get(&path).await.is(200).says(&["立即报名", "11月29日 周日 8:30 截止报名"]);
        stage.pass(19 * HOUR);
        holder.browser.get(&path).await.is(200).says(&["报名截止"]).never_says("立即报名");
        refused(stage, &holder, activity, &[0], "报名已截止").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_asked_for_kept_and_sealed() {
    on_both(async |stage: &Stage| {
        let (staff, holder) = library(stage).await;
        let ask = |save: &mut SaveActivity| save.text.questions = "孩子的学校\n\n  过敏史  ".into();
        let activity = stage.activity(staff, ask).await;
        let action = format!("/activities/{activity}/enrolment");
        let typed = [("answer-0", "育英\"小学<b>"), ("who-0", "1")];
        let page = sign_up(&holder.browser, activity, &[0], &typed[..1]).await.is(409);
        page.says(&["请填写：过敏史"]).keeps(&action, &typed);
        let long = "长".repeat(201);
        let long = [typed[0], ("answer-1", &*long)];
        let asked = sign_up(&holder.browser, activity, &[0], &long);
        stage.unchanged("too long", asked).await.is(409).says(&["最多填写 200 个字"]);
        sign_up(&holder.browser, activity, &[0], &[typed[0], ("answer-1", "=花生")]).await.is(303);
        let mut row = stage.reads.one(query("select answers from party_answers", [])).await.unwrap().unwrap();
        let stored = row.bytes().unwrap();
        assert!(!String::from_utf8_lossy(&stored).contains("育英"));
        let staff = stage.signed_in(staff).await;
        let list = staff.get(&format!("/staff/activities/{activity}/participants")).await.is(200);
        list.says(&["孩子的学校：育英\"小学<b>", "过敏史：=花生"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ages_count_on_the_day_and_grown_ups_come_along() {
    on_both(async |stage: &Stage| {
        let (staff, holder) = library(stage).await;
        let change = |save: &mut SaveActivity| {
            save.capacity = 1;
            (save.rules.age_min, save.rules.age_max, save.rules.companions) = (10, 12, true);
        };
        let activity = stage.activity(staff, change).await;
        // Ten on that day, and the day after.
        let ten = stage.member(&holder, "小明", 20161128, None).await.0;
        let nine = stage.member(&holder, "小红", 20161129, None).await.0;
        let old = stage.member(&holder, "奶奶", GROWN, None).await.0;
        let page = holder.browser.get(&format!("/activities/{activity}")).await.is(200);
        page.says(&["陪同家长不占名额", "陪同，不占名额", "年龄不符：本活动面向10 至 12 岁"]);
        refused(stage, &holder, activity, &[nine, 0], "年龄不符").await;
        // Whom would they accompany?
        refused(stage, &holder, activity, &[0, old], "年龄不符").await;
        sign_up(&holder.browser, activity, &[0, ten, old], &[]).await.is(303);
        place(&holder, activity).await.says(&["小明 已报名", "奶奶 陪同，不占名额 已报名"]);
        assert_eq!(stage.number("select taken from activity", &[]).await, 1);
        // The child stays at home, and so do they.
        super::waiting::withdraw(&holder, activity, &[ten]).await.is(303);
        place(&holder, activity).await.never_says("已报名 ");
        assert_eq!(stage.number("select count(*) from participant where state = 3", &[]).await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_in_two_places_at_once_or_twice_in_a_series() {
    on_both(async |stage: &Stage| {
        let (staff, holder) = library(stage).await;
        let child = stage.member(&holder, "小明", CHILD, None).await.0;
        let first = stage.activity(staff, |_| ()).await;
        let overlapping = stage.activity(staff, |save| later(save, HOUR)).await;
        let after = stage.activity(staff, |save| later(save, 2 * HOUR)).await;
        sign_up(&holder.browser, first, &[0], &[]).await.is(303);
        refused(stage, &holder, overlapping, &[child, 0], "您已报名「江豚来了」（11月28日 周六 9:30–11:30），时间重叠")
            .await;
        sign_up(&holder.browser, overlapping, &[child], &[]).await.is(303);
        sign_up(&holder.browser, after, &[0], &[]).await.is(303);

        let head = stage.activity(staff, |save| later(save, 2 * DAY)).await;
        let next = async |days: i64, named: ActivityId| {
            let of_series = |save: &mut SaveActivity| {
                later(save, days * DAY);
                save.rules.series = Some(named);
            };
            stage.activity(staff, of_series).await
        };
        // Whichever of them staff have named, also the first is one of the series.
        let one = next(3, head).await;
        let two = next(4, one).await;
        for of in [head, one, two] {
            holder.browser.get(&format!("/activities/{of}")).await.is(200).says(&["每人限报1场"]);
        }
        sign_up(&holder.browser, one, &[0], &[]).await.is(303);
        refused(stage, &holder, two, &[0], "这个系列每人限报 1 场，您已报名「江豚来了」（12月1日").await;
        refused(stage, &holder, head, &[0], "这个系列每人限报 1 场").await;
        sign_up(&holder.browser, head, &[child], &[]).await.is(303);
        refused(stage, &holder, two, &[child], "这个系列每人限报 1 场，小明已报名").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_and_two_phones_are_one_enrolment() {
    on_both(async |stage: &Stage| {
        let (staff, holder) = library(stage).await;
        let activity = tomorrow(stage, staff, 30).await;
        let page = holder.browser.get(&format!("/activities/{activity}")).await.is(200);
        let form = page.form(&format!("/activities/{activity}/enrolment")).with(&[("who-0", "1")]);
        let (one, two) = join(holder.browser.send(&form), holder.browser.send(&form)).await;
        assert_eq!(one.is(303).location(), two.is(303).location());
        let counts = async |table: &'static str| stage.number(table, &[]).await;
        assert_eq!(counts("select count(*) from party").await, 1);
        assert_eq!(counts("select count(*) from message where kind = 13").await, 1);

        let other = stage.holder(2).await;
        let path = format!("/activities/{activity}");
        let phones = join_all((0..20).map(|_| other.browser.get(&path))).await;
        let forms: Vec<_> =
            phones.iter().map(|page| page.form(&format!("{path}/enrolment")).with(&[("who-0", "1")])).collect();
        let pages = join_all(forms.iter().map(|form| other.browser.send(form))).await;
        let (won, lost): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.status == 303);
        assert_eq!((won.len(), lost.len()), (1, 19));
        lost.into_iter().for_each(|page| drop(page.is(409).says(&["已报名"])));
        assert_eq!(counts("select taken from activity").await, 2);
        let form = stage.form(&other.browser, &format!("/enrolments/{activity}/withdrawal"), &[("who-0", "1")]);
        let (one, two) = join(other.browser.send(&form), other.browser.send(&form)).await;
        assert_eq!(one.is(303).location(), two.is(303).location());
        assert_eq!(counts("select taken from activity").await, 1);
    })
    .await;
}
