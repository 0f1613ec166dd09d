//! What the ledger refuses and posts.

use axum::http::StatusCode;
use domain::ledger::{PostingKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchCard => "没有这张读者证。".into(),
        Refusal::NotYourCard => "这不是您绑定的读者证。".into(),
        Refusal::CardLost => "读者证已挂失，暂停使用积分。补办新证后，可以在「积分转移」转到新证。".into(),
        Refusal::CardExpired => "读者证已过期，暂停使用积分。到服务台续期后即可使用。".into(),
        Refusal::CardEnded => "读者证已退证，不能再使用。积分保留在证上。".into(),
        Refusal::CardFrozen => "这张读者证已由馆员暂停使用积分，请到服务台办理。".into(),
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
        PostingKind::PassedOn => "旧证积分转到新证".into(),
    }
}
