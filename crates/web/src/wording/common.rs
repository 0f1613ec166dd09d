//! What any slice may refuse.

use axum::http::StatusCode;
use domain::core::refusal::Common;

pub fn refusal(refusal: Common) -> String {
    match refusal {
        Common::KeyReused => "这一页已经提交过了，请返回刷新后再试。".into(),
        Common::NoPermission => "您的账号没有这项权限。".into(),
        Common::ReasonMissing => "请写明原因。".into(),
        Common::WordsMissing => "请写明要通知的内容。".into(),
        Common::TitleMissing => "请填写名称。".into(),
        Common::TextTooLong { most } => format!("文字太长了，最多 {most} 个字。"),
        Common::NotPositive => "数量应为大于 0 的整数，且不能太大。".into(),
        Common::DatesReversed => "结束时间应晚于开始时间。".into(),
    }
}

pub fn status(refusal: Common) -> StatusCode {
    match refusal {
        Common::NoPermission => StatusCode::FORBIDDEN,
        Common::ReasonMissing
        | Common::WordsMissing
        | Common::TitleMissing
        | Common::TextTooLong { .. }
        | Common::NotPositive
        | Common::DatesReversed => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}
