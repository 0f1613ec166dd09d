//! `yue rules list` and `yue rules set`: what the library sets, with its day of force.

use crate::beside::{self, close};
use crate::settings::Settings;
use domain::core::asked::Actor;
use domain::core::day::is_day;
use domain::rules::{About, Refusal, Rule, SeedRules, SetRule, in_force};
use domain::slices::{Command, Envelope};
use domain::tables::RuleValue;
use std::process::ExitCode;
use store::{Door, NoReply, Store};
use web::kit::calendar::Calendar;

#[derive(clap::Args)]
pub struct Set {
    /// The rule, as `yue rules list` names it.
    #[arg(value_parser = rule)]
    name: Rule,
    #[arg(allow_negative_numbers = true)]
    value: i64,
    /// From which day on, as 2026-12-31; otherwise from today.
    #[arg(long, value_parser = day)]
    from: Option<i64>,
}

fn rule(text: &str) -> Result<Rule, String> {
    let known = Rule::ALL.iter().copied().find(|rule| rule.about().word == text);
    known.ok_or_else(|| format!("{text}: no rule of that name; see `yue rules list`"))
}

fn day(text: &str) -> Result<i64, String> {
    let digits: String = text.split('-').collect();
    let day = digits.parse().ok().filter(|day| text.len() == 10 && is_day(*day));
    day.ok_or_else(|| format!("{text}: a day is written like 2026-12-31"))
}

async fn open(settings: &Settings) -> Result<(Store, Calendar), String> {
    Ok((beside::open(settings).await?, Calendar::new(&settings.library.time_zone)))
}

fn today(calendar: &Calendar) -> i64 {
    calendar.day(jiff::Timestamp::now().as_millisecond())
}

pub async fn list(settings: &Settings) -> Result<ExitCode, String> {
    let (store, calendar) = open(settings).await?;
    let values = store::rules::all(&store.reads).await.map_err(|fault| fault.to_string());
    close(store).await?;
    let (values, today) = (values?, today(&calendar));
    for rule in Rule::ALL {
        println!("{}", line(*rule, &values, today));
    }
    Ok(ExitCode::SUCCESS)
}

/// Its word, what is in force, what is to come, and what it says.
fn line(rule: Rule, values: &[RuleValue], today: i64) -> String {
    let About { word, unit, least, most, .. } = rule.about();
    let value = in_force(values, rule, today);
    let coming = values.iter().filter(|value| value.rule == rule && value.since > today);
    let coming: String = coming.map(|value| format!(", {} from {}", value.value, value.since)).collect();
    format!("{word} = {value}{coming}  ({least}..{most} {}) {}", unit.name(), rule.about().says(value))
}

pub async fn set(settings: &Settings, set: Set) -> Result<ExitCode, String> {
    let (store, calendar) = open(settings).await?;
    seed(settings, &store).await?;
    let since = set.from.unwrap_or_else(|| today(&calendar));
    let done = ask(&store.door, SetRule { rule: set.name, value: set.value, since, seen: None }).await;
    close(store).await?;
    done.map_err(|why| match why {
        NoReply::Refused(why) => match why.of() {
            Some(Refusal::OutOfBounds { least, most }) => format!("a value from {least} to {most}"),
            Some(Refusal::DayIsOver) => "a rule changes from today on, or later".into(),
            _ => format!("{why:?}"),
        },
        other => format!("the rule was not set: {other:?}"),
    })?;
    println!("ok: {} = {} from {since}", set.name.about().word, set.value);
    Ok(ExitCode::SUCCESS)
}

async fn ask(door: &Door, command: impl Into<Command>) -> Result<(), NoReply> {
    let (actor, key, seed) = (Actor::Job, None, 0);
    door.ask(Envelope { actor, key, command: command.into(), seed }).await.map(|_| ())
}

/// What the settings' file says of rules counts while the library has set none.
pub async fn seed(settings: &Settings, store: &Store) -> Result<(), String> {
    if !store::rules::all(&store.reads).await.map_err(|fault| fault.to_string())?.is_empty() {
        return Ok(());
    }
    let values = settings.library.first_rules();
    match ask(&store.door, SeedRules { values }).await {
        Ok(()) => Ok(()),
        // Another instance was faster.
        Err(NoReply::Refused(why)) if why == Refusal::AlreadySet => Ok(()),
        Err(NoReply::Refused(why)) => Err(format!("library: the rules are out of bounds: {why:?}")),
        Err(other) => Err(format!("library: the rules were not set: {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::tables::StaffId;

    #[test]
    fn a_line_says_what_is_and_what_will_be() {
        let value = |since, value| RuleValue {
            rule: Rule::CheckInPoints.into(),
            since,
            value,
            set_by: Some(StaffId(1)),
            at: 0,
        };
        let said = line(Rule::CheckInPoints, &[value(20261101, 3), value(20270101, 4)], 20261128);
        assert_eq!(said, "check-in-points = 3, 4 from 20270101  (0..100 积分) 每天签到得 3 积分。");
        assert_eq!((rule("make-ups-max"), day("2026-12-31")), (Ok(Rule::MakeUpsMax), Ok(20261231)));
        assert!(rule("nothing").is_err() && day("2026-02-30").is_err() && day("20261231").is_err());
    }
}
