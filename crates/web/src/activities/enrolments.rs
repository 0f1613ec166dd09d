//! 报名, 我的活动: signing up, one's own places and turns, cancelling, appealing.

use super::reader::{Typed, find, show_with};
use super::{Look, chosen, list_stops, name_of};
use crate::frame::app::Stop;
use crate::frame::ask::{Ask, CardAsk, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::frame::sealing::seal_as;
use crate::kit::qr::Qr;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use domain::activities;
use domain::activities::enrolments::{SignUp, Withdraw, is_live, withdrawable};
use domain::activities::no_shows::{AppealNoShow, appealable, awaits_answer};
use domain::core::refusal::{Common, Refused};
use domain::tables::{Activity, ActivityId, ActivityState, MemberId, Participant, ParticipantState};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::activities::{Enrolment, ParticipantView, earned, enrolments, own, participants, past, upcoming};

const APPEAL_CHARS_MAX: usize = 300;
const ANSWER_CHARS_MAX: usize = 200;

pub type Fields = BTreeMap<String, String>;

/// 立即报名
pub async fn sign_up(ask: CardAsk, Path(activity): Path<i64>, posted: Posted<Fields>) -> Result<Response, Failure> {
    let app = &ask.app;
    let view = find(app, activity).await?;
    let key = posted.idempotency(app, ask.actor());
    let typed = posted.form;
    let answers = match answers(&view.text.questions, &typed) {
        Ok(answers) => answers,
        Err(sentence) => return show_with(&ask, activity, Typed { typed, error: Some(sentence) }).await,
    };
    let command = SignUp {
        activity: view.activity.id,
        card: ask.card.card.id,
        members: chosen(&typed),
        waits: typed.contains_key("waits"),
        accepts_part: typed.contains_key("accepts_part"),
        answers: seal_as(&app.keys, "answers", &answers)?,
    };
    match app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to(&format!("/enrolments/{activity}?new=1")).into_response()),
        Err(Stop::Refused(why)) if why == activities::Refusal::NoSuchActivity => Err(Failure::NotFound),
        Err(Stop::Refused(refusal)) => {
            let error = Some(refused_words(&ask, &view.activity, &refusal).await?);
            show_with(&ask, activity, Typed { typed, error }).await
        }
        Err(stop) => Err(stop.into()),
    }
}

/// Whom it is about, and what else they are signed up for.
async fn refused_words(ask: &ReaderAsk, activity: &Activity, refusal: &Refused) -> Result<String, Failure> {
    let may_wait = ask.terms().list_is_open(activity, ask.now);
    Ok(match refusal.of() {
        Some(activities::Refusal::TooFewPlaces { left: 0 }) if may_wait => {
            "已经报满了。可以勾选“候补”，有空位会马上通知您。".into()
        }
        Some(activities::Refusal::TooFewPlaces { left: 0 }) => format!("已经报满了，{}。", list_stops(&ask.terms())),
        Some(activities::Refusal::TooFewPlaces { left }) if may_wait => {
            format!("仅剩{left}个名额。请修改报名人，或勾选“候补”。")
        }
        Some(activities::Refusal::TooFewPlaces { left }) => format!("仅剩{left}个名额。请修改报名人。"),
        Some(activities::Refusal::Overlaps { member, activity }) => {
            let (who, other) = whom_and_what(ask, member, activity).await?;
            format!("{who}已报名{other}，时间重叠。")
        }
        Some(activities::Refusal::SeriesTaken { member, activity }) => {
            let (who, other) = whom_and_what(ask, member, activity).await?;
            format!("这个系列每人限报 1 场，{who}已报名{other}。")
        }
        Some(activities::Refusal::SignUpPaused { member, until }) => {
            let until = ask.app.calendar.moment(until);
            format!("{}因多次报名未到场，暂停报名到 {until}。", whom(ask, member).await?)
        }
        Some(activities::Refusal::AgeOutOfRange { member, from, until }) => {
            format!("{}年龄不符：本活动面向{}。", whom(ask, member).await?, super::words::ages(from, until))
        }
        _ => wording::refusal(refusal),
    })
}

