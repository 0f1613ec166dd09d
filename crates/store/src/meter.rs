//! What the writer tells of itself, for /metrics: names and units as Prometheus wants them, nothing personal.

use crate::writer::{Answer, NoReply};
use domain::core::refusal::Refused;
use std::time::Duration;

pub const BATCH_COMMANDS: &str = "yue_batch_commands";
pub const COMMIT_SECONDS: &str = "yue_commit_seconds";
pub const COMMANDS: &str = "yue_commands_total";
pub const REFUSALS: &str = "yue_refusals_total";

pub fn batch(answers: &[Answer]) {
    metrics::histogram!(BATCH_COMMANDS).record(answers.len() as f64);
    let (mut done, mut faults) = (0, 0);
    // A crowd is refused for few reasons: counted here, looked up once each.
    let mut refused: Vec<(Refused, u64)> = vec![];
    for answer in answers {
        match answer {
            Ok(_) => done += 1,
            Err(NoReply::Refused(why)) => match refused.iter_mut().find(|(w, _)| w.name() == why.name()) {
                Some((_, times)) => *times += 1,
                None => refused.push((*why, 1)),
            },
            Err(NoReply::Busy | NoReply::Fault) => faults += 1,
        }
    }
    metrics::counter!(COMMANDS, "outcome" => "done").increment(done);
    metrics::counter!(COMMANDS, "outcome" => "fault").increment(faults);
    for (why, times) in refused {
        metrics::counter!(COMMANDS, "outcome" => "refused").increment(times);
        metrics::counter!(REFUSALS, "kind" => why.name()).increment(times);
    }
}

pub fn commit(took: Duration) {
    metrics::histogram!(COMMIT_SECONDS).record(took.as_secs_f64());
}
