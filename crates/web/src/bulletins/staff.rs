//! 公告 in the back office: the list, one written with what readers will see, its versions.

use super::{Phase, phase};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::kit::calendar::{date_value, day_of, long_day};
use crate::kit::faults::Faults;
use crate::kit::list::{Action, List, ListPage};
use crate::kit::prose::safe;
use crate::kit::table::{Cell, Table};
use crate::kit::versions::{Take, Version};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::bulletins::{BulletinWords, SaveBulletin, Saved};
use domain::core::texts::TITLE_CHARS_MAX;
use domain::tables::BulletinId;
use serde::Deserialize;
use store::bulletins::{BulletinVersion, BulletinView, all, versions};

const PATH: &str = "/staff/bulletins";

pub async fn index(ask: StaffAsk) -> Result<Response, Failure> {
    let found = all(&ask.app.reads).await?;
    ListPage {
        shell: ask.shell(PATH),
        title: "公告",
        actions: vec![
            Action { icon: "plus", ..Action::primary("/staff/bulletins/new", "新公告") },
            Action::plain("/bulletins".into(), "看读者的页面"),
        ],
        list: List::whole(PATH, table(ask.today()).on_screen(&found), "还没有公告。"),
    }
    .answer()
}

fn table(today: i64) -> Table<'static, BulletinView> {
    Table::new()
        .text("标题", |view: &BulletinView| Cell::Link {
            href: format!("{PATH}/{}", view.bulletin.id),
            text: view.words.title.clone(),
        })
        .text("开始", |view| long_day(view.bulletin.since))
        .text("结束", |view| if view.bulletin.until == 0 { "不限".into() } else { long_day(view.bulletin.until) })
        .text("状态", move |view| {
            let (class, word) = match phase(&view.bulletin, today) {
                Phase::Current => ("st st-ok", "显示中"),
                Phase::ToCome => ("st st-wait", "将显示"),
                Phase::Over => ("st", "已结束"),
                Phase::Hidden => ("st", "不显示"),
            };
            Cell::State { class, word, note: String::new() }
        })
}

/// The fields of the form, as they were typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct BulletinForm {
    pub title: String,
    pub body: String,
    pub since: String,
    pub until: String,
    pub shown: String,
    /// The version that the page showed.
    pub seen: i64,
    /// `preview`: shows it, and keeps nothing.
    pub act: String,
}

#[derive(Template)]
#[template(path = "bulletins/staff/edit.html")]
pub struct EditPage {
    shell: StaffShell,
    key: String,
    /// Where the form goes.
    here: String,
    is_new: bool,
    form: BulletinForm,
    faults: Faults,
    preview: Option<String>,
    versions: Vec<Version>,
}

/// What there is of a bulletin; nothing of a new one.
#[derive(Default)]
struct Known {
    id: Option<BulletinId>,
    versions: Vec<BulletinVersion>,
}

impl Known {
    async fn of(ask: &StaffAsk, id: Option<i64>) -> Result<Self, Failure> {
        let Some(id) = id.map(BulletinId) else { return Ok(Known::default()) };
        let versions = versions(&ask.app.reads, id).await?;
        if versions.is_empty() { Err(Failure::NotFound) } else { Ok(Known { id: Some(id), versions }) }
    }

    fn newest(&self) -> i64 {
        self.versions.first().map_or(0, |of| of.view.version)
    }
}

