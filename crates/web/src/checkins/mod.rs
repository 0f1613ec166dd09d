//! 签到打卡: the month, the row of days, the stamp of today, and 补签.

mod month;
pub mod words;

pub use month::{Mark, day_words};

use crate::frame::app::Stop;
use crate::frame::ask::CardAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::frame::routes::{For, Routes};
use crate::reading::Noting;
use crate::wording;
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::checkins::{self, CheckInRules, MakeUpDay, StampDay, is_in_time};
use domain::core::day::plus;
use domain::core::refusal::Refused;
use domain::ledger;
use domain::tables::{CardId, CheckIn, ReaderId};
use month::{Facts, Sheet, shown, streak};
use serde::Deserialize;
use store::checkins::{between, stamps, trace_views, traces};
use store::sessions::CardView;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/checkins", For::Holders, show).post("/checkins", For::Holders, create).post(
        "/checkins/make-ups",
        For::Holders,
        make_up,
    )
}

/// How today stands.
pub enum Today {
    /// What a stamp would earn.
    Open {
        points: i64,
    },
    Stamped {
        points: i64,
    },
    /// The card cannot be used: why.
    Closed {
        sentence: String,
    },
}

/// The row of days and the month's points.
pub struct Standing {
    pub today: Today,
    pub streak: i64,
    /// 再签 3 天，多得 2 积分
    pub next: Option<String>,
    pub earned: i64,
    pub make_ups_left: i64,
    bonus: Option<(i64, i64)>,
}

/// What a standing is read from: the stamps of a month and of this one.
pub fn wanted(reader: ReaderId, card: &CardView, month: i64, today: i64) -> store::read::Query {
    // Yesterday may be of the month before: the row goes on.
    let from = (month * 100 + 1).min(plus(today, -1));
    between(card.card.id, reader, from, today)
}

/// Of a month: how many of its missed days may still be made up.
fn make_ups_left(card: &CardView, stamps: &[CheckIn], rules: &CheckInRules, month: i64) -> i64 {
    if ledger::may_earn(&card.card).is_err() {
        return 0;
    }
    let own = |stamp: &&CheckIn| stamp.card == card.card.id && stamp.month == month && stamp.made_up;
    let made_up = stamps.iter().filter(own).count() as i64;
    (rules.make_ups_max - made_up).max(0)
}

impl Standing {
    pub fn of(card: &CardView, stamps: &[CheckIn], rules: &CheckInRules, today: i64) -> Self {
        let own = |stamp: &&CheckIn| stamp.card == card.card.id && stamp.month == today / 100;
        let this_month: Vec<&CheckIn> = stamps.iter().filter(own).collect();
        let earned: i64 = this_month.iter().map(|stamp| stamp.points).sum();
        let stamped = this_month.iter().find(|stamp| stamp.date == today % 100);
        let streak = streak(stamps, card.card.id, today);
        let may_earn = ledger::may_earn(&card.card);
        let today_is = match stamped {
            Some(stamp) => Today::Stamped { points: stamp.points },
            None => match may_earn {
                Ok(()) => Today::Open { points: rules.earned_after(earned, streak + 1) },
                Err(why) => Today::Closed { sentence: wording::refusal(why) },
            },
        };
        let last = if stamped.is_some() { today } else { plus(today, -1) };
        let bonus = rules.next_bonus(streak, last, earned).filter(|_| may_earn.is_ok());
        Standing {
            today: today_is,
            streak,
            next: bonus.map(|bonus| next_words(bonus.days, bonus.points - rules.points, stamped.is_some())),
            earned,
            make_ups_left: make_ups_left(card, stamps, rules, today / 100),
            bonus: bonus.map(|bonus| (bonus.day, bonus.points)),
        }
    }

    pub fn is_stamped(&self) -> bool {
        matches!(self.today, Today::Stamped { .. })
    }
}

fn next_words(days: i64, more: i64, is_stamped: bool) -> String {
    match (days, is_stamped) {
        (1, false) => format!("今天签到，多得 {more} 积分"),
        (1, true) => format!("明天签到，多得 {more} 积分"),
        (days, _) => format!("再签 {days} 天，多得 {more} 积分"),
    }
}

/// A missed day that the reader has tapped.
pub struct MakingUp {
    pub day: i64,
    pub words: String,
    /// How many more in that day's month.
    pub left: i64,
    pub error: Option<String>,
}

#[derive(Template)]
#[template(path = "checkins/show.html")]
pub struct CheckInsPage {
    shell: Shell,
    key: String,
    card: CardView,
    several: bool,
    rules: CheckInRules,
    standing: Standing,
    sheet: Sheet,
    /// The stamp has just been made.
    is_fresh: bool,
    /// What came of a stamp.
    said: Option<String>,
    made_up: Option<String>,
    making_up: Option<MakingUp>,
    noting: Noting,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    month: i64,
    /// Asked to be made up.
    day: i64,
    /// `stamp`, `again`, `other`, or the day that was made up.
    done: String,
}

