//! Crowds: everybody leaves and comes at once; every invariant is looked at in the end.

use super::waiting::tomorrow;
use crate::support::activities::sign_up;
use crate::support::{Holder, Page, Stage, on_both};
use domain::staff::Role;
use domain::tables::ActivityId;
use futures_util::future::{join, join_all};

async fn count(stage: &Stage, activity: ActivityId) -> (i64, i64) {
    let taken = stage.number("select taken from activity where id = $1", &[activity.0]).await;
    (taken, stage.number("select waiting from activity where id = $1", &[activity.0]).await)
}

async fn leave(stage: &Stage, holder: &Holder, activity: ActivityId) -> Page {
    let path = format!("/enrolments/{activity}/withdrawal");
    holder.browser.send(&stage.form(&holder.browser, &path, &[("who-0", "1")])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_leave_while_a_hundred_come() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = tomorrow(stage, staff, 30).await;
        let crowd = stage.holders(1_000, 200).await;
        let (leaving, coming) = crowd.split_at(100);
        let waits = [("waits", "1")];
        let come = |holders| {
            join_all(Iterator::map(IntoIterator::into_iter(holders), |holder: &Holder| {
                sign_up(&holder.browser, activity, &[0], &waits)
            }))
        };
        come(leaving).await.into_iter().for_each(|page| drop(page.is(303)));
        assert_eq!(count(stage, activity).await, (30, 70));
        let leave = join_all(leaving.iter().map(|holder| leave(stage, holder, activity)));
        let (left, came) = join(leave, come(coming)).await;
        left.into_iter().chain(came).for_each(|page| drop(page.is(303)));
        assert_eq!(count(stage, activity).await, (30, 70));
        const LIVE: &str = "select count(*) from participant where state = 1";
        assert_eq!(stage.number(LIVE, &[]).await, 30);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_added_while_a_crowd_signs_up_are_filled_and_never_overfilled() {
    on_both(async |stage: &Stage| {
        let (browser, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = tomorrow(stage, staff, 10).await;
        let crowd = stage.holders(1_000, 100).await;
        let path = format!("/staff/activities/{activity}");
        let edit = browser.get(&format!("{path}/edit")).await.is(200).form(&path);
        let raises = (1..=5).map(|n| {
            let (places, key) = ((10 + n * 6).to_string(), format!("a key of the raise {n}"));
            edit.clone().with(&[("capacity", &places), ("key", &key)])
        });
        let raise = async {
            for form in raises {
                browser.upload(&form, &[]).await.is(303);
            }
        };
        let come = join_all(crowd.iter().map(|holder| sign_up(&holder.browser, activity, &[0], &[("waits", "1")])));
        let ((), pages) = join(raise, come).await;
        pages.into_iter().for_each(|page| drop(page.is(303)));
        assert_eq!(count(stage, activity).await, (40, 60));
        // Fewer than are taken cannot be.
        let fewer = edit.with(&[("capacity", "39"), ("key", "a key of the last raise")]);
        stage.unchanged("fewer", browser.upload(&fewer, &[])).await.is(422);
    })
    .await;
}
