//! What the writer tells of itself, for /metrics: names and units as Prometheus wants them, nothing personal.

use crate::writer::{Answer, NoReply};
use domain::core::refusal::Refusal;
use std::mem::discriminant;
use std::time::Duration;

pub const BATCH_COMMANDS: &str = "yue_batch_commands";
pub const COMMIT_SECONDS: &str = "yue_commit_seconds";
pub const COMMANDS: &str = "yue_commands_total";
pub const REFUSALS: &str = "yue_refusals_total";

pub fn batch(answers: &[Answer]) {
    metrics::histogram!(BATCH_COMMANDS).record(answers.len() as f64);
    let (mut done, mut faults) = (0, 0);
    // A crowd is refused for few reasons: counted here, looked up once each.
    let mut refused: Vec<(Refusal, u64)> = vec![];
    for answer in answers {
        match answer {
            Ok(_) => done += 1,
            Err(NoReply::Refused(why)) => {
                match refused.iter_mut().find(|(w, _)| discriminant(w) == discriminant(why)) {
                    Some((_, times)) => *times += 1,
                    None => refused.push((*why, 1)),
                }
            }
            Err(NoReply::Busy | NoReply::Fault) => faults += 1,
        }
    }
    metrics::counter!(COMMANDS, "outcome" => "done").increment(done);
    metrics::counter!(COMMANDS, "outcome" => "fault").increment(faults);
    for (why, times) in refused {
        metrics::counter!(COMMANDS, "outcome" => "refused").increment(times);
        metrics::counter!(REFUSALS, "kind" => name(&why)).increment(times);
    }
}

/// `TooFewPoints { short_by: 3 }` → `TooFewPoints`.
fn name(why: &Refusal) -> String {
    let mut name = format!("{why:?}");
    name.truncate(name.find(' ').unwrap_or(name.len()));
    name
}

pub fn commit(took: Duration) {
    metrics::histogram!(COMMIT_SECONDS).record(took.as_secs_f64());
}