fn edit_page(
    ask: &StaffAsk,
    known: &Known,
    (form, taken): (BulletinForm, Option<i64>),
    faults: Faults,
) -> Result<Response, Failure> {
    let html = |text: &str| ask.content.filled(&safe(text), ask.today());
    let version = |of: &BulletinVersion| {
        let head = vec![of.title.clone(), stands(of)];
        Version::of(&of.view, head, html(&of.view.text), taken, &ask.app.calendar)
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let template = EditPage {
        shell: ask.shell(PATH),
        key: form_key()?,
        here: known.id.map_or(PATH.into(), |id| format!("{PATH}/{id}")),
        is_new: known.id.is_none(),
        preview: (form.act == "preview").then(|| html(&form.body)),
        versions: known.versions.iter().map(version).collect(),
        form,
        faults,
    };
    page_with(status, &template)
}

/// When and whether a version stood, as 2026年12月1日起，到2026年12月31日，不显示.
fn stands(of: &BulletinVersion) -> String {
    let until = if of.until == 0 { String::new() } else { format!("，到{}", long_day(of.until)) };
    format!("{}起{until}{}", long_day(of.since), if of.shown { "" } else { "，不显示" })
}

pub async fn new(ask: StaffAsk) -> Result<Response, Failure> {
    let form = BulletinForm { since: date_value(ask.today()), shown: "1".into(), ..BulletinForm::default() };
    edit_page(&ask, &Known::default(), (form, None), Faults::default())
}

/// With the newest version in the form, or an older one.
pub async fn edit(ask: StaffAsk, Path(id): Path<i64>, Query(take): Query<Take>) -> Result<Response, Failure> {
    let known = Known::of(&ask, Some(id)).await?;
    let newest = known.versions.first().ok_or(Failure::NotFound)?;
    let taken = take.of(&known.versions, |of| of.view.version);
    let BulletinVersion { shown, since, until, title, view } = taken.unwrap_or(newest);
    let form = BulletinForm {
        title: title.clone(),
        body: view.text.clone(),
        since: date_value(*since),
        until: if *until == 0 { String::new() } else { date_value(*until) },
        shown: if *shown { "1".into() } else { String::new() },
        seen: newest.view.version,
        act: String::new(),
    };
    let taken = taken.map(|of| of.view.version);
    edit_page(&ask, &known, (form, taken), Faults::default())
}

fn read(form: &BulletinForm) -> Result<Saved, Faults> {
    let mut faults = Faults::default();
    if form.title.trim().is_empty() {
        faults.add("title", "请写下标题。");
    }
    if form.title.trim().chars().count() > TITLE_CHARS_MAX {
        faults.add("title", format!("标题最多 {TITLE_CHARS_MAX} 个字。"));
    }
    if form.body.trim().is_empty() {
        faults.add("body", "请写下内容。");
    }
    let since = day_of(&form.since).unwrap_or_else(|| {
        faults.add("since", "请选择开始日期。");
        0
    });
    let until = if form.until.is_empty() { Some(0) } else { day_of(&form.until) };
    let until = until.unwrap_or_else(|| {
        faults.add("until", "请选择正确的结束日期。");
        0
    });
    if until != 0 && until < since {
        faults.add("until", "结束日期不能早于开始日期。");
    }
    let words = BulletinWords { title: form.title.trim().into(), body: form.body.trim().replace("\r\n", "\n") };
    if faults.is_empty() { Ok(Saved { shown: !form.shown.is_empty(), since, until, words }) } else { Err(faults) }
}

pub async fn create(ask: StaffAsk, posted: Posted<BulletinForm>) -> Result<Response, Failure> {
    keep(&ask, None, posted).await
}

pub async fn save(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<BulletinForm>) -> Result<Response, Failure> {
    keep(&ask, Some(id), posted).await
}

async fn keep(ask: &StaffAsk, id: Option<i64>, posted: Posted<BulletinForm>) -> Result<Response, Failure> {
    let (key, form) = (posted.idempotency(&ask.app, ask.actor()), posted.form);
    let faults = match read(&form) {
        Err(faults) => faults,
        Ok(_) if form.act == "preview" => Faults::default(),
        Ok(saved) => {
            let command = SaveBulletin { bulletin: id.map(BulletinId), seen: form.seen, saved };
            match ask.app.command(ask.actor(), key, command).await {
                Ok(_) => return Ok(Redirect::to(PATH).into_response()),
                Err(Stop::Refused(refusal)) => Faults::one("", wording::refusal(refusal)),
                Err(stop) => return Err(stop.into()),
            }
        }
    };
    let known = Known::of(ask, id).await?;
    // Whoever was told of a newer version has seen it now.
    let seen = if faults.of("").is_some() { known.newest() } else { form.seen };
    edit_page(ask, &known, (BulletinForm { seen, ..form }, None), faults)
}

sample! { BulletinForm { title, body, since, until, shown, seen = |draw| draw.id(), act } }
sample! { EditPage { shell, key, here = |_| PATH.into(), is_new, form, faults, preview = |draw| Some(crate::kit::prose::sample(draw)), versions } }
