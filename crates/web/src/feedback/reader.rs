//! 意见反馈 for readers: their own threads, a new one, one with its answers.

use super::{CONTACT_CHARS_MAX, LABEL, Letter, Post, TEXT_CHARS_MAX, posts, state_words};
use crate::frame::app::Stop;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::sealing::seal_as;
use crate::kit::pictures::read_all;
use crate::kit::upload::Uploaded;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::asked::CommandOf;
use domain::feedback::{PICTURES_MAX, Reply, ReplyToFeedback, SendFeedback, Written};
use domain::slices::InSlices;
use domain::tables::{FeedbackId, FeedbackState};
use serde::Deserialize;
use store::feedback::{FeedbackView, own, views};

pub struct Line {
    pub id: i64,
    pub title: String,
    pub state: &'static str,
    pub class: &'static str,
    pub when: String,
}

#[derive(Template)]
#[template(path = "feedback/index.html")]
pub struct IndexPage {
    shell: Shell,
    lines: Vec<Line>,
}

fn pill(state: FeedbackState) -> &'static str {
    match state {
        FeedbackState::Open => "pill pill-wait",
        FeedbackState::Answered => "pill pill-open",
        FeedbackState::Closed => "pill",
    }
}

pub async fn index(ask: ReaderAsk) -> Result<Response, Failure> {
    let found = views(ask.app.reads.all(own(ask.id())).await?)?;
    let line = |view: &FeedbackView| Line {
        id: view.feedback.id.0,
        title: Letter::open(&ask.app.keys, &view.words).title(),
        state: state_words(view.feedback.state).0,
        class: pill(view.feedback.state),
        when: ask.app.calendar.moment(view.feedback.changed_at),
    };
    page(&IndexPage { lines: found.iter().map(line).collect(), shell: ask.shell() })
}

/// As typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LetterForm {
    pub text: String,
    pub contact: String,
}

#[derive(Template)]
#[template(path = "feedback/new.html")]
pub struct NewPage {
    shell: Shell,
    key: String,
    form: LetterForm,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "feedback/show.html")]
pub struct ThreadPage {
    shell: Shell,
    key: String,
    id: i64,
    state: &'static str,
    class: &'static str,
    posts: Vec<Post>,
    form: LetterForm,
    error: Option<String>,
}

fn new_page(ask: &ReaderAsk, form: LetterForm, error: Option<String>) -> Result<Response, Failure> {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, &NewPage { shell: ask.shell(), key: form_key()?, form, error })
}

pub async fn new(ask: ReaderAsk) -> Result<Response, Failure> {
    new_page(&ask, LetterForm::default(), None)
}

async fn thread(ask: &ReaderAsk, id: i64) -> Result<FeedbackView, Failure> {
    let found = views(ask.app.reads.all(store::feedback::one(id)).await?)?.pop();
    found.filter(|view| view.feedback.reader == ask.id()).ok_or(Failure::NotFound)
}

async fn thread_page(ask: &ReaderAsk, id: i64, form: LetterForm, error: Option<String>) -> Result<Response, Failure> {
    let view = thread(ask, id).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = ThreadPage {
        key: form_key()?,
        id,
        state: state_words(view.feedback.state).0,
        class: pill(view.feedback.state),
        posts: posts(&ask.app, &format!("/feedback/{id}"), id).await?,
        form,
        error,
        shell: ask.shell(),
    };
    page_with(status, &template)
}

pub async fn show(ask: ReaderAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    thread_page(&ask, id, LetterForm::default(), None).await
}

/// What was written, or what is wrong with it.
async fn written(ask: &ReaderAsk, uploaded: &mut Uploaded<LetterForm>) -> Result<Result<Written, String>, Failure> {
    let form = &uploaded.posted.form;
    let (text, contact) = (form.text.trim(), form.contact.trim());
    let sentence = match () {
        () if text.is_empty() => "请写下您的意见。".into(),
        () if text.chars().count() > TEXT_CHARS_MAX => format!("最多写 {TEXT_CHARS_MAX} 个字。"),
        () if contact.chars().count() > CONTACT_CHARS_MAX => format!("联系方式最多 {CONTACT_CHARS_MAX} 个字。"),
        () if uploaded.files.len() > PICTURES_MAX => format!("最多附 {PICTURES_MAX} 张图片。"),
        () => String::new(),
    };
    if !sentence.is_empty() {
        return Ok(Err(sentence));
    }
    let letter = Letter { text: text.into(), contact: contact.into() };
    let pictures = match read_all(&ask.app, std::mem::take(&mut uploaded.files)).await? {
        Ok(pictures) => pictures,
        Err(bad) => return Ok(Err(format!("有 {bad} 张图片打不开，请换成 JPG、PNG 或 WebP。"))),
    };
    let pictures = pictures.iter().map(|picture| ask.app.keys.seal_bytes(LABEL, &picture.bytes));
    let pictures = pictures.collect::<Result<_, _>>()?;
    Ok(Ok(Written { words: seal_as(&ask.app.keys, LABEL, &letter)?, pictures }))
}

pub async fn send(ask: ReaderAsk, mut uploaded: Uploaded<LetterForm>) -> Result<Response, Failure> {
    let written = match written(&ask, &mut uploaded).await? {
        Ok(written) => written,
        Err(sentence) => return new_page(&ask, uploaded.posted.form, Some(sentence)),
    };
    match kept(&ask, &uploaded, SendFeedback { written }).await? {
        Ok(Reply::FeedbackSent { feedback }) => Ok(Redirect::to(&format!("/feedback/{feedback}")).into_response()),
        Ok(_) => Ok(Redirect::to("/feedback").into_response()),
        Err(sentence) => new_page(&ask, uploaded.posted.form, Some(sentence)),
    }
}

pub async fn reply(
    ask: ReaderAsk,
    Path(id): Path<i64>,
    mut uploaded: Uploaded<LetterForm>,
) -> Result<Response, Failure> {
    thread(&ask, id).await?;
    let written = match written(&ask, &mut uploaded).await? {
        Ok(written) => written,
        Err(sentence) => return thread_page(&ask, id, uploaded.posted.form, Some(sentence)).await,
    };
    match kept(&ask, &uploaded, ReplyToFeedback { feedback: FeedbackId(id), written }).await? {
        Ok(_) => Ok(Redirect::to(&format!("/feedback/{id}")).into_response()),
        Err(sentence) => thread_page(&ask, id, uploaded.posted.form, Some(sentence)).await,
    }
}

/// The reply, or why it was not kept.
async fn kept<C: CommandOf<Slice: InSlices>>(
    ask: &ReaderAsk,
    uploaded: &Uploaded<LetterForm>,
    command: C,
) -> Result<Result<C::Reply, String>, Failure> {
    let key = uploaded.posted.idempotency(&ask.app, ask.actor());
    match ask.app.command(ask.actor(), key, command).await {
        Ok(reply) => Ok(Ok(reply)),
        Err(Stop::Refused(refusal)) => Ok(Err(wording::refusal(refusal))),
        Err(stop) => Err(stop.into()),
    }
}

sample! { Line { id = |draw| draw.id(), title, state, class, when } }
sample! { IndexPage { shell, lines } }
sample! { LetterForm { text, contact } }
sample! { NewPage { shell, key, form, error } }
sample! { ThreadPage { shell, key, id = |draw| draw.id(), state, class, posts, form, error } }
