//! The back office: sign-in, the start page, the desk.

pub mod words;

use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, page};
use crate::frame::routes::{For, Routes};
use askama::Template;
use axum::response::Response;
use domain::staff::Permission;
use store::activities::appeals::{Waiting, waiting};
use store::redemptions::desk::counts;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/staff", For::Staff(&[Permission::Read]), start).in_menu(10, "home-2", "工作台")
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
