//! 荐书 in the back office: the queue, many decided at once, one opened, ordered and arrived.

use super::reader::Copy;
use super::{STATES, class, facts, isbn_words, kind_words, state_words, yuan};
use crate::books::{Found, look_up};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::kit::list::{OfState, Page, chosen};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::asked::{CommandOf, Idempotency};
use domain::core::day::DAY_MS;
use domain::core::isbn::Isbn;
use domain::core::refusal::Refused;
use domain::ledger;
use domain::rules::Rule;
use domain::slices::{InSlices, Refusal};
use domain::suggestions::{ArriveSuggestion, DecideSuggestion, OrderSuggestion, ReopenSuggestion};
use domain::tables::{SuggestionId, SuggestionState};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::cards::card_words;
use store::suggestions::{PAGE_ROWS, SuggestionView, figures, views};

pub const PATH: &str = "/staff/suggestions";
/// Reasons that are often given.
const REASONS: [&str; 4] = ["教材教辅", "出版超过5年", "价格过高", "已订购"];

pub struct Row {
    pub id: i64,
    pub title: String,
    pub facts: String,
    pub isbn: String,
    pub kind: &'static str,
    pub price: String,
    pub readers: i64,
    pub who: String,
    pub state: &'static str,
    pub class: &'static str,
    pub asked_at: String,
    /// 等了 3 天; empty: does not wait.
    pub waits: String,
    pub is_waiting: bool,
    pub is_ticked: bool,
}

pub fn row(ask: &StaffAsk, view: &SuggestionView) -> Row {
    let (s, book) = (&view.suggestion, &view.book);
    let waits = match (ask.now - s.at) / DAY_MS {
        _ if s.state != SuggestionState::Proposed => String::new(),
        0 => "今天提交".into(),
        days => format!("等了 {days} 天"),
    };
    Row {
        id: s.id.0,
        title: book.title.clone(),
        facts: facts(book),
        isbn: isbn_words(s.isbn),
        kind: kind_words(s),
        price: yuan(s.price),
        readers: s.readers,
        who: card_words(&view.masked_name, &view.tail),
        state: state_words(s.state),
        class: class(s.state),
        asked_at: ask.app.calendar.moment(s.at),
        waits,
        is_waiting: s.state == SuggestionState::Proposed,
        is_ticked: false,
    }
}

