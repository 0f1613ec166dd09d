//! What refusals of passages say.

use axum::http::StatusCode;
use domain::passages::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NewerVersion => "刚刚有人改过这段文字。请对照右边的新版本，改好再保存。".into(),
    }
}

/// The status that programs read.
pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NewerVersion => StatusCode::CONFLICT,
    }
}
