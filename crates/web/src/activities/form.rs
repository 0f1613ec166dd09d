//! The form of an activity: what staff type, and what is made of it.

use super::staff::{found, kind_of};
use super::{PICTURES, block, picture_url};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::settings::Activities;
use crate::kit::faults::Faults;
use crate::kit::prose::safe;
use crate::kit::upload::Uploaded;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::activities::HTML_CHARS_MAX;
use domain::activities::{self, ActivityText, PARTY_MAX, Rules, SaveActivity, Times};
use domain::core::refusal::{Common, Refused};
use domain::rules::Rule;
use domain::staff::Permission;
use domain::tables::{ActivityId, ActivityKind, ActivityState, BranchId, VenueCode};
use serde::Deserialize;
use store::activities::ActivityView;

/// As typed, so that nothing is lost when something is wrong.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    pub kind: String,
    pub branch: String,
    pub title: String,
    pub description: String,
    pub category: String,
    pub place: String,
    pub audience: String,
    pub questions: String,
    pub picture: String,
    pub opens: String,
    pub closes: String,
    pub withdraw_until: String,
    pub starts: String,
    pub ends: String,
    pub capacity: String,
    pub points: String,
    /// `participant`: for each; else once a card.
    pub per: String,
    /// For each full so many minutes served; empty: once.
    pub by: String,
    pub minutes_min: String,
    pub code: String,
    pub walk_ins: String,
    pub age_min: String,
    pub age_max: String,
    pub companions: String,
    pub escorted: String,
    pub party_max: String,
    /// The number of another activity of the series.
    pub series: String,
}

#[derive(Template)]
#[template(path = "activities/staff/edit.html")]
pub struct EditPage {
    shell: StaffShell,
    key: String,
    activity: Option<ActivityId>,
    is_published: bool,
    is_service: bool,
    form: Form,
    faults: Faults,
    branches: Vec<(String, String)>,
    categories: Vec<String>,
    pictures: Vec<(&'static str, &'static str, String)>,
    /// What it shows now, where that is no drawing.
    own_picture: Option<String>,
    /// Minutes that points by time are for, and what they are called: as the rules have it, and as it is.
    blocks: Vec<(String, String)>,
}

fn edit_page(ask: &StaffAsk, view: Option<&ActivityView>, form: Form, faults: Faults) -> Result<Response, Failure> {
    let status = if !faults.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let is_service = kind_of(&form.kind) == ActivityKind::Volunteer;
    let settings = &ask.app.library.activities;
    let is_drawing = form.picture.is_empty() || PICTURES.iter().any(|(name, _)| *name == form.picture);
    let template = EditPage {
        shell: ask.shell(if is_service { "/staff/activities?kind=volunteer" } else { "/staff/activities" }),
        key: form_key()?,
        activity: view.map(|view| view.activity.id),
        is_published: view.is_some_and(|view| view.activity.state == ActivityState::Published),
        is_service,
        own_picture: (!is_drawing).then(|| picture_url(&form.picture)),
        categories: categories(is_service, settings, &form.category),
        blocks: blocks(ask.content.rule(Rule::BlockMinutes, ask.today()), form.by.parse().unwrap_or(0)),
        form,
        faults,
        branches: if view.is_none() { ask.branches(Permission::EditActivities) } else { vec![] },
        pictures: PICTURES.iter().map(|(name, label)| (*name, *label, picture_url(name))).collect(),
    };
    page_with(status, &template)
}

/// Those of the settings, and the one that the activity has already.
fn blocks(usual: i64, now: i64) -> Vec<(String, String)> {
    let mut blocks = vec![usual];
    if now > 0 && now != usual {
        blocks.push(now);
    }
    blocks.into_iter().map(|minutes| (minutes.to_string(), block(minutes))).collect()
}

