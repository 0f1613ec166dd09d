//! 志愿者 in the back office: the queue, the opened form, the decision, the export of hours.

use super::form::VolunteerForm;
use super::{hours, open, state_words};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::kit::calendar::{date_value, day_of};
use crate::kit::export::Kind;
use crate::kit::list::{Field, List, Page, chosen, chosen_day, query};
use crate::kit::table::{Cell, Table};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::day::{DAY_MS, age};
use domain::core::refusal::{Common, Refused};
use domain::staff::NoteExport;
use domain::tables::{MemberId, ReaderId, Volunteer, VolunteerState};
use domain::volunteers::ReviewVolunteer;
use domain::volunteers::standing::SuspendVolunteer;
use serde::Deserialize;
use store::volunteers::{
    Listed, PAGE_ROWS, SERVICE_ROWS_MAX, ServedLine, VolunteerView, listed, served_between, served_lines,
};

const PATH: &str = "/staff/volunteers";
/// As in the URL, in words.
const STATES: [(&str, &str, VolunteerState); 6] = [
    ("applied", "待审核", VolunteerState::Applied),
    ("approved", "已通过", VolunteerState::Approved),
    ("declined", "未通过", VolunteerState::Declined),
    ("paused", "暂停服务", VolunteerState::Paused),
    ("suspended", "资格暂停", VolunteerState::Suspended),
    ("left", "已退出", VolunteerState::Left),
];
/// Reasons that are often given.
const REASONS: [&str; 4] = [
    "手机号码打不通，请核对后再次提交。",
    "请补充可服务的具体时间。",
    "年龄暂不符合本馆志愿者要求。",
    "请监护人核对并补全监护人信息。",
];

/// As it stands in the URL.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub state: String,
    /// For the next page: those after this one.
    pub after: String,
    pub from: String,
    pub until: String,
    pub format: Kind,
}

pub struct Row {
    pub view: VolunteerView,
    pub form: VolunteerForm,
    pub state: &'static str,
    pub class: &'static str,
    pub asked_at: String,
    /// 等了 3 天; empty: does not wait.
    pub waits: String,
    pub hours: String,
}

impl Row {
    /// 0: the reader.
    pub fn member(&self) -> i64 {
        self.view.volunteer.member.map_or(0, |member| member.0)
    }
}

#[derive(Template)]
#[template(path = "volunteers/staff/index.html")]
pub struct VolunteersPage {
    shell: StaffShell,
    list: List,
    from: String,
    until: String,
}

fn class(state: VolunteerState) -> &'static str {
    match state {
        VolunteerState::Applied => "st st-wait",
        VolunteerState::Approved => "st st-ok",
        VolunteerState::Declined | VolunteerState::Suspended => "st st-no",
        VolunteerState::Paused | VolunteerState::Left => "st",
    }
}

fn row(ask: &StaffAsk, view: VolunteerView) -> Row {
    let v = &view.volunteer;
    let waits = match (ask.now - v.at) / DAY_MS {
        _ if v.state != VolunteerState::Applied => String::new(),
        0 => "今天提交".into(),
        days => format!("等了 {days} 天"),
    };
    Row {
        form: open(&ask.app.keys, &view.face),
        state: state_words(v.state),
        class: class(v.state),
        asked_at: ask.app.calendar.moment(v.at),
        waits,
        hours: hours(v.minutes),
        view,
    }
}

pub async fn index(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    list_page(&ask, asked, None).await
}

fn state(text: &str) -> Option<VolunteerState> {
    STATES.iter().find(|(name, ..)| *name == text).map(|(.., state)| *state)
}

fn mark(volunteer: &Volunteer) -> String {
    listed(volunteer).map(|number| number.to_string()).join("-")
}

/// The volunteer whom a mark in the URL names; a mark that names nobody begins the list anew.
fn after(mark: &str) -> Listed {
    let numbers: Option<Vec<i64>> = mark.split('-').map(|number| number.parse().ok()).collect();
    numbers.and_then(|numbers| numbers.try_into().ok()).unwrap_or_default()
}