pub async fn show(ask: CardAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    show_with(&ask, asked, None).await
}

async fn show_with(ask: &CardAsk, asked: Asked, refusal: Option<Refused>) -> Result<Response, Failure> {
    let (reader, today) = (ask.id(), ask.today());
    let rules = CheckInRules::in_force(&ask.content.rules, today);
    let month = shown(asked.month, today);
    let queries = [wanted(reader, &ask.card, month, today), traces(reader, today, today)];
    let [stamped, traced] = ask.app.reads.read(queries).await?;
    let stamped = stamps(stamped)?;
    let standing = Standing::of(&ask.card, &stamped, &rules, today);
    let left = |month| make_ups_left(&ask.card, &stamped, &rules, month);
    let may_make_up = left(month) > 0;
    let facts = Facts { stamps: &stamped, today, may_make_up, bonus: standing.bonus };
    let status = refusal.as_ref().map_or(StatusCode::OK, wording::status);
    let error = refusal.as_ref().map(wording::refusal);
    let is_missed = is_in_time(asked.day, today) && on(&stamped, asked.day).is_none();
    let may_ask = is_missed && left(asked.day / 100) > 0;
    let making_up = (may_ask || error.is_some()).then(|| MakingUp {
        day: asked.day,
        words: day_words(asked.day),
        left: left(asked.day / 100),
        error,
    });
    let page = CheckInsPage {
        shell: ask.shell(),
        key: form_key()?,
        card: ask.card.clone(),
        several: ask.has_several_cards(),
        rules,
        is_fresh: asked.done == "stamp",
        said: said(&asked.done, &stamped, today),
        made_up: made_up(&asked.done, &stamped),
        sheet: Sheet::of(month, &facts),
        standing,
        making_up,
        noting: Noting::of(&ask.app.keys, trace_views(traced)?.first()),
    };
    page_with(status, &page)
}

fn on(stamps: &[CheckIn], day: i64) -> Option<&CheckIn> {
    stamps.iter().find(|stamp| stamp.month * 100 + stamp.date == day)
}

/// From what is stored, not from the address: anybody can write an address.
fn said(done: &str, stamps: &[CheckIn], today: i64) -> Option<String> {
    match (done, on(stamps, today)) {
        ("stamp", Some(CheckIn { points: 0, .. })) => Some("签到成功，本月的积分已满".into()),
        ("stamp", Some(stamp)) => Some(format!("签到成功，获得 {} 积分", stamp.points)),
        // A page of yesterday, sent again: its answer was yesterday's.
        ("stamp", None) => Some("刚才是昨天的页面，今天请再点一次签到。".into()),
        ("again", Some(_)) => Some("今天签过了，不用再签".into()),
        ("other", _) => Some("刚才那张证已签到。您换了读者证，这里是现在这张证的记录。".into()),
        _ => None,
    }
}

fn made_up(done: &str, stamps: &[CheckIn]) -> Option<String> {
    let day = done.parse().ok()?;
    on(stamps, day).filter(|stamp| stamp.made_up).map(|_| format!("{}已补签", day_words(day)))
}

#[derive(Deserialize)]
pub struct StampForm {
    card: i64,
}

pub async fn create(ask: CardAsk, posted: Posted<StampForm>) -> Result<Response, Failure> {
    let app = &ask.app;
    let card = CardId(posted.form.card);
    let key = posted.idempotency(app, ask.actor());
    let done = match app.command(ask.actor(), key, StampDay { card }).await {
        Ok(_) if card != ask.card.card.id => "other",
        Ok(_) => "stamp",
        Err(Stop::Refused(why)) if why == checkins::Refusal::AlreadyCheckedIn => "again",
        Err(stop) => return Err(stop.into()),
    };
    Ok(Redirect::to(&format!("/checkins?done={done}")).into_response())
}

#[derive(Deserialize)]
pub struct MakeUpForm {
    card: i64,
    #[serde(default)]
    day: i64,
}

/// 补签
pub async fn make_up(ask: CardAsk, posted: Posted<MakeUpForm>) -> Result<Response, Failure> {
    let app = &ask.app;
    let MakeUpForm { card, day } = &posted.form;
    let command = MakeUpDay { card: CardId(*card), day: *day };
    match app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await {
        Ok(_) => Ok(Redirect::to(&format!("/checkins?done={day}")).into_response()),
        Err(Stop::Refused(refusal)) if refusal.of::<checkins::Refusal>().is_some() => {
            show_with(&ask, Asked { day: *day, ..Asked::default() }, Some(refusal)).await
        }
        Err(stop) => Err(stop.into()),
    }
}

sample! { enum Today { Open { points }, Stamped { points }, Closed { sentence } } }
sample! { MakingUp { day, words, left, error } }
sample! { Standing { today, streak, next, earned, make_ups_left, bonus } }
sample! { CheckInsPage { shell, key, card, several, rules, standing, is_fresh, sheet, said, made_up, making_up, noting } }
