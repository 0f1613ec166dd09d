//! Participants in the back office: who is there, ticks that survive a lost network, hours, excuses, export, sheet.

use super::attendance::ticket_of;
use super::enrolments::state_words;
use super::name_of;
use super::staff::found;
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::sealing::open_as;
use crate::kit::export::{Kind, Sheet};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::activities::attendance::{CorrectMinutes, Tick};
use domain::activities::enrolments::RemoveParticipant;
use domain::activities::no_shows::{ConfirmAttendance, ExcuseNoShow};
use domain::activities::{self, Command};
use domain::core::refusal::{Common, Refused};
use domain::ledger;
use domain::slices::Refusal;
use domain::staff::{NoteExport, Permission};
use domain::tables::{ActivityId, ActivityKind, MemberId, Participant, ParticipantState, ReaderId};
use serde::Deserialize;
use store::activities::{ActivityView, ParticipantView, of_activity, participants};
use store::cards::card_words;

pub struct Line {
    pub reader: i64,
    pub member: i64,
    pub name: String,
    pub card: String,
    pub state: String,
    pub class: &'static str,
    /// On the sheet.
    pub is_expected: bool,
    pub is_companion: bool,
    pub in_at: String,
    pub out_at: String,
    pub minutes: i64,
    pub minutes_typed: String,
    pub answers: Vec<(String, String)>,
    pub appeal: String,
    pub answer: String,
    pub may_tick: bool,
    pub may_untick: bool,
    pub may_remove: bool,
    pub may_excuse: bool,
    pub may_correct: bool,
    /// What was typed into a form that was refused.
    pub reason: String,
    pub is_typed: bool,
    /// Of the ticket that was scanned.
    pub is_scanned: bool,
}

#[derive(Template)]
#[template(path = "activities/staff/participants.html")]
pub struct ParticipantsPage {
    shell: StaffShell,
    key: String,
    activity: ActivityId,
    title: String,
    when: String,
    is_service: bool,
    present: i64,
    lines: Vec<Line>,
    may_take: bool,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Scan {
    code: String,
}

pub async fn index(ask: StaffAsk, Path(activity): Path<i64>, Query(scan): Query<Scan>) -> Result<Response, Failure> {
    let scanned = ticket_of(&ask.app, ActivityId(activity), &scan.code);
    let error =
        (!scan.code.trim().is_empty() && scanned.is_none()).then(|| "这个码不是本场活动的报名凭证。".to_string());
    participants_page(&ask, activity, scanned, None, error).await
}

async fn lines(
    ask: &StaffAsk,
    view: &ActivityView,
    scanned: Option<ReaderId>,
    typed: Option<&PersonForm>,
) -> Result<Vec<Line>, Failure> {
    let found = participants(ask.app.reads.all(of_activity(view.activity.id)).await?)?;
    let mut lines: Vec<Line> = found.iter().map(|one| line(ask, view, one, scanned, typed)).collect();
    lines.sort_by_key(|line| !line.is_scanned);
    Ok(lines)
}

fn line(
    ask: &StaffAsk,
    view: &ActivityView,
    one: &ParticipantView,
    scanned: Option<ReaderId>,
    typed: Option<&PersonForm>,
) -> Line {
    let p = &one.participant;
    let typed_for = typed.filter(|form| form.who() == (p.reader, p.member));
    let typed_minutes = typed_for.map(|form| &form.minutes).filter(|minutes| !minutes.is_empty());
    let calendar = &ask.app.calendar;
    let moment = |at: i64| if at == 0 { String::new() } else { calendar.time(at) };
    let (state, _) = state_words(p.state, one.ahead);
    let open = view.activity.confirmed_at == 0 && view.activity.state == domain::tables::ActivityState::Published;
    let (take, edit) = (ask.may(Permission::TakeAttendance), ask.may(Permission::EditActivities));
    let attended = p.state == ParticipantState::Attended;
    let is_service = view.activity.kind == ActivityKind::Volunteer;
    Line {
        reader: p.reader.0,
        member: p.member.map_or(0, |member| member.0),
        name: name_of(&ask.app, &one.face, if p.member.is_none() { &one.masked_name } else { "" }),
        card: card_words(&one.masked_name, &one.tail),
        state,
        class: class(p.state),
        is_expected: matches!(p.state, ParticipantState::Enrolled | ParticipantState::Attended),
        is_companion: p.companion,
        in_at: moment(p.in_at),
        out_at: moment(p.out_at),
        minutes: p.minutes,
        minutes_typed: typed_minutes.cloned().unwrap_or_else(|| p.minutes.to_string()),
        answers: open_as(&ask.app.keys, "answers", &one.answers).unwrap_or_default(),
        appeal: open_as(&ask.app.keys, "appeal", &one.appeal).unwrap_or_default(),
        // Whom staff have excused after all, nothing was declined.
        answer: if p.state == ParticipantState::NoShow { one.answer.clone() } else { String::new() },
        may_tick: take && open && may_come(p),
        reason: typed_for.map(|form| form.reason.clone()).unwrap_or_default(),
        is_typed: typed_for.is_some(),
        may_untick: take && open && attended,
        may_remove: edit && open && domain::activities::enrolments::is_live(p.state),
        may_excuse: edit && p.state == ParticipantState::NoShow,
        may_correct: take && is_service && attended,
        is_scanned: scanned == Some(p.reader),
    }
}

/// Who waits comes in where a place is free; companions come along.
fn may_come(one: &Participant) -> bool {
    one.state == ParticipantState::Enrolled || one.state == ParticipantState::Waiting && !one.companion
}

fn class(state: ParticipantState) -> &'static str {
    match state {
        ParticipantState::Attended => "st st-ok",
        ParticipantState::Waiting => "st st-wait",
        ParticipantState::NoShow => "st st-no",
        _ => "st",
    }
}

