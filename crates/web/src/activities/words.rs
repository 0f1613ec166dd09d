//! Activities in words: why not, and what was.

use crate::wording::{Said, Words};
use axum::http::StatusCode;
use domain::activities::{MessageKind, PostingKind, Refusal};

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchActivity => "没有这个活动。".into(),
        Refusal::ActivityCancelled => "这个活动已取消。".into(),
        Refusal::ActivityNotOpen => "这个活动还没有发布，或已经结束。".into(),
        Refusal::AlreadyPublished => "活动已经发布了。".into(),
        Refusal::AgesWrong => "年龄范围不对：最小年龄应不大于最大年龄，最大不超过 120 岁。".into(),
        Refusal::SeriesHasOthers => "这场活动是系列的第一场，已有其他场次属于它，不能再改到别的系列。".into(),
        Refusal::SeriesOver => "填写编号的那场活动已经结束或取消，不能作为系列的第一场。".into(),
        Refusal::RulesPromised => "活动已经发布：类型、分馆、积分、年龄等规则不能再改，只能改时间、名额和文字。".into(),
        Refusal::CapacityTooLow { taken } => format!("已经有 {taken} 人报名，名额不能少于这个数。"),
        Refusal::TimesWrong => "时间前后不对：报名开始应早于报名截止，活动开始应早于结束，已经开始的不能再改。".into(),
        Refusal::SignUpNotOpen { .. } => "还没有开始报名。".into(),
        Refusal::SignUpClosed => "报名已截止。".into(),
        Refusal::RemovedByStaff => "图书馆取消了这次报名，如有疑问请联系服务台。".into(),
        Refusal::NobodyChosen => "请至少勾选一人。".into(),
        Refusal::PartyTooLarge { most } => format!("一次最多报 {most} 人。"),
        Refusal::SignUpPaused { .. } => "因多次报名未到场，暂停报名。".into(),
        Refusal::AgeOutOfRange { from, until, .. } => format!("年龄不符：本活动面向{}。", ages(from, until)),
        Refusal::NotApproved => "请先注册为志愿者，审核通过后再报名。".into(),
        Refusal::AlreadyEnrolled => "已经报过名了。".into(),
        Refusal::Overlaps { .. } => "与已报名的另一场活动时间重叠。".into(),
        Refusal::SeriesTaken { .. } => "这个系列每人限报 1 场，已经报过另一场了。".into(),
        Refusal::TooFewPlaces { left: 0 } => "已经报满了。".into(),
        Refusal::TooFewPlaces { left } => format!("仅剩{left}个名额。"),
        Refusal::StillWaiting => "还在候补，不能自己签到。现场有空位时请找馆员。".into(),
        Refusal::NotEnrolled => "没有报名这场活动，或报名已取消。".into(),
        Refusal::TooLateToWithdraw => "已过取消报名的时间，请联系图书馆。".into(),
        Refusal::NotInTime { .. } => "现在不在签到时间内，请在活动的签到时间内签到。".into(),
        Refusal::ScanExpired => "扫码已超过 5 分钟，请重新扫描现场的二维码。".into(),
        Refusal::AlreadySignedIn => "已经签到了，不用再签。".into(),
        Refusal::AlreadySignedOut => "已经签退了，不用再签。".into(),
        Refusal::NotSignedIn => "还没有签到。".into(),
        Refusal::NotEndedYet => "活动还没有结束。".into(),
        Refusal::AlreadyConfirmed => "签到结果已经确认，不能再改。".into(),
        Refusal::NotANoShow => "没有未到场记录。".into(),
        Refusal::TooLateToAppeal => "已超过 7 天，不能申诉了。".into(),
        Refusal::AlreadyAppealed => "已经申诉过了，每次未到场可以申诉一次。".into(),
        Refusal::NoAppeal => "没有待处理的申诉，可能已经处理过了。".into(),
        Refusal::NothingToDo => "没有需要处理的。".into(),
        Refusal::MinutesWrong => "时长不对，请核对。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NoSuchActivity => StatusCode::NOT_FOUND,
        Refusal::AgesWrong
        | Refusal::TimesWrong
        | Refusal::NobodyChosen
        | Refusal::PartyTooLarge { .. }
        | Refusal::MinutesWrong => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

