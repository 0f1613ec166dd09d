//! Taking back a consent in words: why not, and what was.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::consents::{MessageKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchConsent => "没有这项同意，可能已经撤回。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchConsent => StatusCode::NOT_FOUND,
    }
}

/// The child's name is gone and cannot be told.
pub fn message(kind: MessageKind, said: &Said) -> Words {
    let MessageKind::ConsentRevoked = kind;
    let places = match said.detail {
        0 => String::new(),
        places => format!("，还没结束的 {places} 个报名一并取消"),
    };
    let text = format!("监护人撤回了对一位成员的同意，姓名和出生日期已删除{places}。");
    Words { title: "监护人撤回同意", text, link: "/members".into() }
}
