//! Cards in words: why not, and what was.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::cards::{MessageKind, PostingKind, Refusal};
use domain::core::row::Cell as _;
use domain::tables::CardState;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::CardEnded => "该读者证已过期、挂失或注销，请到服务台办理。".into(),
        Refusal::CardReplaced => "该读者证的积分已全部转到新证，请绑定新证。".into(),
        Refusal::AlreadyBound => "该读者证已经绑定在您的微信上了。".into(),
        Refusal::BoundToAnother => "该读者证已被其他微信绑定".into(),
        Refusal::TooManyCards { most } => format!("一个微信最多绑定 {most} 张读者证。"),
        Refusal::NotBoundToAnother => "该读者证没有被其他微信绑定，可以直接绑定。".into(),
        Refusal::RebindingUnderWay { .. } => "该读者证正在改绑中，24 小时后生效。".into(),
        Refusal::NoSuchRebinding => "没有这个改绑申请，它可能已经结束。".into(),
        Refusal::RebindingNotDue => "改绑还没有到生效时间。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchRebinding => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    let (about, detail) = (said.about, said.detail);
    let (title, text, link) = match kind {
        MessageKind::Bound if detail > 0 => {
            ("读者证绑定成功", format!("{about}绑定成功，首次绑定获得 {detail} 积分。"), "/cards".into())
        }
        MessageKind::Bound => ("读者证绑定成功", format!("{about}绑定成功。"), "/cards".into()),
        MessageKind::RebindingAsked => {
            let text = format!("有人申请把{about}改绑到另一个微信，24 小时后生效。如果不是您本人或家人，请马上反对。");
            ("读者证改绑申请", text, "/cards".into())
        }
        MessageKind::CardTaken => ("读者证已改绑", format!("{about}已绑定到另一个微信。"), "/cards".into()),
        MessageKind::RebindingRefused => {
            ("改绑没有成功", format!("{about}的改绑没有成功。如有疑问，请持证件到服务台。"), "/cards".into())
        }
        MessageKind::CardChanged => ("读者证状态变化", format!("{about}{}", state_words(detail)), "/cards".into()),
    };
    Words { title, text, link }
}

fn state_words(state: i64) -> &'static str {
    match CardState::from_cell(state) {
        Some(CardState::Active) => "已恢复正常，可以使用积分。",
        Some(CardState::Expired) => "已过期，暂停使用积分，积分保留。",
        Some(CardState::Lost) => "已挂失，暂停使用积分，积分保留。",
        Some(CardState::Ended) | None => "已退证，积分保留。",
    }
}

pub fn posting(kind: PostingKind, _: &str) -> String {
    match kind {
        PostingKind::FirstBinding => "首次绑定读者证".into(),
    }
}
