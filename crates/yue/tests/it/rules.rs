//! 规则 in the browser: set from a day on, tried before, taken back while it is to come; readers' page follows.

use crate::support::html::forms;
use crate::support::{DAY, Stage, on_both};
use domain::checkins::StampDay;
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::Role;

const PATH: &str = "/staff/rules/check-in-points";

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_tried_set_for_later_and_taken_back() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("guanzhang", Role::Administrator, 1).await;
        let holder = stage.holder(1).await;
        stage.send(Actor::Reader(holder.reader), Command::from(StampDay { card: holder.card })).await;
        // In December, November is the last month.
        stage.pass(5 * DAY);
        let chief = stage.signed_in(staff).await;
        chief.get("/staff/rules").await.is(200).says(&["签到积分", "1 积分", "馆员办理"]);
        let page = chief.get(PATH).await.is(200).says(&["现在：1 积分", "每天签到得 1 积分"]);
        let late = chief.get(PATH).await;
        let form = |value: &str, since: &str, act: &str| {
            page.form(PATH).with(&[("value", value), ("since", since), ("act", act)])
        };
        let tried = chief.send(&form("3", "2026-12-10", "trial")).await.is(200);
        tried.says(&["2026年11月：1 次，按当时的规则推算 1 积分；按新值推算 3 积分，多 2 积分", "每天签到得 3 积分"]);
        chief.get(PATH).await.is(200).says(&["现在：1 积分"]).never_says("将生效");

        for (value, since, sentence) in [
            ("", "2026-12-10", "请填写新的值"),
            ("101", "2026-12-10", "应在 0 到 100 之间"),
            ("3", "2026-12-01", "只能从今天或以后"),
            ("3", "2026-13-01", "请选择生效日期"),
            ("三", "2026-12-10", "值应为整数"),
        ] {
            chief.send(&form(value, since, "")).await.is(422).says(&[sentence]).keeps(PATH, &[("value", value)]);
        }
        chief.send(&form("3", "2026-12-10", "")).await.is(303).leads_to(PATH);
        let late = late.form(PATH).with(&[("value", "4")]);
        let late = chief.send(&late).await.is(422).says(&["刚刚有人改过这条规则"]);
        late.keeps(PATH, &[("value", "4")]);
        let page = chief.get(PATH).await.is(200).says(&["将生效", "2026年12月10日起", "guanzhang"]);
        let visitor = stage.visitor();
        visitor.get("/rules").await.is(200).says(&["2026年12月10日起：每天签到得 3 积分"]);

        let back = forms(&page.body)
            .into_iter()
            .find(|form| form.action == PATH && form.get("value") == "1" && form.get("since") == "2026-12-10");
        stage.pass(1_000);
        chief.send(&back.expect("it can be taken back")).await.is(303);
        visitor.get("/rules").await.is(200).never_says("2026年12月10日起");
        stage.pass(8 * DAY);
        let chief = stage.signed_in(staff).await;
        chief.get(PATH).await.is(200).says(&["现在：1 积分", "已改"]);
        chief.get("/staff/rules/nothing").await.is(404);
        let (director, _) = stage.staff("fuguan", Role::Director, 1).await;
        director.get(PATH).await.is(403);
    })
    .await;
}
