//! 积分规则: made from the rules in force, so that the page and what is done cannot differ.

use super::earning::{Way, ways};
use crate::frame::ask::Ask;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::kit::calendar::long_day;
use askama::Template;
use axum::response::Response;
use domain::rules::{Rule, Unit, in_force, to_come};
use domain::tables::{Day, Passage, RuleNumber, RuleValue};

/// A rule in words.
pub struct Line {
    pub sentence: String,
    /// 2026年12月1日起; empty: from the beginning.
    pub since: String,
    /// 2027年1月1日起：每天签到得 2 积分。
    pub to_come: Vec<String>,
}

pub struct Chapter {
    pub title: &'static str,
    pub lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "rules/show.html")]
pub struct RulesPage {
    shell: Shell,
    chapters: Vec<Chapter>,
    ways: Vec<Way>,
    passage: String,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Subject {
    Earning,
    Spending,
    Activities,
    Books,
    Cards,
    Keeping,
    /// What staff alone go by.
    Staff,
}

pub const CHAPTERS: [(Subject, &str, &[&str]); 6] = [
    (Subject::Earning, "怎样得积分", &["借还图书暂不计积分。"]),
    (
        Subject::Spending,
        "积分怎样用",
        &["积分长期有效。", "挂失、过期证暂停使用积分。", "退证后积分保留。", "取消兑换退回的积分不算获得。"],
    ),
    (Subject::Activities, "活动和志愿服务", &[]),
    (Subject::Books, "荐书和捐书", &[]),
    (Subject::Cards, "证件和成员", &[]),
    (Subject::Keeping, "个人信息保存多久", &[]),
];

pub fn subject(rule: Rule) -> Subject {
    match rule {
        Rule::FirstBindingPoints
        | Rule::CheckInPoints
        | Rule::WeekBonus
        | Rule::MonthBonus
        | Rule::CheckInMonthMax
        | Rule::MakeUpsMax
        | Rule::ActivityPoints
        | Rule::BlockMinutes
        | Rule::SuggestionPoints
        | Rule::DonationPoints
        | Rule::DonationCopies
        | Rule::DonationPointsAYear => Subject::Earning,
        Rule::ValidMonths | Rule::CancelHours | Rule::ReminderDays | Rule::LastReminderDays => Subject::Spending,
        Rule::PartyMax
        | Rule::NoShowsMax
        | Rule::NoShowDays
        | Rule::PauseDays
        | Rule::ListStopsHours
        | Rule::DoorsEarlyMinutes
        | Rule::DoorsLateMinutes
        | Rule::FrozenSignsUp => Subject::Activities,
        Rule::SuggestionsAMonth | Rule::PriorityDays | Rule::DonationDays => Subject::Books,
        Rule::CardsMax
        | Rule::MembersMax
        | Rule::CodesAnHour
        | Rule::CodesADay
        | Rule::FeedbackADay
        | Rule::PhoneCoolingHours => Subject::Cards,
        Rule::CodeDays | Rule::FeedbackPictureDays | Rule::ClosingDays => Subject::Keeping,
        Rule::UndoMinutes
        | Rule::ActivityCapacity
        | Rule::SuggestionBudget
        | Rule::DonationsInOneStep
        | Rule::TransferTwoPeople => Subject::Staff,
    }
}

/// None: it promises nothing, now or later.
fn line(rule: Rule, values: &[RuleValue], today: Day) -> Option<Line> {
    let (about, own) = (rule.about(), values.iter().filter(|value| value.rule == RuleNumber::from(rule)));
    let value = in_force(values, rule, today);
    let since = own.filter(|own| own.since <= today).map(|own| own.since).max().unwrap_or(0);
    let says = |(day, value): (Day, i64)| format!("{}起：{}", long_day(day), about.says(value));
    let to_come: Vec<String> = to_come(values, rule, today).into_iter().map(says).collect();
    let is_empty = value == 0 && about.unit == Unit::Points && to_come.is_empty();
    // What was set before the library opened was never otherwise.
    let since = if since == 0 { String::new() } else { format!("{}起", long_day(since)) };
    (!is_empty).then(|| Line { sentence: about.says(value), since, to_come })
}

fn chapters(values: &[RuleValue], today: Day) -> Vec<Chapter> {
    let chapter = |(of, title, fixed): &(Subject, &'static str, &[&str])| {
        let rules = Rule::ALL.iter().filter(|rule| subject(**rule) == *of);
        let fixed = fixed.iter().map(|text| Line { sentence: (*text).into(), since: String::new(), to_come: vec![] });
        Chapter { title, lines: rules.filter_map(|rule| line(*rule, values, today)).chain(fixed).collect() }
    };
    CHAPTERS.iter().map(chapter).collect()
}

pub async fn show(ask: Ask) -> Result<Response, Failure> {
    let ways = ways(&ask).await?;
    let passage = ask.content.passage(Passage::Rules, ask.today());
    page(&RulesPage { chapters: chapters(&ask.content.rules, ask.today()), ways, passage, shell: ask.shell() })
}

sample! { Line { sentence, since, to_come } }
sample! { Chapter { title, lines } }
sample! { RulesPage { shell, chapters, ways, passage = crate::kit::prose::sample } }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_force_and_what_will_be_are_said_with_their_days() {
        let value =
            |since, value| RuleValue { rule: Rule::CheckInPoints.into(), since, at: since, value, set_by: None };
        let said = |values: &[RuleValue]| {
            let line = line(Rule::CheckInPoints, values, 20261128);
            line.map(|line| (line.sentence, line.since, line.to_come))
        };
        assert_eq!(said(&[]), Some(("每天签到得 1 积分。".into(), String::new(), vec![])));
        let (now, later) = ("每天签到得 3 积分。".to_string(), "2027年1月1日起：每天签到得 4 积分。".to_string());
        let set = [value(0, 2), value(20261101, 3), value(20270101, 4)];
        assert_eq!(said(&set), Some((now, "2026年11月1日起".into(), vec![later])));
        assert_eq!(said(&[value(0, 0)]), None, "what is worth nothing is no promise");
    }

    #[test]
    fn every_chapter_has_something_to_say_and_staff_s_rules_stay_with_them() {
        let all = chapters(&[], 20261128);
        assert!(all.iter().all(|chapter| !chapter.lines.is_empty()));
        let texts: String = all.iter().flat_map(|chapter| &chapter.lines).map(|line| line.sentence.as_str()).collect();
        assert!(texts.contains("积分长期有效") && !texts.contains("预算"));
    }
}
