//! Exporting one's data in words.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::exports::{MessageKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::ExportedLately { .. } => "每天可以导出一次，请明天再来。".into(),
        Refusal::NoSuchExport => "没有这次导出，可能已经过期。".into(),
        Refusal::ExportNotOver => "导出的文件还在有效期内。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchExport => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    match kind {
        MessageKind::ExportReady => Words {
            title: "您的数据已导出",
            text: format!("可以查看和下载，{} 天内有效。如果不是您本人操作，请马上联系服务台。", said.detail),
            link: "/export".into(),
        },
    }
}
