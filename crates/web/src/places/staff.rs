//! 领取地点 in the back office: names, weekly hours, closed days and extra opening days.

use super::{PlaceLook, span_words};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::kit::calendar::{clock_time, date_value, day_of, long_day_weekday, weekday};
use crate::kit::faults::Faults;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::places::pickup::Opening;
use domain::places::{DayPlan, PlaceText, Reply, SavePlace, SetPlaceDay};
use domain::staff::Permission;
use domain::tables::{BranchId, PlaceId, PlaceState};
use serde::Deserialize;

const NAME_CHARS_MAX: usize = 40;

#[derive(Template)]
#[template(path = "places/staff/index.html")]
pub struct PlacesPage {
    shell: StaffShell,
    places: Vec<PlaceLook>,
}

async fn places(ask: &StaffAsk) -> Result<Vec<PlaceLook>, Failure> {
    let all = store::places::all(&ask.app.reads, ask.today()).await?.into_iter().map(PlaceLook::of);
    Ok(all.filter(|look| ask.lists(look.place.branch)).collect())
}

pub async fn index(ask: StaffAsk) -> Result<Response, Failure> {
    page(&PlacesPage { shell: ask.shell("/staff/places"), places: places(&ask).await? })
}

/// As typed: one text a day of the week, as `8:30-11:30 13:30-17:00`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    pub branch: String,
    pub name: String,
    pub address: String,
    pub open: String,
    pub day1: String,
    pub day2: String,
    pub day3: String,
    pub day4: String,
    pub day5: String,
    pub day6: String,
    pub day7: String,
}

