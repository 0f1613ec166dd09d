//! 现场签到: a scan of the venue's code signs in who is enrolled. The scan's time counts, however long signing in to
//! the site takes then.

use super::reader::find;
use super::{Look, chosen, name_of, venue};
use crate::frame::app::{App, Stop};
use crate::frame::ask::ReaderAsk;
use crate::frame::cookies;
use crate::frame::failure::Failure;
use crate::frame::keys::token;
use crate::frame::page::{Shell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use domain::activities::admission::{audience, may_come_again};
use domain::activities::attendance::{Attend, Leave, SCAN_LIFE_MS, in_time, out_in_time};
use domain::activities::enrolments::comes;
use domain::activities::{self, Command};
use domain::tables::{ActivityId, ActivityKind, CardId, Member, MemberId, ParticipantState, ReaderId};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::activities::{ActivityView, ParticipantView, own, participants};
use store::members::{MemberView, list, views};

/// The ticket that staff scan instead: `A-12-34-0123456789AB`, an activity, a reader, and 48 bits.
pub fn ticket_code(app: &App, activity: ActivityId, reader: ReaderId) -> String {
    let said = format!("A-{activity}-{reader}");
    let mark = app.keys.digest("ticket", &said).high.cast_unsigned() >> 16;
    format!("{said}-{mark:012X}")
}

/// Whose ticket a code is, if it is one of this activity.
pub fn ticket_of(app: &App, activity: ActivityId, text: &str) -> Option<ReaderId> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let mut parts = text.split('-').skip(1);
    let (named, reader) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let expected = ticket_code(app, ActivityId(named), ReaderId(reader));
    let same: bool = subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), text.as_bytes()).into();
    (same && ActivityId(named) == activity).then_some(ReaderId(reader))
}

/// A day of scanning in and out.
const BROWSER_S: i64 = 86_400;

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Scanned {
    code: String,
}

/// What a good code becomes at once: its time, signed for this browser, so that the way through WeChat's sign-in does not
/// age it, and a link that is sent on signs nobody in.
pub async fn scan(
    State(app): State<App>,
    headers: HeaderMap,
    Path(activity): Path<i64>,
    Query(scanned): Query<Scanned>,
) -> Result<Response, Failure> {
    let (view, now) = (find(&app, activity).await?, app.now());
    let good = venue::is_good(&app, view.activity.id, view.rules.code, &scanned.code, now);
    let browser = cookies::get(&headers, &app.site, cookies::SCAN).map_or_else(token, Ok)?;
    let scan = if good { signed(&app, view.activity.id, now, &browser) } else { "old".into() };
    let cookie = cookies::set(&app.site, cookies::SCAN, &browser, Some(BROWSER_S));
    let page = Redirect::to(&format!("/activities/{activity}/attendance?scan={scan}"));
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), page).into_response())
}

fn signed(app: &App, activity: ActivityId, at: i64, browser: &str) -> String {
    format!("{at}~{}", app.keys.signature("scan", &said(activity, at, browser)))
}

fn said(activity: ActivityId, at: i64, browser: &str) -> String {
    format!("{activity} {at} {browser}")
}