async fn whom(ask: &ReaderAsk, member: Option<MemberId>) -> Result<String, Failure> {
    let Some(member) = member else { return Ok("您".into()) };
    let members = store::members::views(ask.app.reads.all(store::members::list(ask.id())).await?)?;
    let found = members.iter().find(|view| view.member.id == member);
    Ok(found.map_or_else(|| "这位成员".into(), |view| name_of(&ask.app, &view.face, "")))
}

async fn whom_and_what(
    ask: &ReaderAsk,
    member: Option<MemberId>,
    activity: ActivityId,
) -> Result<(String, String), Failure> {
    let other = find(&ask.app, activity.0).await?;
    let when = ask.app.calendar.span(other.activity.starts, other.activity.ends);
    Ok((whom(ask, member).await?, format!("「{}」（{when}）", other.text.title)))
}

/// Question and answer, in order; every question wants one.
fn answers(questions: &str, typed: &Fields) -> Result<Vec<(String, String)>, String> {
    let questions = questions.lines().map(str::trim).filter(|line| !line.is_empty());
    let answer = |(n, question): (usize, &str)| {
        let answer = typed.get(&format!("answer-{n}")).map_or("", |answer| answer.trim());
        match answer.chars().count() {
            0 => Err(format!("请填写：{question}")),
            1..=ANSWER_CHARS_MAX => Ok((question.to_string(), answer.to_string())),
            _ => Err(format!("“{question}”最多填写 {ANSWER_CHARS_MAX} 个字。")),
        }
    };
    questions.enumerate().map(answer).collect()
}

/// One person's place or turn.
pub struct Line {
    pub who: i64,
    pub name: String,
    pub state: String,
    pub state_class: &'static str,
    pub may_withdraw: bool,
    pub may_appeal: bool,
    /// What became of the appeal; empty: there is none, or it was granted.
    pub appeal: String,
    pub is_companion: bool,
}

pub fn state_words(state: ParticipantState, ahead: i64) -> (String, &'static str) {
    match state {
        ParticipantState::Enrolled => ("已报名".into(), "pill pill-open"),
        ParticipantState::Waiting => (format!("候补第{}位", ahead + 1), "pill pill-wait"),
        ParticipantState::Withdrawn => ("已取消".into(), "pill"),
        ParticipantState::Removed => ("馆方取消".into(), "pill"),
        ParticipantState::Freed => ("活动取消".into(), "pill"),
        ParticipantState::Attended => ("已签到".into(), "pill pill-open"),
        ParticipantState::NoShow => ("未到场".into(), "pill pill-wait"),
        ParticipantState::Excused => ("未参加".into(), "pill"),
    }
}

/// An activity of mine, in the list.
pub struct Mine {
    pub look: Look,
    pub people: String,
}

#[derive(Template)]
#[template(path = "enrolments/index.html")]
pub struct EnrolmentsPage {
    shell: Shell,
    is_past: bool,
    mine: Vec<Mine>,
}

#[derive(Deserialize)]
pub struct Tab {
    #[serde(default)]
    tab: String,
}

/// 我的活动
pub async fn index(ask: ReaderAsk, Query(tab): Query<Tab>) -> Result<Response, Failure> {
    let is_past = tab.tab == "past";
    let wanted = if is_past { past(ask.id(), ask.now) } else { upcoming(ask.id(), ask.now) };
    let found = enrolments(ask.app.reads.all(wanted).await?)?;
    page(&EnrolmentsPage { shell: ask.shell(), is_past, mine: mine(&ask, found) })
}

