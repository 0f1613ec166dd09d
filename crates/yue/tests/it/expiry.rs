//! Expiry and reminders: after the last day the prize goes back and the points do not; every job does its work once.

use crate::support::stage::by_hand;
use crate::support::{DAY, HOUR, Holder, MINUTE, PENCILS, START, Stage, on_both};
use domain::core::asked::Actor;
use domain::jobs::{EndJob, StartJob};
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::{Job, PrizeId, RedemptionId, StaffId};
use std::sync::Arc;
use yue::jobs::Jobs;

const PENDING: i64 = 1;
const EXPIRED: i64 = 3;
const TOLD_EXPIRED: &str = "select count(*) from message where kind = 7";
const REMINDED: &str = "select count(*) from message where kind = 8";

/// The jobs of a second instance on the same database.
fn second_instance(stage: &Stage) -> Jobs {
    Jobs {
        door: stage.door.clone(),
        reads: stage.reads.clone(),
        keys: stage.keys.clone(),
        time: by_hand(&stage.clock),
        calendar: stage.jobs.calendar.clone(),
        library_system: stage.jobs.library_system.clone(),
        catalogue: None,
        tokens: stage.jobs.tokens.clone(),
        bell: Arc::default(),
        holder: stage.jobs.holder.wrapping_add(1),
    }
}

async fn shop(stage: &Stage) -> (StaffId, PrizeId, Holder) {
    let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
    (director, stage.prize(director, PENCILS).await, stage.holder(1).await)
}

async fn state(stage: &Stage, redemption: RedemptionId) -> i64 {
    stage.number("select state from redemption where id = $1", &[redemption.0]).await
}

