//! Check-ins in words: why not, and what was.

use axum::http::StatusCode;
use domain::checkins::{PostingKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::MinutesWrong => "时长不对，请核对。".into(),
        Refusal::AlreadyCheckedIn => "今天已经签到了。".into(),
        Refusal::NothingToMakeUp => "这一天不能补签。".into(),
        Refusal::TooManyMakeUps { most } => format!("每月最多补签 {most} 次。"),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::MinutesWrong => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

pub fn posting(kind: PostingKind, _: &str) -> String {
    match kind {
        PostingKind::CheckIn => "签到打卡".into(),
    }
}
