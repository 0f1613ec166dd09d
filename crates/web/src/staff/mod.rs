//! The back office: sign-in, the start page, the desk.

pub mod account;
pub mod words;

use crate::frame::ask::{StaffAsk, local_path};
use crate::frame::cookies;
use crate::frame::failure::Failure;
use crate::frame::guard::is_staff;
use crate::frame::page::{StaffShell, page};
use crate::frame::routes::{For, Routes};
use askama::Template;
use axum::extract::Form;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use domain::staff::Permission;
use serde::Deserialize;
use store::activities::appeals::{Waiting, waiting};
use store::redemptions::desk::counts;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    const ANYBODY: For = For::Staff(Permission::ALL);
    Routes::default()
        .get("/staff", For::Staff(&[Permission::Read]), start)
        .in_menu(10, "home-2", "工作台")
        .post("/staff/branch", ANYBODY, pick)
        .get("/staff/account", ANYBODY, account::show)
        .post("/staff/account", ANYBODY, account::link)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Pick {
    /// Empty: all of them.
    branch: String,
    to: String,
}

/// 切换分馆: what is listed from now on at this browser; what may be done, the roles say.
pub async fn pick(ask: StaffAsk, Form(picked): Form<Pick>) -> Result<Response, Failure> {
    let Pick { branch, to } = &picked;
    let site = &ask.app.site;
    let cookie = match branch.parse::<i64>() {
        Ok(branch) => cookies::set(site, cookies::BRANCH, &branch.to_string(), None),
        Err(_) => cookies::clear(site, cookies::BRANCH),
    };
    let to = Some(local_path(to)).filter(|to| is_staff(to)).unwrap_or("/staff");
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(to)).into_response())
}

#[derive(Template)]
#[template(path = "staff/start.html")]
pub struct StartPage {
    shell: StaffShell,
    collectable: i64,
    running_low: i64,
    prizes: i64,
    waiting: Waiting,
}

pub async fn start(ask: StaffAsk) -> Result<Response, Failure> {
    let [found, waiting] = ask.app.reads.read([counts(ask.branch()), waiting(ask.branch())]).await?;
    let (collectable, running_low, prizes) = match found.into_iter().next() {
        Some(mut row) => (row.int()?, row.int()?, row.int()?),
        None => (0, 0, 0),
    };
    let waiting = store::activities::appeals::counts(waiting)?;
    page(&StartPage { shell: ask.shell("/staff"), collectable, running_low, prizes, waiting })
}

sample! { StartPage { shell, collectable, running_low, prizes, waiting } }
