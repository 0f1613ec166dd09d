//! 服务时长证明: printed by the volunteer, checked by anybody. Nothing is stored: the code says it all and is signed.

use super::reader::{Who, own};
use super::{hours, open};
use crate::frame::app::App;
use crate::frame::ask::{Ask, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page, page_with};
use crate::frame::sealing::masked_name;
use crate::kit::calendar::long_day;
use crate::kit::deed::Deed;
use crate::kit::qr::Qr;
use crate::kit::signed_numbers::{read, signed};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::day::DAY_MS;
use domain::tables::{MemberId, VolunteerState};
use serde::Deserialize;

/// What the code is signed as.
const LABEL: &str = "certificate";
/// What a link for printing is signed as, and how long it is good.
const PRINT: &str = "certificate.print";
const PRINT_LINK_MS: i64 = DAY_MS;

/// What a certificate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub reader: i64,
    /// 0: the reader.
    pub member: i64,
    pub minutes: i64,
    pub services: i64,
    pub day: i64,
}

impl Said {
    pub fn code(&self, app: &App) -> String {
        signed(&app.keys, LABEL, &[self.reader, self.member, self.minutes, self.services, self.day])
    }

    /// As people type it. None: nobody here has made it.
    pub fn read(app: &App, typed: &str) -> Option<Self> {
        let [reader, member, minutes, services, day] = read(&app.keys, LABEL, typed)?;
        Some(Said { reader, member, minutes, services, day })
    }
}

#[derive(Template)]
#[template(path = "volunteers/certificate.html")]
pub struct CertificatePage {
    shell: Shell,
    /// Where a computer without this reader's WeChat prints it. Empty: this is that page.
    print_link: String,
    /// To keep in WeChat.
    picture: String,
    name: String,
    hours: String,
    services: i64,
    day: String,
    qr: Qr,
    code: String,
    url: String,
}

/// Of the reader or a member with hours; anybody else's is not there.
pub async fn show(ask: ReaderAsk, Query(Who { member }): Query<Who>) -> Result<Response, Failure> {
    let app = &ask.app;
    let own = own(&ask).await?;
    let id = (member != 0).then_some(MemberId(member));
    let view = own.volunteers.iter().find(|view| view.volunteer.member == id);
    let view = view.filter(|view| view.volunteer.state == VolunteerState::Approved).ok_or(Failure::NotFound)?;
    let services = own.served.iter().filter(|one| one.participant.member == id && one.participant.minutes > 0).count();
    let minutes = view.volunteer.minutes;
    if minutes == 0 {
        return Ok(Redirect::to("/volunteers").into_response());
    }
    let day = ask.today();
    let said = Said { reader: ask.id().0, member, minutes, services: services as i64, day };
    let name = open(&app.keys, &view.face).name;
    deed(app, ask.shell(), said, name, print_link(app, &said.code(app), ask.now + PRINT_LINK_MS))
}

fn deed(app: &App, shell: Shell, said: Said, name: String, print_link: String) -> Result<Response, Failure> {
    let code = said.code(app);
    let url = format!("{}/certificates/{code}", app.site.public_url.trim_end_matches('/'));
    let (services, hours, day, qr) = (said.services, hours(said.minutes), long_day(said.day), Qr::of(&url)?);
    let library = &shell.library.name;
    let lines = vec![
        format!("截至 {day}，在"),
        library.clone(),
        format!("参加志愿服务 {services} 次，累计服务时长 {hours}。"),
        "特此证明，并致谢意。".into(),
    ];
    let deed = Deed {
        title: "志愿服务证明".into(),
        name: name.clone(),
        lines,
        by: library.clone(),
        day: day.clone(),
        qr: qr.clone(),
        code: code.clone(),
    };
    let picture = deed.address()?;
    page(&CertificatePage { picture, shell, print_link, name, hours, services, day, qr, code, url })
}

/// Inside WeChat nothing can be printed: whoever has this link sees the whole name, so it is good for a day alone.
fn print_link(app: &App, code: &str, until: i64) -> String {
    let mark = app.keys.signature(PRINT, &format!("{code}~{until}"));
    format!("{}/certificates/{code}/print?until={until}&mark={mark}", app.site.public_url.trim_end_matches('/'))
}

#[derive(Deserialize)]
pub struct Link {
    until: i64,
    mark: String,
}

/// By the link that the volunteer has made, on any machine.
pub async fn print(ask: Ask, Path(code): Path<String>, Query(link): Query<Link>) -> Result<Response, Failure> {
    let app = &ask.app;
    let is_good = app.keys.is_signed(PRINT, &format!("{code}~{}", link.until), &link.mark) && ask.now < link.until;
    let said = Said::read(app, &code).filter(|_| is_good).ok_or(Failure::NotFound)?;
    let found = store::volunteers::views(app.reads.all(store::volunteers::one(said.reader, said.member)).await?)?.pop();
    let view = found.filter(|view| view.volunteer.minutes >= said.minutes).ok_or(Failure::NotFound)?;
    deed(app, ask.shell(), said, open(&app.keys, &view.face).name, String::new())
}

/// A certificate that is good, in words.
pub struct Good {
    pub name: String,
    pub hours: String,
    pub day: String,
    /// Hours were taken back since.
    pub is_corrected: bool,
}

#[derive(Template)]
#[template(path = "volunteers/checked.html")]
pub struct CheckedPage {
    shell: Shell,
    checked: Option<Good>,
}

async fn good(app: &App, said: Said) -> Result<Good, Failure> {
    let view = store::volunteers::views(app.reads.all(store::volunteers::one(said.reader, said.member)).await?)?.pop();
    let name = view.as_ref().map(|view| masked_name(&open(&app.keys, &view.face).name));
    Ok(Good {
        name: name.unwrap_or_else(|| "（姓名已删除）".into()),
        hours: hours(said.minutes),
        day: long_day(said.day),
        is_corrected: view.is_some_and(|view| view.volunteer.minutes < said.minutes),
    })
}

/// 有效 or 无效, for whoever holds the paper.
pub async fn check(ask: Ask, Path(typed): Path<String>) -> Result<Response, Failure> {
    let checked = match Said::read(&ask.app, &typed) {
        Some(said) => Some(good(&ask.app, said).await?),
        None => None,
    };
    let status = if checked.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    page_with(status, &CheckedPage { shell: ask.shell(), checked })
}

sample! { CertificatePage { shell, print_link, picture, name, hours, services, day, qr, code, url } }
sample! { Good { name, hours, day, is_corrected } }
sample! { CheckedPage { shell, checked } }
