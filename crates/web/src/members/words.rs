//! Members in words: why not, and what was.

use axum::http::StatusCode;
use domain::members::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchMember => "没有这位成员，可能已经移除。".into(),
        Refusal::TooManyMembers { most } => format!("最多添加 {most} 位成员。"),
        Refusal::MemberIsEnrolled => "这位成员还有报名或候补的活动，请先取消报名。".into(),
        Refusal::BirthDayWrong => "出生日期不对，请核对。".into(),
        Refusal::ConsentMissing => "未满年龄需要监护人同意，请先勾选。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchMember => StatusCode::NOT_FOUND,
        Refusal::BirthDayWrong | Refusal::ConsentMissing => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}
