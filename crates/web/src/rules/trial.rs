//! 试算: what another value would have cost in the last whole month, by the code that decides.

use crate::frame::app::App;
use crate::frame::failure::Failure;
use domain::checkins::CheckInRules;
use domain::rules::Rule;
use domain::tables::{CardId, CheckIn, Month, Points, RuleValue};
use store::checkins::month_part;
use store::points::first_bindings;
use store::suggestions::accepted_between;

/// A month gone through again by the rules of each day, and with another value. 补签 has moved later days since, so what was
/// posted may be a little less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    pub month: Month,
    /// How many postings or stamps it was made of.
    pub count: i64,
    pub was: Points,
    pub would_be: Points,
}

impl Trial {
    pub fn says(&self) -> String {
        let Trial { month, count, was, would_be } = *self;
        let change = match would_be - was {
            0 => "一样多".into(),
            more @ 1.. => format!("多 {more} 积分"),
            less => format!("少 {} 积分", -less),
        };
        let (year, month) = (month / 100, month % 100);
        if count == 0 {
            return format!("{year}年{month}月没有可以试算的记录。");
        }
        format!("{year}年{month}月：{count} 次，按当时的规则推算 {was} 积分；按新值推算 {would_be} 积分，{change}。")
    }
}

/// Whether a rule says by itself what is earned, so that another value can be tried.
pub fn can_be_tried(rule: Rule) -> bool {
    of_check_in(rule) || matches!(rule, Rule::FirstBindingPoints | Rule::SuggestionPoints)
}

fn of_check_in(rule: Rule) -> bool {
    matches!(rule, Rule::CheckInPoints | Rule::WeekBonus | Rule::MonthBonus | Rule::CheckInMonthMax)
}

/// The month before the one of a moment, and when it began and ended.
fn last_month(app: &App, at: i64) -> (Month, i64, i64) {
    let (from, until) = (app.calendar.month_start(at, 1), app.calendar.month_start(at, 0));
    (app.calendar.day(from) / 100, from, until)
}

/// None: the rule gives nothing by itself.
pub async fn trial(app: &App, values: &[RuleValue], rule: Rule, value: i64) -> Result<Option<Trial>, Failure> {
    let (month, from, until) = last_month(app, app.now());
    let (count, was) = match rule {
        rule if of_check_in(rule) => return of_stamps(app, month, values, (rule, value)).await.map(Some),
        Rule::FirstBindingPoints => first_bindings(&app.reads, from, until).await?,
        Rule::SuggestionPoints => accepted_between(&app.reads, from, until).await?,
        _ => return Ok(None),
    };
    Ok(Some(Trial { month, count, was, would_be: count * value }))
}

fn with(rules: CheckInRules, rule: Rule, value: i64) -> CheckInRules {
    match rule {
        Rule::CheckInPoints => CheckInRules { points: value, ..rules },
        Rule::WeekBonus => CheckInRules { week_bonus: value, ..rules },
        Rule::MonthBonus => CheckInRules { month_bonus: value, ..rules },
        Rule::CheckInMonthMax => CheckInRules { month_max: value, ..rules },
        _ => rules,
    }
}

async fn of_stamps(app: &App, month: Month, values: &[RuleValue], tried: (Rule, i64)) -> Result<Trial, Failure> {
    let mut replay = Replay::new(values, month, tried);
    let mut after = Some(CardId(0));
    while let Some(card) = after {
        let part = month_part(&app.reads, month, card).await?;
        part.stamps.iter().for_each(|stamp| replay.stamp(stamp));
        after = part.last;
    }
    let Replay { count, was, would_be, .. } = replay;
    Ok(Trial { month, count, was: was.sum, would_be: would_be.sum })
}

/// What a card has earned in the month so far, and all cards together.
#[derive(Default)]
struct Earned {
    card: Points,
    sum: Points,
}

impl Earned {
    /// One that was made up keeps the row and earns nothing.
    fn stamp(&mut self, rules: &CheckInRules, stamp: &CheckIn) {
        let earned = if stamp.made_up { 0 } else { rules.earned_after(self.card, stamp.streak) };
        self.card += earned;
        self.sum += earned;
    }
}

/// A month of stamps twice, card by card, each card's in order: by the rules of each day, and with one value replaced.
struct Replay {
    /// Of each date of the month.
    rules: Vec<(CheckInRules, CheckInRules)>,
    card: Option<CardId>,
    count: i64,
    was: Earned,
    would_be: Earned,
}

impl Replay {
    fn new(values: &[RuleValue], month: Month, (rule, value): (Rule, i64)) -> Self {
        let of = |date: i64| {
            let rules = CheckInRules::in_force(values, month * 100 + date);
            (rules, with(rules, rule, value))
        };
        let rules = (0..32).map(of).collect();
        Replay { rules, card: None, count: 0, was: Earned::default(), would_be: Earned::default() }
    }

    fn stamp(&mut self, stamp: &CheckIn) {
        if self.card != Some(stamp.card) {
            self.card = Some(stamp.card);
            (self.was.card, self.would_be.card) = (0, 0);
        }
        let Some((was, would_be)) = self.rules.get(stamp.date as usize) else { return };
        self.was.stamp(was, stamp);
        self.would_be.stamp(would_be, stamp);
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(card: i64, date: i64, streak: i64, made_up: bool) -> CheckIn {
        CheckIn { card: CardId(card), month: 202611, date, streak, made_up, points: 0, at: 0 }
    }

    fn tried(values: &[RuleValue], value: i64) -> Trial {
        let mut replay = Replay::new(values, 202611, (Rule::CheckInPoints, value));
        for row in [stamp(1, 1, 6, false), stamp(1, 2, 7, false), stamp(1, 3, 8, true), stamp(2, 2, 7, false)] {
            replay.stamp(&row);
        }
        let Replay { count, was, would_be, .. } = replay;
        Trial { month: 202611, count, was: was.sum, would_be: would_be.sum }
    }

    #[test]
    fn each_card_has_its_own_limit_each_day_its_rules_and_what_is_made_up_earns_nothing() {
        let value = |rule: Rule, value, since| RuleValue { rule: rule.into(), since, value, set_by: None, at: 0 };
        let values = [
            value(Rule::CheckInPoints, 1, 0),
            value(Rule::WeekBonus, 3, 0),
            value(Rule::WeekBonus, 9, 20261103),
            value(Rule::CheckInMonthMax, 6, 0),
        ];
        let trial = tried(&values, 2);
        assert_eq!(trial, Trial { month: 202611, count: 4, was: 1 + 4 + 4, would_be: 2 + 4 + 5 });
        assert_eq!(trial.says(), "2026年11月：4 次，按当时的规则推算 9 积分；按新值推算 11 积分，多 2 积分。");
        let same = tried(&values, 1);
        assert_eq!(same.was, same.would_be, "the value in force changes nothing");
        assert_eq!(Trial { count: 0, ..same }.says(), "2026年11月没有可以试算的记录。");
    }
}
