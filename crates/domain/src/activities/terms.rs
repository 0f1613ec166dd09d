//! What the library's rules say of all activities.

use crate::core::asked::Now;
use crate::core::day::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::core::world::{Draft, Halt};
use crate::rules::{Rule, in_force};
use crate::tables::{Activity, Day, Millis, NoShow, RuleValue};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The doors open so long before the start.
    pub doors_early: Millis,
    /// So long after the end the code still records hours; later only staff do.
    pub doors_late: Millis,
    /// The waiting list stops so long before the start: nobody should be called in who cannot come any more.
    pub list_stops: Millis,
    /// After so many no-shows within so long a participant's sign-up pauses for so long.
    pub no_shows: usize,
    pub no_shows_within: Millis,
    pub pause: Millis,
}

impl Terms {
    pub fn of(values: &[RuleValue], day: Day) -> Self {
        let rule = |rule| in_force(values, rule, day);
        Terms {
            doors_early: rule(Rule::DoorsEarlyMinutes) * MINUTE_MS,
            doors_late: rule(Rule::DoorsLateMinutes) * MINUTE_MS,
            list_stops: rule(Rule::ListStopsHours) * HOUR_MS,
            no_shows: usize::try_from(rule(Rule::NoShowsMax)).unwrap_or(1),
            no_shows_within: rule(Rule::NoShowDays) * DAY_MS,
            pause: rule(Rule::PauseDays) * DAY_MS,
        }
    }

    /// When people can first be signed in.
    pub fn doors(&self, activity: &Activity) -> Millis {
        activity.starts - self.doors_early
    }

    /// Whether the waiting list still takes and promotes anybody.
    pub fn list_is_open(&self, activity: &Activity, at: Millis) -> bool {
        at < activity.starts - self.list_stops
    }

    /// So many no-shows at activities close to one another pause, from when the last of them was recorded.
    pub fn paused_until(&self, no_shows: &[NoShow], at: Millis) -> Option<Millis> {
        let mut shows: Vec<(Millis, Millis)> = no_shows.iter().map(|show| (show.held, show.at)).collect();
        shows.sort_unstable();
        let is_close = |some: &&[(Millis, Millis)]| some[some.len() - 1].0 - some[0].0 < self.no_shows_within;
        let recorded = shows.windows(self.no_shows).filter(is_close).flatten().map(|(_, at)| *at);
        recorded.map(|recorded| recorded + self.pause).filter(|until| at < *until).max()
    }
}

/// For decisions: as they are today.
pub fn terms(d: &Draft, now: Now) -> Result<Terms, Halt> {
    Ok(Terms::of(&d.children::<RuleValue, 0>([])?, now.today))
}