fn categories(is_service: bool, settings: &Activities, now: &str) -> Vec<String> {
    let mut categories = if is_service { settings.service_categories.clone() } else { settings.categories.clone() };
    if !now.is_empty() && categories.iter().all(|category| category != now) {
        categories.push(now.into());
    }
    categories
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct New {
    kind: String,
    /// The activity to begin from.
    copy: String,
}

pub async fn new(ask: StaffAsk, Query(new): Query<New>) -> Result<Response, Failure> {
    let rule = |rule| ask.content.rule(rule, ask.today()).to_string();
    let form = match new.copy.parse::<i64>() {
        // The times of a copy are its own.
        Ok(copied) => Form {
            opens: String::new(),
            closes: String::new(),
            withdraw_until: String::new(),
            starts: String::new(),
            ends: String::new(),
            ..copy_of(&ask, &found(&ask, copied).await?)
        },
        Err(_) => Form {
            kind: new.kind,
            picture: PICTURES[0].0.into(),
            capacity: rule(Rule::ActivityCapacity),
            points: rule(Rule::ActivityPoints),
            party_max: rule(Rule::PartyMax),
            code: "renewing".into(),
            branch: ask.home().to_string(),
            ..Form::default()
        },
    };
    edit_page(&ask, None, form, Faults::default())
}

pub async fn edit(ask: StaffAsk, Path(activity): Path<i64>) -> Result<Response, Failure> {
    let view = found(&ask, activity).await?;
    let form = typed(&ask, &view);
    edit_page(&ask, Some(&view), form, Faults::default())
}

/// A copy belongs to the same series, also one of its first. It names what it copies: the first may be another branch's.
fn copy_of(ask: &StaffAsk, view: &ActivityView) -> Form {
    let series = view.rules.series.map_or(String::new(), |_| view.activity.id.to_string());
    Form { series, ..typed(ask, view) }
}

fn typed(ask: &StaffAsk, view: &ActivityView) -> Form {
    let (a, r, t, calendar) = (&view.activity, &view.rules, &view.text, &ask.app.calendar);
    let number = |number: i64| if number == 0 { String::new() } else { number.to_string() };
    let tick = |on: bool, word: &str| if on { word.to_string() } else { String::new() };
    Form {
        kind: tick(a.kind == ActivityKind::Volunteer, "volunteer"),
        branch: a.branch.to_string(),
        title: t.title.clone(),
        description: t.description.clone(),
        category: t.category.clone(),
        place: t.place.clone(),
        audience: t.audience.clone(),
        questions: t.questions.clone(),
        picture: t.picture.clone(),
        opens: calendar.input(a.opens),
        closes: calendar.input(a.closes),
        withdraw_until: calendar.input(a.withdraw_until),
        starts: calendar.input(a.starts),
        ends: calendar.input(a.ends),
        capacity: number(a.capacity),
        points: number(r.points),
        per: tick(r.per_participant, "participant"),
        by: number(r.block_minutes),
        minutes_min: number(r.minutes_min),
        code: code_word(r.code).into(),
        walk_ins: tick(r.walk_ins, "1"),
        age_min: number(r.age_min),
        age_max: number(r.age_max),
        companions: tick(r.companions, "1"),
        escorted: tick(r.escorted, "1"),
        party_max: r.party_max.to_string(),
        series: r.series.filter(|series| *series != a.id).map_or(String::new(), |series| series.to_string()),
    }
}

fn code_word(code: VenueCode) -> &'static str {
    match code {
        VenueCode::Renewing => "renewing",
        VenueCode::Static => "static",
        VenueCode::None => "none",
    }
}

