//! 页面文字 in the back office: one written with what readers will see, its versions, and an old one taken up again.

use super::{SPOTS, Spot};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::kit::list::{List, ListPage};
use crate::kit::prose::safe;
use crate::kit::table::{Cell, Table};
use crate::kit::versions::{Take, Version};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::passages::SavePassage;
use serde::Deserialize;
use store::passages::versions;
use store::versions::VersionView;

const PATH: &str = "/staff/passages";

fn spot(name: &str) -> Result<&'static Spot, Failure> {
    SPOTS.iter().find(|spot| spot.name == name).ok_or(Failure::NotFound)
}

pub async fn index(ask: StaffAsk) -> Result<Response, Failure> {
    let shown = |spot: &Spot| ask.content.passages.iter().any(|(of, text)| *of == spot.passage && !text.is_empty());
    let found: Vec<(&Spot, bool)> = SPOTS.iter().map(|spot| (spot, shown(spot))).collect();
    ListPage {
        shell: ask.shell(PATH),
        title: "页面文字",
        actions: vec![],
        list: List::whole(PATH, table().on_screen(&found), "没有可以写的页面文字。"),
    }
    .answer()
}

fn table() -> Table<'static, (&'static Spot, bool)> {
    Table::new()
        .text("文字", |(spot, _): &(&Spot, bool)| Cell::Link {
            href: format!("{PATH}/{}", spot.name),
            text: spot.title.into(),
        })
        .text("位置", |(spot, _)| spot.place)
        .text("状态", |(_, shown)| match shown {
            true => Cell::State { class: "st st-ok", word: "显示", note: String::new() },
            false => Cell::State { class: "st", word: "未填写", note: String::new() },
        })
}

/// The fields of the form, as they were typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PassageForm {
    pub text: String,
    /// The version that the page showed.
    pub seen: i64,
    /// `preview`: shows it, and keeps nothing.
    pub act: String,
}

#[derive(Template)]
#[template(path = "passages/staff/edit.html")]
pub struct EditPage {
    shell: StaffShell,
    key: String,
    /// Where the form goes.
    here: String,
    title: &'static str,
    place: &'static str,
    /// Where readers see it.
    page: &'static str,
    form: PassageForm,
    error: Option<String>,
    preview: Option<String>,
    versions: Vec<Version>,
    /// {cancel-hours}: 自己取消兑换, 24
    rules: Vec<(String, String)>,
}

/// What stands in the form beside what has been.
struct Shown {
    form: PassageForm,
    /// An old version that was taken up.
    taken: Option<i64>,
    error: Option<String>,
}

fn edit_page(ask: &StaffAsk, spot: &Spot, known: &[VersionView], shown: Shown) -> Result<Response, Failure> {
    let html = |text: &str| ask.content.filled(&safe(text), ask.today());
    let version = |view: &VersionView| Version::of(view, vec![], html(&view.text), shown.taken, &ask.app.calendar);
    let Spot { name, title, place, page, .. } = *spot;
    let status = if shown.error.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let template = EditPage {
        shell: ask.shell(PATH),
        key: form_key()?,
        here: format!("{PATH}/{name}"),
        title,
        place,
        page,
        preview: (shown.form.act == "preview").then(|| html(&shown.form.text)),
        versions: known.iter().map(version).collect(),
        rules: ask.content.rule_meanings(ask.today()),
        form: shown.form,
        error: shown.error,
    };
    page_with(status, &template)
}

/// With the newest version in the form, or an older one to be taken up again.
pub async fn edit(ask: StaffAsk, Path(name): Path<String>, Query(take): Query<Take>) -> Result<Response, Failure> {
    let spot = spot(&name)?;
    let known = versions(&ask.app.reads, spot.passage).await?;
    let newest = known.first().map_or(0, |view| view.version);
    let taken = take.of(&known, |view| view.version);
    let text = taken.or(known.first()).map_or(String::new(), |view| view.text.clone());
    let form = PassageForm { text, seen: newest, act: String::new() };
    let taken = taken.map(|view| view.version);
    edit_page(&ask, spot, &known, Shown { form, taken, error: None })
}

pub async fn save(ask: StaffAsk, Path(name): Path<String>, posted: Posted<PassageForm>) -> Result<Response, Failure> {
    let (spot, key) = (spot(&name)?, posted.idempotency(&ask.app, ask.actor()));
    let form = posted.form;
    let error = if form.act == "preview" {
        None
    } else {
        let command = SavePassage { passage: spot.passage, seen: form.seen, text: form.text.replace("\r\n", "\n") };
        match ask.app.command(ask.actor(), key, command).await {
            Ok(_) => return Ok(Redirect::to(&format!("{PATH}/{name}")).into_response()),
            Err(Stop::Refused(refusal)) => Some(wording::refusal(refusal)),
            Err(stop) => return Err(stop.into()),
        }
    };
    let known = versions(&ask.app.reads, spot.passage).await?;
    // Whoever was told of a newer version has seen it now.
    let newest = known.first().map_or(0, |view| view.version);
    let form = PassageForm { seen: if error.is_some() { newest } else { form.seen }, ..form };
    edit_page(&ask, spot, &known, Shown { form, taken: None, error })
}

sample! { PassageForm { text, seen = |draw| draw.id(), act } }
sample! { EditPage {
    shell, key, here = |_| PATH.into(), title = |_| "积分规则补充说明", place = |_| "「积分规则」页面下方", page = |_| "/rules", form, error,
    preview = |draw| Some(crate::kit::prose::sample(draw)), versions, rules,
} }
