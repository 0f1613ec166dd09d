//! 志愿者 who were approved: another phone number or other times, a pause, leaving.

use super::form::{Errors, VolunteerForm};
use super::open;
use super::reader::{Whom, name_of_member, whom};
use crate::frame::app::Stop;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::sealing::seal_as;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::refusal::Refused;
use domain::tables::MemberId;
use domain::volunteers::standing::{EditVolunteer, LeaveVolunteers, PauseVolunteer};
use serde::Deserialize;
use store::volunteers::VolunteerView;

#[derive(Template)]
#[template(path = "volunteers/edit.html")]
pub struct EditPage {
    shell: Shell,
    key: String,
    /// 0: the reader.
    who: i64,
    name: String,
    form: VolunteerForm,
    errors: Errors,
}

/// The registration of the reader (0) or of a member.
async fn registered(ask: &ReaderAsk, member: i64) -> Result<(Whom, VolunteerView), Failure> {
    let mut whom = whom(ask, member).await?;
    let known = whom.known.take().ok_or(Failure::NotFound)?;
    Ok((whom, known))
}

fn name(ask: &ReaderAsk, whom: &Whom) -> String {
    whom.member.as_ref().map_or("本人".into(), |view| name_of_member(ask, view))
}

fn edit_page(ask: &ReaderAsk, who: i64, whom: &Whom, form: VolunteerForm, errors: Errors) -> Result<Response, Failure> {
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (shell, key, name) = (ask.shell(), form_key()?, name(ask, whom));
    page_with(status, &EditPage { shell, key, who, name, form, errors })
}

pub async fn edit(ask: ReaderAsk, Path(member): Path<i64>) -> Result<Response, Failure> {
    let (whom, known) = registered(&ask, member).await?;
    let form = open(&ask.app.keys, &known.face);
    edit_page(&ask, member, &whom, form, Errors::default())
}

/// What may change after the review: everything else stays as it was approved.
pub async fn save(ask: ReaderAsk, Path(member): Path<i64>, posted: Posted<VolunteerForm>) -> Result<Response, Failure> {
    let app = &ask.app;
    let (whom, known) = registered(&ask, member).await?;
    let key = posted.idempotency(app, ask.actor());
    let VolunteerForm { phone, skills, times, .. } = posted.form;
    let form = VolunteerForm { phone, skills, times, ..open(&app.keys, &known.face) };
    let face = match form.changed() {
        Ok(face) => face,
        Err(errors) => return edit_page(&ask, member, &whom, form, *errors),
    };
    let member_id = whom.member.as_ref().map(|view| view.member.id);
    let command = EditVolunteer { member: member_id, face: seal_as(&app.keys, "volunteer", &face)? };
    match app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to("/volunteers").into_response()),
        Err(Stop::Refused(refusal)) => {
            let errors = Errors { form: Some(wording::refusal(refusal)), ..Errors::default() };
            edit_page(&ask, member, &whom, form, errors)
        }
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Deserialize)]
pub struct PauseForm {
    /// The button: `1` or nothing.
    #[serde(default)]
    pauses: String,
}

fn id(member: i64) -> Option<MemberId> {
    (member != 0).then_some(MemberId(member))
}

pub async fn pause(ask: ReaderAsk, Path(member): Path<i64>, posted: Posted<PauseForm>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let command = PauseVolunteer { member: id(member), pauses: !posted.form.pauses.is_empty() };
    ask.app.command(ask.actor(), key, command).await?;
    Ok(Redirect::to("/volunteers").into_response())
}

#[derive(Template)]
#[template(path = "volunteers/leaving.html")]
pub struct LeavingPage {
    shell: Shell,
    key: String,
    who: i64,
    name: String,
    error: Option<String>,
}

async fn leaving_page(ask: &ReaderAsk, member: i64, refusal: Option<Refused>) -> Result<Response, Failure> {
    let (whom, _) = registered(ask, member).await?;
    let status = refusal.as_ref().map_or(StatusCode::OK, wording::status);
    let (shell, key, name) = (ask.shell(), form_key()?, name(ask, &whom));
    page_with(status, &LeavingPage { shell, key, who: member, name, error: refusal.map(wording::refusal) })
}

/// 退出志愿者, asked once more.
pub async fn confirm_leaving(ask: ReaderAsk, Path(member): Path<i64>) -> Result<Response, Failure> {
    leaving_page(&ask, member, None).await
}

pub async fn leave(ask: ReaderAsk, Path(member): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    match ask.app.command(ask.actor(), key, LeaveVolunteers { member: id(member) }).await {
        Ok(_) => Ok(Redirect::to("/volunteers").into_response()),
        Err(Stop::Refused(refusal)) => leaving_page(&ask, member, Some(refusal)).await,
        Err(stop) => Err(stop.into()),
    }
}

sample! { EditPage { shell, key, who, name, form, errors } }
sample! { LeavingPage { shell, key, who, name, error } }
