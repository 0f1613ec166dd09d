//! 到货提醒 in words: why not, and that it is back.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::stock_alerts::{MessageKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::InStock => "这件奖品现在就有，可以直接兑换。".into(),
        Refusal::NoSuchAlert => "没有设到货提醒，或已经提醒过了。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::InStock => StatusCode::CONFLICT,
        Refusal::NoSuchAlert => StatusCode::NOT_FOUND,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    let MessageKind::StockIsBack = kind;
    let (prize, count) = (said.about, said.detail);
    Words {
        title: "奖品到货了",
        text: format!("您等的「{prize}」又有 {count} 件了，先到先得。"),
        link: format!("/prizes/{}", said.number),
    }
}
