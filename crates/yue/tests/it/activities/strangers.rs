//! What nobody should send: odd numbers, others' people, forms too large, another branch's activities.

use super::waiting::tomorrow;
use crate::support::activities::{CHILD, later, sign_up};
use crate::support::{DAY, Form, Stage, on_both};
use domain::staff::Role;

#[tokio::test(flavor = "multi_thread")]
async fn only_one_s_own_people_are_signed_up() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = tomorrow(stage, staff, 30).await;
        let (holder, other) = (stage.holder(1).await, stage.holder(2).await);
        let theirs = format!("who-{}", stage.member(&other, "别人", CHILD, None).await);
        let path = format!("/activities/{activity}/enrolment");
        let odd = ["who-abc", "who-", "who--5", "who-999999", "who-9223372036854775807", "who-1e3", &theirs, "nobody"];
        for name in odd {
            let form = stage.form(&holder.browser, &path, &[(name, "1")]);
            let page = stage.unchanged(name, holder.browser.send(&form)).await;
            page.is(409).never_says("别人");
        }
        let crowd: Vec<String> = (0..3_000).map(|n| format!("who-{n}")).collect();
        let fields: Vec<(&str, &str)> = crowd.iter().map(|name| (name.as_str(), "1")).collect();
        let form = stage.form(&holder.browser, &path, &fields);
        stage.unchanged("a crowd", holder.browser.send(&form)).await.is(409).says(&["一次最多报 3 人"]);
        stage.unchanged("no fields", holder.browser.post(&path, &[])).await.is(403);
        let (length, large) = (10 * 1024 * 1024, "a".repeat(10 * 1024 * 1024));
        let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n");
        let answer = stage.raw(&format!("{head}content-type: application/x-www-form-urlencoded\r\n\r\n{large}")).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
        // Nor withdrawn, signed in or excused.
        sign_up(&other.browser, activity, &[0], &[]).await.is(303);
        for what in ["withdrawal", "appeal"] {
            let form = stage.form(&holder.browser, &format!("/enrolments/{activity}/{what}"), &[("who-0", "1")]);
            stage.unchanged(what, holder.browser.send(&form)).await.is(404);
        }
        holder.browser.get(&format!("/enrolments/{activity}")).await.is(404);
        let form = stage.form(&other.browser, &format!("/enrolments/{activity}/withdrawal"), &[]);
        stage.unchanged("nobody", other.browser.send(&form)).await.is(422).says(&["请至少勾选一人"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_none_lead_nowhere() {
    on_both(async |stage: &Stage| {
        let (staff, _) = stage.staff("huodong", Role::Activities, 1).await;
        let holder = stage.holder(1).await;
        for id in ["-1", "0", "9223372036854775807", "99999999999999999999", "abc", "1%00", "1e3"] {
            let readers = [
                "activities/{id}",
                "activities/{id}/calendar.ics",
                "activities/{id}/poster.svg",
                "activities/{id}/scan?code=1",
                "activities/{id}/attendance?scan=1",
                "enrolments/{id}",
                "enrolments/{id}/withdrawal",
            ];
            for path in readers {
                holder.browser.get(&format!("/{}", path.replace("{id}", id))).await.is(404);
            }
            for path in ["", "/edit", "/participants", "/sheet", "/screen", "/screen/code", "/cancellation"] {
                staff.get(&format!("/staff/activities/{id}{path}")).await.is(404);
            }
            let copy = staff.get(&format!("/staff/activities/new?copy={id}")).await.status;
            assert!([200, 404].contains(&copy), "{id}: {copy}");
        }
        for odd in ["from=2026-13-01", "until=tomorrow", "state=lost"] {
            staff.get(&format!("/staff/activities?{odd}")).await.is(422);
        }
        for odd in
            ["from=9999-12-31&until=9999-12-31", "from=0001-01-01", "until=0001-01-01", "q=%25", "q=%00", "kind=x"]
        {
            let status = staff.get(&format!("/staff/activities?{odd}")).await.status;
            assert!([200, 422].contains(&status), "{odd}: {status}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_form_with_nonsense_is_refused_and_kept() {
    on_both(async |stage: &Stage| {
        let (staff, _) = stage.staff("huodong", Role::Activities, 1).await;
        let new = staff.get("/staff/activities/new").await.is(200).form("/staff/activities");
        let good = new.with(&[("title", "江豚"), ("starts", "2026-12-05T09:00"), ("ends", "2026-12-05T11:00")]);
        let long = "长".repeat(20_000);
        let bad = [
            ("title", " "),
            ("title", &long),
            ("starts", ""),
            ("starts", "9999-99-99T00:00"),
            ("ends", "2026-12-05T08:00"),
            ("opens", "2027-01-01T00:00"),
            ("closes", "x"),
            ("withdraw_until", "2028-01-01T00:00"),
            ("capacity", "-1"),
            ("capacity", "99999999999999999999"),
            ("capacity", "10001"),
            ("points", "9223372036854775807"),
            ("points", "1.5"),
            ("party_max", "0"),
            ("party_max", "10"),
            ("age_min", "121"),
            ("age_max", "999"),
            ("series", "77777"),
            ("series", "-2"),
            ("place", &long),
            ("audience", &long),
            ("questions", &long),
        ];
        for (name, value) in bad {
            let form = Form { fields: good.fields.clone(), ..good.clone() }.with(&[(name, value)]);
            let page = stage.unchanged(name, staff.upload(&form, &[])).await;
            page.is(422).keeps("/staff/activities", &[("starts", form.get("starts"))]);
        }
        for branch in ["2", "-1", "9223372036854775807"] {
            let form = good.clone().with(&[("branch", branch)]);
            stage.unchanged("another branch", staff.upload(&form, &[])).await.is(422).says(&["这属于其他分馆"]);
        }
        // A sign that no database keeps is left out.
        let nul = good.with(&[("title", "江\0豚"), ("place", "\0"), ("questions", "\0")]);
        let to = staff.upload(&nul, &[]).await.is(303).leads_to("/staff/activities/");
        staff.get(&to).await.is(200).says(&["江豚"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_branch_s_staff_see_and_do_nothing() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let (there, there_id) = stage.staff("fenguan", Role::Activities, 2).await;
        let activity = stage.activity(staff, |_| ()).await;
        let holder = stage.holder(1).await;
        sign_up(&holder.browser, activity, &[0], &[]).await.is(303);
        let path = |rest: &str| format!("/staff/activities/{activity}{rest}");
        let reads = ["", "/edit", "/participants", "/participants/export", "/sheet", "/screen", "/screen/code"];
        for rest in reads {
            there.get(&path(rest)).await.is(404).never_says("江豚来了");
        }
        there.get("/staff/activities").await.is(200).never_says("江豚来了");
        there.get(&format!("/staff/activities/new?copy={activity}")).await.is(404);
        let reader = holder.reader.to_string();
        let fields = [("reader", reader.as_str()), ("member", "0"), ("present", "1"), ("reason", "x"), ("text", "x")];
        for rest in
            ["/publication", "/cancellation", "/announcements", "/ticks", "/removals", "/minutes", "/confirmation"]
        {
            let form = stage.form(&there, &path(rest), &fields);
            stage.unchanged(rest, there.send(&form)).await.is(404);
        }
        // Their own activity is no way to another's people, nor into another's series.
        let own = stage.activity(there_id, |save| {
            later(save, DAY);
            save.branch = domain::tables::BranchId(2);
        });
        let own = own.await;
        let form = stage.form(&there, &format!("/staff/activities/{own}/removals"), &fields);
        stage.unchanged("a foreign reader", there.send(&form)).await.is(409);
        let ticket = holder.browser.get(&format!("/enrolments/{activity}")).await.is(200).text();
        let ticket = ticket.split_whitespace().find(|word| word.starts_with("A-")).unwrap().to_string();
        there.get(&format!("/staff/activities/{own}/participants?code={ticket}")).await.is(409);
        let form = there.get(&format!("/staff/activities/{own}/edit")).await.is(200);
        let form = form.form(&format!("/staff/activities/{own}")).with(&[("series", &activity.to_string())]);
        stage.unchanged("a foreign series", there.upload(&form, &[])).await;
    })
    .await;
}
