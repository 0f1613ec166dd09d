//! Transfers in words: why not, what was, why points moved.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::transfers::{MessageKind, PostingKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::SameCard => "原读者证和新读者证是同一张，请核对条码号。".into(),
        Refusal::TransferUnderWay => "这张读者证的积分正在转移，请等待结果。如有疑问请到服务台。".into(),
        Refusal::TooManyTransfers { most } => format!("您有 {most} 个转移申请还没有结果，请等待处理。"),
        Refusal::TooManyMismatches => "今天核对不符的次数太多，请明天再试，或持身份证到服务台办理。".into(),
        Refusal::NoSuchTransfer => "没有这个转移申请。".into(),
        Refusal::TransferSettled => "这个转移申请已经办结。".into(),
        Refusal::NotVerified => "还没有到馆核验，请读者持身份证到服务台。".into(),
        Refusal::AlreadyVerified => "已经核验过了，等待审核。".into(),
        Refusal::SecondPersonNeeded => "核验和审核须由两位馆员经手，请另一位馆员审核。".into(),
        Refusal::OwnTransfer => "这个申请与您本人的读者证有关，请其他馆员处理。".into(),
        Refusal::PresentCardGone => "读者已解绑新读者证，不能转入。请读者重新绑定，或驳回申请。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchTransfer => StatusCode::NOT_FOUND,
        Refusal::TooManyMismatches => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::CONFLICT,
    }
}

/// The about is the original card's tail.
pub fn message(kind: MessageKind, said: &Said) -> Words {
    let (tail, points) = (said.about, said.detail);
    let link = match kind {
        MessageKind::TransferAsked | MessageKind::TransferredAway => "/cards".into(),
        _ => format!("/transfers/{}", said.number),
    };
    let (title, text) = match kind {
        MessageKind::TransferAsked => (
            "有人申请转移积分",
            format!("有人申请转走读者证尾号{tail}上的 {points} 积分。如果不是您本人或家人，请马上联系服务台。"),
        ),
        MessageKind::TransferApproved => {
            ("积分转移成功", format!("读者证尾号{tail}的 {points} 积分已转到您现在的读者证。"))
        }
        MessageKind::TransferDeclined => {
            ("积分转移未通过", format!("原因：{}。积分仍在读者证尾号{tail}上，没有变动。", said.more))
        }
        MessageKind::TransferVerified => {
            ("积分转移已核验", format!("服务台已核验您的身份，{points} 积分已锁定，等待审核。"))
        }
        MessageKind::TransferredAway => (
            "读者证积分已转走",
            format!("读者证尾号{tail}的 {points} 积分已转到同一读者的新证。如有疑问请联系服务台。"),
        ),
    };
    Words { title, text, link }
}

pub fn posting(kind: PostingKind, _: &str) -> String {
    match kind {
        PostingKind::TransferHeld => "积分转移（转出）".into(),
        PostingKind::TransferReturned => "积分转移未成，退回".into(),
        PostingKind::TransferIn => "积分转移（转入）".into(),
    }
}
