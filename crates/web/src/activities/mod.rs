//! Activities: what readers and volunteers sign up for, and what staff make of them.

pub mod appeals;
pub mod attendance;
pub mod enrolments;
pub mod form;
pub mod ics;
pub mod participants;
pub mod poster;
pub mod reader;
pub mod screen;
pub mod staff;
pub mod venue;
pub mod words;

use crate::activities::words::ages;
use crate::frame::app::App;
use crate::frame::routes::{For, Routes};
use crate::kit::calendar::Calendar;
use crate::kit::{assets, pictures};
use domain::activities::enrolments::places_left;
use domain::activities::terms::Terms;
use domain::core::day::HOUR_MS;
use domain::staff::Permission;
use domain::tables::{Activity, ActivityId, ActivityKind, ActivityRules, ActivityState, MemberId};
use store::activities::{ActivityLine, LISTED_NONE, Listed};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/activities", For::Everybody, reader::index)
        .get("/activities/{activity}", For::Everybody, reader::show)
        .get("/activities/{activity}/calendar.ics", For::Everybody, ics::show)
        .get("/activities/{activity}/poster", For::Everybody, poster::page)
        .get("/activities/{activity}/poster.svg", For::Everybody, poster::show)
        .post("/activities/{activity}/enrolment", For::Holders, enrolments::sign_up)
        .get("/activities/{activity}/scan", For::Everybody, attendance::scan)
        .get("/activities/{activity}/attendance", For::Readers, attendance::show)
        .post("/activities/{activity}/attendance", For::Readers, attendance::attend)
        .post("/activities/{activity}/leaving", For::Readers, attendance::leave)
        .get("/enrolments", For::Readers, enrolments::index)
        .get("/enrolments/{activity}", For::Readers, enrolments::show)
        .get("/enrolments/{activity}/withdrawal", For::Readers, enrolments::confirm_withdrawing)
        .post("/enrolments/{activity}/withdrawal", For::Readers, enrolments::withdraw)
        .post("/enrolments/{activity}/appeal", For::Readers, enrolments::appeal)
        .get("/staff/activities", For::Staff(&[Permission::Read]), staff::index)
        .in_menu(60, "calendar-event", "读者活动")
        .in_menu_at("/staff/activities?kind=volunteer", 61, "heart-handshake", "志愿活动")
        .post("/staff/activities", For::Staff(&[Permission::EditActivities]), form::create)
        .get("/staff/activities/new", For::Staff(&[Permission::EditActivities]), form::new)
        .get("/staff/activities/{activity}", For::Staff(&[Permission::Read]), staff::show)
        .post("/staff/activities/{activity}", For::Staff(&[Permission::EditActivities]), form::update)
        .get("/staff/activities/{activity}/edit", For::Staff(&[Permission::EditActivities]), form::edit)
        .post("/staff/activities/{activity}/publication", For::Staff(&[Permission::EditActivities]), staff::publish)
        .get(
            "/staff/activities/{activity}/cancellation",
            For::Staff(&[Permission::EditActivities]),
            staff::confirm_cancelling,
        )
        .post("/staff/activities/{activity}/cancellation", For::Staff(&[Permission::EditActivities]), staff::cancel)
        .post("/staff/activities/{activity}/announcements", For::Staff(&[Permission::EditActivities]), staff::announce)
        .get(
            "/staff/activities/{activity}/participants",
            For::Staff(&[Permission::TakeAttendance, Permission::EditActivities]),
            participants::index,
        )
        .get(
            "/staff/activities/{activity}/participants/export",
            For::Staff(&[Permission::TakeAttendance, Permission::EditActivities]),
            participants::export,
        )
        .get(
            "/staff/activities/{activity}/sheet",
            For::Staff(&[Permission::TakeAttendance, Permission::EditActivities]),
            participants::sheet,
        )
        .post("/staff/activities/{activity}/ticks", For::Staff(&[Permission::TakeAttendance]), participants::tick)
        .post("/staff/activities/{activity}/removals", For::Staff(&[Permission::EditActivities]), participants::remove)
        .post("/staff/activities/{activity}/excuses", For::Staff(&[Permission::EditActivities]), participants::excuse)
        .post("/staff/activities/{activity}/minutes", For::Staff(&[Permission::TakeAttendance]), participants::correct)
        .post(
            "/staff/activities/{activity}/confirmation",
            For::Staff(&[Permission::TakeAttendance]),
            participants::confirm,
        )
        .get("/staff/activities/{activity}/screen", For::Staff(&[Permission::TakeAttendance]), screen::show)
        .get("/staff/activities/{activity}/screen/code", For::Staff(&[Permission::TakeAttendance]), screen::code)
        .get("/staff/appeals", For::Staff(&[Permission::EditActivities]), appeals::index)
        .in_menu(70, "message-report", "申诉")
        .post("/staff/appeals", For::Staff(&[Permission::EditActivities]), appeals::answer)
}

