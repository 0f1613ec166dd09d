//! How the engines find rows where there is a long history: what is little beside it is not looked for in all of it.

use crate::support::*;
use domain::tables::{ActivityId, ActivityKind, ReaderId, VolunteerState};
use store::activities::jobs::{self, UNDELIVERED, UNFREED, UNMARKED};
use store::activities::{self, Filter, LISTED_NONE, Past, of_activity};
use store::read::{Query, query};
use store::testing::{both, plant};
use store::volunteers::list;
use store::{Location, Reads};

const ACTIVITIES: i64 = 20_000;
const VOLUNTEERS: i64 = 3_000;
const HOUR_MS: i64 = 3_600_000;

fn numbers(until: i64) -> String {
    format!("with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < {until})")
}

/// With statistics on PostgreSQL, without them on SQLite: as in use.
async fn filled(location: &Location, texts: &[String]) -> Reads {
    location.migrate().await.unwrap();
    plant(location, &texts.join("; ")).await;
    if let Location::Pg(_) = location {
        plant(location, "analyze").await;
    }
    location.reads().await.unwrap()
}

/// Activities an hour apart with two participants each. A hundred are to come; of those before all attended.
async fn history(location: &Location) -> Reads {
    let numbers = numbers(ACTIVITIES);
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
            "insert into activity_rules (activity, points, per_participant, block_minutes, minutes_min, code, walk_ins, \
             age_min, age_max, companions, party_max, series) {numbers} select i, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0 from n"
        ),
        format!(
            "insert into activity_text (activity, title, description, category, place, audience, picture, questions) \
             {numbers} select i, '江豚来了', '认识长江邻居。', '少儿', 'A座三楼报告厅', '', 'act-porpoise.svg', '' from n"
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
    filled(location, &texts).await
}

/// A query's plan, one step a line.
async fn plan(reads: &Reads, asked: Query) -> String {
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
fn assert_no_walk(plan: &str) {
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
        let part = || [store::jobs::PART_ROWS.into()];
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
        let numbers = numbers(VOLUNTEERS);
        let texts = [
            format!(
                "insert into volunteer (reader, member, state, guardian, minutes, reviewed_at, reviewed_by, at) \
                 {numbers} select i, 0, 1 + i % 3, 0, 0, 0, 0, i from n"
            ),
            format!("insert into volunteer_face (reader, member, face) {numbers} select i, 0, 'sealed' from n"),
        ];
        let reads = filled(&location, &texts).await;
        for state in [None, Some(VolunteerState::Applied)] {
            let plan = plan(&reads, list(state, [1, 1_000, 1_000, 0], 51)).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_activities_begin_where_their_page_does() {
    both(async |location: Location| {
        let reads = history(&location).await;
        let (kind, before) = (ActivityKind::Reader, (MORNING - 5_000 * HOUR_MS, ActivityId(9)));
        let past = Past { before, category: String::new(), title: String::new() };
        let (branch, title) = (Some(BRANCH), String::new());
        let filter = Filter { branch, kind, state: 0, since: 0, until: i64::MAX, title, before };
        for (asked, index) in [
            (activities::coming(kind, MORNING), "activity_ends"),
            (activities::over(kind, MORNING, &past), "activity_starts"),
            (activities::of_filter(&filter, 51), "activity_starts"),
            (activities::open(MORNING, 2), "activity_starts"),
        ] {
            let plan = plan(&reads, asked).await;
            assert_no_walk(&plan);
            // Only what is still to come, which is little, is put in order after it was found.
            let sorts = index == "activity_starts" && plan.contains("TEMP B-TREE");
            assert!(plan.contains(index) && !sorts, "{plan}");
        }
    })
    .await;
}

#[test]
fn lists_of_activities_carry_no_prose() {
    let (kind, reader, title) = (ActivityKind::Reader, ReaderId(1), String::new());
    let past = Past { before: LISTED_NONE, category: String::new(), title: title.clone() };
    let filter = Filter { branch: None, kind, state: 0, since: 0, until: 0, title, before: LISTED_NONE };
    let public = [activities::coming(kind, 0), activities::over(kind, 0, &past), activities::open(0, 2)];
    let own = [activities::upcoming(reader, 0), activities::past(reader, 0), activities::next(reader, 0)];
    for asked in public.iter().chain(&own).chain([&activities::of_filter(&filter, 9)]) {
        assert!(!asked.text.contains("description") && !asked.text.contains("questions"), "{}", asked.text);
    }
}
