//! 页面文字: written, seen by readers with the rules in force, written over only by whoever saw it, an old version taken up.

use crate::support::{Stage, on_both};
use domain::staff::Role;

const PATH: &str = "/staff/passages/rules";

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_write_stands_beside_the_rules_in_every_version() {
    on_both(async |stage: &Stage| {
        let (editor, _) = stage.staff("guanzhang", Role::Director, 1).await;
        let (other, _) = stage.staff("fuguan", Role::Director, 1).await;
        let visitor = stage.visitor();
        editor.get("/staff/passages").await.is(200).says(&["积分规则补充说明", "未填写"]);
        let page = editor.get(PATH).await.is(200).says(&["还没有写过"]);
        let late = other.get(PATH).await.is(200);
        let typed = "兑换后 {cancel-hours} 小时内可以取消。\n<b>欢迎</b><script>x()</script>";
        let form = page.form(PATH).with(&[("text", typed)]);
        let seen = editor.send(&form.clone().with(&[("act", "preview")])).await.is(200);
        seen.says(&["读者会看到", "24 小时内可以取消"]);
        visitor.get("/rules").await.is(200).never_says("小时内可以取消。 欢迎");
        editor.send(&form).await.is(303).leads_to(PATH);
        let rules = visitor.get("/rules").await.is(200).says(&["24 小时内可以取消", "欢迎"]);
        rules.never_says("x()");

        let mine = late.form(PATH).with(&[("text", "另一版")]);
        let refused = other.send(&mine).await.is(422).says(&["刚刚有人改过", "第 1 版"]);
        refused.form(PATH).with(&[]).get("text").contains("另一版").then_some(()).expect("what was typed is kept");
        other.send(&refused.form(PATH).with(&[("text", "另一版")])).await.is(303);
        visitor.get("/rules").await.is(200).says(&["另一版"]).never_says("24 小时内可以取消");

        let old = editor.get(&format!("{PATH}?version=1")).await.is(200).says(&["已放进左边"]);
        editor.send(&old.form(PATH)).await.is(303);
        visitor.get("/rules").await.is(200).says(&["24 小时内可以取消"]);
        editor.get(PATH).await.is(200).says(&["第 3 版", "恢复这一版"]);
        let empty = editor.get(PATH).await.form(PATH).with(&[("text", "")]);
        editor.send(&empty).await.is(303);
        visitor.get("/rules").await.is(200).never_says("另一版");
        let (desk, _) = stage.staff("desk", Role::Desk, 1).await;
        desk.get(PATH).await.is(403);
        stage.verify().await;
    })
    .await;
}
