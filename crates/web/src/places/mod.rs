//! Places where prizes are handed over, and their hours as people say them.

pub mod staff;
pub mod words;

use crate::frame::routes::{For, Routes};
use crate::kit::calendar::{clock_time, weekday};
use domain::places::pickup::{Hours, Next, Opening};
use domain::staff::Permission;
use domain::tables::{Place, PlaceId, PlaceState};
use store::places::PlaceView;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/staff/places", For::Staff(&[Permission::Read]), staff::index)
        .in_menu(90, "map-pin", "领取地点")
        .post("/staff/places", For::Staff(&[Permission::EditPlaces]), staff::create)
        .get("/staff/places/new", For::Staff(&[Permission::EditPlaces]), staff::new)
        .get("/staff/places/{place}", For::Staff(&[Permission::Read]), staff::edit)
        .post("/staff/places/{place}", For::Staff(&[Permission::EditPlaces]), staff::update)
        .post("/staff/places/{place}/days", For::Staff(&[Permission::EditPlaces]), staff::set_day)
}

/// A place as pages show it.
#[derive(Clone, Debug)]
pub struct PlaceLook {
    pub place: Place,
    pub name: String,
    pub address: String,
    /// 每周六、周日
    pub days: String,
    /// 上午8:30–11:30，下午13:30–17:00
    pub times: String,
    pub hours: Hours,
}

impl PlaceLook {
    pub fn of(view: PlaceView) -> Self {
        let (days, times) = week_words(&view.hours.week);
        let PlaceView { place, text, hours } = view;
        PlaceLook { place, name: text.name, address: text.address, days, times, hours }
    }

    pub fn id(&self) -> PlaceId {
        self.place.id
    }

    pub fn is_open(&self) -> bool {
        self.place.state == PlaceState::Open
    }

    /// As decisions take them: None where no hours were set.
    pub fn set_hours(&self) -> Option<&Hours> {
        (!self.hours.week.is_empty() || !self.hours.special.is_empty()).then_some(&self.hours)
    }

    /// 今天可领，到 11:30; 下次可领取：周六 8:30
    pub fn next_words(&self, today: i64, minute: i64) -> Option<String> {
        self.opening_words(("领", "领取"), today, minute)
    }

    /// `short` and `verb`: what one comes for.
    pub fn opening_words(&self, (short, verb): (&str, &str), today: i64, minute: i64) -> Option<String> {
        Some(match self.set_hours()?.next(today, minute)? {
            Next::Now { until } => format!("今天可{short}，到 {}", clock_time(until)),
            Next::Later { days: 0, from, .. } => format!("下次可{verb}：今天 {}", clock_time(from)),
            Next::Later { days: 1..=6, day, from } => {
                format!("下次可{verb}：{} {}", weekday(domain::core::day::weekday(day)), clock_time(from))
            }
            Next::Later { day, from, .. } => {
                let (month, date) = (day / 100 % 100, day % 100);
                let name = weekday(domain::core::day::weekday(day));
                format!("下次可{verb}：{month}月{date}日 {name} {}", clock_time(from))
            }
        })
    }
}

type Spans = Vec<(i64, i64)>;

/// Days with the same hours are said together; where they differ, each group says its own.
pub fn week_words(week: &[Opening]) -> (String, String) {
    let mut groups: Vec<(Vec<i64>, Spans)> = vec![];
    for day in 1..=7 {
        let mut spans: Spans =
            week.iter().filter(|opening| opening.weekday == day).map(|o| (o.from, o.until)).collect();
        spans.sort_unstable();
        if spans.is_empty() {
            continue;
        }
        match groups.iter_mut().find(|(_, same)| *same == spans) {
            Some((days, _)) => days.push(day),
            None => groups.push((vec![day], spans)),
        }
    }
    match groups.as_slice() {
        [] => ("开放时间请咨询服务台".into(), String::new()),
        [(days, spans)] => (format!("每{}", day_words(days)), span_words(spans)),
        several => {
            let each = several.iter().map(|(days, spans)| format!("{} {}", day_words(days), span_words(spans)));
            ("每周开放".into(), each.collect::<Vec<_>>().join("；"))
        }
    }
}

/// 周六、周日; 周一至周五; 天
fn day_words(days: &[i64]) -> String {
    if days.len() == 7 {
        return "天".into();
    }
    let run = days.windows(2).all(|two| two[1] == two[0] + 1);
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if run && days.len() > 2 => format!("{}至{}", weekday(*first), weekday(*last)),
        _ => days.iter().map(|day| weekday(*day)).collect::<Vec<_>>().join("、"),
    }
}

/// A joiner on both sides: no line ends within 13:30–17:00.
const UNTIL: &str = "\u{2060}–\u{2060}";

pub fn span_words(spans: &[(i64, i64)]) -> String {
    const NOON: i64 = 12 * 60;
    const EVENING: i64 = 18 * 60;
    let words = spans.iter().map(|(from, until)| {
        let part = match *from {
            ..NOON => "上午",
            NOON..EVENING => "下午",
            _ => "晚上",
        };
        format!("{part}{}{UNTIL}{}", clock_time(*from), clock_time(*until))
    });
    words.collect::<Vec<_>>().join("，")
}

sample! { PlaceLook { place, name, address, days, times, hours } }

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(words: &str) -> String {
        words.replace('–', UNTIL)
    }

    fn opening(weekday: i64, from: i64, until: i64) -> Opening {
        Opening { weekday, from, until }
    }

    #[test]
    fn hours_are_said_as_the_library_says_them() {
        let weekend: Vec<Opening> =
            [6, 7].into_iter().flat_map(|day| [opening(day, 810, 1_020), opening(day, 510, 690)]).collect();
        let said = week_words(&weekend);
        assert_eq!(said, ("每周六、周日".into(), joined("上午8:30–11:30，下午13:30–17:00")));
        let all: Vec<Opening> = (1..=7).map(|day| opening(day, 540, 1_020)).collect();
        assert_eq!(week_words(&all), ("每天".into(), joined("上午9:00–17:00")));
        let mixed: Vec<Opening> =
            (1..=5).map(|day| opening(day, 540, 1_020)).chain([opening(6, 1_080, 1_200)]).collect();
        assert_eq!(week_words(&mixed).1, joined("周一至周五 上午9:00–17:00；周六 晚上18:00–20:00"));
        assert_eq!(week_words(&[]).0, "开放时间请咨询服务台");
    }
}
