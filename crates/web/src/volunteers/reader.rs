//! 志愿者 for readers: registering oneself or a member, how it stands, what was served.

use super::form::{About, Errors, VolunteerForm};
use super::{by_year, hours, open, state_words};
use crate::frame::app::Stop;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::frame::sealing::{MemberFace, seal_as};
use crate::kit::calendar::date_value;
use crate::kit::calendar::long_day;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::members;
use domain::tables::{MemberId, Passage, VolunteerState};
use domain::volunteers::ApplyAsVolunteer;
use serde::Deserialize;
use store::members::{MemberView, list, views};
use store::volunteers::{Served, VolunteerView, served, services};

/// The reader or a member, and how the registration stands.
pub struct Person {
    /// 0: the reader.
    pub who: i64,
    pub name: String,
    pub state: &'static str,
    pub class: &'static str,
    /// Why it was declined.
    pub reason: String,
    pub has_hours: bool,
    pub hours: String,
    pub may_apply: bool,
    pub may_edit: bool,
    /// Serves, or has paused: the button says the other.
    pub serves: bool,
    pub is_paused: bool,
}

/// A service attended.
pub struct Line {
    pub title: String,
    pub when: String,
    pub who: String,
    pub hours: String,
}

#[derive(Template)]
#[template(path = "volunteers/index.html")]
pub struct VolunteersPage {
    shell: Shell,
    key: String,
    people: Vec<Person>,
    lines: Vec<Line>,
    total: String,
    years: Vec<(i64, String)>,
}

/// All that a reader's pages show of volunteers.
pub struct Own {
    pub members: Vec<MemberView>,
    pub volunteers: Vec<VolunteerView>,
    pub served: Vec<Served>,
}

pub async fn own(ask: &ReaderAsk) -> Result<Own, Failure> {
    let queries = [list(ask.id()), store::volunteers::of(ask.id()), served(ask.id())];
    let [members, volunteers, found] = ask.app.reads.read(queries).await?;
    Ok(Own { members: views(members)?, volunteers: store::volunteers::views(volunteers)?, served: services(found)? })
}

pub fn name_of_member(ask: &ReaderAsk, view: &MemberView) -> String {
    MemberFace::open(&ask.app.keys, &view.face).unwrap_or_default().name
}

/// None: the reader.
fn name_of(ask: &ReaderAsk, own: &Own, member: Option<MemberId>) -> String {
    let Some(member) = member else { return "本人".into() };
    let view = own.members.iter().find(|view| view.member.id == member);
    view.map_or("已移除的成员".into(), |view| name_of_member(ask, view))
}

fn person(ask: &ReaderAsk, own: &Own, member: Option<MemberId>) -> Person {
    let view = own.volunteers.iter().find(|view| view.volunteer.member == member);
    let state = view.map(|view| view.volunteer.state);
    let minutes = view.map_or(0, |view| view.volunteer.minutes);
    let said_why = view.filter(|_| matches!(state, Some(VolunteerState::Declined | VolunteerState::Suspended)));
    let (serves, is_paused) = (state == Some(VolunteerState::Approved), state == Some(VolunteerState::Paused));
    Person {
        who: member.map_or(0, |member| member.0),
        name: name_of(ask, own, member),
        state: state.map_or("未注册", state_words),
        class: match state {
            Some(VolunteerState::Applied | VolunteerState::Paused | VolunteerState::Suspended) => "pill pill-wait",
            Some(VolunteerState::Approved) => "pill pill-open",
            Some(VolunteerState::Declined | VolunteerState::Left) | None => "pill",
        },
        reason: said_why.map(|view| view.reason.clone()).unwrap_or_default(),
        has_hours: minutes > 0,
        hours: hours(minutes),
        may_apply: state.is_none_or(may_apply),
        may_edit: serves || is_paused || state == Some(VolunteerState::Applied),
        serves,
        is_paused,
    }
}

fn may_apply(state: VolunteerState) -> bool {
    matches!(state, VolunteerState::Declined | VolunteerState::Left)
}

fn line(ask: &ReaderAsk, own: &Own, one: &Served) -> Line {
    let calendar = &ask.app.calendar;
    Line {
        title: one.title.clone(),
        when: long_day(calendar.day(one.starts)),
        who: name_of(ask, own, one.participant.member),
        hours: hours(one.participant.minutes),
    }
}

pub async fn index(ask: ReaderAsk) -> Result<Response, Failure> {
    let own = own(&ask).await?;
    let people = [None].into_iter().chain(own.members.iter().map(|view| Some(view.member.id)));
    let minutes: i64 = own.served.iter().map(|one| one.participant.minutes).sum();
    let years = by_year(&own.served, &ask.app.calendar);
    page(&VolunteersPage {
        shell: ask.shell(),
        key: form_key()?,
        people: people.map(|member| person(&ask, &own, member)).collect(),
        lines: own.served.iter().map(|one| line(&ask, &own, one)).collect(),
        total: hours(minutes),
        years: years.into_iter().map(|(year, minutes)| (year, hours(minutes))).collect(),
    })
}

