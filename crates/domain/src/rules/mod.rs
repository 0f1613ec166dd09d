//! Rules: what the library sets and readers are promised. Each has a history: a value is in force from a day on. What a
//! promise wrote down when it was made (a last day, a place) stays; how long something may still be undone is asked anew.

mod list;
mod words;

pub use list::{About, Rule, Unit};
pub use words::{Refusal, Reply};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::day::is_day;
use crate::core::world::{Draft, Halt, Need};
use crate::staff::{Permission, audit, require_everywhere};
use crate::tables::{Day, Millis, RuleValue, StaffId, Table};

commands! {
    SetRule => set,
    SeedRules => seed,
}

/// All of them: they are few, and whoever decides batch after batch keeps them.
pub const ALL: Need = Need::children(Table::RuleValue, []);

/// The writer has all rules at hand.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// A value from a day on; said again for the same day, the later one counts, and both are kept.
#[derive(Clone, Copy, Debug)]
pub struct SetRule {
    pub rule: Rule,
    pub value: i64,
    /// Today or later.
    pub since: i64,
    /// When the newest value was set that was shown where this one was chosen (0: none was); None: nothing was shown.
    pub seen: Option<Millis>,
}

/// The first values of a new library, from its settings.
#[derive(Clone, Debug)]
pub struct SeedRules {
    pub values: Vec<(Rule, i64)>,
}

/// What is in force on a day: the newest value that has begun, or else the default.
pub fn in_force(values: &[RuleValue], rule: Rule, day: Day) -> i64 {
    let begun = values.iter().filter(|value| value.rule == rule && value.since <= day);
    let About { default, least, most, .. } = rule.about();
    // The bounds of a newer program may be narrower than those under which a value was set.
    begun.max_by_key(|value| (value.since, value.at)).map_or(default, |value| value.value.clamp(least, most))
}

/// When a rule was set last; 0: never.
pub fn newest(values: &[RuleValue], rule: Rule) -> Millis {
    values.iter().filter(|value| value.rule == rule).map(|value| value.at).max().unwrap_or(0)
}

/// The days to come on which a rule's value becomes another, and which.
pub fn to_come(values: &[RuleValue], rule: Rule, today: Day) -> Vec<(Day, i64)> {
    let set = values.iter().filter(|value| value.rule == rule && value.since > today).map(|value| value.since);
    let days: std::collections::BTreeSet<Day> = set.collect();
    let mut before = in_force(values, rule, today);
    let mut changes: Vec<(Day, i64)> = days.into_iter().map(|day| (day, in_force(values, rule, day))).collect();
    changes.retain(|(_, value)| std::mem::replace(&mut before, *value) != *value);
    changes
}

/// For decisions: what is in force today.
pub fn today(d: &Draft, rule: Rule, now: Now) -> Result<i64, Halt> {
    Ok(in_force(&d.children::<RuleValue, 0>([])?, rule, now.today))
}

/// Refuses values out of bounds, and what would change a day that is over.
///
/// Refusals: ChangedMeanwhile, DayIsOver, NoPermission, NoSuchStaff, OtherBranch, OutOfBounds, StaffDisabled.
pub fn set(d: &mut Draft, asked: &Asked, c: &SetRule) -> Result<Reply, Halt> {
    let by = match asked.actor {
        Actor::Job => None,
        actor => Some(require_everywhere(d, actor, Permission::ManageStaff)?),
    };
    let known = d.children::<RuleValue, 0>([])?;
    is_allowed(c.rule, c.value)?;
    if !is_day(c.since) || c.since < asked.now.today {
        return Err(Refusal::DayIsOver.into());
    }
    if c.seen.is_some_and(|seen| seen != newest(&known, c.rule)) {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    write(d, *c, by, asked.now)?;
    let note = format!("{}：{}，{} 起", c.rule.about().name, c.value, c.since);
    audit(d, by, "rule.set", c.rule as i64, &note, asked.now);
    Ok(Reply::RuleSet { rule: c.rule.into(), value: c.value })
}

/// Refuses where any rule has been set: the settings' file counts while the library is new.
///
/// Refusals: AlreadySet, NoPermission.
pub fn seed(d: &mut Draft, asked: &Asked, c: &SeedRules) -> Result<Reply, Halt> {
    crate::core::asked::only_the_program(asked.actor)?;
    if !d.children::<RuleValue, 0>([])?.is_empty() {
        return Err(Refusal::AlreadySet.into());
    }
    for (rule, value) in c.values.iter().copied() {
        is_allowed(rule, value)?;
        write(d, SetRule { rule, value, since: 0, seen: None }, None, asked.now)?;
    }
    Ok(Reply::RulesSeeded)
}

/// Whether a rule may have the value: a form asks before it is tried, the decision before it is set. Refusal: OutOfBounds.
pub fn is_allowed(rule: Rule, value: i64) -> Result<(), Refusal> {
    let About { least, most, .. } = rule.about();
    if (least..=most).contains(&value) { Ok(()) } else { Err(Refusal::OutOfBounds { least, most }) }
}

fn write(d: &mut Draft, set: SetRule, by: Option<StaffId>, now: Now) -> Result<(), Halt> {
    let SetRule { rule, value, since, .. } = set;
    d.get::<RuleValue>(RuleValue::key(rule.into(), since, now.at))?;
    d.put(RuleValue { rule: rule.into(), since, value, set_by: by, at: now.at })
}
