//! Settings: what differs from library to library. Jiangbei's are the shipped example.

use crate::kit::calendar::day_of;
use domain::bulletins::{BulletinWords, Saved};
use domain::places::pickup::Opening;
use domain::rules::Rule;
use serde::Deserialize;

/// Everything that the pages say of the library itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    pub name: String,
    pub platform: String,
    /// An IANA time zone: calendar days and opening hours are the library's own.
    pub time_zone: String,
    pub address: String,
    pub telephones: Vec<Telephone>,
    pub email: String,
    /// 前往注册成为读者
    pub register_url: String,
    #[serde(default)]
    pub icp: String,
    #[serde(default)]
    pub police_record: String,
    pub places: Vec<Place>,
    #[serde(default)]
    pub branches: Vec<Branch>,
    #[serde(default)]
    pub notices: Vec<Notice>,
    #[serde(default)]
    pub checkins: CheckIns,
    #[serde(default)]
    pub activities: Activities,
}

/// 签到打卡: what a day earns.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckIns {
    pub points: i64,
    /// On every 7th and on every 30th day in a row.
    pub week_bonus: i64,
    pub month_bonus: i64,
    /// Points a calendar month at most.
    pub month_max: i64,
    /// 补签 so often a calendar month.
    pub make_ups_max: i64,
}

impl Default for CheckIns {
    fn default() -> Self {
        let of = |rule: Rule| rule.about().default;
        CheckIns {
            points: of(Rule::CheckInPoints),
            week_bonus: of(Rule::WeekBonus),
            month_bonus: of(Rule::MonthBonus),
            month_max: of(Rule::CheckInMonthMax),
            make_ups_max: of(Rule::MakeUpsMax),
        }
    }
}

/// 读者活动 and 志愿者活动.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Activities {
    pub categories: Vec<String>,
    pub service_categories: Vec<String>,
    /// How many members a reader has at most, and how many people sign up at once unless an activity says otherwise.
    pub members_max: i64,
    pub party_max: i64,
    /// Volunteers are asked for their identity number.
    pub volunteer_identity: bool,
}

impl Default for Activities {
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|word| word.to_string()).collect();
        Activities {
            categories: words(&["讲座", "展览", "少儿", "读书会", "手工", "观影", "其他"]),
            service_categories: words(&["图书整理", "阅读推广", "活动协助", "文明引导", "其他"]),
            members_max: Rule::MembersMax.about().default,
            party_max: Rule::PartyMax.about().default,
            volunteer_identity: false,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telephone {
    pub label: String,
    pub number: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    pub id: i64,
    pub name: String,
}

/// Where prizes of a branch are handed over: put into an empty library; the back office keeps them from then on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub branch: i64,
    pub name: String,
    pub address: String,
    pub hours: Vec<Hours>,
}

/// Days of the week from 1 (Monday) to 7, and times of day as `08:30`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    pub days: Vec<i64>,
    pub from: String,
    pub until: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub title: String,
    /// As 2026-11-20.
    pub date: String,
    pub text: String,
}

impl Library {
    /// What this file says of bulletins: it counts while there are none.
    pub fn first_bulletins(&self) -> Vec<Saved> {
        let saved = |notice: &Notice| Saved {
            shown: true,
            since: day_of(&notice.date).unwrap_or_default(),
            until: 0,
            words: BulletinWords { title: notice.title.clone(), body: notice.text.trim().into() },
        };
        self.notices.iter().map(saved).collect()
    }

    /// What this file says of rules: it counts while the library has set none.
    pub fn first_rules(&self) -> Vec<(Rule, i64)> {
        self.rule_settings().into_iter().map(|(_, rule, value)| (rule, value)).collect()
    }

    /// The settings that are rules, by their names in the file.
    fn rule_settings(&self) -> [(&'static str, Rule, i64); 7] {
        let CheckIns { points, week_bonus, month_bonus, month_max, make_ups_max } = self.checkins;
        [
            ("checkins.points", Rule::CheckInPoints, points),
            ("checkins.week_bonus", Rule::WeekBonus, week_bonus),
            ("checkins.month_bonus", Rule::MonthBonus, month_bonus),
            ("checkins.month_max", Rule::CheckInMonthMax, month_max),
            ("checkins.make_ups_max", Rule::MakeUpsMax, make_ups_max),
            ("activities.members_max", Rule::MembersMax, self.activities.members_max),
            ("activities.party_max", Rule::PartyMax, self.activities.party_max),
        ]
    }

    /// What is wrong with these settings, for `yue config check` and the start.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = vec![];
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            faults.push(format!("library.time_zone: {} is no time zone", self.time_zone));
        }
        if self.places.is_empty() {
            faults.push("library.places: at least one place where prizes are handed over".into());
        }
        let rules =
            self.rule_settings().map(|(name, rule, value)| (name, value, rule.about().least, rule.about().most));
        let outside = rules.into_iter().filter(|(_, value, least, most)| !(*least..=*most).contains(value));
        faults.extend(outside.map(|(name, _, least, most)| format!("library.{name}: from {least} to {most}")));
        for place in &self.places {
            if place.openings().is_none() {
                faults.push(format!("library.places: the hours of {} cannot be read", place.name));
            }
        }
        faults
    }
}

impl Place {
    /// None: a day or a time cannot be read.
    pub fn openings(&self) -> Option<Vec<Opening>> {
        let mut openings = vec![];
        for hours in &self.hours {
            let (from, until) = (minute_of_day(&hours.from)?, minute_of_day(&hours.until)?);
            for weekday in &hours.days {
                let valid = (1..=7).contains(weekday) && from < until;
                openings.push(valid.then_some(Opening { weekday: *weekday, from, until })?);
            }
        }
        openings.sort_unstable();
        Some(openings)
    }
}

pub fn minute_of_day(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..=24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

/// How the site is reached and how it behaves.
#[derive(Clone, Debug)]
pub struct Site {
    /// Scheme, host and port that readers' browsers see.
    pub public_url: String,
    /// Also served: `*` is every host.
    pub other_hosts: Vec<String>,
    /// Marked as a demonstration; any browser may take part.
    pub demonstration: bool,
    /// A request for a code is answered no sooner, so that the time tells nothing.
    pub code_floor_ms: u64,
    /// Readers outside WeChat may enter by phone number and SMS code.
    pub phone_entry: bool,
    /// Whether there is a text by which both numbers are told of a change.
    pub tells_phones: bool,
    /// The proxies before this program: what they say of where a request comes from is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Readers can have messages shown in WeChat, too.
    pub sends_notices: bool,
    /// A subscribe message that readers can allow, one at a time; empty: none.
    pub subscribe_template: String,
    /// What WeChat's message push is signed with; empty: none is taken.
    pub push_token: String,
    /// Empty: /metrics answers to this machine only.
    pub metrics_token: String,
}

impl Site {
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
