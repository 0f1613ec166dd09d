//! 积分兑换: what can be had, and what one prize is.

use super::{Tile, stock_words};
use crate::activities::Standing;
use crate::frame::ask::{Ask, and_back};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page};
use crate::places::PlaceLook;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::core::day::ADULT_AGE;
use domain::core::refusal::Refused;
use domain::ledger;
use domain::prizes::{self, on_sale, redeemable};
use domain::rules::Rule;
use domain::slices::Refusal;
use domain::tables::{ActivityId, ActivityRules, Prize, PrizeId, PrizeState};
use serde::Deserialize;
use store::activities::{enrolments, lines, next as own_next, open};
use store::prizes::{PrizeView, all, counts, one, taken, views};
use store::read::ids;
use store::sessions::{CardView, Visitor};

pub struct Item {
    pub tile: Tile,
    /// One grey line: stock, or why not.
    pub line: String,
    pub short: bool,
    pub off: bool,
}

#[derive(Template)]
#[template(path = "prizes/index.html")]
pub struct PrizesPage {
    shell: Shell,
    signed_in: bool,
    card: Option<CardView>,
    several: bool,
    affordable: bool,
    items: Vec<Item>,
    place: Option<PlaceLook>,
}

#[derive(Deserialize)]
pub struct Tab {
    #[serde(default)]
    tab: String,
}

pub async fn index(ask: Ask, Query(tab): Query<Tab>) -> Result<Response, Failure> {
    let card = ask.card().cloned();
    let affordable = tab.tab != "all" && card.is_some();
    let card_id = card.as_ref().map_or(domain::tables::CardId(0), |view| view.card.id);
    let [prizes, taken, alerts] = ask.app.reads.read([all(), taken(card_id), alerts_of(&ask)]).await?;
    let (prizes, taken, alerts) = (views(prizes)?, counts(taken)?, ids(alerts, PrizeId)?);
    let visible = prizes.iter().filter(|view| is_visible(&view.prize, ask.now));
    let items = visible.filter_map(|view| {
        let taken = taken.get(&view.prize.id).copied().unwrap_or(0);
        let judged = card.as_ref().map(|card| redeemable(&view.prize, &card.card, taken, ask.now));
        let can = matches!(judged, Some(Ok(())));
        (!affordable || can).then(|| item(&ask, view, judged, alerts.contains(&view.prize.id)))
    });
    let mut items: Vec<Item> = items.collect();
    // What cannot be had stands behind what can.
    items.sort_by_key(|item| item.off);
    let (signed_in, several) = (ask.is_signed_in(), ask.has_several_cards());
    let place = ask.content.places.iter().find(|look| look.is_open()).cloned();
    page(&PrizesPage { shell: ask.shell(), signed_in, card, several, affordable, items, place })
}

/// What is coming is shown, what is over is not.
fn is_visible(prize: &Prize, now: i64) -> bool {
    prize.state == PrizeState::Shown && (prize.visible_until == 0 || now < prize.visible_until)
}

fn alerts_of(ask: &Ask) -> store::read::Query {
    let reader = match &ask.visitor {
        Visitor::Reader { reader, .. } => Some(reader.id),
        _ => None,
    };
    store::stock_alerts::of(reader)
}

fn item(ask: &Ask, view: &PrizeView, judged: Option<Result<(), Refused>>, is_awaited: bool) -> Item {
    let prize = &view.prize;
    let why = judged.and_then(Result::err).and_then(|why| Refusal::of(&why));
    let (line, short, off) = match why {
        _ if prize.on_hand < 1 && is_awaited => ("已兑完，到货会提醒您".into(), false, true),
        _ if prize.on_hand < 1 => (stock_words(0), false, true),
        _ if ask.now < prize.visible_from => (from_words(ask, prize.visible_from), false, true),
        Some(Refusal::Ledger(ledger::Refusal::TooFewPoints { short_by })) => {
            (format!("还差 {short_by} 积分"), true, false)
        }
        Some(Refusal::Prizes(prizes::Refusal::LimitReached { .. })) => ("您已兑换过".into(), false, false),
        _ => (stock_words(prize.on_hand), false, false),
    };
    Item { tile: Tile::of(view), line, short, off }
}

fn from_words(ask: &Ask, from: i64) -> String {
    format!("{} 开始", ask.app.calendar.moment(from))
}

/// The one action at the bottom, or the reason against it.
pub enum Bar {
    SignIn {
        to: String,
    },
    Bind {
        to: String,
    },
    Can {
        after: i64,
    },
    /// `how`: what would bring the points that are missing.
    Short {
        short_by: i64,
        percent: i64,
        how: Option<How>,
    },
    Cannot {
        sentence: String,
    },
    /// `is_awaited`: the reader is told when it is back.
    SoldOut {
        is_awaited: bool,
        key: String,
    },
}

#[derive(Template)]
#[template(path = "prizes/show.html")]
pub struct PrizePage {
    shell: Shell,
    tile: Tile,
    description: String,
    stock: String,
    per_card: i64,
    card: Option<CardView>,
    several: bool,
    place: Option<PlaceLook>,
    pictures: Vec<String>,
    last_day: String,
    sold_out: bool,
    bar: Bar,
}