#[derive(Template)]
#[template(path = "suggestions/staff/index.html")]
pub struct QueuePage {
    shell: StaffShell,
    key: String,
    states: Vec<(&'static str, &'static str, bool)>,
    state: String,
    before: String,
    typed: Typed,
    rows: Vec<Row>,
    next: Option<String>,
    reasons: [&'static str; 4],
    error: Option<String>,
    waiting: i64,
    /// 本月已采纳 …, against the budget where there is one.
    spent: String,
    is_over: bool,
}

pub fn state(text: &str) -> Option<SuggestionState> {
    STATES.iter().find(|(name, ..)| *name == text).map(|(.., state)| *state)
}

pub async fn index(ask: StaffAsk, Query(asked): Query<OfState>) -> Result<Response, Failure> {
    queue(&ask, asked, Typed::default(), None).await
}

/// What a batch was to be, when it could not be.
#[derive(Default)]
pub struct Typed {
    pub quick: String,
    pub reason: String,
    pub ticked: Vec<i64>,
}

async fn queue(ask: &StaffAsk, asked: OfState, typed: Typed, error: Option<String>) -> Result<Response, Failure> {
    let before = asked.before_id();
    let (found, error) = match chosen(&asked.state, state) {
        Ok(state) => (views(ask.app.reads.all(store::suggestions::list(state, before, PAGE_ROWS + 1)).await?)?, error),
        Err(sentence) => (vec![], Some(sentence)),
    };
    let page = Page::of(found, PAGE_ROWS, |view| view.suggestion.id.to_string())
        .map(|view| Row { is_ticked: typed.ticked.contains(&view.suggestion.id.0), ..row(ask, &view) });
    let today = ask.today();
    let month = ask.app.calendar.day_start(today / 100 * 100 + 1);
    let (waiting, cents) = figures(&ask.app.reads, month).await?;
    let budget = ask.content.rule(Rule::SuggestionBudget, today);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = QueuePage {
        shell: ask.shell(PATH),
        key: form_key()?,
        states: STATES.map(|(name, words, _)| (name, words, name == asked.state)).to_vec(),
        state: asked.state,
        before: asked.before,
        typed,
        rows: page.rows,
        next: page.next,
        reasons: REASONS,
        error,
        waiting,
        spent: match budget {
            0 => format!("本月已采纳 {} 元（不含没有定价的）", cents / 100),
            budget => format!("本月已采纳 {} 元（不含没有定价的），预算 {budget} 元", cents / 100),
        },
        is_over: budget > 0 && cents > budget * 100,
    };
    page_with(status, &template)
}

/// Which were ticked, and what is to be done with them.
pub type Many = BTreeMap<String, String>;

pub struct Outcome {
    pub title: String,
    pub words: String,
    pub is_done: bool,
}

#[derive(Template)]
#[template(path = "suggestions/staff/batch.html")]
pub struct BatchPage {
    shell: StaffShell,
    verb: &'static str,
    outcomes: Vec<Outcome>,
}

/// 价格过高；馆藏已有旧版. The quick ones are for declining.
fn reason_of(accepted: bool, quick: &str, own: &str) -> String {
    let quick = if accepted { "" } else { quick.trim() };
    let parts: Vec<&str> = [quick, own.trim()].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("；")
}

/// Each is its own command: one that cannot be decided holds up no other.
pub async fn batch(ask: StaffAsk, posted: Posted<Many>) -> Result<Response, Failure> {
    let form = &posted.form;
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default().trim();
    let accepted = text("decision") == "accept";
    let reason = reason_of(accepted, text("quick"), text("reason"));
    let ticked: Vec<i64> = form.keys().filter_map(|name| name.strip_prefix("s-")?.parse().ok()).collect();
    let fault = match () {
        () if ticked.is_empty() => Some("请先勾选要处理的荐书。"),
        () if !accepted && reason.is_empty() => Some("婉拒要写原因，读者会看到。"),
        () => None,
    };
    if let Some(sentence) = fault {
        let asked = OfState { state: text("state").into(), before: text("before").into() };
        let typed = Typed { quick: text("quick").into(), reason: text("reason").into(), ticked };
        return queue(&ask, asked, typed, Some(sentence.into())).await;
    }
    let Some(key) = posted.idempotency(&ask.app, ask.actor()) else { return Err(Failure::BadRequest) };
    let mut outcomes = vec![];
    for id in ticked {
        let view = views(ask.app.reads.all(store::suggestions::one(id)).await?)?.pop();
        let command = DecideSuggestion { suggestion: SuggestionId(id), accepted, reason: reason.clone() };
        // One key for each: a form sent again hears of each what it heard.
        let own = ask.app.keys.digest("form.part", &format!("{} {} {id}", key.key.high, key.key.low));
        let answer = ask.app.command(ask.actor(), Some(Idempotency { key: own, body: key.body }), command).await;
        let (words, is_done) = match answer {
            Ok(_) => (if accepted { "已采纳" } else { "未采纳" }.to_string(), true),
            Err(Stop::Refused(refusal)) => (wording::refusal(refusal), false),
            Err(stop) => return Err(stop.into()),
        };
        outcomes.push(Outcome { title: view.map(|view| view.book.title).unwrap_or_default(), words, is_done });
    }
    ask.app.outbox_bell.notify_one();
    let verb = if accepted { "批量采纳" } else { "批量婉拒" };
    page(&BatchPage { shell: ask.shell(PATH), verb, outcomes })
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    /// The button: `1` or nothing.
    pub accepted: String,
    pub quick: String,
    pub reason: String,
    pub shelf_mark: String,
}

#[derive(Template)]
#[template(path = "suggestions/staff/show.html")]
pub struct ShowPage {
    shell: StaffShell,
    key: String,
    row: Row,
    reader_reason: String,
    note: String,
    shelf_mark: String,
    decided_at: String,
    /// What the catalogue calls it, where the reader calls it otherwise.
    catalogue_title: String,
    /// Other suggestions of the same work.
    same: Vec<(i64, String)>,
    /// What the catalogue says of our copies.
    copies: Vec<Copy>,
    told: &'static str,
    reasons: [&'static str; 4],
    typed: DecisionForm,
    error: Option<String>,
    can_reopen: bool,
    can_order: bool,
    can_arrive: bool,
}

async fn found(ask: &StaffAsk, id: i64) -> Result<SuggestionView, Failure> {
    views(ask.app.reads.all(store::suggestions::one(id)).await?)?.pop().ok_or(Failure::NotFound)
}

/// Other editions, and what was proposed without an ISBN.
async fn same(ask: &StaffAsk, view: &SuggestionView) -> Result<Vec<(i64, String)>, Failure> {
    let found = views(ask.app.reads.all(store::suggestions::same_work(&view.book.work)).await?)?;
    let others = found.into_iter().filter(|other| other.suggestion.id != view.suggestion.id);
    let words = |other: SuggestionView| (other.suggestion.id.0, format!("{} {}", other.book.title, facts(&other.book)));
    Ok(others.map(words).collect())
}

async fn show_page(ask: &StaffAsk, id: i64, typed: DecisionForm, error: Option<String>) -> Result<Response, Failure> {
    let view = found(ask, id).await?;
    let s = &view.suggestion;
    let told = match Isbn::of(s.isbn) {
        Some(isbn) => look_up(&ask.app, isbn).await?,
        None => Found::Unknown,
    };
    let words = match &told {
        Found::Book(_) => "",
        Found::Part(_) => "有的书目系统暂时没有回应，馆藏可能不全。",
        Found::Unknown => "书目系统没有这本书。",
        Found::NoAnswer => "书目系统暂时没有回应。",
    };
    let record = told.record();
    let same = same(ask, &view).await?;
    let status = if error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let template = ShowPage {
        shell: ask.shell(PATH),
        key: form_key()?,
        row: row(ask, &view),
        decided_at: if s.decided_at == 0 { String::new() } else { ask.app.calendar.moment(s.decided_at) },
        catalogue_title: if record.title == view.book.title { String::new() } else { record.title },
        copies: record.holdings.into_iter().map(Copy::of).collect(),
        told: words,
        same,
        reasons: REASONS,
        typed,
        error,
        can_reopen: matches!(s.state, SuggestionState::Accepted | SuggestionState::Declined | SuggestionState::Ordered),
        can_order: s.state == SuggestionState::Accepted,
        can_arrive: matches!(s.state, SuggestionState::Accepted | SuggestionState::Ordered),
        reader_reason: view.book.reason,
        note: view.reason,
        shelf_mark: view.shelf_mark,
    };
    page_with(status, &template)
}

pub async fn show(ask: StaffAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    show_page(&ask, id, DecisionForm::default(), None).await
}

/// Whose points are too few must be said: staff have none.
fn sentence(refusal: Refused) -> String {
    match Refusal::of(&refusal) {
        Some(Refusal::Ledger(ledger::Refusal::TooFewPoints { short_by })) => {
            format!("读者的积分已经用掉，还差 {short_by} 积分不能收回，所以不能撤销审核。")
        }
        _ => wording::refusal(refusal),
    }
}

/// A command about one suggestion, and its page again.
async fn done<C: CommandOf<Slice: InSlices>>(
    ask: &StaffAsk,
    id: i64,
    key: Option<Idempotency>,
    command: C,
    typed: DecisionForm,
) -> Result<Response, Failure> {
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => {
            ask.app.outbox_bell.notify_one();
            Ok(Redirect::to(&format!("{PATH}/{id}")).into_response())
        }
        Err(Stop::Refused(refusal)) => show_page(ask, id, typed, Some(sentence(refusal))).await,
        Err(stop) => Err(stop.into()),
    }
}

pub async fn decide(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<DecisionForm>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let form = posted.form;
    let accepted = !form.accepted.is_empty();
    let reason = reason_of(accepted, &form.quick, &form.reason);
    done(&ask, id, key, DecideSuggestion { suggestion: SuggestionId(id), accepted, reason }, form).await
}

pub async fn reopen(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    done(&ask, id, key, ReopenSuggestion { suggestion: SuggestionId(id) }, DecisionForm::default()).await
}

pub async fn order(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    done(&ask, id, key, OrderSuggestion { suggestion: SuggestionId(id) }, DecisionForm::default()).await
}

pub async fn arrive(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<DecisionForm>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let form = posted.form;
    let command = ArriveSuggestion { suggestion: SuggestionId(id), shelf_mark: form.shelf_mark.clone() };
    done(&ask, id, key, command, form).await
}

sample! { Row {
    id = |draw| draw.id(), title, facts, isbn, kind, price, readers, who, state, class, asked_at, waits, is_waiting, is_ticked,
} }
sample! { Typed { quick, reason, ticked = |_| vec![1] } }
sample! { QueuePage {
    shell, key, states = |_| vec![("proposed", "待审核", true), ("declined", "未采纳", false)], state, before, typed, rows, next,
    reasons = |_| REASONS, error, waiting, spent, is_over,
} }
sample! { Outcome { title, words, is_done } }
sample! { BatchPage { shell, verb, outcomes } }
sample! { DecisionForm { accepted, quick, reason, shelf_mark } }
sample! { ShowPage {
    shell, key, row, reader_reason, note, shelf_mark, decided_at,
    catalogue_title, copies, told, same,
    reasons = |_| REASONS, typed, error, can_reopen, can_order, can_arrive,
} }
