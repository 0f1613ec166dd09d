//! The waiting list: in the order of arrival, whole parties, at once and with a message.

use crate::support::activities::{CHILD, later, sign_up};
use crate::support::{DAY, HOUR, Holder, Page, Stage, on_both};
use domain::staff::Role;
use domain::tables::{ActivityId, StaffId};

/// Tomorrow, for so many.
pub async fn tomorrow(stage: &Stage, staff: StaffId, capacity: i64) -> ActivityId {
    let change = |save: &mut domain::activities::SaveActivity| {
        later(save, DAY);
        save.capacity = capacity;
    };
    stage.activity(staff, change).await
}

pub async fn place(holder: &Holder, activity: ActivityId) -> Page {
    holder.browser.get(&format!("/enrolments/{activity}")).await.is(200)
}

pub async fn withdraw(holder: &Holder, activity: ActivityId, who: &[i64]) -> Page {
    let path = format!("/enrolments/{activity}/withdrawal");
    let mut form = holder.browser.get(&path).await.is(200).form(&path);
    form.fields.retain(|(name, _)| !name.starts_with("who-"));
    let who: Vec<String> = who.iter().map(|who| format!("who-{who}")).collect();
    let who: Vec<(&str, &str)> = who.iter().map(|who| (who.as_str(), "1")).collect();
    holder.browser.send(&form.with(&who)).await
}

const PROMOTED: &str = "select count(*) from message where kind = 15 and reader = $1";

#[tokio::test(flavor = "multi_thread")]
async fn all_places_together_or_none_and_what_frees_goes_on_at_once() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = tomorrow(stage, staff, 3).await;
        let holders = stage.holders(1, 4).await;
        let [family, single, third, fourth] = &holders[..] else { panic!() };
        let (child, other) =
            (stage.member(family, "小明", CHILD, None).await.0, stage.member(family, "小红", CHILD, None).await.0);
        sign_up(&single.browser, activity, &[0], &[]).await.is(303);

        let all = [0, child, other];
        let asked = sign_up(&family.browser, activity, &all, &[]);
        let refused = stage.unchanged("too large a party", asked).await.is(409);
        let names = [("who-0", "1"), (&format!("who-{child}"), "1"), (&format!("who-{other}"), "1")];
        let refused = refused.says(&["仅剩2个名额", "修改报名人"]);
        let refused = refused.keeps(&format!("/activities/{activity}/enrolment"), &names);
        // One tick less.
        let mut form = refused.form(&format!("/activities/{activity}/enrolment"));
        form.fields.retain(|(name, _)| name != "who-0");
        family.browser.send(&form).await.is(303).leads_to(&format!("/enrolments/{activity}"));
        place(family, activity).await.says(&["小明 已报名", "小红 已报名"]).never_says("王");

        for (holder, words) in [(third, "候补第1位"), (fourth, "候补第2位")] {
            let page = holder.browser.get(&format!("/activities/{activity}")).await.is(200);
            // The button alone says that one waits, and who comes alone has no part to accept.
            page.says(&["已报满", "报名候补", "有空位会马上递补"])
                .never_says("名额不够时候补")
                .never_says("接受部分递补");
            sign_up(&holder.browser, activity, &[0], &[]).await.is(303);
            place(holder, activity).await.says(&[words]).never_says("已报名");
        }
        // 取消此人 alone.
        withdraw(family, activity, &[other]).await.is(303);
        place(family, activity).await.says(&["小明 已报名", "小红 已取消"]);
        place(third, activity).await.says(&["已报名"]);
        place(fourth, activity).await.says(&["候补第1位"]);
        assert_eq!(stage.number(PROMOTED, &[third.reader.0]).await, 1);
        assert_eq!(stage.number(PROMOTED, &[fourth.reader.0]).await, 0);
        third.browser.get("/messages").await.is(200).says(&["江豚来了"]);
        // And again: who has left stands at the end of the line.
        sign_up(&family.browser, activity, &[other], &[("waits", "1")]).await.is(303);
        place(family, activity).await.says(&["小红 候补第2位"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_is_passed_over_until_it_fits_or_takes_a_part() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = tomorrow(stage, staff, 2).await;
        let holders = stage.holders(1, 4).await;
        let [first, whole, parts, single] = &holders[..] else { panic!() };
        let child = stage.member(first, "小明", CHILD, None).await.0;
        let of_whole = stage.member(whole, "小红", CHILD, None).await.0;
        let of_parts = stage.member(parts, "小兰", CHILD, None).await.0;
        sign_up(&first.browser, activity, &[0, child], &[]).await.is(303);
        sign_up(&whole.browser, activity, &[0, of_whole], &[]).await.is(303);
        sign_up(&parts.browser, activity, &[0, of_parts], &[("accepts_part", "1")]).await.is(303);
        sign_up(&single.browser, activity, &[0], &[]).await.is(303);
        withdraw(first, activity, &[child]).await.is(303);
        place(whole, activity).await.says(&["候补第1位"]).never_says("已报名");
        place(parts, activity).await.says(&["已报名", "候补第2位"]);
        withdraw(first, activity, &[0]).await.is(303);
        // One place more: the rest of the party that takes parts came before the single one.
        place(parts, activity).await.never_says("候补第");
        place(single, activity).await.says(&["候补第2位"]);
        withdraw(parts, activity, &[0, of_parts]).await.is(303);
        place(whole, activity).await.never_says("候补第").says(&["已报名"]);
        place(single, activity).await.says(&["候补第1位"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlines_hold_for_places_and_the_list_stands_still_before_the_start() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let change = |save: &mut domain::activities::SaveActivity| {
            later(save, 5 * HOUR);
            (save.capacity, save.times.withdraw_until) = (2, save.times.starts - HOUR);
        };
        let activity = stage.activity(staff, change).await;
        let holders = stage.holders(1, 4).await;
        let [one, two, waits, late] = &holders[..] else { panic!() };
        sign_up(&one.browser, activity, &[0], &[]).await.is(303);
        sign_up(&two.browser, activity, &[0], &[]).await.is(303);
        sign_up(&waits.browser, activity, &[0], &[]).await.is(303);
        stage.pass(4 * HOUR);
        withdraw(one, activity, &[0]).await.is(303);
        place(waits, activity).await.says(&["候补第1位"]);
        // Nor does the free place go to somebody who comes now, and nobody joins the list.
        let path = format!("/activities/{activity}");
        let page = late.browser.get(&path).await.is(200);
        page.says(&["已报满，候补已停止", "已报满，开始前 2 小时停止候补"]).never_says("立即报名");
        let late_form = stage.form(&late.browser, &format!("{path}/enrolment"), &[("who-0", "1"), ("waits", "1")]);
        stage.refused(&late.browser, &late_form, 409).await.says(&["已报满，开始前 2 小时停止候补"]);
        stage.pass(HOUR);
        let path = format!("/enrolments/{activity}/withdrawal");
        two.browser.get(&path).await.is(200).says(&["没有可以取消的报名"]);
        let form = stage.form(&two.browser, &path, &[("who-0", "1")]);
        stage.refused(&two.browser, &form, 409).await.says(&["已过取消报名的时间"]);
        // A turn can be given up until the start.
        place(waits, activity).await.says(&["已过取消时间，候补仍可退出"]);
        withdraw(waits, activity, &[0]).await.is(303);
        place(waits, activity).await.says(&["已取消"]);
    })
    .await;
}
