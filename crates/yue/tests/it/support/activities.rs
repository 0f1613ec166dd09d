//! Activities for tests: one that begins soon, changed as a test likes.

use super::stage::{HOUR, MINUTE, Stage};
use domain::activities::{PublishActivity, Rules, SaveActivity, Times};
use domain::envelope::{Actor, Command};
use domain::record::ActivityText;
use domain::tables::{ActivityId, ActivityKind, BranchId, StaffId, VenueCode};
use store::Clock as _;

impl Stage {
    /// Published, in branch 1, in half an hour, for two hours: 30 places, 10 points once a card.
    pub async fn activity(&self, staff: StaffId, change: impl FnOnce(&mut SaveActivity)) -> ActivityId {
        let activity = self.draft(staff, change).await;
        self.send(Actor::Staff(staff), Command::PublishActivity(PublishActivity { activity })).await;
        activity
    }

    pub async fn draft(&self, staff: StaffId, change: impl FnOnce(&mut SaveActivity)) -> ActivityId {
        let mut save = soon(self.clock.at());
        change(&mut save);
        ActivityId(self.send(Actor::Staff(staff), Command::SaveActivity(save)).await.a)
    }
}

fn soon(now: i64) -> SaveActivity {
    let starts = now + 30 * MINUTE;
    SaveActivity {
        activity: None,
        branch: BranchId(1),
        kind: ActivityKind::Reader,
        times: Times {
            opens: now - HOUR,
            closes: starts,
            withdraw_until: starts,
            starts,
            ends: starts + 2 * HOUR,
            start_day: 20261128,
        },
        capacity: 30,
        rules: Rules {
            points: 10,
            per_participant: false,
            by_time: false,
            minutes_min: 0,
            code: VenueCode::Renewing,
            walk_ins: false,
            age_min: 0,
            age_max: 0,
            companions: false,
            party_max: 3,
            series: None,
        },
        text: ActivityText {
            title: "江豚来了".into(),
            description: "<p>认识长江邻居。</p>".into(),
            category: "少儿".into(),
            place: "A座三楼报告厅".into(),
            picture: "act-porpoise.svg".into(),
            ..ActivityText::default()
        },
        pictures: vec![],
        news: "改期".into(),
    }
}

/// Moves all times of an activity.
pub fn later(save: &mut SaveActivity, by: i64) {
    let times = &mut save.times;
    for time in [&mut times.closes, &mut times.withdraw_until, &mut times.starts, &mut times.ends] {
        *time += by;
    }
    times.start_day = domain::day::plus(times.start_day, by / super::stage::DAY);
}
