//! Feedback in words: why not, and what was.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::feedback::{MessageKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchFeedback => "没有这条意见。".into(),
        Refusal::TooManyPictures { most } => format!("最多附 {most} 张图片。"),
        Refusal::TooManyPosts { most } => format!("每天最多提交 {most} 次，请明天再来，或打电话告诉我们。"),
        Refusal::ThreadTooLong => "这条意见已经很长了，请另写一条。".into(),
        Refusal::NothingSaid => "请写下回复。".into(),
        Refusal::AlreadyClosed => "已经办结了。".into(),
    }
}

/// The status that programs read.
pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchFeedback => StatusCode::NOT_FOUND,
        Refusal::TooManyPosts { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::CONFLICT,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    match kind {
        MessageKind::FeedbackAnswered => Words {
            title: "意见反馈有回复了",
            text: "图书馆回复了您的意见，点开可以查看，也可以接着写。".into(),
            link: format!("/feedback/{}", said.number),
        },
    }
}
