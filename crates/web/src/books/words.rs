//! What refusals of books say.

use axum::http::StatusCode;
use domain::books::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchSource => "没有这个书目来源。",
    }
    .into()
}

/// The status that programs read.
pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchSource => StatusCode::NOT_FOUND,
    }
}
