//! Retention: what nobody will ask for again is found part by part, and goes.

use crate::jobs::{Jobs, Tally};
use domain::core::day::DAY_MS;
use domain::jobs::{OUTCOME_LIFE_MS, Reply};
use domain::phones::WISH_MS;
use domain::rules::{Rule, in_force};
use domain::slices::Command;
use store::jobs::{Before, sweepable};

impl Jobs {
    pub(crate) async fn sweep(&self) -> store::Done<Tally> {
        let mut tally = Tally::default();
        let rules = store::rules::all(&self.reads).await?;
        loop {
            let (now, today) = (self.now(), self.calendar.day(self.now()));
            let days_ago = |rule| now - in_force(&rules, rule, today) * DAY_MS;
            let before = Before {
                outcomes: now - OUTCOME_LIFE_MS,
                wishes: now - WISH_MS,
                codes: days_ago(Rule::CodeDays),
                pictures: days_ago(Rule::FeedbackPictureDays),
                now,
            };
            let sweep = sweepable(&self.reads, before).await?;
            if sweep.is_empty() {
                return Ok(tally);
            }
            let answer = self.ask(Command::from(sweep)).await;
            tally.failed += i64::from(answer.is_err());
            let gone = match answer.ok().and_then(|reply| reply.of()) {
                Some(Reply::Swept { rows }) => rows,
                _ => 0,
            };
            tally.done += gone;
            // What is found and does not go would be found for ever.
            if gone == 0 {
                return Ok(tally);
            }
        }
    }
}
