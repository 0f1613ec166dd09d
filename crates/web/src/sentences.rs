//! What people read when a command is refused; and the status that programs read.

use axum::http::StatusCode;
use domain::core::refusal::Refusal;

pub const CROWDED_NETWORK: &str = "这个网络上的验证码请求太多了，请稍后再试。";

/// After a wrong code: how many tries are left.
pub fn wrong_code(left: i64) -> String {
    if left == 0 { of(&Refusal::TooManyTries) } else { format!("验证码不对，还可以再试 {left} 次。") }
}

/// Seconds until another code may be asked for, where it is worth counting them down.
pub fn wait_s(refusal: &Refusal, now: i64) -> i64 {
    match refusal {
        Refusal::TooSoon { again_at } => (again_at - now) / 1_000 + 1,
        _ => 0,
    }
}

pub fn of(refusal: &Refusal) -> String {
    match refusal {
        Refusal::KeyReused => "这一页已经提交过了，请返回刷新后再试。".into(),
        Refusal::SignedOut => "请先登录。".into(),
        Refusal::NotRegistered => "请先完成微信授权登录。".into(),
        Refusal::AccountClosed => "这个账号已注销。".into(),
        Refusal::NoPermission => "您的账号没有这项权限。".into(),
        Refusal::OtherBranch => "这属于其他分馆，您的账号不能操作。".into(),
        Refusal::TooSoon { .. } => "验证码刚刚发过，请等 60 秒再试。".into(),
        Refusal::TooManyCodes { .. } => "今天的验证码发送次数太多了，请稍后再试，或持证件到服务台办理。".into(),
        Refusal::NoCode => "请先发送验证码。".into(),
        Refusal::CodeUsed => "这个验证码已经用过了，请重新发送。".into(),
        Refusal::CodeExpired => "验证码已过期，请重新发送。".into(),
        Refusal::CodeOfOtherPhone => "手机号码与发送验证码时不同，请重新发送验证码。".into(),
        Refusal::TooManyTries => "验证码输错次数太多，请重新发送。".into(),
        Refusal::NoSuchCard => "没有这张读者证。".into(),
        Refusal::CardEnded => "该读者证已过期、挂失或注销，请到服务台办理。".into(),
        Refusal::AlreadyBound => "该读者证已经绑定在您的微信上了。".into(),
        Refusal::BoundToAnother => "该读者证已被其他微信绑定".into(),
        Refusal::TooManyCards => "一个微信最多绑定 5 张读者证。".into(),
        Refusal::NotYourCard => "这不是您绑定的读者证。".into(),
        Refusal::CardFrozen => "该读者证暂停使用积分，请到服务台办理。".into(),
        Refusal::NoSuchPrize => "没有这件奖品。".into(),
        Refusal::PrizeHidden => "这件奖品已下架。".into(),
        Refusal::NotYetOnSale { .. } => "这件奖品还没有开始兑换。".into(),
        Refusal::NoLongerOnSale => "这件奖品的兑换已结束。".into(),
        Refusal::SoldOut => "这件奖品已兑完。".into(),
        Refusal::LimitReached { per_card } => format!("每张读者证限兑 {per_card} 件，您已经兑换过了。"),
        Refusal::TooFewPoints { short_by } => format!("还差 {short_by} 积分"),
        Refusal::NoSuchRedemption => "兑换码不存在，请核对后重新输入。".into(),
        Refusal::AlreadyCollected { .. } => "已经领取过了，不能重复领取。".into(),
        Refusal::RedemptionCancelled => "这次兑换已取消。".into(),
        Refusal::RedemptionExpired { last_day } => {
            format!("已过期：最后一天是{}。", crate::kit::calendar::long_day(*last_day))
        }
        Refusal::NotBoundToAnother => "该读者证没有被其他微信绑定，可以直接绑定。".into(),
        Refusal::RebindingUnderWay { .. } => "该读者证正在改绑中，24 小时后生效。".into(),
        Refusal::NoSuchRebinding => "没有这个改绑申请，它可能已经结束。".into(),
        Refusal::RebindingNotDue => "改绑还没有到生效时间。".into(),
        Refusal::NoSuchReader => "没有这位读者。".into(),
        Refusal::TooLateToCancel => "兑换超过 24 小时，不能自己取消了，请到服务台办理。".into(),
        Refusal::NotCollected => "这件奖品还没有领取。".into(),
        Refusal::NotYourHandOver => "只有办理领取的馆员可以撤销。".into(),
        Refusal::TooLateToUndo => "领取超过 10 分钟，不能撤销了。".into(),
        Refusal::OutsideHours => "现在不是领取时间。".into(),
        Refusal::NotExpired => "这次兑换还没有过期。".into(),
        Refusal::NothingToRemind => "不需要提醒。".into(),
        Refusal::ReasonMissing => "请写明原因。".into(),
        Refusal::WordsMissing => "请写明要通知的内容。".into(),
        Refusal::TitleMissing => "请填写名称。".into(),
        Refusal::TextTooLong { most } => format!("文字太长了，最多 {most} 个字。"),
        Refusal::NoSuchPlace => "没有这个领取地点，或已停用。".into(),
        Refusal::HoursOverlap => "开放时间有重叠或不正确，请核对。".into(),
        Refusal::JobTaken { .. } => "这项任务正在运行。".into(),
        Refusal::JobNotDue { .. } => "这项任务还没有到时间。".into(),
        Refusal::JobNotYours => "这项任务已由另一台服务器接手。".into(),
        Refusal::NotPositive => "数量应为大于 0 的整数，且不能太大。".into(),
        Refusal::StockTooLow { on_hand } => format!("现有库存只有 {on_hand} 件。"),
        Refusal::DatesReversed => "结束时间应晚于开始时间。".into(),
        Refusal::NoSuchMember => "没有这位成员，可能已经移除。".into(),
        Refusal::TooManyMembers { most } => format!("最多添加 {most} 位成员。"),
        Refusal::MemberIsEnrolled => "这位成员还有报名或候补的活动，请先取消报名。".into(),
        Refusal::BirthDayWrong => "出生日期不对，请核对。".into(),
        Refusal::ConsentMissing => "未满年龄需要监护人同意，请先勾选。".into(),
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
        Refusal::NobodyChosen => "请至少勾选一人。".into(),
        Refusal::PartyTooLarge { most } => format!("一次最多报 {most} 人。"),
        Refusal::SignUpPaused { .. } => "因多次报名未到场，暂停报名 30 天。".into(),
        Refusal::AgeOutOfRange { from, until, .. } => format!("年龄不符：本活动面向{}。", ages(*from, *until)),
        Refusal::NotApproved => "请先注册为志愿者，审核通过后再报名。".into(),
        Refusal::AlreadyEnrolled => "已经报过名了。".into(),
        Refusal::Overlaps { .. } => "与已报名的另一场活动时间重叠。".into(),
        Refusal::SeriesTaken { .. } => "这个系列每人限报 1 场，已经报过另一场了。".into(),
        Refusal::TooFewPlaces { left: 0 } => "已经报满了。".into(),
        Refusal::TooFewPlaces { left } => format!("仅剩{left}个名额。"),
        Refusal::StillWaiting => "还在候补，不能自己签到。现场有空位时请找馆员。".into(),
        Refusal::NotEnrolled => "没有报名这场活动，或报名已取消。".into(),
        Refusal::TooLateToWithdraw => "已过取消报名的时间，请联系图书馆。".into(),
        Refusal::NotInTime { .. } => "现在不在签到时间内：活动开始前 1 小时到活动结束可以签到。".into(),
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
        Refusal::AlreadyApplied => "已经提交过志愿者注册了。".into(),
        Refusal::NoSuchVolunteer => "没有这位志愿者。".into(),
        Refusal::NotUnderReview => "这份注册已经审核过了。".into(),
        Refusal::AlreadyCheckedIn => "今天已经签到了。".into(),
        Refusal::NothingToMakeUp => "这一天不能补签。".into(),
        Refusal::TooManyMakeUps { most } => format!("每月最多补签 {most} 次。"),
        Refusal::NameTaken => "这个登录名已经有人用了。".into(),
        Refusal::NoSuchStaff => "登录名或密码不对。".into(),
        Refusal::StaffDisabled => "这个账号已停用，请联系系统管理员。".into(),
        Refusal::LockedOut { .. } => "密码输错次数太多，账号已锁定 15 分钟，请稍后再试。".into(),
        Refusal::NoSuchMessage => "没有这条消息。".into(),
        Refusal::NotWaiting => "这条消息不在等待发送。".into(),
    }
}

