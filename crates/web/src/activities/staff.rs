//! Activities in the back office: the list, one with its figures, publishing, cancelling, announcing.

use super::{Look, before, mark};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::kit::list::{Action, Field, List, ListPage, Page, chosen, chosen_day, query};
use crate::kit::reason::{Ending, ReasonForm, reason_page};
use crate::kit::table::{Cell, Table};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::activities::announcements::Announce;
use domain::activities::{CancelActivity, PublishActivity};
use domain::core::refusal::Refused;
use domain::staff::Permission;
use domain::tables::{ActivityId, ActivityKind, ActivityState};
use serde::Deserialize;
use store::activities::{
    ActivityLine, ActivityView, Figures, Filter, announcements, figures, figures_of, lines, of_filter, one, view,
};

const PATH: &str = "/staff/activities";
const PAGE_ROWS: i64 = 50;

/// As it stands in the URL.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `volunteer`: services.
    pub kind: String,
    pub state: String,
    pub from: String,
    pub until: String,
    pub q: String,
    /// For the next page: those before this one.
    pub before: String,
}

const STATES: [(&str, &str, ActivityState); 3] = [
    ("draft", "草稿", ActivityState::Draft),
    ("published", "已发布", ActivityState::Published),
    ("cancelled", "已取消", ActivityState::Cancelled),
];

pub struct Row {
    pub look: Look,
    pub state: &'static str,
    pub class: &'static str,
    pub taken: String,
    pub waiting: i64,
}

impl Asked {
    fn query(&self) -> String {
        query(&[
            ("kind", &self.kind),
            ("state", &self.state),
            ("from", &self.from),
            ("until", &self.until),
            ("q", &self.q),
        ])
    }
}

fn filter(ask: &StaffAsk, asked: &Asked) -> Result<Filter, String> {
    let calendar = &ask.app.calendar;
    let state = |text: &str| STATES.iter().find(|(name, ..)| *name == text).map(|(.., state)| *state as i64);
    Ok(Filter {
        branch: ask.branch(),
        kind: kind_of(&asked.kind),
        state: chosen(&asked.state, state)?.unwrap_or(0),
        since: chosen_day(&asked.from)?.map_or(0, |day| calendar.day_start(day)),
        until: chosen_day(&asked.until)?.map_or(i64::MAX, |day| calendar.day_start(domain::core::day::plus(day, 1))),
        title: asked.q.trim().to_string(),
        before: before(&asked.before),
    })
}

pub fn kind_of(text: &str) -> ActivityKind {
    if text == "volunteer" { ActivityKind::Volunteer } else { ActivityKind::Reader }
}

pub async fn index(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (found, error) = match filter(&ask, &asked) {
        Ok(filter) => (lines(ask.app.reads.all(of_filter(&filter, PAGE_ROWS + 1)).await?)?, None),
        Err(sentence) => (vec![], Some(sentence)),
    };
    let page = Page::of(found, PAGE_ROWS, |line| mark(&line.activity)).map(|line| row(&ask, &line));
    let (title, new, own) = match kind_of(&asked.kind) {
        ActivityKind::Reader => ("读者活动", "新建活动", ""),
        ActivityKind::Volunteer => ("志愿活动", "新建志愿活动", "?kind=volunteer"),
    };
    let announce = Action::primary(&format!("{PATH}/new{own}"), new);
    ListPage {
        shell: ask.shell(&format!("{PATH}{own}")),
        title,
        actions: ask.may(Permission::EditActivities).then_some(announce).into_iter().collect(),
        list: List {
            path: PATH,
            query: asked.query(),
            hidden: if own.is_empty() { vec![] } else { vec![("kind", "volunteer".into())] },
            fields: vec![
                Field::text("q", "标题", &asked.q, 40),
                Field::select("state", "状态", &asked.state, STATES.map(|(name, word, _)| (name, word))),
                Field::date("from", "活动日期从", &asked.from),
                Field::date("until", "到", &asked.until),
            ],
            screen: table().on_screen(&page.rows),
            none: "没有符合条件的活动。",
            next: page.next.map(|mark| ("before", mark, "更早的活动")),
            error,
        },
    }
    .answer()
}

fn table() -> Table<'static, Row> {
    Table::new()
        .text("活动", |row: &Row| Cell::Pictured {
            href: format!("{PATH}/{}", row.look.id),
            picture: row.look.picture.clone(),
            text: row.look.title.clone(),
            width: 48,
        })
        .text("时间", |row| row.look.when.clone())
        .text("状态", |row| Cell::State { class: row.class, word: row.state, note: String::new() })
        .number("报名", |row| row.taken.clone())
        .number("候补", |row| row.waiting)
}

fn row(ask: &StaffAsk, line: &ActivityLine) -> Row {
    let activity = &line.activity;
    let look = Look::of(line, &ask.app.calendar, &ask.terms(), ask.now);
    let (state, class) = match activity.state {
        ActivityState::Draft => ("草稿", "st"),
        ActivityState::Cancelled => ("已取消", "st st-no"),
        ActivityState::Published if activity.confirmed_at != 0 => ("已确认", "st"),
        ActivityState::Published if activity.ends <= ask.now => ("待确认签到", "st st-wait"),
        ActivityState::Published => (look.state, "st st-ok"),
    };
    let taken = match activity.capacity {
        0 => activity.taken.to_string(),
        capacity => format!("{} / {capacity}", activity.taken),
    };
    Row { look, state, class, taken, waiting: activity.waiting }
}

