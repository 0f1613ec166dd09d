//! Donations in words: why not, what was, why points moved.

use crate::kit::calendar::long_day_weekday;
use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::donations::{MessageKind, PostingKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchDonation => "没有这张捐赠单，请核对单号。".into(),
        Refusal::NoBooks => "还没有加入图书，请先扫码或填写 ISBN。".into(),
        Refusal::TooManyBooks { most } => format!("一张捐赠单最多 {most} 种书，其余的请另填一张。"),
        Refusal::CopiesWrong { most } => format!("册数应为 1 到 {most} 的整数。"),
        Refusal::TitleTwice => "同一种书请合并成一行，改册数。".into(),
        Refusal::IsbnWrong => "ISBN 的校验位不对，请照书背面条码下方的数字核对。".into(),
        Refusal::TooManyDonations { most } => {
            format!("这张证已有 {most} 张捐赠单还没有送书，请先送来，或取消不用的。")
        }
        Refusal::AlreadyReceived => "这张捐赠单的书已经收下，不能再办。".into(),
        Refusal::DonationCancelled => "这张捐赠单已取消。".into(),
        Refusal::DonationLapsed { last_day } => {
            format!("这张捐赠单已失效，送书期限是 {}。请重新填写。", long_day_weekday(last_day))
        }
        Refusal::NothingReceived => "一册也没有收到，请填写实收册数。".into(),
        Refusal::CountsWrong => "册数与清单不符：应为整数，收下的不能多于实收的；没有收下的要选退还或代为处理。".into(),
        Refusal::NotUnderReview => "这张捐赠单现在不在待审核，请刷新后再看。".into(),
        Refusal::NotLapsed => "这张捐赠单还没有到期。".into(),
        Refusal::NotAccepted => "审核通过后才能登记上架。".into(),
        Refusal::AlreadyShelved => "已经登记过上架。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchDonation => StatusCode::NOT_FOUND,
        Refusal::NoBooks
        | Refusal::TooManyBooks { .. }
        | Refusal::CopiesWrong { .. }
        | Refusal::IsbnWrong
        | Refusal::TitleTwice => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    let Said { about, number, detail, .. } = said;
    let books = format!("您捐的图书（《{about}》等）");
    let (title, text) = match kind {
        MessageKind::DonationOffered => {
            let day = long_day_weekday(*detail);
            ("捐赠单已提交", format!("{books}请在 {day} 前（含当天）送到馆里，到服务台出示捐赠单号。"))
        }
        MessageKind::DonationCancelled => ("捐赠已取消", format!("{books}的捐赠单已取消。")),
        MessageKind::DonationReceived => ("捐书已收到", format!("{books}共 {detail} 册已收到，审核后会通知您。")),
        MessageKind::DonationAccepted => {
            let earned = if *detail > 0 { format!("，获得 {detail} 积分") } else { String::new() };
            ("捐赠审核通过", format!("{books}审核通过{earned}。感谢您的捐赠！"))
        }
        MessageKind::DonationDeclined => ("捐赠未通过审核", format!("{books}没有通过审核，原因见捐赠单。")),
        MessageKind::DonationLapsed => {
            ("捐赠单已失效", format!("{books}没有在期限内送来，捐赠单已失效，可以重新填写。"))
        }
        MessageKind::DonationShelved => ("您捐的书已上架", format!("{books}已上架，欢迎来馆借阅。")),
    };
    Words { title, text, link: format!("/donations/{number}") }
}

pub fn posting(kind: PostingKind, about: &str) -> String {
    match kind {
        PostingKind::DonationAccepted => format!("图书捐赠 · {about}"),
    }
}
