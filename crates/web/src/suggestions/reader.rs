//! 我的荐书, 去推荐, 我也想读.

use super::form::{Errors, Form};
use super::{facts, isbn_words, state_words};
use crate::books::{Found, holdings, look_up, look_up_for, work_of};
use crate::frame::app::Stop;
use crate::frame::ask::{Ask, CardAsk, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::kit::wx_config::{WxConfig, wx_config};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use connectors::books::Holding;
use domain::core::isbn::Isbn;
use domain::core::refusal::Refused;
use domain::rules::Rule;
use domain::slices::Refusal;
use domain::suggestions::{self, Holdings, JoinSuggestion};
use domain::tables::{SuggestionId, SuggestionKind, SuggestionState};
use serde::Deserialize;
use store::suggestions::{SuggestionView, views};

/// As readers' pages show a state.
pub fn pill(state: SuggestionState) -> &'static str {
    match state {
        SuggestionState::Proposed => "pill pill-wait",
        SuggestionState::Accepted | SuggestionState::Ordered | SuggestionState::Arrived => "pill pill-open",
        SuggestionState::Declined => "pill",
    }
}

/// A suggestion in a list.
pub struct Line {
    pub id: i64,
    /// Empty: it has none, or nobody knows it.
    pub isbn: String,
    pub title: String,
    pub facts: String,
    pub state: &'static str,
    pub class: &'static str,
    pub is_own: bool,
}

#[derive(Template)]
#[template(path = "suggestions/index.html")]
pub struct IndexPage {
    shell: Shell,
    lines: Vec<Line>,
    points: i64,
    most: i64,
}

fn line(ask: &ReaderAsk, view: &SuggestionView) -> Line {
    let s = &view.suggestion;
    Line {
        id: s.id.0,
        isbn: isbn_words(s.isbn),
        title: view.book.title.clone(),
        facts: facts(&view.book),
        state: state_words(s.state),
        class: pill(s.state),
        is_own: s.reader == ask.id(),
    }
}

pub async fn index(ask: ReaderAsk) -> Result<Response, Failure> {
    let found = views(ask.app.reads.all(store::suggestions::own(ask.id())).await?)?;
    let rule = |rule| ask.content.rule(rule, ask.today());
    page(&IndexPage {
        shell: ask.shell(),
        lines: found.iter().map(|view| line(&ask, view)).collect(),
        points: rule(Rule::SuggestionPoints),
        most: rule(Rule::SuggestionsAMonth),
    })
}

/// Scan or type.
#[derive(Template)]
#[template(path = "suggestions/isbn.html")]
pub struct IsbnPage {
    shell: Shell,
    isbn: String,
    error: Option<String>,
    wx: Option<WxConfig>,
}

async fn isbn_page(ask: &Ask, isbn: String, error: Option<String>) -> Result<Response, Failure> {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, &IsbnPage { shell: ask.shell(), isbn, error, wx: wx_config(ask).await? })
}

/// What somebody else, or the library, has already.
pub enum Standing {
    Free,
    /// Copies on the shelf.
    Held,
    /// All of them are lent: another copy can be asked for.
    Lent,
    /// Somebody was first.
    Proposed {
        id: i64,
        title: String,
        readers: i64,
        is_mine: bool,
    },
}

#[derive(Template)]
#[template(path = "suggestions/new.html")]
pub struct NewPage {
    shell: Shell,
    key: String,
    form: Form,
    errors: Errors,
    standing: Standing,
    copies: Vec<Copy>,
    /// A sentence about the look-up; empty: nothing to say.
    told: &'static str,
    /// Open suggestions of another edition.
    same: Vec<String>,
    points: i64,
}

pub struct Copy {
    pub branch: String,
    pub shelf_mark: String,
    /// 在架, 已借出; empty: the catalogue does not say.
    pub state: &'static str,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Wanted {
    isbn: String,
    /// 手工填写
    hand: String,
}

pub async fn new(ask: CardAsk, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    if wanted.isbn.trim().is_empty() {
        return match wanted.hand.as_str() {
            "" => isbn_page(&ask, String::new(), None).await,
            _ => form_page(&ask, Form::default(), Errors::default(), None, Found::Unknown).await,
        };
    }
    match Isbn::read(&wanted.isbn) {
        Ok(isbn) => {
            let form = Form { isbn: isbn.to_string(), ..Form::default() };
            let found = look_up_for(&ask, isbn).await?;
            form_page(&ask, form, Errors::default(), Some(isbn), found).await
        }
        Err(fault) => {
            let sentence = crate::books::isbn_fault(fault).to_string();
            isbn_page(&ask, wanted.isbn, Some(sentence)).await
        }
    }
}

