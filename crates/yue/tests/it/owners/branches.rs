//! Branches: staff work on their own branch's prizes and hand over its redemptions alone.

use crate::support::activities::later;
use crate::support::{Browser, DAY, PENCILS, Prize, Stage, on_both};
use domain::activities::SaveActivity;
use domain::staff::{Permission, Role};
use domain::tables::BranchId;

const OTHER_BRANCH: &str = "这属于其他分馆，您的账号不能操作。";

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_of_another_branch_sees_and_hands_over_nothing() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let holder = stage.holder(1).await;
        let (_, code) = stage.redeemed(&holder, prize).await;
        let (_, waiting) = stage.redeemed(&holder, prize).await;
        let (here, _) = stage.staff("fuwutai", Role::Desk, 1).await;
        let (there, _) = stage.staff("fenguan", Role::Desk, 2).await;
        let hand_over =
            |browser: &Browser, code: &str| stage.form(browser, "/staff/desk/hand-overs", &[("code", code)]);

        let scan = format!("/staff/desk?code={}", waiting.replace(' ', ""));
        let page = there.get(&scan).await.is(409).says(&[OTHER_BRANCH]);
        page.never_says("旧书页卷铅笔").never_says("尾号0001");
        let page = stage.unchanged("another branch", there.send(&hand_over(&there, &waiting))).await.is(409);
        page.says(&[OTHER_BRANCH]).never_says("旧书页卷铅笔");
        here.send(&hand_over(&here, &code)).await.is(303);

        here.get("/staff/desk").await.is(200).says(&["旧书页卷铅笔", "李*遥（尾号0001）", "fuwutai"]);
        there.get("/staff/desk").await.is(200).says(&["还没有领取记录。"]).never_says("尾号0001");
        here.get("/staff/prizes").await.is(200).says(&["旧书页卷铅笔"]);
        there.get("/staff/prizes").await.is(200).never_says("旧书页卷铅笔");
        let (ours, theirs) = (here.get("/staff").await.is(200), there.get("/staff").await.is(200));
        assert_ne!(ours.text().replace("fuwutai", ""), theirs.text().replace("fenguan", ""), "counts of a branch");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_edits_one_branch_s_prizes_makes_and_moves_none_elsewhere() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let here = stage.prize(director, PENCILS).await;
        let there = stage.prize(director, Prize { title: "分馆书签", branch: 2, ..PENCILS }).await;
        let may = Permission::EditPrizes as i64 | Permission::Read as i64;
        let (editor, _) = stage.staff_who_may("fenguan", may, 2).await;
        let save = |path: &str, branch| {
            stage.form(&editor, path, &[("title", "改过"), ("points", "1"), ("branch", branch), ("shown", "1")])
        };
        let (own, foreign) = (format!("/staff/prizes/{there}"), format!("/staff/prizes/{here}"));
        for (form, status) in [
            (save("/staff/prizes", "1"), 403),
            (save(&own, "1"), 403),
            (save(&foreign, "1"), 404),
            (save(&foreign, "2"), 404),
        ] {
            stage.unchanged(&form.action, editor.send(&form)).await.is(status);
        }
        let stock = [("kind", "received"), ("count", "5"), ("reason", "盘点")];
        let form = stage.form(&editor, &format!("{foreign}/stock"), &stock);
        stage.unchanged("foreign stock", editor.send(&form)).await.is(404);
        assert_eq!(stage.stored_prize(here).await.points, 20);

        editor.send(&save(&own, "2")).await.is(303).leads_to(&own);
        editor.send(&save(&own, "")).await.is(303);
        assert_eq!(stage.stored_prize(there).await.points, 1);
        editor.send(&stage.form(&editor, &format!("{own}/stock"), &stock)).await.is(303);
        assert_eq!(stage.stored_prize(there).await.on_hand, 15);
        editor.get("/staff/desk").await.is(403).says(&["您的账号没有这项权限。"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hands_nothing_over_does_not_see_the_desk_by_a_form_either() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let (_, code) = stage.redeemed(&stage.holder(1).await, prize).await;
        let (desk, _) = stage.staff("fuwutai", Role::Desk, 1).await;
        let form = |browser: &Browser, code: &str| stage.form(browser, "/staff/desk/hand-overs", &[("code", code)]);
        desk.send(&form(&desk, &code)).await.is(303);
        for (name, role) in [("shenji", Role::Auditor), ("huodong", Role::Activities), ("caibian", Role::Acquisitions)]
        {
            let (browser, _) = stage.staff(name, role, 1).await;
            browser.get("/staff/desk").await.is(403);
            for typed in [code.as_str(), "nonsense", "00001 0000000000 0"] {
                let page = stage.unchanged(typed, browser.send(&form(&browser, typed))).await;
                assert_eq!(page.status, 403, "{name} with {typed}: {}", page.text());
                page.never_says("尾号0001");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_over_branches_is_edited_and_copied_by_each_of_them() {
    on_both(async |stage: &Stage| {
        let (_, administrator) = stage.staff("guanzhang", Role::Administrator, 1).await;
        let first = stage.activity(administrator, |save| later(save, DAY)).await;
        let of_series = |save: &mut SaveActivity| {
            later(save, DAY);
            (save.branch, save.rules.series) = (BranchId(2), Some(first));
        };
        let there = stage.activity(administrator, of_series).await;
        let (editor, _) = stage.staff("fenguan", Role::Activities, 2).await;
        let path = format!("/staff/activities/{there}");
        let edit = editor.get(&format!("{path}/edit")).await.is(200).form(&path);
        editor.upload(&edit.with(&[("place", "二楼")]), &[]).await.is(303);
        let copy = editor.get(&format!("/staff/activities/new?copy={there}")).await.is(200).form("/staff/activities");
        let times = [("starts", "2026-12-05T09:00"), ("ends", "2026-12-05T11:00")];
        editor.upload(&copy.with(&times), &[]).await.is(303);
        let of_first = "select count(*) from activity_rules where series = $1";
        assert_eq!(stage.number(of_first, &[first.0]).await, 3);
        // What is not theirs they cannot name.
        let new = editor.get("/staff/activities/new").await.is(200).form("/staff/activities");
        let named = new.with(&times).with(&[("title", "书法课"), ("series", &first.to_string())]);
        let page = stage.unchanged("another branch", editor.upload(&named, &[])).await.is(422);
        page.says(&[OTHER_BRANCH]);
    })
    .await;
}
