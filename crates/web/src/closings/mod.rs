//! 注销账号: what happens is said first; days to think; taken back with one tap.

pub mod words;

use crate::frame::app::Stop;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::frame::routes::{For, Routes};
use crate::wording;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::closings::{AskToClose, KeepAccount};
use domain::core::asked::CommandOf;
use domain::rules::Rule;
use domain::slices::InSlices;
use serde::Deserialize;
use store::closings::{belongings, of};
use store::redemptions::{tickets, waiting};
use store::sessions::{CardView, card_views, cards};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/closing", For::Readers, show).post("/closing", For::Readers, ask_to_close).post(
        "/closing/withdrawal",
        For::Readers,
        keep,
    )
}

/// `understood`: what happens was read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ClosingForm {
    pub understood: String,
}

#[derive(Template)]
#[template(path = "closings/show.html")]
pub struct ClosingPage {
    shell: Shell,
    key: String,
    days: i64,
    /// When it will be closed; empty: nobody has asked for that.
    due: String,
    cards: Vec<CardView>,
    prizes: usize,
    places: usize,
    members: usize,
    transfers: usize,
    donations: usize,
    volunteers: usize,
    /// The days are over.
    is_over: bool,
    error: Option<String>,
}

async fn closing_page(ask: &ReaderAsk, error: Option<String>) -> Result<Response, Failure> {
    let [found, open] = ask.app.reads.read([cards(ask.id()), waiting(ask.id())]).await?;
    let had = belongings(&ask.app.reads, ask.id(), ask.now).await?;
    let closing = of(&ask.app.reads, ask.id()).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = ClosingPage {
        shell: ask.shell(),
        key: form_key()?,
        days: ask.content.rule(Rule::ClosingDays, ask.today()),
        is_over: closing.is_some_and(|closing| ask.now >= closing.due),
        due: closing.map_or(String::new(), |closing| ask.app.calendar.moment(closing.due)),
        cards: card_views(found)?,
        prizes: tickets(open)?.len(),
        places: had.places.len(),
        members: had.members.len(),
        transfers: had.transfers.len(),
        donations: had.donations.len(),
        volunteers: had.volunteers.len(),
        error,
    };
    page_with(status, &template)
}

pub async fn show(ask: ReaderAsk) -> Result<Response, Failure> {
    closing_page(&ask, None).await
}

async fn done<C: CommandOf<Slice: InSlices>, F>(
    ask: &ReaderAsk,
    posted: &Posted<F>,
    command: C,
) -> Result<Response, Failure> {
    match ask.app.command(ask.actor(), posted.idempotency(&ask.app, ask.actor()), command).await {
        Ok(_) => {
            ask.app.outbox_bell.notify_one();
            Ok(Redirect::to("/closing").into_response())
        }
        Err(Stop::Refused(why)) => closing_page(ask, Some(wording::refusal(why))).await,
        Err(stop) => Err(stop.into()),
    }
}

pub async fn ask_to_close(ask: ReaderAsk, posted: Posted<ClosingForm>) -> Result<Response, Failure> {
    if posted.form.understood.is_empty() {
        return closing_page(&ask, Some("请先阅读上面的说明，并勾选“我已了解”。".into())).await;
    }
    done(&ask, &posted, AskToClose {}).await
}

/// 撤回注销
pub async fn keep(ask: ReaderAsk, posted: Posted<ClosingForm>) -> Result<Response, Failure> {
    done(&ask, &posted, KeepAccount {}).await
}

sample! { ClosingForm { understood } }
sample! { ClosingPage { shell, key, days, due, cards, prizes = |_| 2, places = |_| 1, members = |_| 0, transfers = |_| 1, donations = |_| 1, volunteers = |_| 0, is_over, error } }