/// The drawings that an activity can be shown with.
pub const PICTURES: [(&str, &str); 5] = [
    ("act-shelf.svg", "书架"),
    ("act-tent.svg", "帐篷"),
    ("act-porpoise.svg", "江豚"),
    ("act-photos.svg", "照片"),
    ("act-binding.svg", "线装书"),
];

/// The address of a drawing or of a stored picture.
pub fn picture_url(names: &str) -> String {
    url_of(names.split(' ').next().unwrap_or_default())
}

/// All of an activity's, in order.
fn picture_urls(names: &str) -> Vec<String> {
    names.split_whitespace().map(url_of).collect()
}

/// The address of the picture that a chat shows: a photograph, or the drawing as one.
pub fn share_picture_url(names: &str) -> String {
    let name = names.split(' ').next().unwrap_or_default();
    pictures::url(name).unwrap_or_else(|| {
        let known =
            PICTURES.iter().find(|(drawing, _)| *drawing == name).map_or("act-shelf.svg", |(drawing, _)| drawing);
        assets::url(&known.replace(".svg", ".png")).to_string()
    })
}

fn url_of(name: &str) -> String {
    pictures::url(name).unwrap_or_else(|| {
        let known = PICTURES.iter().find(|(drawing, _)| *drawing == name);
        assets::url(known.map_or("act-shelf.svg", |(drawing, _)| drawing)).to_string()
    })
}

/// How an activity stands for readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Soon,
    Open,
    Full,
    Closed,
    Running,
    Over,
    Cancelled,
}

impl Standing {
    pub const ALL: [Standing; 7] = [
        Standing::Soon,
        Standing::Open,
        Standing::Full,
        Standing::Closed,
        Standing::Running,
        Standing::Over,
        Standing::Cancelled,
    ];

    pub fn of(activity: &Activity, terms: &Terms, now: i64) -> Self {
        match () {
            () if activity.state == ActivityState::Cancelled => Standing::Cancelled,
            () if activity.ends <= now => Standing::Over,
            () if activity.starts <= now => Standing::Running,
            () if now < activity.opens => Standing::Soon,
            () if activity.closes <= now => Standing::Closed,
            () if places_left(activity, terms, now).is_some_and(|left| left < 1) => Standing::Full,
            () => Standing::Open,
        }
    }

    /// As it stands in the URL, and in words.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Standing::Soon => ("soon", "即将报名"),
            Standing::Open => ("open", "报名中"),
            Standing::Full => ("full", "已报满"),
            Standing::Closed => ("closed", "报名截止"),
            Standing::Running => ("running", "进行中"),
            Standing::Over => ("over", "已结束"),
            Standing::Cancelled => ("cancelled", "已取消"),
        }
    }

    pub fn class(self) -> &'static str {
        match self {
            Standing::Open | Standing::Running => "pill pill-open",
            Standing::Soon | Standing::Full => "pill pill-wait",
            Standing::Closed | Standing::Over | Standing::Cancelled => "pill",
        }
    }
}

/// An activity in a list, and the head of its page.
pub struct Look {
    pub id: ActivityId,
    pub title: String,
    pub picture: String,
    pub standing: Standing,
    pub state: &'static str,
    pub state_class: &'static str,
    pub category: String,
    pub when: String,
    /// For rows, where the end has no place.
    pub starts: String,
    pub place: String,
    pub audience: String,
    /// 还有 6 个名额, or how many wait.
    pub places: String,
    /// While it can be signed up for and has a limit.
    pub left: Option<i64>,
    /// +10, or empty: a cancelled one promises nothing.
    pub points: String,
    pub is_service: bool,
}

