//! 常见问题 in the back office: the list in its order, one written with what readers will see.

use super::{CATEGORIES, category, category_words};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::kit::faults::Faults;
use crate::kit::list::{Action, List, ListPage};
use crate::kit::table::{Cell, Table};
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::questions::{QuestionText, SaveQuestion, Saved};
use domain::tables::{QuestionCategory, QuestionId};
use serde::Deserialize;
use store::questions::{QuestionView, all};

const PATH: &str = "/staff/questions";

pub async fn index(ask: StaffAsk) -> Result<Response, Failure> {
    let found = all(&ask.app.reads).await?;
    ListPage {
        shell: ask.shell(PATH),
        title: "常见问题",
        actions: vec![
            Action { icon: "plus", ..Action::primary("/staff/questions/new", "新问题") },
            Action::plain("/questions".into(), "看读者的页面"),
        ],
        list: List::whole(PATH, table().on_screen(&found), "还没有常见问题。"),
    }
    .answer()
}

fn table() -> Table<'static, QuestionView> {
    Table::new()
        .text("类别", |view: &QuestionView| category_words(view.question.category))
        .number("排序", |view| view.question.place)
        .text("问题", |view| Cell::Link {
            href: format!("{PATH}/{}", view.question.id),
            text: view.text.asked.clone(),
        })
        .text("状态", |view| match view.question.shown {
            true => Cell::State { class: "st st-ok", word: "显示", note: String::new() },
            false => Cell::State { class: "st", word: "不显示", note: String::new() },
        })
}

/// As typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct QuestionForm {
    pub category: String,
    pub place: String,
    pub shown: String,
    pub asked: String,
    pub answer: String,
    /// `preview`: shows it, and keeps nothing.
    pub act: String,
}

#[derive(Template)]
#[template(path = "questions/staff/edit.html")]
pub struct EditPage {
    shell: StaffShell,
    key: String,
    /// None: a new one.
    id: Option<i64>,
    form: QuestionForm,
    categories: Vec<(&'static str, &'static str, bool)>,
    faults: Faults,
    /// As readers will see it; None: not asked for.
    preview: Option<String>,
    /// {cancel-hours}: 自己取消兑换, 24
    rules: Vec<(String, String)>,
}

fn edit_page(ask: &StaffAsk, id: Option<i64>, form: QuestionForm, faults: Faults) -> Result<Response, Failure> {
    let chosen = category(&form.category);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let template = EditPage {
        key: form_key()?,
        id,
        categories: CATEGORIES.map(|(name, words, of)| (name, words, chosen == Some(of))).to_vec(),
        faults,
        preview: (form.act == "preview").then(|| ask.content.filled(&form.answer, ask.today())),
        rules: ask.content.rule_meanings(ask.today()),
        form,
        shell: ask.shell(PATH),
    };
    page_with(status, &template)
}

pub async fn new(ask: StaffAsk) -> Result<Response, Failure> {
    let last = all(&ask.app.reads).await?.iter().map(|view| view.question.place).max().unwrap_or(0);
    let (category, place) = ("points".into(), (last + 10).to_string());
    let form = QuestionForm { category, place, shown: "1".into(), ..QuestionForm::default() };
    edit_page(&ask, None, form, Faults::default())
}

async fn found(ask: &StaffAsk, id: i64) -> Result<QuestionView, Failure> {
    let mut all = all(&ask.app.reads).await?.into_iter();
    all.find(|view| view.question.id.0 == id).ok_or(Failure::NotFound)
}

pub async fn edit(ask: StaffAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    let QuestionView { question, text } = found(&ask, id).await?;
    let name = CATEGORIES.iter().find(|(.., of)| *of == question.category).map_or("", |(name, ..)| name);
    let form = QuestionForm {
        category: name.into(),
        place: question.place.to_string(),
        shown: if question.shown { "1".into() } else { String::new() },
        asked: text.asked,
        answer: text.answer,
        act: String::new(),
    };
    edit_page(&ask, Some(id), form, Faults::default())
}

fn read(form: &QuestionForm) -> Result<Saved, Faults> {
    let mut faults = Faults::default();
    let place = faults.whole("place", &form.place, "排序");
    let text = QuestionText { asked: form.asked.trim().into(), answer: form.answer.trim().into() };
    if text.asked.is_empty() {
        faults.add("asked", "请写下问题。");
    }
    if text.answer.is_empty() {
        faults.add("answer", "请写下回答。");
    }
    let category = category(&form.category).unwrap_or_else(|| {
        faults.add("category", "请选择类别。");
        QuestionCategory::Other
    });
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Saved { category, place, shown: !form.shown.is_empty(), text })
}

pub async fn create(ask: StaffAsk, posted: Posted<QuestionForm>) -> Result<Response, Failure> {
    keep(&ask, None, posted).await
}

pub async fn save(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<QuestionForm>) -> Result<Response, Failure> {
    keep(&ask, Some(id), posted).await
}

async fn keep(ask: &StaffAsk, id: Option<i64>, posted: Posted<QuestionForm>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let form = posted.form;
    if form.act == "preview" {
        return edit_page(ask, id, form, Faults::default());
    }
    let saved = match read(&form) {
        Ok(saved) => saved,
        Err(faults) => return edit_page(ask, id, form, faults),
    };
    match ask.app.command(ask.actor(), key, SaveQuestion { question: id.map(QuestionId), saved }).await {
        Ok(_) => Ok(Redirect::to(PATH).into_response()),
        Err(Stop::Refused(refusal)) => edit_page(ask, id, form, Faults::one("", wording::refusal(refusal))),
        Err(stop) => Err(stop.into()),
    }
}

sample! { QuestionForm { category, place, shown, asked, answer, act } }
sample! { EditPage { shell, key, id = |draw| Some(draw.id()), form, categories, faults, preview, rules } }