async fn list_page(ask: &StaffAsk, asked: Asked, error: Option<String>) -> Result<Response, Failure> {
    let (found, error) = match chosen(&asked.state, state) {
        Ok(state) => {
            let wanted = store::volunteers::list(state, after(&asked.after), PAGE_ROWS + 1);
            (store::volunteers::views(ask.app.reads.all(wanted).await?)?, error)
        }
        Err(sentence) => (vec![], Some(sentence)),
    };
    let page = Page::of(found, PAGE_ROWS, |view| mark(&view.volunteer)).map(|view| row(ask, view));
    let Asked { state, from, until, .. } = asked;
    let list = List {
        path: PATH,
        query: query(&[("state", &state)]),
        hidden: vec![],
        fields: vec![Field::select("state", "状态", &state, STATES.map(|(name, word, _)| (name, word)))],
        screen: table().on_screen(&page.rows),
        none: "没有符合条件的志愿者。",
        next: page.next.map(|mark| ("after", mark, "下一页")),
        error,
    };
    page_with(list.status(), &VolunteersPage { shell: ask.shell(PATH), list, from, until })
}

fn table() -> Table<'static, Row> {
    Table::new()
        .text("姓名", |row: &Row| {
            let href = format!("{PATH}/{}/{}", row.view.volunteer.reader, row.member());
            Cell::Link { href, text: row.form.name.clone() }
        })
        .text("读者证", |row| {
            let whose = if row.member() == 0 { "" } else { "家人，" };
            let tail = &row.view.tail;
            let tail = if tail.is_empty() { String::new() } else { format!("（尾号{tail}）") };
            format!("{whose}{}{tail}", row.view.masked_name)
        })
        .text("状态", |row| Cell::State { class: row.class, word: row.state, note: row.waits.clone() })
        .text("提交", |row| row.asked_at.clone())
        .text("时长", |row| row.hours.clone())
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReviewForm {
    /// The button: `1` or nothing.
    pub approved: String,
    /// One of the reasons that are often given.
    pub quick: String,
    pub reason: String,
}

impl ReviewForm {
    /// What was written; and where it is declined, the reason that was chosen before it.
    fn words(&self) -> String {
        let quick = if self.approved.is_empty() { self.quick.trim() } else { "" };
        format!("{quick}{}", self.reason.trim())
    }
}

#[derive(Template)]
#[template(path = "volunteers/staff/show.html")]
pub struct ShowPage {
    shell: StaffShell,
    key: String,
    row: Row,
    age: String,
    reasons: [&'static str; 4],
    review: ReviewForm,
    error: Option<String>,
}

async fn found(ask: &StaffAsk, reader: i64, member: i64) -> Result<VolunteerView, Failure> {
    let view = store::volunteers::views(ask.app.reads.all(store::volunteers::one(reader, member)).await?)?.pop();
    view.ok_or(Failure::NotFound)
}

fn show_page(
    ask: &StaffAsk,
    view: VolunteerView,
    review: ReviewForm,
    refused: Option<&Refused>,
) -> Result<Response, Failure> {
    let row = row(ask, view);
    let today = ask.today();
    let age = day_of(&row.form.birth).map(|day| format!("{} 岁", age(day, today))).unwrap_or_default();
    let status = refused.map_or(StatusCode::OK, wording::status);
    let (shell, key, error) = (ask.shell(PATH), form_key()?, refused.map(wording::refusal));
    page_with(status, &ShowPage { shell, key, row, age, reasons: REASONS, review, error })
}

pub async fn show(ask: StaffAsk, Path((reader, member)): Path<(i64, i64)>) -> Result<Response, Failure> {
    let view = found(&ask, reader, member).await?;
    show_page(&ask, view, ReviewForm::default(), None)
}

pub async fn review(
    ask: StaffAsk,
    Path((reader, member)): Path<(i64, i64)>,
    posted: Posted<ReviewForm>,
) -> Result<Response, Failure> {
    let view = found(&ask, reader, member).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let form = posted.form;
    let (approved, reason) = (!form.approved.is_empty(), form.words());
    let member = (member != 0).then_some(MemberId(member));
    let command = ReviewVolunteer { reader: ReaderId(reader), member, approved, reason };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to("/staff/volunteers?state=applied").into_response()),
        Err(Stop::Refused(why)) if why == Common::NoPermission => Err(Failure::Forbidden),
        Err(Stop::Refused(refusal)) => show_page(&ask, view, form, Some(&refusal)),
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SuspendForm {
    /// The button: `1` or nothing.
    suspends: String,
    reason: String,
}

pub async fn suspend(
    ask: StaffAsk,
    Path((reader, member)): Path<(i64, i64)>,
    posted: Posted<SuspendForm>,
) -> Result<Response, Failure> {
    let view = found(&ask, reader, member).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let SuspendForm { suspends, reason } = posted.form;
    let typed = ReviewForm { reason: reason.clone(), ..ReviewForm::default() };
    let (member_id, suspends) = ((member != 0).then_some(MemberId(member)), !suspends.is_empty());
    let command = SuspendVolunteer { reader: ReaderId(reader), member: member_id, suspends, reason };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to(&format!("{PATH}/{reader}/{member}")).into_response()),
        Err(Stop::Refused(why)) if why == Common::NoPermission => Err(Failure::Forbidden),
        Err(Stop::Refused(refusal)) => show_page(&ask, view, typed, Some(&refusal)),
        Err(stop) => Err(stop.into()),
    }
}

