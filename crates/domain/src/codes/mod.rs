//! Codes by SMS: how long one lives, how often it may be tried, and how many may be asked for.

mod words;

pub use words::Refusal;

use crate::core::asked::Now;
use crate::core::day::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::core::digest::Digest;
use crate::core::world::{Draft, Halt};
use crate::rules::{self, Rule};
use crate::tables::{CodeId, CodeRequest, Millis};

pub const CODE_LIFE_MS: Millis = 5 * MINUTE_MS;
pub const CODE_TRIES_MAX: i64 = 5;

/// How many codes may be asked for within how long; windows slide. One a minute protects the gateway, it is no rule.
fn limits(d: &Draft, now: Now) -> Result<[(usize, Millis); 3], Halt> {
    let most = |rule| Ok::<_, Halt>(usize::try_from(rules::today(d, rule, now)?).unwrap_or(0));
    Ok([(1, MINUTE_MS), (most(Rule::CodesAnHour)?, HOUR_MS), (most(Rule::CodesADay)?, DAY_MS)])
}

/// Refuses a request over the limit; forgets those that no window reaches any more.
pub fn count_request(d: &mut Draft, limited: Digest, id: CodeId, now: Now) -> Result<(), Halt> {
    let requests: Vec<CodeRequest> = d.children([limited.high, limited.low])?;
    let mut again_at = 0;
    let mut longest_ms = 0;
    for (most, window_ms) in limits(d, now)? {
        let within: Vec<&CodeRequest> = requests.iter().filter(|r| now.at - r.at < window_ms).collect();
        if within.len() >= most {
            again_at = again_at.max(within[within.len() - most].at + window_ms);
            longest_ms = window_ms;
        }
    }
    if again_at > 0 {
        let why = match longest_ms {
            MINUTE_MS => Refusal::TooSoon { again_at },
            HOUR_MS => Refusal::TooManyCodes { again_at },
            _ => Refusal::TooManyCodesToday { again_at },
        };
        return Err(why.into());
    }
    for old in requests.into_iter().filter(|r| now.at - r.at >= DAY_MS) {
        d.remove(old)?;
    }
    let request = CodeRequest { high: limited.high, low: limited.low, at: now.at, id };
    d.get::<CodeRequest>(CodeRequest::key(limited.high, limited.low, now.at))?;
    d.put(request)
}
