//! 改绑: asking for a card that another has bound, and objecting to it.

use super::{BindForm, prove};
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::frame::posted::{Nothing, Posted};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use domain::cards::rebindings::{EndRebinding, RequestRebinding};
use domain::tables::CardId;
use store::cards::rebindings_of;

/// A request that concerns the reader, on 我的证件.
pub struct Line {
    pub card: CardId,
    pub about: String,
    pub due: String,
    /// The reader has the card and can object; else the reader has asked for it.
    pub objects: bool,
}

pub async fn lines(ask: &ReaderAsk) -> Result<Vec<Line>, Failure> {
    let found = rebindings_of(&ask.app.reads, ask.id()).await?;
    let line = |(rebinding, about): (domain::tables::Rebinding, String)| Line {
        card: rebinding.card,
        about,
        due: ask.app.calendar.moment(rebinding.due),
        objects: rebinding.reader != ask.id(),
    };
    Ok(found.into_iter().map(line).collect())
}

/// 申请改绑到当前微信
pub async fn request(ask: ReaderAsk, posted: Posted<BindForm>) -> Result<Response, Failure> {
    prove(ask, posted, |typed| RequestRebinding(typed).into()).await
}

#[derive(Template)]
#[template(path = "cards/rebinding.html")]
pub struct RequestedPage {
    shell: Shell,
    due: String,
}

pub fn requested(ask: &ReaderAsk, due: i64) -> Result<Response, Failure> {
    page(&RequestedPage { shell: ask.shell(), due: ask.app.calendar.moment(due) })
}

/// Who has the card objects, or who asked lets go.
pub async fn end(ask: ReaderAsk, Path(card): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.app, &posted.form);
    let command = EndRebinding { card: CardId(card) };
    app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await?;
    Ok(Redirect::to("/cards").into_response())
}

sample! { Line { card, about, due, objects } }
sample! { RequestedPage { shell, due } }