/// The times of the export; nothing: the beginning, or the end, of all time.
fn times(ask: &StaffAsk, asked: &Asked) -> Result<(i64, i64), String> {
    let calendar = &ask.app.calendar;
    let from = chosen_day(&asked.from)?.map_or(0, |day| calendar.day_start(day));
    let until = chosen_day(&asked.until)?.map(|day| calendar.day_start(domain::core::day::plus(day, 1)));
    Ok((from, until.unwrap_or(i64::MAX)))
}

/// One row for each service of each volunteer. Who took it out is written down first.
pub async fn export(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (from, until) = match times(&ask, &asked) {
        Ok(times) => times,
        Err(sentence) => return list_page(&ask, asked, Some(sentence)).await,
    };
    let found = served_between(ask.branch(), from, until, SERVICE_ROWS_MAX + 1);
    let found = served_lines(ask.app.reads.all(found).await?)?;
    if found.len() > SERVICE_ROWS_MAX as usize {
        let sentence = format!("超过 {SERVICE_ROWS_MAX} 行，请用日期缩小范围，分几次导出。");
        return list_page(&ask, asked, Some(sentence)).await;
    }
    let filter = format!("from={}&until={}", asked.from.trim(), asked.until.trim());
    let noted = NoteExport { what: "volunteers.export", filter, rows: found.len() as i64 };
    ask.app.command(ask.actor(), None, noted).await?;
    services(&ask).download(format!("志愿服务时长{}", ask.today()), &found, asked.format)
}

fn services(ask: &StaffAsk) -> Table<'_, ServedLine> {
    let form = |line: &ServedLine| open(&ask.app.keys, &line.face);
    Table::new()
        .file("姓名", move |line: &ServedLine| match line.face.is_empty() {
            true => "已移除的成员".to_string(),
            false => form(line).name,
        })
        .file("手机号码", move |line| form(line).phone)
        .file("服务项目", |line| line.served.title.clone())
        .file("服务日期", |line| date_value(ask.app.calendar.day(line.served.starts)))
        .file("服务时长（分钟）", |line| line.served.participant.minutes)
        .file("积分", |line| line.served.participant.due)
}

sample! { Row { view, form, state, class, asked_at, waits, hours } }
sample! { ReviewForm { approved, quick, reason } }
sample! { ShowPage { shell, key, row, age, reasons, review, error } }
sample! { VolunteersPage { shell, list, from, until } }
