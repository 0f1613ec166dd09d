//! The one list of rules. 「积分规则」, the forms and the command line are made from it.

use crate::core::row::kinds;
use crate::tables::RuleNumber;

/// What a rule's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Points,
    Times,
    People,
    Cards,
    Months,
    Days,
    Hours,
    Minutes,
    Yuan,
    /// 1 or 0.
    YesNo,
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Unit::Points => "积分",
            Unit::Times => "次",
            Unit::People => "人",
            Unit::Cards => "张",
            Unit::Months => "个月",
            Unit::Days => "天",
            Unit::Hours => "小时",
            Unit::Minutes => "分钟",
            Unit::Yuan => "元",
            Unit::YesNo => "（1 可以，0 不可以）",
        }
    }
}

/// What there is to know of a rule.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// What it is called on the command line.
    pub word: &'static str,
    /// What staff call it.
    pub name: &'static str,
    pub unit: Unit,
    pub least: i64,
    pub most: i64,
    pub default: i64,
    /// What readers are told; {} stands for the value.
    pub sentence: &'static str,
}

impl About {
    pub fn says(&self, value: i64) -> String {
        let value = match (self.unit, value) {
            (Unit::YesNo, 0) => "不可以".into(),
            (Unit::YesNo, _) => "可以".into(),
            (_, value) => value.to_string(),
        };
        self.sentence.replace("{}", &value)
    }
}

