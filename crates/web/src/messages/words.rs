//! Messages in words: why not, and what was.

use axum::http::StatusCode;
use domain::messages::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchMessage => "没有这条消息。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchMessage => StatusCode::NOT_FOUND,
    }
}
