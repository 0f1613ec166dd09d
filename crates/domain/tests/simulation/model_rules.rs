//! The model's rules: what was set for which day, newest first wins.

use crate::model::{Activity, Answer, Model, says};
use crate::support::day;
use domain::core::asked::{Actor, Now};
use domain::core::refusal::Common;
use domain::rules::{self, Rule, SeedRules, SetRule};
use domain::staff::Permission;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

impl Model {
    pub fn rule(&self, rule: Rule, day: i64) -> i64 {
        let set = self.rules.get(&rule);
        let last = set.and_then(|days| days.range(..=(day, i64::MAX)).next_back());
        last.map_or(rule.about().default, |(_, (value, _))| *value)
    }

    /// On the day of what is decided now.
    pub fn rule_now(&self, rule: Rule) -> i64 {
        self.rule(rule, day(self.at))
    }

    /// When a rule was set last.
    pub fn newest_of(&self, rule: Rule) -> i64 {
        self.rules.get(&rule).into_iter().flatten().map(|((_, at), _)| *at).max().unwrap_or(0)
    }

    pub fn set_rule(&mut self, actor: Actor, c: &SetRule, now: Now) -> Answer {
        let by = match actor {
            Actor::Job => 0,
            actor => self.may_everywhere(actor, Permission::ManageStaff)?,
        };
        let about = c.rule.about();
        if c.value < about.least || c.value > about.most {
            return Err(rules::Refusal::OutOfBounds { least: about.least, most: about.most }.into());
        }
        if c.since < now.today {
            return Err(rules::Refusal::DayIsOver.into());
        }
        if c.seen.is_some_and(|seen| seen != self.newest_of(c.rule)) {
            return Err(rules::Refusal::ChangedMeanwhile.into());
        }
        self.rules.entry(c.rule).or_default().insert((c.since, now.at), (c.value, by));
        self.audits += 1;
        says(rules::Reply::RuleSet { rule: c.rule.into(), value: c.value })
    }

    pub fn seed_rules(&mut self, actor: Actor, c: &SeedRules) -> Answer {
        if actor != Actor::Job {
            return Err(Common::NoPermission.into());
        }
        if !self.rules.is_empty() {
            return Err(rules::Refusal::AlreadySet.into());
        }
        for (rule, value) in &c.values {
            self.rules.entry(*rule).or_default().insert((0, self.at), (*value, 0));
        }
        says(rules::Reply::RulesSeeded)
    }

    /// From here on nobody is called in any more.
    pub fn list_is_over(&self, activity: &Activity) -> bool {
        self.at + self.rule_now(Rule::ListStopsHours) * HOUR >= activity.times.starts
    }

    /// The doors open so long before the start.
    pub fn doors_early(&self) -> i64 {
        self.rule_now(Rule::DoorsEarlyMinutes) * MINUTE
    }

    pub fn doors(&self, activity: &Activity) -> i64 {
        activity.times.starts - self.doors_early()
    }
}