macro_rules! rules {
    ($($Rule:ident = $number:literal, $word:literal, $name:literal, $Unit:ident, $least:literal..=$most:literal,
        $default:literal, $sentence:literal;)+) => {
        kinds! {
            /// What a library sets. Its number is stored and never given to another.
            Rule as RuleNumber { $(#[doc = $sentence] $Rule = $number),+ }
        }
        impl Rule {
            pub fn about(self) -> About {
                match self { $(Rule::$Rule => About {
                    word: $word,
                    name: $name,
                    unit: Unit::$Unit,
                    least: $least,
                    most: $most,
                    default: $default,
                    sentence: $sentence,
                }),+ }
            }
        }
    };
}

rules! {
    CheckInPoints = 1, "check-in-points", "签到积分", Points, 0..=100, 1, "每天签到得 {} 积分。";
    WeekBonus = 2, "check-in-week-bonus", "连续 7 天奖励", Points, 0..=100, 2, "每连续签到 7 天，当天另得 {} 积分。";
    MonthBonus = 3, "check-in-month-bonus", "连续 30 天奖励", Points, 0..=1_000, 5, "每连续签到 30 天，当天另得 {} 积分。";
    CheckInMonthMax = 4, "check-in-month-max", "每月签到积分上限", Points, 0..=10_000, 40, "每个自然月签到最多得 {} 积分。";
    MakeUpsMax = 5, "make-ups-max", "每月补签", Times, 0..=31, 2, "每个自然月最多补签 {} 次，补签不得积分。";
    MembersMax = 6, "members-max", "成员人数", People, 0..=50, 8, "每位读者最多添加 {} 位成员。";
    FirstBindingPoints = 7, "first-binding-points", "首次绑定积分", Points, 1..=10_000, 50, "首次绑定读者证得 {} 积分，每人一次。";
    CardsMax = 8, "cards-max", "绑定读者证", Cards, 1..=20, 5, "一个微信最多绑定 {} 张读者证。";
    CancelHours = 9, "cancel-hours", "自己取消兑换", Hours, 0..=720, 24, "兑换后 {} 小时内可以自己取消，积分退回。";
    UndoMinutes = 10, "undo-minutes", "撤销领取", Minutes, 0..=1_440, 10, "办理领取后 {} 分钟内，经办的馆员可以撤销。";
    CodesAnHour = 11, "codes-an-hour", "每小时验证码", Times, 1..=60, 5, "同一号码每小时最多发送 {} 次验证码。";
    CodesADay = 12, "codes-a-day", "每天验证码", Times, 1..=200, 10, "同一号码 24 小时内最多发送 {} 次验证码。";
    ValidMonths = 13, "valid-months", "兑换有效期", Months, 1..=60, 12, "兑换后 {} 个月内领取，逾期作废，积分不退。";
    ReminderDays = 14, "reminder-days", "首次到期提醒", Days, 1..=180, 30, "到期前 {} 天提醒领取。";
    LastReminderDays = 15, "last-reminder-days", "再次到期提醒", Days, 1..=180, 7, "到期前 {} 天再提醒一次。";
    PartyMax = 16, "party-max", "一次报名人数", People, 1..=9, 3, "一次最多报 {} 人，活动另有说明的除外。";
    NoShowsMax = 17, "no-shows-max", "未到场次数", Times, 1..=20, 3, "报名后未到场满 {} 次，暂停报名。";
    NoShowDays = 18, "no-show-days", "未到场统计期", Days, 1..=730, 90, "未到场次数按 {} 天内的活动计算。";
    PauseDays = 19, "pause-days", "暂停报名", Days, 0..=365, 30, "多次未到场，暂停报名 {} 天。";
    ListStopsHours = 20, "list-stops-hours", "候补截止", Hours, 0..=168, 2, "活动开始前 {} 小时停止候补递补。";
    DoorsEarlyMinutes = 21, "doors-early-minutes", "签到提前", Minutes, 0..=1_440, 60, "活动开始前 {} 分钟可以签到。";
    DoorsLateMinutes = 22, "doors-late-minutes", "签退延后", Minutes, 0..=1_440, 60, "服务结束后 {} 分钟内可以签退。";
    ActivityPoints = 23, "activity-points", "活动积分", Points, 0..=1_000, 10, "参加一场活动一般得 {} 积分，以活动说明为准。";
    ActivityCapacity = 24, "activity-capacity", "活动名额", People, 0..=10_000, 30, "新活动的名额先填 {}，0 为不限。";
    BlockMinutes = 25, "block-minutes", "服务计分时长", Minutes, 1..=1_440, 30, "按时长计分的服务，每满 {} 分钟计一次积分。";
    SuggestionPoints = 27, "suggestion-points", "荐书积分", Points, 0..=1_000, 5, "您推荐的书被采纳，得 {} 积分；一本书只计一次。";
    SuggestionsAMonth = 28, "suggestions-a-month", "每月荐书", Times, 0..=100, 5, "每张读者证每月最多推荐 {} 本书。";
    PriorityDays = 29, "priority-days", "优先借阅", Days, 0..=60, 7, "您推荐的书到馆后，优先借阅 {} 天；0 为不提供。";
    SuggestionBudget = 30, "suggestion-budget", "每月荐购预算", Yuan, 0..=10_000_000, 0, "每月荐购预算 {} 元；0 为不设。";
    DonationPoints = 31, "donation-points", "捐书积分", Points, 0..=1_000, 5, "捐的书通过审核，每册得 {} 积分。";
    DonationCopies = 32, "donation-copies", "同种捐书", Times, 0..=100, 2, "同一种书最多计 {} 册。";
    DonationPointsAYear = 33, "donation-points-a-year", "每年捐书积分", Points, 0..=100_000, 100, "每张读者证每年捐书最多得 {} 积分。";
    DonationDays = 34, "donation-days", "送书期限", Days, 1..=365, 60, "提交捐赠后 {} 天内把书送到馆里，过期失效。";
    DonationsInOneStep = 35, "donations-in-one-step", "收书即审核", YesNo, 0..=1, 0, "服务台收下的捐书{}直接算审核通过。";
    FeedbackADay = 36, "feedback-a-day", "每天反馈", Times, 1..=100, 5, "每天最多提交 {} 次意见反馈。";
    TransferTwoPeople = 37, "transfer-two-people", "转移两人经手", YesNo, 0..=1, 1, "到服务台核验的积分转移{}由另一位馆员审核。";
    PhoneCoolingHours = 38, "phone-cooling-hours", "改手机号后的等待", Hours, 0..=720, 24, "修改手机号后 {} 小时内，不能转移积分，也不能用新号码登录。";
    ClosingDays = 39, "closing-days", "注销前的考虑期", Days, 1..=60, 7, "申请注销账号后有 {} 天可以撤回。";
    CodeDays = 40, "code-days", "验证码记录", Days, 2..=90, 7, "验证码的发送记录保留 {} 天，然后删除。";
    FeedbackPictureDays = 41, "feedback-picture-days", "意见反馈的图片", Days, 30..=3_650, 365, "意见反馈答复或办结 {} 天后，删除附上的图片。";
    FrozenSignsUp = 26, "frozen-signs-up", "冻结的证可否报名", YesNo, 0..=1, 1, "馆员冻结的证不能使用积分，{}报名活动。";
}
