//! Places in words: why not, and what was.

use axum::http::StatusCode;
use domain::places::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchPlace => "没有这个领取地点，或已停用。".into(),
        Refusal::HoursOverlap => "开放时间有重叠或不正确，请核对。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchPlace => StatusCode::NOT_FOUND,
        Refusal::HoursOverlap => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