pub fn message(kind: MessageKind, said: &Said) -> Words {
    let (about, detail) = (said.about, said.detail);
    let (activity, more) = (format!("/activities/{}", said.number), said.more);
    let (title, text, link) = match kind {
        MessageKind::Enrolled | MessageKind::WaitListed | MessageKind::Promoted => {
            let (title, text) = place_words(kind, about, detail);
            (title, text, format!("/enrolments/{}", said.number))
        }
        MessageKind::ParticipantsWithdrawn => {
            ("已取消报名", format!("您取消了「{about}」的 {detail} 个名额。"), activity)
        }
        MessageKind::ParticipantRemoved => {
            ("报名被取消", format!("图书馆取消了您在「{about}」的报名。如有疑问，请联系图书馆。"), activity)
        }
        MessageKind::ActivityCancelled => ("活动已取消", format!("「{about}」已取消：{more}"), activity),
        MessageKind::SignedIn if detail > 0 => {
            ("签到成功", format!("「{about}」签到成功，获得 {detail} 积分。"), "/points".into())
        }
        MessageKind::SignedIn => ("签到成功", format!("「{about}」签到成功。"), activity),
        MessageKind::AttendanceUndone => {
            ("签到已撤销", format!("图书馆撤销了「{about}」的签到。{}", taken_back(detail)), activity)
        }
        MessageKind::NoShow => {
            let who = said.who();
            let text = format!("{who}「{about}」报名后没有签到，已记为未到场。如果不对，7 天内可以申诉。");
            ("未到场记录", text, format!("/enrolments/{}", said.number))
        }
        MessageKind::NoShowExcused => {
            let text = format!("{}「{about}」的未到场记录已免除。", said.who());
            ("未到场已免除", text, format!("/enrolments/{}", said.number))
        }
        MessageKind::AppealDeclined => {
            let text = format!("{}对「{about}」未到场的申诉没有通过：{more}。", said.member.as_deref().unwrap_or("您"));
            ("申诉未通过", text, format!("/enrolments/{}", said.number))
        }
        MessageKind::Announced => ("活动通知", format!("「{about}」：{more}"), "/enrolments".into()),
        MessageKind::HoursRecorded if detail < 0 => {
            let text = format!("「{about}」的服务时长已更正，{} 积分已扣回。", -detail);
            ("服务时长已更正", text, "/volunteers".into())
        }
        MessageKind::HoursRecorded => {
            let earned = if detail > 0 { format!("，获得 {detail} 积分") } else { String::new() };
            ("服务时长已登记", format!("「{about}」的服务时长已登记{earned}。"), "/volunteers".into())
        }
    };
    Words { title, text, link }
}

fn place_words(kind: MessageKind, activity: &str, count: i64) -> (&'static str, String) {
    match kind {
        MessageKind::WaitListed => {
            ("已进入候补", format!("「{activity}」名额已满，{count} 人进入候补，有空位会马上通知您。"))
        }
        MessageKind::Promoted => ("候补成功", format!("「{activity}」有空位了，{count} 人候补成功，请按时参加。")),
        _ => ("报名成功", format!("「{activity}」报名成功，{count} 人，请按时参加并在现场签到。")),
    }
}

fn taken_back(points: i64) -> String {
    if points > 0 { format!("{points} 积分已扣回。") } else { String::new() }
}

pub fn posting(kind: PostingKind, about: &str) -> String {
    match kind {
        PostingKind::Attendance => format!("参加活动 · {about}"),
        PostingKind::AttendanceCorrected => format!("活动更正 · {about}"),
    }
}

/// A range of ages in words, as 6 至 12 岁; 0 is no limit.
pub fn ages(from: i64, until: i64) -> String {
    match (from, until) {
        (0, 0) => "不限年龄".into(),
        (from, 0) => format!("{from} 岁以上"),
        (0, until) => format!("{until} 岁以下"),
        (from, until) => format!("{from} 至 {until} 岁"),
    }
}
