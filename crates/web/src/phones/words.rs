//! Phone numbers in words: why not, and what was.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::phones::{MessageKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::SamePhone => "新手机号和原手机号相同，请核对。".into(),
        Refusal::PhoneTaken => "这个手机号已由另一位读者使用，不能改为它。如有疑问请到服务台。".into(),
        Refusal::NoSuchWish => "没有等待办理的修改申请，请读者在手机上重新填写。".into(),
        Refusal::PhoneCooling { .. } => "手机号刚修改过，为了安全，请过一段时间再试。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchWish => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    match kind {
        MessageKind::PhoneChanged => Words {
            title: "手机号已修改",
            text: format!(
                "您在积分平台的手机号已改为尾号{:04}。如果不是您本人操作，请马上联系服务台。借阅系统的手机号没有变动。",
                said.detail
            ),
            link: "/phone".into(),
        },
    }
}
