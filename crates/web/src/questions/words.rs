//! What refusals of questions say.

use axum::http::StatusCode;
use domain::questions::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchQuestion => "没有这个问题。".into(),
        Refusal::PlaceWrong { most } => format!("排序应在 0 到 {most} 之间。"),
        Refusal::AlreadySeeded => "已经有常见问题了。".into(),
    }
}

/// The status that programs read.
pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchQuestion => StatusCode::NOT_FOUND,
        Refusal::PlaceWrong { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::AlreadySeeded => StatusCode::CONFLICT,
    }
}
