//! 规则 in the back office: every rule with what is in force and to come; one set from a day on, tried before.

use super::reader::{CHAPTERS, Subject, subject};
use super::trial::{can_be_tried, trial};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::kit::calendar::{date_value, day_of, long_day};
use crate::kit::faults::Faults;
use crate::kit::list::{Action, List, ListPage};
use crate::kit::table::{Cell, Table};
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::rules::{self, Rule, SetRule, Unit, in_force, is_allowed, newest, to_come};
use domain::tables::{Day, RuleNumber, RuleValue};
use serde::Deserialize;
use store::rules::{SetView, history};

const PATH: &str = "/staff/rules";

/// A rule in the list.
struct Line {
    rule: Rule,
    chapter: &'static str,
    value: i64,
    since: Day,
    to_come: Vec<(Day, i64)>,
}

/// A value with its unit, as 24 小时; of a choice the word, as 可以.
fn value_words(unit: Unit, value: i64) -> String {
    match (unit, value) {
        (Unit::YesNo, 0) => "不可以".into(),
        (Unit::YesNo, _) => "可以".into(),
        _ => format!("{value} {}", unit.name()),
    }
}

/// Since when what is in force is; 0: from the beginning.
fn begun(values: &[RuleValue], rule: Rule, today: Day) -> Day {
    let own = values.iter().filter(|value| value.rule == RuleNumber::from(rule) && value.since <= today);
    own.map(|value| value.since).max().unwrap_or(0)
}

fn line(values: &[RuleValue], rule: Rule, today: Day) -> Line {
    let chapter = CHAPTERS.iter().find(|(of, ..)| *of == subject(rule)).map_or("馆员办理", |(_, title, _)| title);
    Line {
        rule,
        chapter,
        value: in_force(values, rule, today),
        since: begun(values, rule, today),
        to_come: to_come(values, rule, today),
    }
}

pub async fn index(ask: StaffAsk) -> Result<Response, Failure> {
    let mut lines: Vec<Line> = Rule::ALL.iter().map(|rule| line(&ask.content.rules, *rule, ask.today())).collect();
    let place = |line: &Line| CHAPTERS.iter().position(|(of, ..)| *of == subject(line.rule)).unwrap_or(CHAPTERS.len());
    lines.sort_by_key(place);
    ListPage {
        shell: ask.shell(PATH),
        title: "规则",
        actions: vec![Action::plain("/rules".into(), "看读者的页面")],
        list: List::whole(PATH, table().on_screen(&lines), "没有规则。"),
    }
    .answer()
}

fn table() -> Table<'static, Line> {
    Table::new()
        .text("类别", |line: &Line| line.chapter)
        .text("规则", |line| Cell::Link {
            href: format!("{PATH}/{}", line.rule.about().word),
            text: line.rule.about().name.into(),
        })
        .text("现在", |line| value_words(line.rule.about().unit, line.value))
        .text("生效", |line| if line.since == 0 { "启用时起".into() } else { long_day(line.since) })
        .text("即将生效", |line| {
            let unit = line.rule.about().unit;
            let says = |(day, value): &(Day, i64)| format!("{}起 {}", long_day(*day), value_words(unit, *value));
            line.to_come.iter().map(says).collect::<Vec<_>>().join("，")
        })
}

/// The fields of the form, as they were typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RuleForm {
    pub value: String,
    pub since: String,
    /// When the newest value was set that the page showed.
    pub seen: i64,
    /// `trial`: shows what it would have cost, and keeps nothing.
    pub act: String,
}

/// A value that was set.
pub struct Set {
    pub value: String,
    pub since: String,
    pub by: String,
    pub at: String,
    /// 将生效, 现在, or empty.
    pub state: &'static str,
    /// What the form says that takes it back: the value before, from the same day.
    pub back: Option<RuleForm>,
}

#[derive(Template)]
#[template(path = "rules/staff/edit.html")]
pub struct EditPage {
    shell: StaffShell,
    key: String,
    word: &'static str,
    name: &'static str,
    unit: &'static str,
    /// 1 or 0.
    is_choice: bool,
    least: i64,
    most: i64,
    today: String,
    now: String,
    /// It stands in 积分规则.
    for_readers: bool,
    /// What it says when it is as in the form.
    sentence: Option<String>,
    can_be_tried: bool,
    trial: Option<String>,
    form: RuleForm,
    faults: Faults,
    history: Vec<Set>,
}

fn rule(word: &str) -> Result<Rule, Failure> {
    Rule::ALL.iter().copied().find(|rule| rule.about().word == word).ok_or(Failure::NotFound)
}

