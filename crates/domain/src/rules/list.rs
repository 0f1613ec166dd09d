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
    Hours,
    Minutes,
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Unit::Points => "积分",
            Unit::Times => "次",
            Unit::People => "人",
            Unit::Cards => "张",
            Unit::Hours => "小时",
            Unit::Minutes => "分钟",
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
        self.sentence.replace("{}", &value.to_string())
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
}