impl PlaceForm {
    fn days(&self) -> [&String; 7] {
        [&self.day1, &self.day2, &self.day3, &self.day4, &self.day5, &self.day6, &self.day7]
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DayForm {
    pub day: String,
    pub plan: String,
    pub hours: String,
}

pub struct SpecialLine {
    pub day: String,
    pub words: String,
    /// As an input of type date has it.
    pub value: String,
}

#[derive(Template)]
#[template(path = "places/staff/edit.html")]
pub struct EditPage {
    shell: StaffShell,
    key: String,
    day_key: String,
    place: Option<PlaceId>,
    form: PlaceForm,
    /// Field, day of the week, hours.
    week: Vec<(&'static str, &'static str, String)>,
    branches: Vec<(String, String)>,
    day_form: DayForm,
    faults: Faults,
    special: Vec<SpecialLine>,
}

#[derive(Default)]
struct Shown {
    form: PlaceForm,
    day_form: DayForm,
    faults: Faults,
}

const DAY_FIELDS: [&str; 7] = ["day1", "day2", "day3", "day4", "day5", "day6", "day7"];

/// The field of a day of the week.
fn day_field(day: i64) -> &'static str {
    DAY_FIELDS.get(day as usize - 1).copied().unwrap_or_default()
}

fn edit_page(ask: &StaffAsk, look: Option<&PlaceLook>, shown: Shown) -> Result<Response, Failure> {
    let status = if shown.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let week = shown
        .form
        .days()
        .into_iter()
        .cloned()
        .zip(1..)
        .map(|(text, day)| (day_field(day), weekday(day), text))
        .collect();
    let template = EditPage {
        shell: ask.shell("/staff/places"),
        key: form_key()?,
        day_key: form_key()?,
        place: look.map(PlaceLook::id),
        week,
        special: look.map(|look| special(ask, look)).unwrap_or_default(),
        branches: if look.is_none() { ask.branches(Permission::EditPlaces) } else { vec![] },
        form: shown.form,
        day_form: shown.day_form,
        faults: shown.faults,
    };
    page_with(status, &template)
}

/// Those to come, day by day.
fn special(ask: &StaffAsk, look: &PlaceLook) -> Vec<SpecialLine> {
    let today = ask.today();
    let mut days: Vec<i64> = look.hours.special.iter().map(|special| special.day).filter(|day| *day >= today).collect();
    days.sort_unstable();
    days.dedup();
    let line = |day: i64| {
        let hours = look.hours.of(day);
        let words = if hours.is_empty() { "不开放".to_string() } else { span_words(&hours) };
        SpecialLine { day: long_day_weekday(day), words, value: date_value(day) }
    };
    days.into_iter().map(line).collect()
}

async fn found(ask: &StaffAsk, place: i64) -> Result<PlaceLook, Failure> {
    places(ask).await?.into_iter().find(|look| look.id().0 == place).ok_or(Failure::NotFound)
}

pub async fn new(ask: StaffAsk) -> Result<Response, Failure> {
    let form = PlaceForm { open: "1".into(), ..PlaceForm::default() };
    edit_page(&ask, None, Shown { form, ..Shown::default() })
}

pub async fn edit(ask: StaffAsk, Path(place): Path<i64>) -> Result<Response, Failure> {
    let look = found(&ask, place).await?;
    edit_page(&ask, Some(&look), Shown { form: typed(&look), ..Shown::default() })
}

fn typed(look: &PlaceLook) -> PlaceForm {
    let day = |day: i64| {
        let spans = look.hours.week.iter().filter(|opening| opening.weekday == day);
        let texts = spans.map(|o| format!("{}-{}", clock_time(o.from), clock_time(o.until)));
        texts.collect::<Vec<_>>().join(" ")
    };
    PlaceForm {
        branch: look.place.branch.to_string(),
        name: look.name.clone(),
        address: look.address.clone(),
        open: if look.is_open() { "1".into() } else { String::new() },
        day1: day(1),
        day2: day(2),
        day3: day(3),
        day4: day(4),
        day5: day(5),
        day6: day(6),
        day7: day(7),
    }
}

/// `8:30-11:30 13:30-17:00`; spaces, commas of any kind and long dashes are taken as people type them.
pub fn spans(text: &str) -> Option<Vec<(i64, i64)>> {
    let text: String = text
        .chars()
        .map(|c| match c {
            '，' | ',' | '；' | ';' | '、' => ' ',
            '：' => ':',
            '—' | '–' | '－' | '~' | '～' | '至' => '-',
            other => other,
        })
        .collect();
    text.split_whitespace()
        .map(|span| {
            let (from, until) = span.split_once('-')?;
            Some((crate::frame::settings::minute_of_day(from)?, crate::frame::settings::minute_of_day(until)?))
        })
        .collect()
}

fn read(ask: &StaffAsk, place: Option<&PlaceLook>, form: &PlaceForm) -> Result<SavePlace, Faults> {
    let mut faults = Faults::default();
    let (name, address) = (form.name.trim(), form.address.trim());
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        faults.add("name", format!("请填写名称，最多 {NAME_CHARS_MAX} 个字。"));
    }
    let mut week = vec![];
    for (text, weekday) in form.days().into_iter().zip(1..) {
        match spans(text) {
            Some(spans) => week.extend(spans.into_iter().map(|(from, until)| Opening { weekday, from, until })),
            None => faults.add(day_field(weekday), "时间没有看懂，请写成 8:30-11:30 13:30-17:00。"),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(SavePlace {
        place: place.map(PlaceLook::id),
        branch: place.map_or(form.branch.parse().map_or(ask.home(), BranchId), |look| look.place.branch),
        state: if form.open.is_empty() { PlaceState::Closed } else { PlaceState::Open },
        week,
        text: PlaceText { name: name.into(), address: address.into() },
    })
}

pub async fn create(ask: StaffAsk, posted: Posted<PlaceForm>) -> Result<Response, Failure> {
    save(ask, None, posted).await
}

pub async fn update(ask: StaffAsk, Path(place): Path<i64>, posted: Posted<PlaceForm>) -> Result<Response, Failure> {
    let look = found(&ask, place).await?;
    save(ask, Some(look), posted).await
}

async fn save(ask: StaffAsk, look: Option<PlaceLook>, posted: Posted<PlaceForm>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let refused = |faults: Faults| Shown { form: posted.form.clone(), faults, ..Shown::default() };
    let command = match read(&ask, look.as_ref(), &posted.form) {
        Ok(command) => command,
        Err(faults) => return edit_page(&ask, look.as_ref(), refused(faults)),
    };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(Reply::PlaceSaved { place }) => Ok(Redirect::to(&format!("/staff/places/{place}")).into_response()),
        Ok(reply) => Err(Failure::unexpected(reply)),
        Err(Stop::Refused(refusal)) => {
            edit_page(&ask, look.as_ref(), refused(Faults::one("", wording::refusal(refusal))))
        }
        Err(stop) => Err(stop.into()),
    }
}

pub async fn set_day(ask: StaffAsk, Path(place): Path<i64>, posted: Posted<DayForm>) -> Result<Response, Failure> {
    let look = found(&ask, place).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let refused = |field, sentence: String| Shown {
        form: typed(&look),
        day_form: posted.form.clone(),
        faults: Faults::one(field, sentence),
    };
    let DayForm { day, plan, hours } = &posted.form;
    let Some(day) = day_of(day) else {
        return edit_page(&ask, Some(&look), refused("day", "请选择日期。".into()));
    };
    let plan = match plan.as_str() {
        "closed" => Some(DayPlan::Closed),
        "open" => spans(hours).filter(|spans| !spans.is_empty()).map(DayPlan::Open),
        _ => Some(DayPlan::AsUsual),
    };
    let Some(plan) = plan else {
        return edit_page(&ask, Some(&look), refused("hours", "请填写开放时间，如 8:30-11:30 13:30-17:00。".into()));
    };
    let command = SetPlaceDay { place: look.id(), day, plan };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to(&format!("/staff/places/{place}")).into_response()),
        Err(Stop::Refused(refusal)) => edit_page(&ask, Some(&look), refused("day", wording::refusal(refusal))),
        Err(stop) => Err(stop.into()),
    }
}

sample! { PlacesPage { shell, places } }
sample! { SpecialLine { day, words, value } }
sample! { PlaceForm { branch, name, address, open, day1, day2, day3, day4, day5, day6, day7 } }
sample! { DayForm { day, plan, hours } }
sample! { EditPage {
    shell, key, day_key, place, form,
    week = |draw| (1..=7).map(|day| (day_field(day), weekday(day), crate::samples::Sample::sample(draw))).collect(), branches,
    day_form, faults, special,
} }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_type_them() {
        let expected = Some(vec![(510, 690), (810, 1_020)]);
        for text in ["8:30-11:30 13:30-17:00", "08:30－11:30，13:30—17:00", "8：30至11：30、13:30~17:00"] {
            assert_eq!(spans(text), expected, "{text}");
        }
        assert_eq!(spans(" "), Some(vec![]));
        for text in ["8:30", "8-11", "25:00-26:00", "abc"] {
            assert_eq!(spans(text), None, "{text}");
        }
        assert_eq!((day_of("2026-11-24"), day_of("2026-02-30"), day_of("tomorrow")), (Some(20261124), None, None));
    }
}
