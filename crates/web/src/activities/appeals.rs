//! 申诉 in the back office: what waits for an answer, over all activities, and the answers.

use super::name_of;
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::frame::sealing::open_as;
use crate::wording;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::activities::no_shows::{DeclineAppeal, ExcuseNoShow};
use domain::activities::{self, Command};
use domain::core::refusal::Common;
use domain::staff;
use domain::tables::{ActivityId, MemberId, ReaderId};
use serde::Deserialize;
use store::activities::appeals::{AppealView, QUEUE_ROWS, queue, views};
use store::cards::card_words;

const PATH: &str = "/staff/appeals";

pub struct Row {
    pub activity: ActivityId,
    pub reader: ReaderId,
    /// 0: the reader.
    pub member: i64,
    pub title: String,
    pub when: String,
    pub name: String,
    pub card: String,
    pub text: String,
    pub asked_at: String,
    pub no_shows: i64,
    /// What was typed into a form that was refused.
    pub reason: String,
}

#[derive(Template)]
#[template(path = "activities/staff/appeals.html")]
pub struct AppealsPage {
    shell: StaffShell,
    key: String,
    rows: Vec<Row>,
    /// There are more than a page shows.
    is_cut: bool,
    error: Option<String>,
}

pub async fn index(ask: StaffAsk) -> Result<Response, Failure> {
    list_page(&ask, None, None).await
}

async fn list_page(ask: &StaffAsk, typed: Option<&AnswerForm>, error: Option<String>) -> Result<Response, Failure> {
    let found = views(ask.app.reads.all(queue(ask.branch())).await?)?;
    let is_cut = found.len() > QUEUE_ROWS as usize;
    let rows = found.iter().take(QUEUE_ROWS as usize).map(|view| row(ask, view, typed)).collect();
    let status = if error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    page_with(status, &AppealsPage { shell: ask.shell(PATH), key: form_key()?, rows, is_cut, error })
}

fn row(ask: &StaffAsk, view: &AppealView, typed: Option<&AnswerForm>) -> Row {
    let (one, calendar) = (&view.participant, &ask.app.calendar);
    let member = one.member.map_or(0, |member| member.0);
    let is_this =
        |form: &&AnswerForm| (form.activity, form.reader, form.member) == (one.activity.0, one.reader.0, member);
    Row {
        activity: one.activity,
        reader: one.reader,
        member,
        title: view.title.clone(),
        when: calendar.moment(view.starts),
        name: name_of(&ask.app, &view.face, if one.member.is_none() { &view.masked_name } else { "" }),
        card: card_words(&view.masked_name, &view.tail),
        text: open_as(&ask.app.keys, "appeal", &view.text).unwrap_or_default(),
        asked_at: calendar.moment(one.appealed_at),
        no_shows: view.no_shows,
        reason: typed.filter(is_this).map(|form| form.reason.clone()).unwrap_or_default(),
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    activity: i64,
    reader: i64,
    member: i64,
    /// The button: `1` excuses, else the no-show stands.
    granted: String,
    reason: String,
}

impl AnswerForm {
    fn command(&self) -> Command {
        let (activity, reader) = (ActivityId(self.activity), ReaderId(self.reader));
        let member = (self.member != 0).then_some(MemberId(self.member));
        let reason = self.reason.clone();
        match self.granted.as_str() {
            "1" => Command::from(ExcuseNoShow { activity, reader, member, reason }),
            _ => Command::from(DeclineAppeal { activity, reader, member, reason }),
        }
    }
}

pub async fn answer(ask: StaffAsk, posted: Posted<AnswerForm>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    match ask.app.command(ask.actor(), key, posted.form.command()).await {
        Ok(_) => Ok(Redirect::to(PATH).into_response()),
        Err(Stop::Refused(why)) if why == Common::NoPermission => Err(Failure::Forbidden),
        Err(Stop::Refused(why))
            if why == activities::Refusal::NoSuchActivity
                || why == staff::Refusal::OtherBranch
                || why == activities::Refusal::NotEnrolled =>
        {
            Err(Failure::NotFound)
        }
        Err(Stop::Refused(refusal)) => list_page(&ask, Some(&posted.form), Some(wording::refusal(refusal))).await,
        Err(stop) => Err(stop.into()),
    }
}

sample! { Row { activity, reader, member, title, when, name, card, text, asked_at, no_shows, reason } }
sample! { AppealsPage { shell, key, rows, is_cut, error } }
