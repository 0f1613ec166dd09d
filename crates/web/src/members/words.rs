//! Members in words: why not, and what was.

use axum::http::StatusCode;
use domain::members::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchMember => "没有这位成员，可能已经移除。".into(),
        Refusal::TooManyMembers { most } => format!("最多添加 {most} 位成员。"),
        Refusal::MemberIsEnrolled => "这位成员还有报名或候补的活动，请先取消报名。".into(),
        Refusal::BirthDayWrong => "出生日期不对，请核对。".into(),
        Refusal::TooManyInvitations { most } => {
            format!("还没有用过的邀请最多 {most} 个，请等监护人确认，或过几天再发。")
        }
        Refusal::NoSuchInvitation => "邀请无效，请对方重新发送。".into(),
        Refusal::OwnInvitation => "请把邀请发给监护人本人。".into(),
        Refusal::InvitationUsed => "这个邀请已经用过了。".into(),
        Refusal::InvitationExpired => "邀请已过期，请对方重新发一个。".into(),
        Refusal::ConsentMissing => "未满年龄需要监护人同意，请先勾选。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchMember | Refusal::NoSuchInvitation => StatusCode::NOT_FOUND,
        Refusal::InvitationUsed | Refusal::InvitationExpired => StatusCode::GONE,
        Refusal::BirthDayWrong | Refusal::ConsentMissing => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}
