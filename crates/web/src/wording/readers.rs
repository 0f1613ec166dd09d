//! Why a reader is not let through.

use axum::http::StatusCode;
use domain::readers::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::SignedOut => "请先登录。".into(),
        Refusal::NotRegistered => "请先完成微信授权登录。".into(),
        Refusal::AccountClosed => "这个账号已注销。".into(),
        Refusal::NoSuchReader => "没有这位读者。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::SignedOut | Refusal::NotRegistered => StatusCode::UNAUTHORIZED,
        Refusal::AccountClosed => StatusCode::FORBIDDEN,
        Refusal::NoSuchReader => StatusCode::NOT_FOUND,
    }
}
