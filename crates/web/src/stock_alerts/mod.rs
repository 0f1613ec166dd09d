//! 到货提醒我: a reader asks on a prize's page to be told when it is back.

pub mod words;

use crate::frame::app::Stop;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::posted::Posted;
use crate::frame::routes::{For, Routes};
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use domain::stock_alerts::{ChooseStockAlert, Refusal};
use domain::tables::PrizeId;
use serde::Deserialize;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().post("/prizes/{prize}/alert", For::Readers, choose)
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    wanted: String,
}

/// Safe to repeat by what it does.
pub async fn choose(ask: ReaderAsk, Path(prize): Path<i64>, posted: Posted<Wanted>) -> Result<Response, Failure> {
    let command = ChooseStockAlert { prize: PrizeId(prize), wanted: !posted.form.wanted.is_empty() };
    match ask.app.command(ask.actor(), None, command).await {
        // It has just come: the prize's page has the button to redeem it.
        Err(Stop::Refused(why)) if why == Refusal::InStock => {}
        said => drop(said?),
    }
    Ok(Redirect::to(&format!("/prizes/{prize}")).into_response())
}
