//! Staff in words: why not, and what was.

use axum::http::StatusCode;
use domain::staff::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::OtherBranch => "这属于其他分馆，您的账号不能操作。".into(),
        Refusal::MoreThanYourOwn => "不能授予自己没有的权限。".into(),
        Refusal::NoSuchRole => "没有这个角色，可能已被删除。".into(),
        Refusal::Yourself => "不能停用自己的账号，请由另一位管理员操作。".into(),
        Refusal::NameTaken => "这个登录名已经有人用了。".into(),
        Refusal::NoSuchStaff => "登录名或密码不对。".into(),
        Refusal::StaffDisabled => "这个账号已停用，请联系系统管理员。".into(),
        Refusal::LockedOut { .. } => "密码输错次数太多，账号已锁定 15 分钟，请稍后再试。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::OtherBranch | Refusal::StaffDisabled => StatusCode::FORBIDDEN,
        Refusal::LockedOut { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::CONFLICT,
    }
}
