//! Redemptions in words: why not, and what was.

use crate::kit::calendar::long_day;
use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::redemptions::{MessageKind, PostingKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::PriceChanged { points } => format!("奖品所需积分刚刚改为 {points} 积分，请再次确认。"),
        Refusal::NoSuchRedemption => "兑换码不存在，请核对后重新输入。".into(),
        Refusal::AlreadyCollected { .. } => "已经领取过了，不能重复领取。".into(),
        Refusal::RedemptionCancelled => "这次兑换已取消。".into(),
        Refusal::RedemptionExpired { last_day } => {
            format!("已过期：最后一天是{}。", long_day(last_day))
        }
        Refusal::TooLateToCancel { hours } => format!("兑换超过 {hours} 小时，不能自己取消了，请到服务台办理。"),
        Refusal::NotCollected => "这件奖品还没有领取。".into(),
        Refusal::NotYourHandOver => "只有办理领取的馆员可以撤销。".into(),
        Refusal::TooLateToUndo { minutes } => format!("领取超过 {minutes} 分钟，不能撤销了。"),
        Refusal::OutsideHours => "现在不是领取时间。".into(),
        Refusal::NotExpired => "这次兑换还没有过期。".into(),
        Refusal::NothingToRemind => "不需要提醒。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchRedemption => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    let (about, detail) = (said.about, said.detail);
    let redemption = format!("/redemptions/{}", said.number);
    let (title, text, link) = match kind {
        MessageKind::Redeemed => {
            ("兑换成功", format!("您用 {detail} 积分兑换了「{about}」，请凭兑换码到服务台领取。"), redemption)
        }
        MessageKind::Collected => ("奖品已领取", format!("「{about}」已在服务台领取。"), redemption),
        MessageKind::RedemptionCancelled => {
            ("兑换已取消", format!("您取消了「{about}」的兑换，{detail} 积分已退回。"), redemption)
        }
        MessageKind::RedemptionWithdrawn => {
            ("兑换被取消", format!("图书馆取消了「{about}」的兑换，{detail} 积分已退回。"), redemption)
        }
        MessageKind::CollectionUndone => {
            ("领取已撤销", format!("「{about}」的领取登记已撤销，请凭兑换码重新领取。"), redemption)
        }
        MessageKind::RedemptionExpired => {
            ("兑换已过期", format!("「{about}」过了最后一天没有领取，兑换已失效，积分不退还。"), redemption)
        }
        MessageKind::RedemptionEnds => {
            let when =
                if detail == 0 { "今天是最后一天".to_string() } else { format!("还有 {detail} 天到期") };
            ("奖品快到期了", format!("「{about}」{when}，请尽快到服务台领取。"), redemption)
        }
    };
    Words { title, text, link }
}

pub fn posting(kind: PostingKind, about: &str) -> String {
    match kind {
        PostingKind::Redemption => format!("兑换 · {about}"),
        PostingKind::RedemptionCancelled => format!("取消兑换 · {about}"),
    }
}