/// 6至12岁, 16岁以上, 3岁以下
pub fn ages(from: i64, until: i64) -> String {
    match (from, until) {
        (0, 0) => "不限年龄".into(),
        (from, 0) => format!("{from} 岁以上"),
        (0, until) => format!("{until} 岁以下"),
        (from, until) => format!("{from} 至 {until} 岁"),
    }
}

pub fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::SignedOut | Refusal::NotRegistered => StatusCode::UNAUTHORIZED,
        Refusal::NoPermission | Refusal::OtherBranch | Refusal::StaffDisabled | Refusal::AccountClosed => {
            StatusCode::FORBIDDEN
        }
        Refusal::NotYourCard
        | Refusal::NoSuchCard
        | Refusal::NoSuchPrize
        | Refusal::NoSuchRedemption
        | Refusal::NoSuchRebinding
        | Refusal::NoSuchReader
        | Refusal::NoSuchPlace
        | Refusal::NoSuchMember
        | Refusal::NoSuchActivity
        | Refusal::NoSuchVolunteer
        | Refusal::NoSuchMessage => StatusCode::NOT_FOUND,
        Refusal::TooSoon { .. } | Refusal::TooManyCodes { .. } | Refusal::TooManyTries | Refusal::LockedOut { .. } => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Refusal::NotPositive
        | Refusal::DatesReversed
        | Refusal::ReasonMissing
        | Refusal::WordsMissing
        | Refusal::AgesWrong
        | Refusal::TitleMissing
        | Refusal::TextTooLong { .. }
        | Refusal::BirthDayWrong
        | Refusal::ConsentMissing
        | Refusal::NobodyChosen
        | Refusal::PartyTooLarge { .. }
        | Refusal::MinutesWrong
        | Refusal::TimesWrong
        | Refusal::HoursOverlap => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}