pub async fn show(ask: Ask, Path(prize): Path<i64>) -> Result<Response, Failure> {
    let card = ask.card().cloned();
    let card_id = card.as_ref().map_or(domain::tables::CardId(0), |view| view.card.id);
    let [found, taken, alerts] = ask.app.reads.read([one(PrizeId(prize)), taken(card_id), alerts_of(&ask)]).await?;
    let view = views(found)?.pop().filter(|view| is_visible(&view.prize, ask.now)).ok_or(Failure::NotFound)?;
    let taken = counts(taken)?.get(&view.prize.id).copied().unwrap_or(0);
    let mut bar = bar(&ask, &view.prize, card.as_ref(), taken);
    if view.prize.on_hand < 1 && ask.is_signed_in() && on_sale(&view.prize, ask.now).is_ok() {
        let is_awaited = ids(alerts, PrizeId)?.contains(&view.prize.id);
        bar = Bar::SoldOut { is_awaited, key: form_key()? };
    }
    if let Bar::Short { short_by, how, .. } = &mut bar {
        *how = self::how(&ask, *short_by).await?;
    }
    let place = ask.content.place(view.prize.place);
    let hours = place.and_then(PlaceLook::set_hours);
    let months = ask.content.rule(Rule::ValidMonths, ask.today());
    let last_day = domain::redemptions::last_day_of(ask.today(), months, hours);
    page(&PrizePage {
        shell: ask.shell(),
        tile: Tile::of(&view),
        description: view.text.description.clone(),
        stock: stock_words(view.prize.on_hand),
        per_card: view.prize.per_card,
        several: ask.has_several_cards(),
        place: place.cloned(),
        pictures: super::picture_urls(&view.text.picture),
        last_day: crate::kit::calendar::long_day(last_day),
        card,
        sold_out: view.prize.on_hand < 1,
        bar,
    })
}

/// 再签 5 天，加一场活动: what a reader can do about it, without the bonuses of a row of days.
pub struct How {
    /// 0: the activity is enough.
    pub days: i64,
    /// The next one that can be signed up for: its number and title.
    pub activity: Option<(i64, String)>,
}

/// Activities among which the hint looks for one that has places left and earns.
const LOOKED_AT: i64 = 9;
/// Longer than that is no hint.
const HINT_DAYS_MAX: i64 = 60;

async fn how(ask: &Ask, short_by: i64) -> Result<Option<How>, Failure> {
    let Visitor::Reader { reader, .. } = &ask.visitor else { return Ok(None) };
    let (coming, own) = (open(ask.now, LOOKED_AT), own_next(reader.id, ask.now));
    let [coming, own] = ask.app.reads.read([coming, own]).await?;
    let own: Vec<ActivityId> = enrolments(own)?.iter().map(|one| one.line.activity.id).collect();
    let next = lines(coming)?.into_iter().find(|line| {
        let is_open = Standing::of(&line.activity, &ask.terms(), ask.now) == Standing::Open;
        is_open && earns(&line.rules) && !own.contains(&line.activity.id)
    });
    let left = (short_by - next.as_ref().map_or(0, |line| line.rules.points)).max(0);
    let a_day = ask.content.rule(Rule::CheckInPoints, ask.today());
    let days = if left == 0 {
        0
    } else if a_day > 0 {
        (left + a_day - 1) / a_day
    } else {
        i64::MAX
    };
    let activity = next.map(|line| (line.activity.id.0, line.title));
    Ok((days <= HINT_DAYS_MAX).then_some(How { days, activity }))
}

/// A fixed number of points, for grown-ups too: how old a reader is, nobody knows.
fn earns(rules: &ActivityRules) -> bool {
    let for_adults = rules.age_min <= ADULT_AGE && (rules.age_max == 0 || rules.age_max > ADULT_AGE);
    rules.points > 0 && rules.block_minutes == 0 && for_adults
}

fn bar(ask: &Ask, prize: &Prize, card: Option<&CardView>, taken: i64) -> Bar {
    let Some(card) = card else {
        return match ask.is_signed_in() {
            true => Bar::Bind { to: and_back("/cards/new", &ask.uri) },
            false => Bar::SignIn { to: and_back("/sign-in", &ask.uri) },
        };
    };
    let Err(refusal) = redeemable(prize, &card.card, taken, ask.now) else {
        return Bar::Can { after: card.card.balance - prize.points };
    };
    match Refusal::of(&refusal) {
        Some(Refusal::Ledger(ledger::Refusal::TooFewPoints { short_by })) => {
            Bar::Short { short_by, percent: card.card.balance * 100 / prize.points.max(1), how: None }
        }
        Some(Refusal::Prizes(prizes::Refusal::NotYetOnSale { from })) => {
            Bar::Cannot { sentence: from_words(ask, from) }
        }
        _ => Bar::Cannot { sentence: wording::refusal(refusal) },
    }
}

sample! { How { days, activity } }
sample! { Item { tile, line, short, off } }
sample! { PrizesPage { shell, signed_in, card, several, affordable, items, place } }
sample! { enum Bar { SignIn { to }, Bind { to }, Can { after }, Short { short_by, percent, how }, Cannot { sentence }, SoldOut { is_awaited, key } } }
sample! { PrizePage { shell, tile, description, stock, per_card, card, several, place, pictures, last_day, sold_out, bar } }
