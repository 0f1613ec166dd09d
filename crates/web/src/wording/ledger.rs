//! What the ledger refuses and posts.

use axum::http::StatusCode;
use domain::ledger::{PostingKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchCard => "没有这张读者证。".into(),
        Refusal::NotYourCard => "这不是您绑定的读者证。".into(),
        Refusal::CardFrozen => "该读者证暂停使用积分，请到服务台办理。".into(),
        Refusal::TooFewPoints { short_by } => format!("还差 {short_by} 积分"),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchCard | Refusal::NotYourCard => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

pub fn posting(kind: PostingKind, _: &str) -> String {
    match kind {
        PostingKind::Manual => "馆员调整".into(),
    }
}