/// When the code was scanned, if it was, in this browser.
fn scanned_at(ask: &ReaderAsk, activity: ActivityId, scan: &str) -> Option<i64> {
    let browser = cookies::get(&ask.headers, &ask.app.site, cookies::SCAN)?;
    let (at, signature) = scan.split_once('~')?;
    let at: i64 = at.parse().ok()?;
    ask.app.keys.is_signed("scan", &said(activity, at, &browser), signature).then_some(at)
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Scan {
    scan: String,
}

pub struct Person {
    pub who: i64,
    pub name: String,
    /// Why somebody is listed who has no place.
    pub note: &'static str,
    pub chosen: bool,
}

#[derive(Template)]
#[template(path = "activities/attendance.html")]
pub struct AttendancePage {
    shell: Shell,
    key: String,
    look: Look,
    scan: String,
    /// Who can sign in now, and who out.
    arriving: Vec<Person>,
    leaving: Vec<Person>,
    /// Who has not signed up may come in all the same, with a card.
    wants_card: bool,
    /// Why not.
    error: Option<String>,
}

impl AttendancePage {
    fn go_at_once(&self) -> bool {
        self.error.is_none() && self.arriving.len() == 1 && self.leaving.is_empty() && self.arriving[0].note.is_empty()
    }
}

pub async fn show(ask: ReaderAsk, Path(activity): Path<i64>, Query(scan): Query<Scan>) -> Result<Response, Failure> {
    let view = find(&ask.app, activity).await?;
    let error = check(&ask, &view, &scan.scan).err();
    attendance(&ask, &view, scan.scan, None, error).await
}

/// When the scan was made, or a sentence.
fn check(ask: &ReaderAsk, view: &ActivityView, scan: &str) -> Result<i64, String> {
    let at = proven(ask, view, scan)?;
    if ask.now - at >= SCAN_LIFE_MS {
        return Err(wording::refusal(activities::Refusal::ScanExpired));
    }
    let is_service = view.activity.kind == ActivityKind::Volunteer;
    let open = if is_service { out_in_time } else { in_time };
    open(&view.activity, &ask.terms(), at).map_err(|why| not_in_time(ask, why))?;
    Ok(at)
}

/// With the times by the clock on the wall, where it is too early or too late.
fn not_in_time(ask: &ReaderAsk, why: activities::Refusal) -> String {
    match why {
        activities::Refusal::NotInTime { from, until } => {
            format!("现在不在签到时间内：{} 可以签到。", ask.app.calendar.span(from, until))
        }
        why => wording::refusal(why),
    }
}

fn proven(ask: &ReaderAsk, view: &ActivityView, scan: &str) -> Result<i64, String> {
    let forged = || "这个二维码已经更新，或不是这场活动的。请扫描现场屏幕上现在的二维码。".into();
    scanned_at(ask, view.activity.id, scan).ok_or_else(forged)
}

async fn attendance(
    ask: &ReaderAsk,
    view: &ActivityView,
    scan: String,
    typed: Option<&Fields>,
    error: Option<String>,
) -> Result<Response, Failure> {
    let app = &ask.app;
    let [found, members] = app.reads.read([own(view.activity.id, ask.id()), list(ask.id())]).await?;
    let (found, members) = (participants(found)?, views(members)?);
    // After the end volunteers still sign out; nobody signs in.
    let at = check(ask, view, &scan).ok();
    let late = in_time(&view.activity, &ask.terms(), at.unwrap_or_default()).err();
    let may_arrive = at.is_some() && late.is_none();
    let mut arriving: Vec<Person> = vec![];
    if may_arrive {
        arriving.extend(enrolled(app, &found));
        let others = if view.rules.walk_ins { walk_ins(ask, view, &found, &members) } else { vec![] };
        let alone = arriving.is_empty() && others.len() == 1;
        arriving.extend(others.into_iter().map(|one| Person { chosen: alone, ..one }));
    }
    let has_card = ask.card.is_some();
    let wants_card = !has_card && arriving.iter().any(|one| !one.note.is_empty());
    arriving.retain(|one| has_card || one.note.is_empty());
    let mut leaving = if at.is_some() { serving(app, view, &found) } else { vec![] };
    for people in [&mut arriving, &mut leaving] {
        keep_ticks(people, typed);
    }
    let nobody = arriving.is_empty() && leaving.is_empty() && !wants_card;
    let error = error.or_else(|| nobody.then(|| why_nobody(&found, late)));
    let status = if error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let template = AttendancePage {
        shell: ask.shell(),
        key: form_key()?,
        look: Look::of(&view.line(), &app.calendar, &ask.terms(), ask.now),
        scan,
        arriving,
        leaving,
        wants_card,
        error,
    };
    page_with(status, &template)
}

/// What was ticked in a form that was refused stays ticked; the page's other form has said nothing.
fn keep_ticks(people: &mut [Person], typed: Option<&Fields>) {
    let ticked = |person: &Person| typed.is_some_and(|form| form.contains_key(&format!("who-{}", person.who)));
    if people.iter().any(ticked) {
        people.iter_mut().for_each(|person| person.chosen = ticked(person));
    }
}

fn person(app: &App, one: &ParticipantView, note: &'static str) -> Person {
    let masked = if one.participant.member.is_none() { one.masked_name.as_str() } else { "" };
    let who = one.participant.member.map_or(0, |member| member.0);
    Person { who, name: name_of(app, &one.face, masked), note, chosen: true }
}

fn enrolled<'a>(app: &'a App, found: &'a [ParticipantView]) -> impl Iterator<Item = Person> + 'a {
    let enrolled = found.iter().filter(|one| one.participant.state == ParticipantState::Enrolled);
    enrolled.map(|one| person(app, one, ""))
}

fn serving(app: &App, view: &ActivityView, found: &[ParticipantView]) -> Vec<Person> {
    let is_service = view.activity.kind == ActivityKind::Volunteer;
    let serves = |one: &&ParticipantView| {
        is_service && one.participant.state == ParticipantState::Attended && one.participant.out_at == 0
    };
    found.iter().filter(serves).map(|one| person(app, one, "")).collect()
}

/// Who could come in without a place: whoever waits for one, or has not signed up and is of the audience.
fn walk_ins(ask: &ReaderAsk, view: &ActivityView, found: &[ParticipantView], members: &[MemberView]) -> Vec<Person> {
    let app = &ask.app;
    let waits =
        |one: &&ParticipantView| one.participant.state == ParticipantState::Waiting && !one.participant.companion;
    let mut people: Vec<Person> =
        found.iter().filter(waits).map(|one| person(app, one, "候补中，有空位可以进场")).collect();
    let is_known = |member: Option<MemberId>| {
        let same = |one: &&ParticipantView| one.participant.member == member;
        found.iter().filter(same).any(|one| !may_come_again(one.participant.state))
    };
    // And whether as a companion.
    let may = |member: Option<&Member>| {
        // How old a reader is the decision knows, who is a volunteer.
        let (id, birth_day) = member.map_or((None, 0), |member| (Some(member.id), member.birth_day));
        let along = audience(id, birth_day, &view.activity, &view.rules).ok();
        along.filter(|_| !is_known(member.map(|member| member.id)))
    };
    let note = "没有报名，现场参加";
    let mut others = vec![];
    if let Some(along) = may(None) {
        let name = ask.card.as_ref().map_or_else(|| "本人".into(), |card| card.masked_name.clone());
        others.push((along, Person { who: 0, name, note, chosen: false }));
    }
    for view in members {
        let name = name_of(app, &view.face, "");
        let person = Person { who: view.member.id.0, name, note, chosen: false };
        others.extend(may(Some(&view.member)).map(|along| (along, person)));
    }
    // Companions alone accompany nobody.
    let led = found.iter().any(|one| comes(one.participant.state) && !one.participant.companion)
        || others.iter().any(|(along, _)| !along);
    people.extend(others.into_iter().filter(|(along, _)| led || !along).map(|(_, person)| person));
    people
}

fn why_nobody(found: &[ParticipantView], late: Option<activities::Refusal>) -> String {
    let any = |state: ParticipantState| found.iter().any(|one| one.participant.state == state);
    match late {
        _ if found.iter().any(|one| one.participant.out_at != 0) => {
            wording::refusal(activities::Refusal::AlreadySignedOut)
        }
        _ if any(ParticipantState::Attended) => wording::refusal(activities::Refusal::AlreadySignedIn),
        Some(why) if any(ParticipantState::Enrolled) => wording::refusal(why),
        _ if any(ParticipantState::Waiting) => wording::refusal(activities::Refusal::StillWaiting),
        _ => "您没有报名这场活动，不能签到。".into(),
    }
}

type Fields = BTreeMap<String, String>;

/// 签到
pub async fn attend(ask: ReaderAsk, Path(activity): Path<i64>, posted: Posted<Fields>) -> Result<Response, Failure> {
    settle(ask, activity, posted, |activity, members, scanned_at, card| {
        Command::from(Attend { activity, members, scanned_at, card })
    })
    .await
}

/// 签退
pub async fn leave(ask: ReaderAsk, Path(activity): Path<i64>, posted: Posted<Fields>) -> Result<Response, Failure> {
    settle(ask, activity, posted, |activity, members, scanned_at, _| {
        Command::from(Leave { activity, members, scanned_at })
    })
    .await
}

async fn settle(
    ask: ReaderAsk,
    activity: i64,
    posted: Posted<Fields>,
    command: impl Fn(ActivityId, Vec<Option<MemberId>>, i64, CardId) -> Command,
) -> Result<Response, Failure> {
    let app = &ask.app;
    let view = find(app, activity).await?;
    let key = posted.idempotency(app, ask.actor());
    let scan = posted.form.get("scan").cloned().unwrap_or_default();
    // The decision looks at the times itself, and first for a repetition.
    let at = match proven(&ask, &view, &scan) {
        Ok(at) => at,
        Err(sentence) => return attendance(&ask, &view, scan, Some(&posted.form), Some(sentence)).await,
    };
    let card = ask.card.as_ref().map_or(CardId(0), |card| card.card.id);
    let command = command(view.activity.id, chosen(&posted.form), at, card);
    match app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to(&format!("/enrolments/{activity}?signed=1")).into_response()),
        Err(Stop::Refused(refusal)) => {
            let error = Some(wording::refusal(refusal));
            attendance(&ask, &view, scan, Some(&posted.form), error).await
        }
        Err(stop) => Err(stop.into()),
    }
}

sample! { Person { who, name, note, chosen } }
sample! { AttendancePage { shell, key, look, scan, arriving, leaving, wants_card, error } }
