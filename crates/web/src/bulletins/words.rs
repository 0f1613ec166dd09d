//! What refusals of bulletins say.

use axum::http::StatusCode;
use domain::bulletins::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchBulletin => "没有这条公告。".into(),
        Refusal::BulletinDayWrong => "请选择正确的日期。".into(),
        Refusal::NewerBulletin => "刚刚有人改过这条公告。请对照右边的新版本，改好再保存。".into(),
        Refusal::BulletinsThere => "已经有公告了，配置文件里的公告不再使用。".into(),
    }
}

/// The status that programs read.
pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchBulletin => StatusCode::NOT_FOUND,
        Refusal::BulletinDayWrong => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::NewerBulletin | Refusal::BulletinsThere => StatusCode::CONFLICT,
    }
}
