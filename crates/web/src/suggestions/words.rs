//! Suggestions in words: why not, what was, why points moved.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::suggestions::{MessageKind, PostingKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchSuggestion => "没有这条荐书。".into(),
        Refusal::AlreadyYours { .. } => "您已经推荐过这本书，或登记过“我也想读”。".into(),
        Refusal::AlreadyHeld { copies, .. } => format!("本馆已有这本书，共 {copies} 册。"),
        Refusal::NotHeld => "本馆没有这本书，请直接推荐购买。".into(),
        Refusal::NotLentOut => "馆里还有可借的复本，不用再加。".into(),
        Refusal::IsbnWrong => "ISBN 的校验位不对，请照书背面条码下方的数字核对。".into(),
        Refusal::PriceWrong => "定价不对，请核对。".into(),
        Refusal::TooManySuggestions { most } => format!("每张读者证每月最多推荐 {most} 本，请下个月再来。"),
        Refusal::TooManyReaders => "想读这本书的人已经很多了，馆员会优先考虑。".into(),
        Refusal::SuggestionOver => "这条荐书已经办结，不能再登记。".into(),
        Refusal::NotUnderReview => "这条荐书已经审核过了，请刷新后再看。".into(),
        Refusal::NotDecided => "这条荐书还没有审核，或书已到馆，不能撤销审核。".into(),
        Refusal::NotAccepted => "现在的状态不能这样操作，请刷新后再看。".into(),
        Refusal::AlreadyProposed => "这本书已有新的荐书，不能恢复这一条。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchSuggestion => StatusCode::NOT_FOUND,
        Refusal::IsbnWrong | Refusal::PriceWrong => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

/// Without the stop that a sentence of ours puts behind it.
fn ended(text: &str) -> &str {
    text.trim_end_matches(['。', '.', '；'])
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    let Said { about, number, detail, more, .. } = said;
    let (title, text) = match kind {
        MessageKind::SuggestionReceived => ("荐书已收到", format!("《{about}》的推荐已收到，馆员会尽快审核。")),
        MessageKind::SuggestionAccepted => {
            let earned = if *detail > 0 { format!("获得 {detail} 积分。") } else { String::new() };
            let remark = if more.is_empty() { String::new() } else { format!("馆方留言：{}。", ended(more)) };
            ("荐书已采纳", format!("《{about}》的推荐已采纳，图书馆将安排采购。{earned}{remark}"))
        }
        MessageKind::SuggestionDeclined => {
            ("荐书未采纳", format!("《{about}》的推荐没有采纳。原因：{}。", ended(more)))
        }
        MessageKind::SuggestionReopened => ("荐书重新审核", format!("《{about}》的推荐将重新审核，结果会再通知您。")),
        MessageKind::SuggestionOrdered => ("荐书已订购", format!("《{about}》已订购，到馆后会通知您。")),
        MessageKind::SuggestionArrived => {
            let mark = if more.is_empty() { String::new() } else { format!("索书号：{more}。") };
            let priority = if *detail > 0 { format!("优先借阅{detail}天。") } else { String::new() };
            ("您推荐的书到馆了", format!("《{about}》已到馆上架。{mark}{priority}"))
        }
    };
    Words { title, text, link: format!("/suggestions/{number}") }
}

pub fn posting(kind: PostingKind, about: &str) -> String {
    match kind {
        PostingKind::SuggestionAccepted => format!("荐书采纳 · {about}"),
        PostingKind::SuggestionReopened => format!("荐书撤销审核 · {about}"),
    }
}