fn times(ask: &StaffAsk, form: &Form, faults: &mut Faults) -> Times {
    let calendar = &ask.app.calendar;
    let mut read =
        |field: &'static str, text: &str, what: &str, default: Option<i64>| match (calendar.of_input(text), default) {
            (_, Some(default)) if text.is_empty() => default,
            (Some(at), _) if at > 0 => at,
            _ => {
                faults.add(field, format!("请填写{what}。"));
                0
            }
        };
    let starts = read("starts", &form.starts, "活动开始时间", None);
    let ends = read("ends", &form.ends, "活动结束时间", None);
    // Left empty: from now until the start, and withdrawal until a day before it.
    let closes = read("closes", &form.closes, "报名截止时间", Some(starts));
    Times {
        opens: read("opens", &form.opens, "报名开始时间", Some(ask.now.min(closes - 1))),
        closes,
        withdraw_until: read("withdraw_until", &form.withdraw_until, "取消截止时间", Some(starts - 24 * 3_600_000)),
        starts,
        ends,
        start_day: calendar.day(starts),
    }
}

fn most(text: &str) -> Option<i64> {
    text.parse().ok().filter(|most| (1..=PARTY_MAX).contains(most))
}

fn rules(form: &Form, party_max: i64, faults: &mut Faults) -> Rules {
    let is_service = kind_of(&form.kind) == ActivityKind::Volunteer;
    let series = faults.whole("series", &form.series, "系列编号");
    let code = match form.code.as_str() {
        "static" => VenueCode::Static,
        "none" => VenueCode::None,
        _ => VenueCode::Renewing,
    };
    Rules {
        points: faults.whole("points", &form.points, "积分"),
        per_participant: is_service || form.per == "participant",
        block_minutes: if is_service { faults.whole("by", &form.by, "计分时长") } else { 0 },
        minutes_min: if is_service { faults.whole("minutes_min", &form.minutes_min, "最少服务时长") } else { 0 },
        code,
        walk_ins: !form.walk_ins.is_empty() && !is_service,
        age_min: faults.whole("age_min", &form.age_min, "年龄"),
        age_max: faults.whole("age_max", &form.age_max, "年龄"),
        companions: !form.companions.is_empty(),
        escorted: is_service && !form.escorted.is_empty(),
        party_max: match form.party_max.trim() {
            "" => party_max,
            text => most(text).unwrap_or_else(|| {
                faults.add("party_max", format!("一次最多报名人数应为 1 到 {PARTY_MAX}。"));
                party_max
            }),
        },
        series: (series != 0).then_some(ActivityId(series)),
    }
}

fn text(form: &Form) -> ActivityText {
    ActivityText {
        title: line(&form.title),
        // What is too long is refused whole, so nobody takes the time to clean it.
        description: match form.description.chars().count() > HTML_CHARS_MAX {
            true => form.description.clone(),
            false => safe(&form.description),
        },
        category: line(&form.category),
        place: line(&form.place),
        audience: line(&form.audience),
        picture: form.picture.trim().into(),
        questions: form.questions.trim().into(),
    }
}

/// Without what is pasted from elsewhere and seen nowhere: a poster or a calendar file with it could not be read.
fn line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() && c.is_whitespace() { ' ' } else { c }).collect();
    text.trim().replace(char::is_control, "")
}

/// 活动时间改为 …，地点改为 …，请留意。
fn news(time: &str, place: &str, other_time: bool, other_place: bool) -> String {
    let time = other_time.then(|| format!("时间改为 {time}"));
    let place = other_place.then(|| format!("地点改为{}", if place.is_empty() { "另行通知" } else { place }));
    let parts: Vec<String> = time.into_iter().chain(place).collect();
    format!("活动{}，请留意。", parts.join("，"))
}

