//! Rules in words: why one cannot be set so.

use axum::http::StatusCode;
use domain::rules::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::OutOfBounds { least, most } => format!("这项规则应在 {least} 到 {most} 之间。"),
        Refusal::DayIsOver => "规则只能从今天或以后的日期开始生效。".into(),
        Refusal::ChangedMeanwhile => "刚刚有人改过这条规则。请看看右边的新设置，再决定要不要改。".into(),
        Refusal::AlreadySet => "规则已经设置过了，配置文件里的初始值不再使用。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::OutOfBounds { .. } | Refusal::DayIsOver => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::AlreadySet | Refusal::ChangedMeanwhile => StatusCode::CONFLICT,
    }
}