#[derive(Template)]
#[template(path = "volunteers/new.html")]
pub struct RegisterPage {
    shell: Shell,
    key: String,
    /// 0: the reader.
    who: i64,
    form: VolunteerForm,
    errors: Errors,
    asks_identity: bool,
    passage: String,
}

impl RegisterPage {
    fn error(&self, field: &str) -> Option<&String> {
        self.errors.at(field)
    }
}

/// Who is to be registered, or is.
pub struct Whom {
    pub member: Option<MemberView>,
    pub known: Option<VolunteerView>,
}

pub async fn whom(ask: &ReaderAsk, member: i64) -> Result<Whom, Failure> {
    let [members, volunteers] = ask.app.reads.read([list(ask.id()), store::volunteers::of(ask.id())]).await?;
    let found = views(members)?.into_iter().find(|view| view.member.id.0 == member);
    if member != 0 && found.is_none() {
        return Err(Failure::NotFound);
    }
    let id = found.as_ref().map(|view| view.member.id);
    let known = store::volunteers::views(volunteers)?.into_iter().find(|view| view.volunteer.member == id);
    Ok(Whom { member: found, known })
}

fn about(ask: &ReaderAsk, whom: &Whom) -> About {
    About {
        birth_day: whom.member.as_ref().map(|view| view.member.birth_day),
        today: ask.today(),
        asks_identity: ask.app.library.activities.volunteer_identity,
    }
}

fn register_page(ask: &ReaderAsk, whom: &Whom, form: VolunteerForm, errors: Errors) -> Result<Response, Failure> {
    let About { birth_day, asks_identity, .. } = about(ask, whom);
    // A member's is known, whatever was sent.
    let birth = birth_day.map(date_value);
    let form = VolunteerForm { birth: birth.unwrap_or(form.birth), ..form };
    let who = whom.member.as_ref().map_or(0, |view| view.member.id.0);
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (shell, key) = (ask.shell(), form_key()?);
    let passage = ask.content.passage(Passage::Volunteers, ask.today());
    page_with(status, &RegisterPage { shell, key, who, form, errors, asks_identity, passage })
}

#[derive(Deserialize)]
pub struct Who {
    #[serde(default)]
    pub member: i64,
}

/// 志愿者注册, 为家人注册; again after it was declined, with what was typed before.
pub async fn new(ask: ReaderAsk, Query(Who { member }): Query<Who>) -> Result<Response, Failure> {
    let whom = whom(&ask, member).await?;
    let form = match &whom.known {
        Some(known) if !may_apply(known.volunteer.state) => {
            return Ok(Redirect::to("/volunteers").into_response());
        }
        Some(known) => open(&ask.app.keys, &known.face),
        None => VolunteerForm::default(),
    };
    let name = whom.member.as_ref().filter(|_| form.name.is_empty()).map(|view| name_of_member(&ask, view));
    let form = VolunteerForm { name: name.unwrap_or(form.name.clone()), ..form };
    register_page(&ask, &whom, form, Errors::default())
}

pub async fn apply(
    ask: ReaderAsk,
    Path(member): Path<i64>,
    posted: Posted<VolunteerForm>,
) -> Result<Response, Failure> {
    let app = &ask.app;
    let whom = whom(&ask, member).await?;
    let checked = match posted.form.check(&about(&ask, &whom)) {
        Ok(checked) => checked,
        Err(errors) => return register_page(&ask, &whom, posted.form, *errors),
    };
    let command = ApplyAsVolunteer {
        member: whom.member.as_ref().map(|view| view.member.id),
        birth_day: checked.birth_day,
        guardian: checked.is_minor,
        face: seal_as(&app.keys, "volunteer", &checked.face)?,
    };
    match app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await {
        Ok(_) => Ok(Redirect::to("/volunteers").into_response()),
        Err(Stop::Refused(refusal)) => {
            let sentence = Some(wording::refusal(refusal));
            let errors = match refusal.of() {
                Some(members::Refusal::BirthDayWrong) => Errors { birth: sentence, ..Errors::default() },
                _ => Errors { form: sentence, ..Errors::default() },
            };
            register_page(&ask, &whom, posted.form, errors)
        }
        Err(stop) => Err(stop.into()),
    }
}

sample! { Line { title, when, who, hours } }
sample! { Person { who, name, state, class, reason, has_hours, hours, may_apply, may_edit, serves, is_paused } }
sample! { VolunteersPage { shell, key, people, lines, total, years } }
sample! { RegisterPage { shell, key, who, form, errors, asks_identity, passage = crate::kit::prose::sample } }
