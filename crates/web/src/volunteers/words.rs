//! Volunteers in words: why not, and what was.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::volunteers::{MessageKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::AlreadyApplied => "已经提交过志愿者注册了。".into(),
        Refusal::NoSuchVolunteer => "没有这位志愿者。".into(),
        Refusal::NotServing => "现在的状态不能这样操作，请刷新后再看。".into(),
        Refusal::ServiceAhead => "还有报名的志愿活动，请先取消报名。".into(),
        Refusal::NotUnderReview => "这份注册已经审核过了。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchVolunteer => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    let more = said.more;
    let (title, text, link) = match kind {
        MessageKind::VolunteerApproved => {
            let remark = if more.is_empty() { String::new() } else { format!("馆方留言：{more}。") };
            let text = match &said.member {
                Some(name) => format!("{name}的志愿者注册已通过，现在可以报名志愿活动了。{remark}"),
                None => format!("欢迎加入志愿者，现在可以报名志愿活动了。{remark}"),
            };
            ("志愿者注册通过", text, "/volunteers".into())
        }
        MessageKind::VolunteerSuspended => {
            let whose = said.member.as_ref().map_or_else(String::new, |name| format!("{name}的"));
            let text = format!("{whose}志愿者资格已暂停，暂时不能报名志愿活动。原因：{more}。");
            ("志愿者资格暂停", text, "/volunteers".into())
        }
        MessageKind::VolunteerRestored => {
            let whose = said.member.as_ref().map_or_else(String::new, |name| format!("{name}的"));
            let remark = if more.is_empty() { String::new() } else { format!("馆方留言：{more}。") };
            (
                "志愿者资格恢复",
                format!("{whose}志愿者资格已恢复，现在可以报名志愿活动了。{remark}"),
                "/volunteers".into(),
            )
        }
        MessageKind::VolunteerDeclined => {
            let whose = said.member.as_ref().map_or_else(String::new, |name| format!("{name}的注册没有通过。"));
            ("志愿者注册未通过", format!("{whose}原因：{more}。修改后可以再次提交。"), "/volunteers".into())
        }
    };
    Words { title, text, link }
}