async fn participants_page(
    ask: &StaffAsk,
    activity: i64,
    scanned: Option<ReaderId>,
    typed: Option<&PersonForm>,
    error: Option<String>,
) -> Result<Response, Failure> {
    let view = found(ask, activity).await?;
    let lines = lines(ask, &view, scanned, typed).await?;
    let status = if error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let template = ParticipantsPage {
        shell: ask.shell("/staff/activities"),
        key: form_key()?,
        activity: view.activity.id,
        title: view.text.title.clone(),
        when: ask.app.calendar.span(view.activity.starts, view.activity.ends),
        is_service: view.activity.kind == ActivityKind::Volunteer,
        present: view.activity.present,
        lines,
        may_take: ask.may(Permission::TakeAttendance) && view.activity.confirmed_at == 0,
        error,
    };
    page_with(status, &template)
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct PersonForm {
    reader: i64,
    member: i64,
    /// `1` present, else not.
    present: String,
    /// When it was ticked, where the network was away; else now.
    ticked_at: String,
    minutes: String,
    reason: String,
}

impl PersonForm {
    fn who(&self) -> (ReaderId, Option<MemberId>) {
        (ReaderId(self.reader), (self.member != 0).then_some(MemberId(self.member)))
    }
}

async fn settle(
    ask: StaffAsk,
    activity: i64,
    posted: Posted<PersonForm>,
    command: impl Fn(ActivityId, &PersonForm, i64) -> Result<Command, String>,
) -> Result<Response, Failure> {
    let view = found(&ask, activity).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let command = match command(view.activity.id, &posted.form, ask.now) {
        Ok(command) => command,
        Err(sentence) => return participants_page(&ask, activity, None, Some(&posted.form), Some(sentence)).await,
    };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to(&format!("/staff/activities/{activity}/participants")).into_response()),
        Err(Stop::Refused(why)) if why == Common::NoPermission => Err(Failure::Forbidden),
        Err(Stop::Refused(refusal)) => {
            let error = Some(refused_words(&refusal));
            participants_page(&ask, activity, None, Some(&posted.form), error).await
        }
        Err(stop) => Err(stop.into()),
    }
}

/// What staff can do about it.
fn refused_words(refusal: &Refused) -> String {
    match Refusal::of(refusal) {
        Some(Refusal::Ledger(ledger::Refusal::TooFewPoints { short_by })) => {
            format!("积分已经用掉，还差 {short_by} 分扣不回来，不能撤销或减少。")
        }
        Some(Refusal::Activities(activities::Refusal::TooFewPlaces { .. })) => {
            "已经报满了。要让候补的人进场，请先编辑活动，增加名额。".into()
        }
        _ => wording::refusal(refusal),
    }
}

pub async fn tick(ask: StaffAsk, Path(activity): Path<i64>, posted: Posted<PersonForm>) -> Result<Response, Failure> {
    settle(ask, activity, posted, |activity, form, now| {
        let (reader, member) = form.who();
        let ticked_at = form.ticked_at.parse().unwrap_or(now);
        Ok(Command::from(Tick { activity, reader, member, present: form.present == "1", ticked_at }))
    })
    .await
}

