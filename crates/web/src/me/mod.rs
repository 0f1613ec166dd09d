//! 我的: the personal centre.

use crate::frame::ask::{Ask, local_path};
use crate::frame::cookies;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::frame::routes::{For, Routes};
use crate::points::Line;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::points::{list, views};
use store::sessions::{CardView, Visitor};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/me", For::Everybody, show).post("/me/type-size", For::Everybody, type_size)
}

const LAST_POSTINGS: usize = 3;

#[derive(Template)]
#[template(path = "me/show.html")]
pub struct MePage {
    shell: Shell,
    signed_in: bool,
    card: Option<CardView>,
    several: bool,
    lines: Vec<Line>,
}

pub async fn show(ask: Ask) -> Result<Response, Failure> {
    let mut lines = vec![];
    if let Visitor::Reader { reader, card: Some(card), .. } = &ask.visitor {
        let since = ask.app.calendar.month_ago(ask.now);
        let found = views(ask.app.reads.all(list(card.card.id, reader.id, since, i64::MAX)).await?)?;
        lines = found.iter().take(LAST_POSTINGS).map(|view| Line::of(view, &ask.app.calendar)).collect();
    }
    let (signed_in, card, several) = (ask.is_signed_in(), ask.card().cloned(), ask.has_several_cards());
    page(&MePage { shell: ask.shell(), signed_in, card, several, lines })
}

#[derive(Deserialize)]
pub struct TypeSize {
    #[serde(default)]
    large: String,
    #[serde(default)]
    to: String,
}

/// 大字版: kept by the browser, because it is about this screen.
pub async fn type_size(
    State(app): State<crate::frame::app::App>,
    Form(form): Form<TypeSize>,
) -> Result<Response, Failure> {
    let cookie = if form.large.is_empty() {
        cookies::clear(&app.site, cookies::LARGE)
    } else {
        cookies::set(&app.site, cookies::LARGE, "1", Some(cookies::A_YEAR_S))
    };
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(local_path(&form.to))).into_response())
}

sample! { MePage { shell, signed_in, card, several, lines } }
