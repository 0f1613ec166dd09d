//! 意见反馈 in the back office: what waits first, a thread with the answer's form.

use super::{LABEL, Letter, Post, STATES, TEXT_CHARS_MAX, class, posts, state_words};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::frame::sealing::seal_as;
use crate::kit::list::{Field, List, ListPage, OfState, Page, chosen, query};
use crate::kit::table::{Cell, Table};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::feedback::AnswerFeedback;
use domain::tables::{FeedbackId, FeedbackState};
use serde::Deserialize;
use store::cards::card_words;
use store::feedback::{FeedbackView, PAGE_ROWS, list, one, views};

const PATH: &str = "/staff/feedback";

pub async fn index(ask: StaffAsk, Query(asked): Query<OfState>) -> Result<Response, Failure> {
    let state = |text: &str| STATES.iter().find(|(name, ..)| *name == text).map(|(.., state)| *state);
    let (found, error) = match chosen(&asked.state, state) {
        Ok(state) => (views(ask.app.reads.all(list(state, asked.before_id())).await?)?, None),
        Err(sentence) => (vec![], Some(sentence)),
    };
    let page = Page::of(found, PAGE_ROWS, |view| view.feedback.id.to_string());
    ListPage {
        shell: ask.shell(PATH),
        title: "意见反馈",
        actions: vec![],
        list: List {
            path: PATH,
            query: query(&[("state", &asked.state)]),
            hidden: vec![],
            fields: vec![Field::select("state", "状态", &asked.state, STATES.map(|(name, _, words, _)| (name, words)))],
            screen: table(&ask).on_screen(&page.rows),
            none: "没有符合条件的意见。",
            next: page.next.map(|mark| ("before", mark, "更早的意见")),
            error,
        },
    }
    .answer()
}

fn who(view: &FeedbackView) -> String {
    match view.tail.as_str() {
        "" => "没有绑证的读者".into(),
        tail => card_words(&view.masked_name, tail),
    }
}

fn table(ask: &StaffAsk) -> Table<'_, FeedbackView> {
    Table::new()
        .text("意见", |view: &FeedbackView| Cell::Link {
            href: format!("{PATH}/{}", view.feedback.id),
            text: Letter::open(&ask.app.keys, &view.words).title(),
        })
        .text("读者", who)
        .text("状态", |view| {
            let state = view.feedback.state;
            Cell::State { class: class(state), word: state_words(state).1, note: String::new() }
        })
        .number("来回", |view| view.feedback.posts)
        .text("提交", |view| ask.app.calendar.moment(view.feedback.at))
        .text("最近", |view| ask.app.calendar.moment(view.feedback.changed_at))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    pub text: String,
    /// `close`: nothing is left to say.
    pub act: String,
}

#[derive(Template)]
#[template(path = "feedback/staff/show.html")]
pub struct AnswerPage {
    shell: StaffShell,
    key: String,
    id: i64,
    who: String,
    state: &'static str,
    class: &'static str,
    posts: Vec<Post>,
    is_closed: bool,
    form: AnswerForm,
    error: Option<String>,
}

async fn answer_page(ask: &StaffAsk, id: i64, form: AnswerForm, error: Option<String>) -> Result<Response, Failure> {
    let view = views(ask.app.reads.all(one(id)).await?)?.pop().ok_or(Failure::NotFound)?;
    let status = if error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let state = view.feedback.state;
    let template = AnswerPage {
        key: form_key()?,
        id,
        who: who(&view),
        state: state_words(state).1,
        class: class(state),
        posts: posts(&ask.app, &format!("{PATH}/{id}"), id).await?,
        is_closed: state == FeedbackState::Closed,
        form,
        error,
        shell: ask.shell(PATH),
    };
    page_with(status, &template)
}

pub async fn show(ask: StaffAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    answer_page(&ask, id, AnswerForm::default(), None).await
}

pub async fn answer(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<AnswerForm>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let form = posted.form;
    let (text, closes) = (form.text.trim(), form.act == "close");
    if text.chars().count() > TEXT_CHARS_MAX {
        let sentence = format!("回复最多 {TEXT_CHARS_MAX} 个字。");
        return answer_page(&ask, id, form, Some(sentence)).await;
    }
    let letter = Letter { text: text.into(), contact: String::new() };
    let words = if text.is_empty() { None } else { Some(seal_as(&ask.app.keys, LABEL, &letter)?) };
    match ask.app.command(ask.actor(), key, AnswerFeedback { feedback: FeedbackId(id), words, closes }).await {
        Ok(_) => {
            ask.app.outbox_bell.notify_one();
            Ok(Redirect::to(&format!("{PATH}/{id}")).into_response())
        }
        Err(Stop::Refused(refusal)) => answer_page(&ask, id, form, Some(wording::refusal(refusal))).await,
        Err(stop) => Err(stop.into()),
    }
}

sample! { AnswerForm { text, act } }
sample! { AnswerPage { shell, key, id = |draw| draw.id(), who, state, class, posts, is_closed, form, error } }