/// What is to come can be taken back; of two for the same day the later one counts.
fn sets(ask: &StaffAsk, rule: Rule, known: &[SetView]) -> Vec<Set> {
    let (values, today, unit) = (&ask.content.rules, ask.today(), rule.about().unit);
    let now = begun(values, rule, today);
    let mut seen: Vec<Day> = vec![];
    let mut sets = vec![];
    for view in known {
        let counts = !seen.contains(&view.since);
        seen.push(view.since);
        let is_to_come = counts && view.since > today;
        let before = in_force(values, rule, domain::core::day::plus(view.since.max(today), -1));
        let back = (is_to_come && before != view.value).then(|| RuleForm {
            value: before.to_string(),
            since: date_value(view.since),
            seen: newest(values, rule),
            act: String::new(),
        });
        sets.push(Set {
            value: value_words(unit, view.value),
            since: if view.since == 0 { "启用时起".into() } else { format!("{}起", long_day(view.since)) },
            by: view.by.clone(),
            at: ask.app.calendar.long_moment(view.at),
            state: match () {
                () if !counts => "已改",
                () if is_to_come => "将生效",
                () if view.since == now => "现在",
                () => "",
            },
            back,
        });
    }
    sets
}

async fn edit_page(ask: &StaffAsk, rule: Rule, form: RuleForm, faults: Faults) -> Result<Response, Failure> {
    let about = rule.about();
    let fits = read(ask, rule, &form).ok().map(|(value, _)| value);
    let tried = match fits.filter(|_| form.act == "trial") {
        Some(value) => trial(&ask.app, &ask.content.rules, rule, value).await?,
        None => None,
    };
    let known = history(&ask.app.reads, rule).await?;
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let template = EditPage {
        shell: ask.shell(PATH),
        key: form_key()?,
        word: about.word,
        name: about.name,
        unit: about.unit.name(),
        is_choice: about.unit == Unit::YesNo,
        least: about.least,
        most: about.most,
        today: date_value(ask.today()),
        now: value_words(about.unit, ask.content.rule(rule, ask.today())),
        for_readers: subject(rule) != Subject::Staff,
        sentence: fits.map(|value| about.says(value)),
        can_be_tried: can_be_tried(rule),
        trial: tried.map(|trial| trial.says()),
        form,
        faults,
        history: sets(ask, rule, &known),
    };
    page_with(status, &template)
}

pub async fn edit(ask: StaffAsk, Path(word): Path<String>) -> Result<Response, Failure> {
    let rule = rule(&word)?;
    let value = ask.content.rule(rule, ask.today()).to_string();
    let seen = newest(&ask.content.rules, rule);
    let form = RuleForm { value, since: date_value(ask.today()), seen, act: String::new() };
    edit_page(&ask, rule, form, Faults::default()).await
}

fn read(ask: &StaffAsk, rule: Rule, form: &RuleForm) -> Result<(i64, Day), Faults> {
    let mut faults = Faults::default();
    if form.value.trim().is_empty() {
        faults.add("value", "请填写新的值。");
    }
    let value = faults.whole("value", &form.value, "值");
    if faults.is_empty()
        && let Err(why) = is_allowed(rule, value)
    {
        faults.add("value", super::words::refusal(why));
    }
    let since = if form.since.is_empty() { Some(ask.today()) } else { day_of(&form.since) };
    let since = since.unwrap_or_else(|| {
        faults.add("since", "请选择生效日期。");
        0
    });
    if faults.is_empty() { Ok((value, since)) } else { Err(faults) }
}

pub async fn save(ask: StaffAsk, Path(word): Path<String>, posted: Posted<RuleForm>) -> Result<Response, Failure> {
    let (rule, key) = (rule(&word)?, posted.idempotency(&ask.app, ask.actor()));
    let form = posted.form;
    let (value, since) = match read(&ask, rule, &form) {
        Ok(read) => read,
        Err(faults) => return edit_page(&ask, rule, form, faults).await,
    };
    if form.act == "trial" {
        return edit_page(&ask, rule, form, Faults::default()).await;
    }
    match ask.app.command(ask.actor(), key, SetRule { rule, value, since, seen: Some(form.seen) }).await {
        Ok(_) => Ok(Redirect::to(&format!("{PATH}/{word}")).into_response()),
        Err(Stop::Refused(refusal)) => {
            let field = if refusal == rules::Refusal::DayIsOver { "since" } else { "" };
            // Whoever is told of a newer value has seen it now.
            let values = store::rules::all(&ask.app.reads).await?;
            let form = RuleForm { seen: newest(&values, rule), ..form };
            edit_page(&ask, rule, form, Faults::one(field, wording::refusal(refusal))).await
        }
        Err(stop) => Err(stop.into()),
    }
}

sample! { RuleForm { value, since, seen = |draw| draw.id(), act } }
sample! { Set { value, since, by, at, state = |_| "将生效", back } }
sample! { EditPage {
    shell, key, word = |_| "check-in-points", name = |_| "签到积分", unit = |_| "积分", is_choice, least, most, today, now, for_readers, sentence,
    can_be_tried, trial, form, faults, history,
} }