fn command(ask: &StaffAsk, of: Option<&ActivityView>, form: &Form) -> Result<SaveActivity, Faults> {
    let mut faults = Faults::default();
    let times = times(ask, form, &mut faults);
    let id = of.map(|view| view.activity.id);
    let rules = rules(form, ask.content.rule(Rule::PartyMax, ask.today()), &mut faults);
    let capacity = faults.whole("capacity", &form.capacity, "名额");
    let text = text(form);
    let place_moved = of.is_some_and(|view| view.text.place != text.place);
    let moved = of.is_none_or(|view| (view.activity.starts, view.activity.ends) != (times.starts, times.ends));
    if text.title.is_empty() {
        faults.add("title", "请填写标题。");
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(SaveActivity {
        activity: id,
        branch: form.branch.parse().map_or(ask.staff.branch, BranchId),
        kind: kind_of(&form.kind),
        times,
        capacity,
        rules,
        news: news(&ask.app.calendar.span(times.starts, times.ends), &text.place, moved, place_moved),
        text,
        pictures: vec![],
        place_moved,
    })
}

/// Where a refusal is said.
fn field_of(why: &Refused) -> &'static str {
    match why.of::<activities::Refusal>() {
        Some(activities::Refusal::AgesWrong) => "age_min",
        Some(activities::Refusal::CapacityTooLow { .. }) => "capacity",
        Some(activities::Refusal::SeriesHasOthers | activities::Refusal::SeriesOver) => "series",
        Some(activities::Refusal::TimesWrong) => "starts",
        _ => "",
    }
}

pub async fn create(ask: StaffAsk, uploaded: Uploaded<Form>) -> Result<Response, Failure> {
    save(ask, None, uploaded).await
}

pub async fn update(ask: StaffAsk, Path(activity): Path<i64>, uploaded: Uploaded<Form>) -> Result<Response, Failure> {
    let view = found(&ask, activity).await?;
    save(ask, Some(view), uploaded).await
}

async fn save(ask: StaffAsk, view: Option<ActivityView>, uploaded: Uploaded<Form>) -> Result<Response, Failure> {
    let key = uploaded.posted.idempotency(&ask.app, ask.actor());
    let mut form = uploaded.posted.form;
    let chosen = form.picture.clone();
    let pictures = match crate::kit::pictures::read_all(&ask.app, uploaded.files).await? {
        Ok(pictures) => pictures,
        Err(bad) => {
            let sentence = format!("有 {bad} 个文件不是图片（JPG、PNG、WebP），请重新选择。");
            return edit_page(&ask, view.as_ref(), form, Faults::one("files", sentence));
        }
    };
    if !pictures.is_empty() {
        form.picture =
            pictures.iter().map(|picture| crate::kit::pictures::name(picture.hash)).collect::<Vec<_>>().join(" ");
    }
    let faults = match command(&ask, view.as_ref(), &form) {
        Ok(command) => {
            let command = SaveActivity { pictures, ..command };
            match ask.app.command(ask.actor(), key, command).await {
                Ok(activities::Reply::ActivitySaved { activity, .. }) => {
                    ask.app.job_bell.notify_one();
                    return Ok(Redirect::to(&format!("/staff/activities/{activity}")).into_response());
                }
                Ok(reply) => return Err(Failure::unexpected(reply)),
                Err(Stop::Refused(why)) if why == Common::NoPermission => return Err(Failure::Forbidden),
                // The activity itself was found.
                Err(Stop::Refused(why)) if why == activities::Refusal::NoSuchActivity => {
                    Faults::one("series", "系列编号不对：没有这个活动。")
                }
                Err(Stop::Refused(refusal)) => Faults::one(field_of(&refusal), wording::refusal(refusal)),
                Err(stop) => return Err(stop.into()),
            }
        }
        Err(faults) => faults,
    };
    // Pictures that came with a refused form are not stored.
    edit_page(&ask, view.as_ref(), Form { picture: chosen, ..form }, faults)
}

sample! { Form {
    kind, branch, title, description, category, place, audience, questions, picture, opens, closes, withdraw_until,
    starts, ends, capacity, points, per, by, minutes_min, code, walk_ins, age_min, age_max, companions, escorted,
    party_max, series,
} }
sample! { EditPage {
    shell, key, activity, is_published, is_service, form, faults, branches, categories, pictures, own_picture, blocks,
} }
