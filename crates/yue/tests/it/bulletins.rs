//! 公告: written in the browser, on home from a day until another, at an address that stays.

use crate::support::{DAY, Stage, on_both};
use domain::staff::Role;

const PATH: &str = "/staff/bulletins";

#[tokio::test(flavor = "multi_thread")]
async fn a_bulletin_stands_on_home_while_it_counts_and_stays_at_its_address() {
    on_both(async |stage: &Stage| {
        let (editor, staff) = stage.staff("guanzhang", Role::Administrator, 1).await;
        let visitor = stage.visitor();
        let page = editor.get("/staff/bulletins/new").await.is(200);
        let form = page.form(PATH).with(&[
            ("title", "公祭日闭馆"),
            ("body", "上午闭馆。<script>x()</script>"),
            ("since", "2026-11-30"),
            ("until", "2026-12-01"),
        ]);
        let wrong = form.clone().with(&[("until", "2026-11-29"), ("title", "")]);
        editor
            .send(&wrong)
            .await
            .is(422)
            .says(&["请写下标题", "结束日期不能早于开始日期"])
            .keeps(PATH, &[("title", "")]);
        editor.send(&form.clone().with(&[("act", "preview")])).await.is(200).says(&["读者会看到", "上午闭馆"]);
        for _ in 0..2 {
            editor.send(&form).await.is(303).leads_to(PATH);
        }
        assert_eq!(stage.number("select count(*) from bulletin where since = 20261130", &[]).await, 1, "sent twice");
        let id = stage.number("select max(id) from bulletin", &[]).await;
        let (own, readers) = (format!("{PATH}/{id}"), format!("/bulletins/{id}"));
        editor.get(PATH).await.is(200).says(&["公祭日闭馆", "将显示"]);
        visitor.get(&readers).await.is(404);
        visitor.get("/").await.is(200).never_says("公祭日闭馆");

        stage.pass(2 * DAY);
        visitor.get("/").await.is(200).says(&["公祭日闭馆", "2026年11月30日"]);
        visitor.get(&readers).await.is(200).says(&["上午闭馆。"]).never_says("x()");
        let editor = stage.signed_in(staff).await;
        let (first, late) = (editor.get(&own).await.is(200), editor.get(&own).await.is(200));
        editor.send(&first.form(&own).with(&[("body", "全天闭馆。")])).await.is(303);
        let typed = late.form(&own).with(&[("body", "下午也闭馆。")]);
        editor.send(&typed).await.is(422).says(&["刚刚有人改过", "第 2 版"]).keeps(&own, &[("body", "下午也闭馆。")]);
        visitor.get(&readers).await.is(200).says(&["全天闭馆。"]);
        let old = editor.get(&format!("{own}?version=1")).await.is(200).says(&["已放进左边"]);
        editor.send(&old.form(&own)).await.is(303);
        visitor.get(&readers).await.is(200).says(&["上午闭馆。"]);

        stage.pass(2 * DAY);
        visitor.get("/").await.is(200).never_says("公祭日闭馆");
        visitor.get(&readers).await.is(200).says(&["上午闭馆。", "已结束"]);
        visitor.get("/bulletins").await.is(200).says(&["公祭日闭馆", "已结束"]);
        let editor = stage.signed_in(staff).await;
        editor.send(&editor.get(&own).await.form(&own).with(&[("shown", "")])).await.is(303);
        visitor.get(&readers).await.is(404);
        let (desk, _) = stage.staff("desk", Role::Desk, 1).await;
        desk.get(PATH).await.is(403);
        stage.verify().await;
    })
    .await;
}