/// One that this member of staff works for.
pub async fn found(ask: &StaffAsk, activity: i64) -> Result<ActivityView, Failure> {
    let view = view(ask.app.reads.all(one(ActivityId(activity))).await?)?;
    view.filter(|view| ask.covers(view.activity.branch)).ok_or(Failure::NotFound)
}

#[derive(Template)]
#[template(path = "activities/staff/show.html")]
pub struct ShowPage {
    shell: StaffShell,
    key: String,
    view: ActivityView,
    row: Row,
    description: String,
    closes: String,
    figures: Figures,
    fill: String,
    announcements: Vec<(String, String, bool)>,
    may_edit: bool,
    /// When staff confirmed the attendance; empty: not yet.
    confirmed: String,
    may_confirm: bool,
    is_over: bool,
    error: Option<String>,
    announcement: String,
}

pub async fn show(ask: StaffAsk, Path(activity): Path<i64>) -> Result<Response, Failure> {
    show_with(&ask, activity, None, String::new()).await
}

pub async fn show_with(
    ask: &StaffAsk,
    activity: i64,
    refusal: Option<&Refused>,
    announcement: String,
) -> Result<Response, Failure> {
    let view = found(ask, activity).await?;
    let queries = [figures_of(view.activity.id), announcements(view.activity.id)];
    let [counted, told] = ask.app.reads.read(queries).await?;
    let mut announcements = vec![];
    for mut row in told {
        announcements.push((ask.app.calendar.moment(row.int()?), row.text()?, row.int()? == 1));
    }
    let a = &view.activity;
    let is_over = a.ends <= ask.now;
    let fill = if a.capacity > 0 { format!("{}%", a.taken * 100 / a.capacity) } else { "不限名额".into() };
    let template = ShowPage {
        shell: ask.shell("/staff/activities"),
        key: form_key()?,
        row: row(ask, &view.line()),
        description: view.text.description.clone(),
        closes: ask.app.calendar.moment(a.closes),
        figures: figures(counted)?,
        fill,
        announcements,
        may_edit: ask.may(Permission::EditActivities),
        confirmed: if a.confirmed_at == 0 { String::new() } else { ask.app.calendar.moment(a.confirmed_at) },
        may_confirm: ask.may(Permission::TakeAttendance)
            && is_over
            && a.state == ActivityState::Published
            && a.confirmed_at == 0,
        is_over,
        error: refusal.map(wording::refusal),
        announcement,
        view,
    };
    page_with(refusal.map_or(StatusCode::OK, wording::status), &template)
}

pub async fn publish(ask: StaffAsk, Path(activity): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    found(&ask, activity).await?;
    let command = PublishActivity { activity: ActivityId(activity) };
    settle(&ask, activity, ask.app.command(ask.actor(), key, command).await.map(|_| ()), String::new()).await
}

async fn settle(ask: &StaffAsk, activity: i64, done: Result<(), Stop>, typed: String) -> Result<Response, Failure> {
    match done {
        Ok(()) => {
            ask.app.job_bell.notify_one();
            Ok(Redirect::to(&format!("/staff/activities/{activity}")).into_response())
        }
        Err(Stop::Refused(refusal)) => show_with(ask, activity, Some(&refusal), typed).await,
        Err(stop) => Err(stop.into()),
    }
}

fn cancelling(ask: &StaffAsk, view: &ActivityView) -> Ending {
    let row = row(ask, &view.line());
    let Row { look, taken, waiting, .. } = &row;
    let (title, when) = (&look.title, &look.when);
    Ending {
        path: PATH,
        verb: "取消活动",
        busy: "正在取消…",
        back: format!("{PATH}/{}", look.id),
        action: format!("{PATH}/{}/cancellation", look.id),
        facts: format!(
            "{title}，{when}，已报名 {taken}，候补 {waiting}。取消后不能恢复，所有报名和候补的读者都会收到通知。"
        ),
        label: "原因（读者会看到）",
    }
}

pub async fn confirm_cancelling(ask: StaffAsk, Path(activity): Path<i64>) -> Result<Response, Failure> {
    let view = found(&ask, activity).await?;
    reason_page(&ask, cancelling(&ask, &view), "", None)
}

pub async fn cancel(ask: StaffAsk, Path(activity): Path<i64>, posted: Posted<ReasonForm>) -> Result<Response, Failure> {
    let view = found(&ask, activity).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let reason = posted.form.reason.trim().to_string();
    let command = CancelActivity { activity: view.activity.id, reason: reason.clone() };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => {
            ask.app.job_bell.notify_one();
            Ok(Redirect::to(&format!("/staff/activities/{activity}")).into_response())
        }
        Err(Stop::Refused(why)) => reason_page(&ask, cancelling(&ask, &view), &reason, Some(&why)),
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct TextForm {
    text: String,
}

/// 群发通知
pub async fn announce(ask: StaffAsk, Path(activity): Path<i64>, posted: Posted<TextForm>) -> Result<Response, Failure> {
    found(&ask, activity).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let text = posted.form.text.trim().to_string();
    let command = Announce { activity: ActivityId(activity), text: text.clone() };
    settle(&ask, activity, ask.app.command(ask.actor(), key, command).await.map(|_| ()), text).await
}

sample! { Row { look, state, class, taken, waiting } }
sample! { ShowPage {
    shell, key, view, row, description = |_| "<p>介绍</p>".into(), closes, figures, fill, announcements, may_edit,
    confirmed, may_confirm, is_over, error, announcement,
} }