pub async fn remove(ask: StaffAsk, Path(activity): Path<i64>, posted: Posted<PersonForm>) -> Result<Response, Failure> {
    settle(ask, activity, posted, |activity, form, _| {
        let (reader, member) = form.who();
        Ok(Command::from(RemoveParticipant { activity, reader, member, reason: form.reason.clone() }))
    })
    .await
}

pub async fn excuse(ask: StaffAsk, Path(activity): Path<i64>, posted: Posted<PersonForm>) -> Result<Response, Failure> {
    settle(ask, activity, posted, |activity, form, _| {
        let (reader, member) = form.who();
        Ok(Command::from(ExcuseNoShow { activity, reader, member, reason: form.reason.clone() }))
    })
    .await
}

pub async fn correct(
    ask: StaffAsk,
    Path(activity): Path<i64>,
    posted: Posted<PersonForm>,
) -> Result<Response, Failure> {
    settle(ask, activity, posted, |activity, form, _| {
        let (reader, member) = form.who();
        let minutes = form.minutes.trim().parse().map_err(|_| "时长应为分钟数。".to_string())?;
        let reason = form.reason.clone();
        Ok(Command::from(CorrectMinutes { activity, reader, member, minutes, reason }))
    })
    .await
}

/// 确认签到结果
pub async fn confirm(ask: StaffAsk, Path(activity): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    found(&ask, activity).await?;
    let command = Command::from(ConfirmAttendance { activity: ActivityId(activity) });
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => {
            ask.app.job_bell.notify_one();
            Ok(Redirect::to(&format!("/staff/activities/{activity}")).into_response())
        }
        Err(Stop::Refused(refusal)) => super::staff::show_with(&ask, activity, Some(&refusal), String::new()).await,
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Format {
    format: Kind,
}

pub async fn export(
    ask: StaffAsk,
    Path(activity): Path<i64>,
    Query(asked): Query<Format>,
) -> Result<Response, Failure> {
    let view = found(&ask, activity).await?;
    let lines = lines(&ask, &view, None, None).await?;
    let (filter, rows) = (format!("activity={activity}"), lines.len() as i64);
    let noted = NoteExport { what: "participants.export", filter, rows };
    ask.app.command(ask.actor(), None, noted).await?;
    let answers = |line: &Line| line.answers.iter().map(|(q, a)| format!("{q}：{a}")).collect::<Vec<_>>().join("；");
    let cells = |line: Line| {
        vec![
            line.name.clone().into(),
            line.card.clone().into(),
            line.state.clone().into(),
            if line.is_companion { "陪同" } else { "" }.into(),
            line.in_at.clone().into(),
            line.out_at.clone().into(),
            line.minutes.into(),
            answers(&line).into(),
        ]
    };
    Sheet {
        name: format!("报名名单{}-{activity}", ask.today()),
        headings: vec!["姓名", "读者证", "状态", "陪同", "签到", "签退", "分钟", "报名信息"],
        rows: lines.into_iter().map(cells).collect(),
    }
    .answer(asked.format)
}

#[derive(Template)]
#[template(path = "activities/staff/sheet.html")]
pub struct SheetPage {
    shell: StaffShell,
    title: String,
    when: String,
    place: String,
    lines: Vec<Line>,
}

/// 签到表, for printing.
pub async fn sheet(ask: StaffAsk, Path(activity): Path<i64>) -> Result<Response, Failure> {
    let view = found(&ask, activity).await?;
    let mut lines = lines(&ask, &view, None, None).await?;
    lines.retain(|line| line.is_expected);
    let template = SheetPage {
        shell: ask.shell("/staff/activities"),
        title: view.text.title.clone(),
        when: ask.app.calendar.span(view.activity.starts, view.activity.ends),
        place: view.text.place.clone(),
        lines,
    };
    page_with(StatusCode::OK, &template)
}

sample! { Line {
    reader, member, name, card, state, class, is_expected, is_companion, in_at, out_at, minutes, minutes_typed,
    answers, appeal, answer, may_tick, may_untick, may_remove, may_excuse, may_correct, reason, is_typed, is_scanned,
} }
sample! { ParticipantsPage { shell, key, activity, title, when, is_service, present, lines, may_take, error } }
sample! { SheetPage { shell, title, when, place, lines } }
