//! Closing an account in words: why not, and what was.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::closings::{MessageKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::AlreadyClosing => "已经申请注销了，可以在这里撤回。".into(),
        Refusal::NoSuchClosing => "没有正在进行的注销申请。".into(),
        Refusal::ClosingUnderWay => "考虑期已过，正在办理注销，不能再撤回。".into(),
        Refusal::ClosingNotDue => "还在考虑期内，没有注销。".into(),
        Refusal::AccountNotEmpty => "还有读者证、成员或转移中的积分，暂时不能注销。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchClosing => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    let (title, text) = match kind {
        MessageKind::ClosingAsked => (
            "已申请注销账号",
            format!("账号将在 {} 天后注销，在此之前可以撤回。如果不是您本人操作，请马上撤回。", said.detail),
        ),
        MessageKind::AccountKept => ("已撤回注销", "账号继续使用。".into()),
    };
    Words { title, text, link: "/closing".into() }
}