impl Look {
    pub fn of(line: &ActivityLine, calendar: &Calendar, terms: &Terms, now: i64) -> Self {
        let ActivityLine { activity, rules, .. } = line;
        let standing = Standing::of(activity, terms, now);
        Look {
            id: activity.id,
            title: line.title.clone(),
            picture: picture_url(&line.picture),
            standing,
            state: standing.words().1,
            state_class: standing.class(),
            category: line.category.clone(),
            when: calendar.span(activity.starts, activity.ends),
            starts: calendar.moment(activity.starts),
            place: line.place.clone(),
            audience: if line.audience.is_empty() { ages(rules.age_min, rules.age_max) } else { line.audience.clone() },
            places: place_words(activity, terms, now),
            left: places_left(activity, terms, now).filter(|_| standing == Standing::Open),
            points: if standing == Standing::Cancelled { String::new() } else { points_words(rules) },
            is_service: activity.kind == ActivityKind::Volunteer,
        }
    }
}

fn place_words(activity: &Activity, terms: &Terms, now: i64) -> String {
    match places_left(activity, terms, now) {
        None => "不限名额".into(),
        Some(..=0) if !terms.list_is_open(activity, now) => "已报满，候补已停止".into(),
        Some(..=0) if activity.waiting > 0 => format!("已报满，{} 人候补", activity.waiting),
        Some(..=0) => "已报满，可候补".into(),
        Some(left @ 1..=3) => format!("仅剩{left}个名额"),
        Some(left) => format!("还有 {left} 个名额"),
    }
}

fn points_words(rules: &ActivityRules) -> String {
    match (rules.points, rules.block_minutes) {
        (0, _) => String::new(),
        (points, 0) => format!("+{points}"),
        (points, minutes) => format!("+{points}/{}", block(minutes)),
    }
}

/// What points by time are counted in, as people say it.
pub fn block(minutes: i64) -> String {
    match minutes {
        30 => "半小时".into(),
        60 => "小时".into(),
        minutes => format!("{minutes} 分钟"),
    }
}

/// 开始前 2 小时停止候补
pub fn list_stops(terms: &Terms) -> String {
    match terms.list_stops / HOUR_MS {
        0 => "活动开始后停止候补".into(),
        hours => format!("开始前 {hours} 小时停止候补"),
    }
}

/// Where a list has come to, as it stands in the URL of its next page.
pub fn mark(activity: &Activity) -> String {
    format!("{}-{}", activity.starts, activity.id)
}

/// The activity that a mark in the URL names; a mark that names none begins the list anew.
pub fn before(mark: &str) -> Listed {
    let read = |(starts, id): (&str, &str)| Some((starts.parse().ok()?, ActivityId(id.parse().ok()?)));
    mark.split_once('-').and_then(read).unwrap_or(LISTED_NONE)
}

/// `who-0` is the reader, `who-12` the member 12: the people ticked in a form.
pub fn chosen(form: &std::collections::BTreeMap<String, String>) -> Vec<Option<MemberId>> {
    let numbers = form.keys().filter_map(|name| name.strip_prefix("who-")?.parse::<i64>().ok());
    // The reader and every member can be there, in several parties; thousands are not even looked up.
    let numbers = numbers.take(domain::rules::Rule::MembersMax.about().most as usize + 1);
    numbers.map(|number| (number != 0).then_some(MemberId(number))).collect()
}

/// How a member is called, or the reader by the card.
pub fn name_of(app: &App, face: &[u8], masked_name: &str) -> String {
    match crate::frame::sealing::MemberFace::open(&app.keys, face) {
        Some(face) => face.name,
        None if face.is_empty() && !masked_name.is_empty() => masked_name.to_string(),
        None => "已移除的成员".into(),
    }
}

sample! { enum Standing { Soon, Open, Full, Closed, Running, Over, Cancelled } }
sample! { Look {
    id, title, picture, standing, state, state_class, category, when, starts, place, audience, places, left, points, is_service,
} }