/// Enrolments by activity, with who is in each.
pub fn mine(ask: &Ask, found: Vec<Enrolment>) -> Vec<Mine> {
    let me = ask.card().map_or("本人", |card| card.masked_name.as_str());
    let mut mine: Vec<Mine> = vec![];
    for one in found {
        let (state, _) = state_words(one.participant.state, 0);
        let state = if one.participant.state == ParticipantState::Waiting { "候补中".into() } else { state };
        let person = format!(
            "{}（{state}）",
            name_of(&ask.app, &one.face, if one.participant.member.is_none() { me } else { "" })
        );
        match mine.last_mut().filter(|last| last.look.id == one.line.activity.id) {
            Some(last) => last.people = format!("{}、{person}", last.people),
            None => {
                mine.push(Mine { look: Look::of(&one.line, &ask.app.calendar, &ask.terms(), ask.now), people: person })
            }
        }
    }
    mine
}

#[derive(Template)]
#[template(path = "enrolments/show.html")]
pub struct EnrolmentPage {
    shell: Shell,
    key: String,
    look: Look,
    is_new: bool,
    waits: bool,
    /// Somebody has just signed in or out: what the activity has earned so far.
    signed_in: Option<i64>,
    lines: Vec<Line>,
    /// For the desk: whose party this is.
    qr: Option<Qr>,
    code: String,
    withdraw_until: String,
    may_withdraw: bool,
    closed: bool,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct News {
    new: i64,
    signed: i64,
}

async fn of_mine(ask: &ReaderAsk, activity: i64) -> Result<Vec<ParticipantView>, Failure> {
    let found = participants(ask.app.reads.all(own(ActivityId(activity), ask.id())).await?)?;
    if found.is_empty() { Err(Failure::NotFound) } else { Ok(found) }
}

pub async fn show(ask: ReaderAsk, Path(activity): Path<i64>, Query(news): Query<News>) -> Result<Response, Failure> {
    let (app, now) = (&ask.app, ask.now);
    let view = find(app, activity).await?;
    let [found, earned] = app.reads.read([own(view.activity.id, ask.id()), earned(view.activity.id, ask.id())]).await?;
    let found = participants(found)?;
    if found.is_empty() {
        return Err(Failure::NotFound);
    }
    let earned = earned.into_iter().next().map(|mut row| row.int()).transpose()?;
    let lines: Vec<Line> = found.iter().map(|one| line(&ask, &view.activity, one)).collect();
    let is_here = found.iter().any(|one| one.participant.state == ParticipantState::Enrolled);
    let code = super::attendance::ticket_code(app, view.activity.id, ask.id());
    let qr = if is_here && view.activity.ends > now { Some(Qr::of(&code)?) } else { None };
    page(&EnrolmentPage {
        shell: ask.shell(),
        key: form_key()?,
        look: Look::of(&view.line(), &app.calendar, &ask.terms(), now),
        is_new: news.new == 1,
        waits: found.iter().any(|one| one.participant.state == ParticipantState::Waiting),
        signed_in: earned.filter(|_| news.signed == 1),
        may_withdraw: lines.iter().any(|line| line.may_withdraw),
        lines,
        qr,
        code,
        withdraw_until: app.calendar.moment(view.activity.withdraw_until),
        closed: now >= view.activity.withdraw_until,
    })
}

fn line(ask: &ReaderAsk, activity: &Activity, one: &ParticipantView) -> Line {
    let (state, state_class) = match one.participant.state {
        ParticipantState::Waiting if activity.ends <= ask.now => ("候补未成功".into(), "pill"),
        state => state_words(state, one.ahead),
    };
    let Participant { member, companion, .. } = one.participant;
    let masked = if member.is_none() { one.masked_name.as_str() } else { "" };
    let live = is_live(one.participant.state) && activity.state == ActivityState::Published;
    Line {
        who: member.map_or(0, |member| member.0),
        name: name_of(&ask.app, &one.face, masked),
        state,
        state_class,
        may_withdraw: live && withdrawable(activity, one.participant.state, ask.now).is_ok(),
        may_appeal: appealable(&one.participant, ask.now).is_ok(),
        appeal: appeal_words(one),
        is_companion: companion,
    }
}

fn appeal_words(one: &ParticipantView) -> String {
    match one.participant.state {
        _ if awaits_answer(&one.participant) => "申诉已提交，等待图书馆答复".into(),
        ParticipantState::NoShow if one.participant.declined_at != 0 => format!("申诉未通过：{}", one.answer),
        _ => String::new(),
    }
}

#[derive(Template)]
#[template(path = "enrolments/withdrawing.html")]
pub struct WithdrawingPage {
    shell: Shell,
    key: String,
    look: Look,
    lines: Vec<Line>,
    /// Ticked already.
    who: Option<i64>,
    error: Option<String>,
}

impl WithdrawingPage {
    fn is_ticked(&self, line: &Line) -> bool {
        self.lines.len() == 1 || self.who == Some(line.who)
    }
}

async fn withdrawing(
    ask: &ReaderAsk,
    activity: i64,
    who: Option<i64>,
    refusal: Option<Refused>,
) -> Result<Response, Failure> {
    let view = find(&ask.app, activity).await?;
    let found = of_mine(ask, activity).await?;
    let lines = found.iter().map(|one| line(ask, &view.activity, one)).filter(|line| line.may_withdraw).collect();
    let status = refusal.as_ref().map_or(axum::http::StatusCode::OK, wording::status);
    let look = Look::of(&view.line(), &ask.app.calendar, &ask.terms(), ask.now);
    let error = refusal.as_ref().map(wording::refusal);
    page_with(status, &WithdrawingPage { shell: ask.shell(), key: form_key()?, look, lines, who, error })
}

#[derive(Deserialize)]
pub struct Whom {
    /// 取消此人: ticked already; 0 is the reader.
    who: Option<i64>,
}

pub async fn confirm_withdrawing(
    ask: ReaderAsk,
    Path(activity): Path<i64>,
    Query(Whom { who }): Query<Whom>,
) -> Result<Response, Failure> {
    withdrawing(&ask, activity, who, None).await
}

/// 取消报名, all or some.
pub async fn withdraw(ask: ReaderAsk, Path(activity): Path<i64>, posted: Posted<Fields>) -> Result<Response, Failure> {
    let app = &ask.app;
    of_mine(&ask, activity).await?;
    let key = posted.idempotency(app, ask.actor());
    let command = Withdraw { activity: ActivityId(activity), members: chosen(&posted.form) };
    match app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to(&format!("/enrolments/{activity}")).into_response()),
        Err(Stop::Refused(refusal)) => withdrawing(&ask, activity, None, Some(refusal)).await,
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct AppealForm {
    member: i64,
    text: String,
}

/// 申诉
pub async fn appeal(
    ask: ReaderAsk,
    Path(activity): Path<i64>,
    posted: Posted<AppealForm>,
) -> Result<Response, Failure> {
    let app = &ask.app;
    let key = posted.idempotency(app, ask.actor());
    let text: String = posted.form.text.trim().chars().take(APPEAL_CHARS_MAX).collect();
    // There is one appeal: none is used up by a slip of the thumb.
    let may = |one: &ParticipantView| appealable(&one.participant, ask.now).is_ok();
    if text.is_empty() && of_mine(&ask, activity).await?.iter().any(may) {
        return Err(Failure::Refused(Common::ReasonMissing.into()));
    }
    let member = (posted.form.member != 0).then_some(MemberId(posted.form.member));
    let text = seal_as(&app.keys, "appeal", &text)?;
    let command = AppealNoShow { activity: ActivityId(activity), member, text };
    match app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to(&format!("/enrolments/{activity}")).into_response()),
        Err(Stop::Refused(why)) if why == activities::Refusal::NotEnrolled => Err(Failure::NotFound),
        Err(stop) => Err(stop.into()),
    }
}

sample! { Mine { look, people } }
sample! { EnrolmentsPage { shell, is_past, mine } }
sample! { Line { who = |draw| draw.id(), name, state, state_class, may_withdraw, may_appeal, appeal, is_companion } }
sample! { EnrolmentPage {
    shell, key, look, is_new, waits, signed_in, lines, qr, code, withdraw_until, may_withdraw, closed,
} }
sample! { WithdrawingPage { shell, key, look, lines, who, error } }
