//! Slips as CSV and XLSX.

use super::staff::{PATH, donor_words, state};
use super::{books_words, state_words};
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::kit::export::Kind;
use crate::kit::list::{chosen, query};
use crate::kit::table::Table;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use domain::staff::NoteExport;
use serde::Deserialize;
use store::donations::{DonationView, EXPORT_ROWS_MAX, list, views};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    state: String,
    format: Kind,
}

/// Who took it out is written down first.
pub async fn export(ask: StaffAsk, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let Wanted { state: name, format } = wanted;
    let Ok(state) = chosen(&name, state) else {
        return Ok(Redirect::to(&format!("{PATH}?{}", query(&[("state", &name)]))).into_response());
    };
    let found = views(ask.app.reads.all(list(state, i64::MAX, EXPORT_ROWS_MAX)).await?)?;
    let noted = NoteExport { what: "donations.export", filter: format!("state={name}"), rows: found.len() as i64 };
    ask.app.command(ask.actor(), None, noted).await?;
    table(&ask).download(format!("捐书{}", ask.today()), &found, format)
}

fn table(ask: &StaffAsk) -> Table<'_, DonationView> {
    let moment = |at: i64| if at == 0 { String::new() } else { ask.app.calendar.moment(at) };
    Table::new()
        .text("图书", |view: &DonationView| books_words(&view.title, view.titles))
        .text("读者", donor_words)
        .number("申报册数", |view| view.donation.copies)
        .number("实收册数", |view| view.donation.received)
        .number("收下册数", |view| view.donation.accepted)
        .number("积分", |view| view.donation.points)
        .text("状态", |view| state_words(view.donation.state))
        .text("提交", move |view| moment(view.donation.at))
        .text("收书", move |view| moment(view.donation.received_at))
        .text("审核", move |view| moment(view.donation.decided_by.map_or(0, |_| view.donation.decided_at)))
        .text("上架", move |view| moment(view.donation.shelved_at))
}
