//! What a new library's 常见问题 begin with. `{word}` stands for the value of the rule with that word.

use domain::questions::{QuestionText, Saved};
use domain::tables::QuestionCategory::{self, Activities, Books, Cards, Other, Points, Prizes};

const FIRST: [(QuestionCategory, &str, &str); 30] = [
    (Cards, "怎样绑定读者证？", "在首页点“绑定证件”，填写读者证条码号、姓名和办证时留的手机号，输入短信验证码即可。"),
    (
        Cards,
        "收不到验证码怎么办？",
        "请先核对手机号是不是办证时留的号码。同一号码每小时最多发送 {codes-an-hour} 次。号码换过的，请带身份证到服务台办理。",
    ),
    (Cards, "一个微信能绑定几张证？", "最多 {cards-max} 张，家人的证也可以绑定，在“我的证件”里切换。"),
    (
        Cards,
        "证已经被别人绑定了怎么办？",
        "按页面提示改绑，原来绑定的人会收到通知，24 小时内没有异议就改绑到您名下；也可以带身份证到服务台当面绑定。",
    ),
    (Cards, "解绑后积分还在吗？", "在。积分跟着读者证，重新绑定后照样使用；没有领取的奖品也还能领取。"),
    (Cards, "挂失或过期的证能用积分吗？", "挂失、过期期间照常得积分，暂停使用；恢复后就能使用。"),
    (
        Points,
        "怎样得积分？",
        "首次绑定、每天签到、参加活动、志愿服务、荐书被采纳、捐书通过审核都能得积分，详见“积分规则”。",
    ),
    (Points, "借书还书有积分吗？", "借还图书暂不计积分。"),
    (Points, "积分会过期吗？", "不会，积分长期有效。"),
    (
        Points,
        "签到有什么奖励？",
        "每天签到得 {check-in-points} 积分，连续 7 天另得 {check-in-week-bonus} 积分，连续 30 天另得 {check-in-month-bonus} 积分。",
    ),
    (Points, "漏签了能补吗？", "能补最近七天的，每月最多 {make-ups-max} 次。补签接上连续天数，不另得积分。"),
    (Points, "签到的积分记在哪张证上？", "记在您当前使用的读者证上，签到页上写明了是哪一张。"),
    (Points, "积分为什么变少了？", "兑换奖品会用掉积分；办理有误时馆员也可能更正。每一笔都在“积分明细”里。"),
    (
        Prizes,
        "兑换的奖品在哪里领？",
        "兑换后出示“我的兑换”里的兑换码，到奖品页上写明的领取地点领取，开放时间也写在那里。",
    ),
    (Prizes, "可以让别人代领吗？", "可以，把兑换码的截图发给他。一码只能领一次，请不要发给不认识的人。"),
    (Prizes, "兑换后能取消吗？", "兑换后 {cancel-hours} 小时内可以自己取消，积分原样退回。"),
    (Prizes, "多久之内要领取？", "{valid-months} 个月内。到期前会提醒您，逾期作废，积分不退。"),
    (Prizes, "想要的奖品没有了怎么办？", "奖品会不定期补充，补充后积分社首页和奖品页会看到。"),
    (Activities, "怎样报名活动？", "在“读者活动”里选活动，选好谁参加，提交即可。报名成功会发消息给您。"),
    (Activities, "能替孩子报名吗？", "能。先在“成员管理”里添加孩子，报名时勾选。不满 14 岁需要监护人同意。"),
    (
        Activities,
        "名额满了还能报吗？",
        "能报候补。有人退出时按顺序递补，递补成功会发消息。活动开始前 {list-stops-hours} 小时停止递补。",
    ),
    (
        Activities,
        "报了名不能来怎么办？",
        "请尽早在“我的活动”里取消，把名额留给别人。{no-show-days} 天内报名后未到场满 {no-shows-max} 次，暂停报名 {pause-days} 天。",
    ),
    (Activities, "活动积分什么时候到账？", "现场签到后到账；志愿服务按服务时长，每满 {block-minutes} 分钟计一次。"),
    (Books, "怎样推荐图书？", "在“图书推荐”里扫书背面的条码或填写 ISBN，书名等会自动带出，再提交即可。"),
    (
        Books,
        "推荐的书会买吗？",
        "馆员会审核，结果发消息告诉您。采纳得 {suggestion-points} 积分；每张证每月最多推荐 {suggestions-a-month} 本。",
    ),
    (Books, "怎样捐书？", "在“图书捐赠”里填好捐赠单，{donation-days} 天内带着书和捐赠码到服务台。"),
    (Books, "什么书不收？", "教材教辅、盗版、破损的图书不收。没有收下的书可以退还，也可以由馆里代为处理。"),
    (
        Books,
        "捐书得多少积分？",
        "通过审核的每册得 {donation-points} 积分，同一种书最多计 {donation-copies} 册，每张证每年最多 {donation-points-a-year} 积分。",
    ),
    (Other, "字太小看不清怎么办？", "在“我的”里打开“大字版”。"),
    (
        Other,
        "不用微信能进来吗？",
        "图书馆开通手机号登录后，在浏览器里用办证时留的手机号收验证码就能进来；也可以到服务台请馆员帮您办理。",
    ),
];

pub fn questions() -> Vec<Saved> {
    let saved = |(place, (category, asked, answer)): (usize, &(QuestionCategory, &str, &str))| Saved {
        category: *category,
        place: 10 * (place as i64 + 1),
        shown: true,
        text: QuestionText { asked: (*asked).into(), answer: (*answer).into() },
    };
    FIRST.iter().enumerate().map(saved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::rule_words::filled;

    #[test]
    fn every_value_in_the_first_answers_is_a_rule_s() {
        for Saved { text, .. } in questions() {
            let answer = filled(&text.answer, |_| 7);
            assert!(!answer.contains(['{', '}']), "{answer}");
        }
    }
}