/// What is typed already stays; an empty form is filled from the look-up.
async fn form_page(
    ask: &CardAsk,
    form: Form,
    errors: Errors,
    isbn: Option<Isbn>,
    found: Found,
) -> Result<Response, Failure> {
    let told = match (&found, isbn) {
        (Found::Unknown, Some(_)) => "没有查到这本书，请照版权页填写。",
        (Found::NoAnswer, Some(_)) => "书目系统暂时没有回应，可以先照版权页填写，不影响推荐。",
        _ => "",
    };
    let record = found.record();
    let standing = match isbn {
        Some(isbn) => standing(ask, isbn, holdings(&record)).await?,
        None => Standing::Free,
    };
    let is_new = form.title.is_empty() && !errors.is_some();
    let typed = match isbn {
        Some(isbn) if is_new => Form::of(isbn, &record),
        _ => form,
    };
    // It follows the book, whatever the form was for before.
    let form = Form { kind: if matches!(standing, Standing::Lent) { "copy".into() } else { String::new() }, ..typed };
    let status = if errors.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let same = same(ask, &form).await?;
    let template = NewPage {
        shell: ask.shell(),
        key: form_key()?,
        form,
        errors,
        standing,
        copies: record.holdings.into_iter().map(Copy::of).collect(),
        told,
        same,
        points: ask.content.rule(Rule::SuggestionPoints, ask.today()),
    };
    page_with(status, &template)
}

/// 在架, 已借出; empty: the catalogue does not say.
pub fn copy_words(lent: Option<bool>) -> &'static str {
    match lent {
        Some(true) => "已借出",
        Some(false) => "在架",
        None => "",
    }
}

impl Copy {
    pub fn of(copy: Holding) -> Copy {
        Copy { branch: copy.branch, shelf_mark: copy.shelf_mark, state: copy_words(copy.lent) }
    }
}

async fn standing(ask: &CardAsk, isbn: Isbn, held: Holdings) -> Result<Standing, Failure> {
    if held.lent < held.copies {
        return Ok(Standing::Held);
    }
    let kind = if held.copies == 0 { SuggestionKind::Title } else { SuggestionKind::Copy };
    let open = views(ask.app.reads.all(store::suggestions::of_isbn(isbn.number(), kind)).await?)?.pop();
    Ok(match open {
        Some(view) => {
            let id = view.suggestion.id.0;
            let mut wants = ask.app.reads.one(store::suggestions::wants(id, ask.id())).await?;
            let is_mine = wants.as_mut().map_or(Ok(0), |row| row.int())? > 0;
            Standing::Proposed { id, title: view.book.title, readers: view.suggestion.readers, is_mine }
        }
        None if kind == SuggestionKind::Title => Standing::Free,
        None => Standing::Lent,
    })
}

/// Shown, not refused: another edition may be what is wanted.
async fn same(ask: &CardAsk, form: &Form) -> Result<Vec<String>, Failure> {
    let work = work_of(&form.title, &form.author);
    if work.is_empty() {
        return Ok(vec![]);
    }
    let found = views(ask.app.reads.all(store::suggestions::same_work(&work)).await?)?;
    let others = found
        .iter()
        .filter(|view| Isbn::of(view.suggestion.isbn) != Isbn::read(&form.isbn).ok() || form.isbn.is_empty());
    Ok(others.map(|view| format!("《{}》{}", view.book.title, facts(&view.book))).collect())
}

/// 提交推荐
pub async fn propose(ask: CardAsk, posted: Posted<Form>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let form = posted.form;
    let isbn = match form.isbn() {
        Ok(isbn) => isbn,
        Err(sentence) => {
            let errors = Errors { isbn: Some(sentence), ..Errors::default() };
            return form_page(&ask, form, errors, None, Found::Unknown).await;
        }
    };
    let found = match isbn {
        Some(isbn) => look_up(&ask.app, isbn).await?,
        None => Found::Unknown,
    };
    let command = match form.command(ask.card.card.id, isbn, holdings(&found.clone().record())) {
        Ok(command) => command,
        Err(errors) => return form_page(&ask, form, *errors, isbn, found).await,
    };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(suggestions::Reply::Proposed { suggestion }) => Ok(to(suggestion, "new")),
        // Somebody was faster.
        Ok(suggestions::Reply::Joined { suggestion }) => Ok(to(suggestion, "joined")),
        Ok(reply) => Err(Failure::unexpected(reply)),
        Err(Stop::Refused(refusal)) => match yours(&refusal) {
            Some(suggestion) => Ok(to(suggestion, "known")),
            None => {
                let errors = Errors::of(&refusal, wording::refusal(refusal));
                form_page(&ask, form, errors, isbn, found).await
            }
        },
        Err(stop) => Err(stop.into()),
    }
}

fn yours(refusal: &Refused) -> Option<SuggestionId> {
    match Refusal::of(refusal) {
        Some(Refusal::Suggestions(suggestions::Refusal::AlreadyYours { suggestion })) => Some(suggestion),
        _ => None,
    }
}

fn to(suggestion: SuggestionId, how: &str) -> Response {
    Redirect::to(&format!("/suggestions/{suggestion}?how={how}")).into_response()
}

/// 我也想读
pub async fn join(ask: CardAsk, Path(suggestion): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    let command = JoinSuggestion { suggestion: SuggestionId(suggestion), card: ask.card.card.id };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(to(SuggestionId(suggestion), "joined")),
        Err(Stop::Refused(refusal)) if yours(&refusal).is_some() => Ok(to(SuggestionId(suggestion), "known")),
        Err(stop) => Err(stop.into()),
    }
}

sample! { Line { id = |draw| draw.id(), isbn, title, facts, state, class, is_own } }
sample! { IndexPage { shell, lines, points, most } }
sample! { IsbnPage { shell, isbn, error, wx } }
sample! { enum Standing { Free, Held, Lent, Proposed { id, title, readers, is_mine } } }
sample! { Copy { branch, shelf_mark, state } }
sample! { NewPage { shell, key, form, errors, standing, copies, told, same, points } }