async fn on_day(stage: &Stage, days: i64) {
    stage.clock.set(START + days * DAY);
    stage.jobs.run_due().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_moved_last_day_the_prize_goes_back_and_the_points_do_not() {
    on_both(async |stage: &Stage| {
        let (director, prize, holder) = shop(stage).await;
        // On a Sunday: a year later is a Monday, which moves to Saturday, 4 December 2027.
        stage.pass(DAY);
        let (redemption, code) = stage.redeemed(&holder, prize).await;
        let ticket = holder.browser.get(&format!("/redemptions/{redemption}")).await.is(200);
        ticket.says(&["最后一天：2027年12月4日 周六"]);
        on_day(stage, 371).await;
        assert_eq!(state(stage, redemption).await, PENDING);
        let scan = format!("/staff/desk?code={}", code.replace(' ', ""));
        stage.signed_in(director).await.get(&scan).await.is(200).says(&["可以领取", "2027年12月4日 周六"]);

        stage.clock.set(START + 372 * DAY);
        for _ in 0..3 {
            let other = second_instance(stage);
            tokio::join!(stage.jobs.run_due(), other.run_due());
            stage.pass(HOUR);
        }
        assert_eq!(state(stage, redemption).await, EXPIRED);
        let stored = stage.stored_prize(prize).await;
        assert_eq!((stored.on_hand, stored.reserved), (10, 0));
        assert_eq!((stage.balance(holder.card).await, stage.number(TOLD_EXPIRED, &[]).await), (30, 1));
        let desk = stage.signed_in(director).await;
        desk.get(&scan).await.says(&["已过期：最后一天是2027年12月4日。"]).never_says("确认领取");
        let blind = stage.form(&desk, "/staff/desk/hand-overs", &[("code", &code)]);
        stage.unchanged("an expired code", desk.send(&blind)).await.is(409);
        // Nobody brings it back: its points are spent.
        let path = format!("/staff/redemptions/{redemption}/cancellation");
        let cancel = stage.form(&desk, &path, &[("reason", "读者来晚了")]);
        stage.unchanged("an expired redemption", desk.send(&cancel)).await.is(409).says(&["已过期"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_day_that_is_closed_later_moves_on() {
    on_both(async |stage: &Stage| {
        let (director, prize, holder) = shop(stage).await;
        let (redemption, code) = stage.redeemed(&holder, prize).await;
        let ticket = format!("/redemptions/{redemption}");
        holder.browser.get(&ticket).await.says(&["最后一天：2027年11月28日 周日"]);
        let desk = stage.signed_in(director).await;
        let place = format!("/staff/places/{}", stage.place().await);
        let days = format!("{place}/days");
        let page = desk.get(&place).await.is(200);
        let page = desk.send(&page.form(&days).with(&[("day", ""), ("plan", "closed")])).await.is(422);
        let closed = page.says(&["请选择日期。"]).form(&days).with(&[("day", "2027-11-28"), ("plan", "closed")]);
        desk.send(&closed).await.is(303).leads_to(&place);
        desk.get(&place).await.is(200).says(&["2027年11月28日 周日", "不开放"]);
        holder.browser.get(&ticket).await.says(&["最后一天：2027年12月4日 周六"]);

        // The day after what was the last one, and the new last day itself.
        for day in [366, 371] {
            on_day(stage, day).await;
            assert_eq!(state(stage, redemption).await, PENDING, "{day}");
        }
        let scan = format!("/staff/desk?code={}", code.replace(' ', ""));
        stage.signed_in(director).await.get(&scan).await.says(&["可以领取", "2027年12月4日"]);
        on_day(stage, 372).await;
        assert_eq!(state(stage, redemption).await, EXPIRED);
        assert_eq!(stage.number(TOLD_EXPIRED, &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_come_once_thirty_and_once_seven_days_before() {
    on_both(async |stage: &Stage| {
        let (_, prize, holder) = shop(stage).await;
        stage.redeemed(&holder, prize).await;
        let other = second_instance(stage);
        for (before, reminders) in [(31, 0), (30, 1), (29, 1), (8, 1), (7, 2), (6, 2), (1, 2), (0, 2), (-1, 2)] {
            stage.clock.set(START + (365 - before) * DAY);
            tokio::join!(stage.jobs.run_due(), other.run_due());
            stage.pass(HOUR);
            tokio::join!(stage.jobs.run_due(), other.run_due());
            assert_eq!(stage.number(REMINDED, &[]).await, reminders, "{before} days before");
        }
        for days in [30, 7] {
            const OF: &str =
                "select count(*) from message where kind = redemptions::MessageKind::RedemptionEnds and detail = $1";
            assert_eq!(stage.number(OF, &[days]).await, 1, "{days}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_missed_the_first_reminder_hears_the_second_alone() {
    on_both(async |stage: &Stage| {
        let (_, prize, holder) = shop(stage).await;
        let (redemption, _) = stage.redeemed(&holder, prize).await;
        on_day(stage, 360).await;
        on_day(stage, 361).await;
        assert_eq!(stage.number(REMINDED, &[]).await, 1);
        assert_eq!(
            stage.number("select detail from message where kind = redemptions::MessageKind::RedemptionEnds", &[]).await,
            5
        );
        assert_eq!(stage.number("select reminded from redemption where id = $1", &[redemption.0]).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cancelled_or_collected_neither_expires_nor_is_reminded_of() {
    on_both(async |stage: &Stage| {
        let (director, prize, holder) = shop(stage).await;
        let (cancelled, _) = stage.redeemed(&holder, prize).await;
        let path = format!("/redemptions/{cancelled}/cancellation");
        holder.browser.send(&stage.form(&holder.browser, &path, &[])).await.is(303);
        let (_, code) = stage.redeemed(&holder, prize).await;
        let desk = stage.signed_in(director).await;
        desk.send(&stage.form(&desk, "/staff/desk/hand-overs", &[("code", &code)])).await.is(303);
        for day in [340, 360, 366, 400] {
            on_day(stage, day).await;
        }
        assert_eq!((stage.number(REMINDED, &[]).await, stage.number(TOLD_EXPIRED, &[]).await), (0, 0));
        let stored = stage.stored_prize(prize).await;
        assert_eq!((stored.on_hand, stored.reserved, stored.handed_over), (9, 0, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_stopped_keeps_a_job_for_its_lease_only() {
    on_both(async |stage: &Stage| {
        let (_, prize, holder) = shop(stage).await;
        let (redemption, _) = stage.redeemed(&holder, prize).await;
        stage.clock.set(START + 366 * DAY);
        let (job, gone) = (Job::Expiry, stage.jobs.holder.wrapping_add(2));
        stage.send(Actor::Job, Command::from(StartJob { job, holder: gone })).await;
        stage.pass(10 * MINUTE - 1);
        stage.jobs.run_due().await;
        assert_eq!(state(stage, redemption).await, PENDING, "the other may still be at work");
        stage.pass(1);
        stage.jobs.run_due().await;
        assert_eq!(state(stage, redemption).await, EXPIRED);
        // The other wakes up late: what it says of the job is not taken.
        let end = EndJob { job, holder: gone, done: 7, failed: 0, next_at: 0, place: 0 };
        let envelope = domain::slices::Envelope { actor: Actor::Job, key: None, command: Command::from(end), seed: 0 };
        let late = stage.unchanged("a late end", stage.door.ask(envelope)).await;
        assert!(late.is_err(), "{late:?}");
        assert_eq!(stage.number("select done from job_run where job = 1", &[]).await, 1);
    })
    .await;
}
