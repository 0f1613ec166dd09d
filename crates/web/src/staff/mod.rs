//! The back office: sign-in, the start page, the desk.

pub mod desk;
pub mod sign_in;

use crate::ask::StaffAsk;
use crate::failure::Failure;
use crate::page::{StaffShell, page};
use askama::Template;
use axum::response::Response;
use domain::staff::Permission;
use store::desk::counts;

#[derive(Template)]
#[template(path = "staff/start.html")]
pub struct StartPage {
    shell: StaffShell,
    waiting: i64,
    running_low: i64,
    prizes: i64,
}

pub async fn start(ask: StaffAsk) -> Result<Response, Failure> {
    ask.require(Permission::Read)?;
    let row = ask.app.reads.one(counts(ask.branch())).await?;
    let (waiting, running_low, prizes) = match row {
        Some(mut row) => (row.int()?, row.int()?, row.int()?),
        None => (0, 0, 0),
    };
    page(&StartPage { shell: ask.shell("/staff"), waiting, running_low, prizes })
}
