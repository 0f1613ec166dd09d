//! Prizes in words: why not, and what was.

use axum::http::StatusCode;
use domain::prizes::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchPrize => "没有这件奖品。".into(),
        Refusal::PrizeHidden => "这件奖品已下架。".into(),
        Refusal::NotYetOnSale { .. } => "这件奖品还没有开始兑换。".into(),
        Refusal::NoLongerOnSale => "这件奖品的兑换已结束。".into(),
        Refusal::SoldOut => "这件奖品已兑完。".into(),
        Refusal::LimitReached { per_card } => format!("每张读者证限兑 {per_card} 件，您已经兑换过了。"),
        Refusal::StockTooLow { on_hand } => format!("现有库存只有 {on_hand} 件。"),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchPrize => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}
