//! 试算: what another value would have cost in the last whole month, by the code that decides.

use crate::frame::app::App;
use crate::frame::failure::Failure;
use domain::checkins::CheckInRules;
use domain::rules::Rule;
use domain::tables::{CardId, CheckIn, Month, Points, PostingNumber};
use domain::{cards, suggestions};
use store::checkins::month_part;
use store::points::posted;

/// What was earned, and what would have been.
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
        format!("{year}年{month}月：{count} 次，实际发放 {was} 积分；按新值是 {would_be} 积分，{change}。")
    }
}

/// Whether a rule says by itself what is earned, so that another value can be tried.
pub fn can_be_tried(rule: Rule) -> bool {
    of_check_in(rule) || kind(rule).is_some()
}

fn of_check_in(rule: Rule) -> bool {
    matches!(rule, Rule::CheckInPoints | Rule::WeekBonus | Rule::MonthBonus | Rule::CheckInMonthMax)
}

/// The postings that are worth the rule's value each.
fn kind(rule: Rule) -> Option<PostingNumber> {
    match rule {
        Rule::FirstBindingPoints => Some(cards::PostingKind::FirstBinding.into()),
        Rule::SuggestionPoints => Some(suggestions::PostingKind::SuggestionAccepted.into()),
        _ => None,
    }
}

/// The month before the one of a moment, and when it began and ended.
fn last_month(app: &App, at: i64) -> (Month, i64, i64) {
    let (from, until) = (app.calendar.month_start(at, 1), app.calendar.month_start(at, 0));
    (app.calendar.day(from) / 100, from, until)
}

/// None: the rule gives nothing by itself.
pub async fn trial(app: &App, rules: CheckInRules, rule: Rule, value: i64) -> Result<Option<Trial>, Failure> {
    let (month, from, until) = last_month(app, app.now());
    if of_check_in(rule) {
        return of_stamps(app, month, &with(rules, rule, value)).await.map(Some);
    }
    let Some(kind) = kind(rule) else { return Ok(None) };
    let (count, was) = posted(&app.reads, kind, from, until).await?;
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

async fn of_stamps(app: &App, month: Month, rules: &CheckInRules) -> Result<Trial, Failure> {
    let mut replay = Replay::default();
    let mut after = (CardId(0), 0);
    loop {
        let part = month_part(&app.reads, month, after).await?;
        let Some(last) = part.last() else { break };
        after = (last.card, last.date);
        part.iter().for_each(|stamp| replay.stamp(rules, stamp));
    }
    let Replay { count, was, would_be, .. } = replay;
    Ok(Trial { month, count, was, would_be })
}

/// A month of stamps once more, card by card, each card's in order.
#[derive(Default)]
struct Replay {
    card: Option<CardId>,
    /// By that card in the month.
    earned: Points,
    count: i64,
    was: Points,
    would_be: Points,
}

impl Replay {
    fn stamp(&mut self, rules: &CheckInRules, stamp: &CheckIn) {
        if self.card != Some(stamp.card) {
            (self.card, self.earned) = (Some(stamp.card), 0);
        }
        // One that was made up keeps the row and earns nothing.
        let earned = if stamp.made_up { 0 } else { rules.earned_after(self.earned, stamp.streak) };
        self.earned += earned;
        self.would_be += earned;
        self.was += stamp.points;
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(card: i64, date: i64, streak: i64, made_up: bool) -> CheckIn {
        let points = i64::from(!made_up);
        CheckIn { card: CardId(card), month: 202611, date, streak, made_up, points, at: 0 }
    }

    #[test]
    fn each_card_has_its_own_limit_and_what_is_made_up_earns_nothing() {
        let rules = CheckInRules { points: 2, week_bonus: 3, month_bonus: 0, month_max: 6, make_ups_max: 2 };
        let mut replay = Replay::default();
        for row in [stamp(1, 1, 6, false), stamp(1, 2, 7, false), stamp(1, 3, 8, true), stamp(2, 1, 7, false)] {
            replay.stamp(&rules, &row);
        }
        let trial = Trial { month: 202611, count: replay.count, was: replay.was, would_be: replay.would_be };
        assert_eq!(trial, Trial { month: 202611, count: 4, was: 3, would_be: 2 + 4 + 5 });
        assert_eq!(trial.says(), "2026年11月：4 次，实际发放 3 积分；按新值是 11 积分，多 8 积分。");
    }
}
