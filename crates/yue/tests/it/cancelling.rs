//! 取消兑换 and 撤销领取: points and stock come back once, and only to whom, when and while that is allowed.

use crate::support::{Browser, DAY, HOUR, Holder, MINUTE, PENCILS, Stage, on_both};
use domain::staff::{Permission, Role};
use domain::tables::{PrizeId, RedemptionId, StaffId};
use futures_util::future::join_all;

const CANCELLED: &str = "这次兑换已取消。";

struct Scene {
    director: StaffId,
    prize: PrizeId,
    holder: Holder,
    redemption: RedemptionId,
    code: String,
}

async fn redeemed(stage: &Stage) -> Scene {
    let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
    let prize = stage.prize(director, PENCILS).await;
    let holder = stage.holder(1).await;
    let (redemption, code) = stage.redeemed(&holder, prize).await;
    Scene { director, prize, holder, redemption, code }
}

fn cancellation(redemption: RedemptionId) -> String {
    format!("/redemptions/{redemption}/cancellation")
}

async fn stock(stage: &Stage, prize: PrizeId) -> (i64, i64, i64) {
    let stored = stage.stored_prize(prize).await;
    (stored.on_hand, stored.reserved, stored.handed_over)
}

fn scan(code: &str) -> String {
    format!("/staff/desk?code={}", code.replace(' ', ""))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_changes_their_mind_within_a_day() {
    on_both(async |stage: &Stage| {
        let s = redeemed(stage).await;
        let (browser, path) = (&s.holder.browser, cancellation(s.redemption));
        let ticket = format!("/redemptions/{}", s.redemption);
        stage.edit(s.director, s.prize, |save| save.per_card = 1).await;
        stage.pass(DAY - 1);
        browser.get(&ticket).await.is(200).says(&["取消兑换（11月29日 周日 9:00 前）"]);
        let asked = browser.get(&path).await.is(200).says(&["退回积分 20", "取消后余 50", "取消后兑换码失效"]);
        assert_eq!(stage.balance(s.holder.card).await, 30, "asking changes nothing");
        let form = asked.form(&path);
        browser.send(&form).await.is(303).leads_to(&ticket);
        let shown = browser.get(&ticket).await.is(200).says(&["已取消", "20 积分已退回"]);
        shown.never_says("取消兑换（");
        assert_eq!(stage.balance(s.holder.card).await, 50);
        assert_eq!(stock(stage, s.prize).await, (10, 0, 0));
        browser.get("/messages").await.is(200).says(&["兑换已取消", "20 积分已退回"]);
        browser.get("/points").await.is(200).says(&["+20", "余额 50"]);

        let desk = stage.signed_in(s.director).await;
        desk.get(&scan(&s.code)).await.says(&[CANCELLED]).never_says("确认领取");
        let blind = stage.form(&desk, "/staff/desk/hand-overs", &[("code", &s.code)]);
        stage.unchanged("a cancelled code", desk.send(&blind)).await.is(409).says(&[CANCELLED]);

        // The same form again hears the same; another one hears that it is over.
        stage.unchanged("the same form", browser.send(&form)).await.is(303).leads_to(&ticket);
        let other = stage.form(browser, &path, &[]);
        stage.unchanged("another form", browser.send(&other)).await.is(409).says(&[CANCELLED]);
        browser.get(&path).await.is(303).leads_to(&ticket);
        // What was given back does not count against the limit.
        let again = browser.get(&format!("/prizes/{}/redemption", s.prize)).await.is(200);
        browser.send(&again.form("/redemptions")).await.is(303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_and_for_others_it_stands() {
    on_both(async |stage: &Stage| {
        let s = redeemed(stage).await;
        let (path, other) = (cancellation(s.redemption), stage.holder(2).await);
        other.browser.get(&path).await.is(404);
        let theirs = stage.form(&other.browser, &path, &[]);
        stage.unchanged("another reader", other.browser.send(&theirs)).await.is(404);
        stage.pass(DAY);
        let browser = &s.holder.browser;
        browser.get(&format!("/redemptions/{}", s.redemption)).await.is(200).never_says("取消兑换");
        browser.get(&path).await.is(303).leads_to("/redemptions/");
        let late = stage.form(browser, &path, &[]);
        let late = stage.unchanged("a day later", browser.send(&late)).await.is(409);
        late.says(&["兑换超过 24 小时，不能自己取消了"]);
        assert_eq!((stage.balance(s.holder.card).await, stock(stage, s.prize).await), (30, (9, 1, 0)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_cancels_give_back_once() {
    on_both(async |stage: &Stage| {
        let s = redeemed(stage).await;
        let path = cancellation(s.redemption);
        let forms: Vec<_> = (0..100).map(|_| stage.form(&s.holder.browser, &path, &[])).collect();
        let pages = join_all(forms.iter().map(|form| s.holder.browser.send(form))).await;
        assert_eq!(pages.iter().filter(|page| page.status == 303).count(), 1);
        pages.into_iter().filter(|page| page.status != 303).for_each(|page| drop(page.is(409).says(&[CANCELLED])));
        assert_eq!((stage.balance(s.holder.card).await, stock(stage, s.prize).await), (50, (10, 0, 0)));
        assert_eq!(stage.number("select count(*) from posting where kind = 3", &[]).await, 1);
        assert_eq!(stage.number("select count(*) from message where kind = 4", &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_reader_staff_and_desk_at_once_one_wins() {
    on_both(async |stage: &Stage| {
        let (desk, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        for holder in stage.holders(1, 9).await {
            let (redemption, code) = stage.redeemed(&holder, prize).await;
            let by_reader = stage.form(&holder.browser, &cancellation(redemption), &[]);
            let path = format!("/staff/redemptions/{redemption}/cancellation");
            let by_staff = stage.form(&desk, &path, &[("reason", "奖品有破损")]);
            let handed_over = stage.form(&desk, "/staff/desk/hand-overs", &[("code", &code)]);
            let all = tokio::join!(holder.browser.send(&by_reader), desk.send(&by_staff), desk.send(&handed_over));
            let all = [all.0, all.1, all.2].map(|page| page.status);
            assert_eq!(all.iter().filter(|status| **status == 303).count(), 1, "{all:?}");
            assert_eq!(all.iter().filter(|status| **status == 409).count(), 2, "{all:?}");
            let expected = if all[2] == 303 { 30 } else { 50 };
            assert_eq!(stage.balance(holder.card).await, expected, "{all:?}");
        }
        let (on_hand, reserved, handed_over) = stock(stage, prize).await;
        assert_eq!((on_hand + handed_over, reserved), (10, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_cancel_with_a_reason_and_the_reader_is_told() {
    on_both(async |stage: &Stage| {
        let s = redeemed(stage).await;
        let path = format!("/staff/redemptions/{}/cancellation", s.redemption);
        let (auditor, _) = stage.staff("shenji", Role::Auditor, 1).await;
        auditor.get(&path).await.is(403);
        let blind = stage.form(&auditor, &path, &[("reason", "不该")]);
        stage.unchanged("an auditor", auditor.send(&blind)).await.is(403);
        let (elsewhere, _) = stage.staff("fenguan", Role::Desk, 2).await;
        elsewhere.get(&path).await.is(404);
        // Long after the reader's own day.
        stage.pass(20 * DAY);
        let desk = stage.signed_in(s.director).await;
        let list = desk.get("/staff/redemptions?state=pending").await.is(200);
        assert!(list.body.contains(&path), "{}", list.text());
        let form = desk.get(&path).await.is(200).says(&["旧书页卷铅笔", "（尾号0001）"]).form(&path);
        for missing in ["", "   "] {
            let page = stage.unchanged("no reason", desk.send(&form.clone().with(&[("reason", missing)]))).await;
            page.is(422).says(&["请写明原因。", "旧书页卷铅笔"]).keeps(&path, &[("reason", missing)]);
        }
        let form = desk.get(&path).await.form(&path).with(&[("reason", "奖品有破损")]);
        desk.send(&form).await.is(303).leads_to("/staff/redemptions?state=cancelled");
        desk.get("/staff/redemptions?state=cancelled").await.is(200).says(&["旧书页卷铅笔", "guanzhang"]);
        assert_eq!((stage.balance(s.holder.card).await, stock(stage, s.prize).await), (50, (10, 0, 0)));
        s.holder.browser.get("/messages").await.is(200).says(&["兑换被取消", "20 积分已退回"]);
        const NOTED: &str = "select count(*) from audit where action = 'redemption.cancel' and note = '奖品有破损'";
        assert_eq!(stage.number(NOTED, &[]).await, 1);
        let late = stage.form(&desk, &path, &[("reason", "再来一次")]);
        stage.unchanged("a second time", desk.send(&late)).await.is(409).says(&[CANCELLED]);
    })
    .await;
}

async fn hand_over(stage: &Stage, desk: &Browser, code: &str) {
    desk.send(&stage.form(desk, "/staff/desk/hand-overs", &[("code", code)])).await.is(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_is_taken_back_by_the_same_person_within_ten_minutes() {
    on_both(async |stage: &Stage| {
        let s = redeemed(stage).await;
        let (desk, _) = stage.staff("fuwutai", Role::Desk, 1).await;
        let director = stage.signed_in(s.director).await;
        let path = format!("/staff/redemptions/{}/undoing", s.redemption);
        let early = stage.form(&desk, &path, &[]);
        stage.unchanged("not handed over yet", desk.send(&early)).await.is(409).says(&["还没有领取"]);
        hand_over(stage, &desk, &s.code).await;
        stage.pass(10 * MINUTE - 1);
        director.get("/staff/desk").await.is(200).says(&["旧书页卷铅笔"]).never_says("撤销领取");
        let theirs = stage.form(&director, &path, &[]);
        let refused = stage.unchanged("another person", director.send(&theirs)).await.is(409);
        refused.says(&["只有办理领取的馆员可以撤销。"]);
        let page = desk.get(&format!("/staff/desk?done={}", s.redemption)).await.is(200);
        let undone = desk.send(&page.form(&path)).await.is(303).leads_to("/staff/desk");
        desk.get(&undone).await.is(200).says(&["已撤销领取"]);
        assert_eq!(stock(stage, s.prize).await, (9, 1, 0));
        s.holder.browser.get("/messages").await.is(200).says(&["领取已撤销"]);
        assert_eq!(stage.number("select count(*) from audit where action = 'redemption.undo'", &[]).await, 1);

        // The code is good again; ten minutes after the second hand-over it is too late.
        hand_over(stage, &desk, &s.code).await;
        stage.pass(10 * MINUTE);
        desk.get("/staff/desk").await.is(200).never_says("撤销领取");
        let late = stage.form(&desk, &path, &[]);
        stage.unchanged("too late", desk.send(&late)).await.is(409).says(&["领取超过 10 分钟，不能撤销了。"]);
        assert_eq!(stock(stage, s.prize).await, (9, 0, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_opening_hours_the_desk_warns_and_only_a_permission_overrides() {
    on_both(async |stage: &Stage| {
        let s = redeemed(stage).await;
        // 12:00 on the same Saturday.
        stage.pass(3 * HOUR);
        let bounded = Role::Desk.permissions() & !(Permission::OverrideHours as i64);
        let (desk, _) = stage.staff_who_may("fuwutai", bounded, 1).await;
        let director = stage.signed_in(s.director).await;
        let warned = "可以领取，但现在不是领取时间";
        let panel = desk.get(&scan(&s.code)).await.is(200).says(&[warned, "今天 13:30", "不能在时间外发放"]);
        panel.never_says("确认领取");
        for fields in [&[("code", s.code.as_str()), ("outside_hours", "1")][..], &[("code", s.code.as_str())]] {
            let blind = stage.form(&desk, "/staff/desk/hand-overs", fields);
            let status = if fields.len() == 2 { 403 } else { 409 };
            stage.unchanged("outside hours", desk.send(&blind)).await.is(status);
        }
        // Who may override must have read the warning.
        let unread = stage.form(&director, "/staff/desk/hand-overs", &[("code", &s.code)]);
        stage.unchanged("a warning unread", director.send(&unread)).await.is(409).says(&[warned]);
        let panel = director.get(&scan(&s.code)).await.is(200).says(&[warned, "确认领取（时间外）"]);
        director.send(&panel.form("/staff/desk/hand-overs")).await.is(303);
        const NOTED: &str = "select count(*) from audit where action = 'redemption.collect' and note = 'outside hours'";
        assert_eq!((stage.number(NOTED, &[]).await, stock(stage, s.prize).await), (1, (9, 0, 1)));
    })
    .await;
}
