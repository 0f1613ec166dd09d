//! How the engines find rows where there is a long history: what is little beside it is not looked for in all of it.

use crate::support::*;
use domain::tables::{ActivityId, VolunteerState};
use store::activities::of_activity;
use store::jobs::{self, UNDELIVERED, UNFREED, UNMARKED};
use store::members::volunteers;
use store::read::{Query, query};
use store::testing::{both, plant};
use store::{Location, Reads};

const ACTIVITIES: i64 = 20_000;
const HOUR_MS: i64 = 3_600_000;

/// Years of activities, an hour apart, two attended by each; the last hundred are to come and have somebody enrolled. Without
/// statistics on SQLite, with them on PostgreSQL: as in use.
pub async fn history(location: &Location) -> Reads {
    location.migrate().await.unwrap();
    let numbers = format!(
        "with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < {ACTIVITIES})"
    );
    let first = MORNING - (ACTIVITIES - 100) * HOUR_MS;
    let starts = format!("{first} + i * {HOUR_MS}");
    let texts = [
        format!(
            "insert into activity (id, branch, kind, state, opens, closes, withdraw_until, starts, ends, start_day, \
             capacity, taken, waiting, present, confirmed_at, at) {numbers} select i, 1, 1 + i % 2, 2 + (i + 1) % 2, 0, \
             {starts}, 0, {starts}, {starts} + {HOUR_MS}, 20261124, 9, 0, 0, 0, case when i > {ACTIVITIES} - 100 \
             then 0 else 1 end, 0 from n"
        ),
        format!(
            "insert into activity_rules (activity, points, per_participant, by_time, minutes_min, code, walk_ins, \
             age_min, age_max, companions, party_max, series) {numbers} select i, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0 from n"
        ),
        format!(
            "insert into activity_text (activity, title, description, category, place, audience, picture, questions) \
             {numbers} select i, '江豚来了', '{}', '少儿', 'A座三楼报告厅', '', 'act-porpoise.svg', '怎么来？' from n",
            "认识长江邻居。".repeat(300)
        ),
        format!(
            "insert into participant (activity, reader, member, party, state, companion, promoted_at, in_at, out_at, \
             minutes, card, due, settled_at, appealed_at, at) {numbers} select i, 1 + i % 50, m, 2 * i + m, case when \
             i > {ACTIVITIES} - 100 then 1 else 6 end, 0, 0, 0, 0, 0, 1, 10, 0, 0, 0 from n cross join \
             (select 0 as m union all select 1) q"
        ),
        format!(
            "insert into announcement (id, activity, done, at) {numbers} select i, i, case when i = {ACTIVITIES} \
             then 0 else 1 end, 0 from n"
        ),
    ];
    plant(location, &texts.join("; ")).await;
    if let Location::Pg(_) = location {
        plant(location, "analyze").await;
    }
    location.reads().await.unwrap()
}

/// A query's plan, one step a line.
pub async fn plan(reads: &Reads, asked: Query) -> String {
    let (how, numbers) = match reads {
        Reads::Lite(_) => ("explain query plan", 3),
        Reads::Pg(_) => ("explain", 0),
    };
    let text = Box::leak(format!("{how} {}", asked.text).into_boxed_str());
    let mut steps = vec![];
    for mut row in reads.all(query(text, asked.arguments)).await.unwrap() {
        for _ in 0..numbers {
            row.int().unwrap();
        }
        steps.push(row.text().unwrap());
    }
    steps.join("\n")
}

/// No table is walked from end to end. A partial index may be: it holds no more than what is looked for.
pub fn assert_no_walk(plan: &str) {
    let walks = |step: &&str| {
        let partial = step.contains("participant_live") || step.contains("announcement_undelivered");
        step.contains("Seq Scan") || step.trim_start().starts_with("SCAN") && !partial
    };
    assert_eq!(plan.lines().find(walks), None, "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_do_not_walk_all_that_has_ever_been() {
    both(async |location: Location| {
        let reads = history(&location).await;
        let part = || [jobs::PART_ROWS.into()];
        for asked in [query(UNFREED, part()), query(UNMARKED, part()), query(UNDELIVERED, [])] {
            let plan = plan(&reads, asked).await;
            assert_no_walk(&plan);
        }
        // Of the last hundred every second one was cancelled; none is confirmed.
        assert_eq!(jobs::unfreed(&reads).await.unwrap().len(), 50);
        assert!(jobs::unmarked(&reads).await.unwrap().is_empty());
        assert_eq!(jobs::undelivered(&reads).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_volunteers_is_one_range_of_an_index() {
    both(async |location: Location| {
        location.migrate().await.unwrap();
        let numbers = "with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < 3000)";
        let rows = format!(
            "insert into volunteer (reader, member, state, guardian, minutes, reviewed_at, reviewed_by, at) {numbers} \
             select i, 0, 1 + i % 3, 0, 0, 0, 0, i from n; \
             insert into volunteer_face (reader, member, face) {numbers} select i, 0, 'sealed' from n"
        );
        plant(&location, &rows).await;
        if let Location::Pg(_) = location {
            plant(&location, "analyze").await;
        }
        let reads = location.reads().await.unwrap();
        for state in [None, Some(VolunteerState::Applied)] {
            let plan = plan(&reads, volunteers(state, [1, 1_000, 1_000, 0], 51)).await;
            let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort Key");
            assert!(plan.contains("volunteer_state") && !sorts, "{plan}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_not_counted_once_for_each() {
    both(async |location: Location| {
        let plan = plan(&history(&location).await, of_activity(ActivityId(1))).await;
        assert!(!plan.contains("CORRELATED") && !plan.contains("SubPlan"), "{plan}");
    })
    .await;
}
