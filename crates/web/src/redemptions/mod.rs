//! 我的兑换: asking once more, exchanging, and the ticket.

pub mod desk;
pub mod staff;
pub mod words;

use crate::frame::app::Stop;
use crate::frame::ask::{Ask, CardAsk, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::routes::{For, Routes};
use crate::kit::calendar::{long_day, long_day_weekday};
use crate::kit::qr::Qr;
use crate::messages::{Subscribe, subscribe};
use crate::places::PlaceLook;
use crate::prizes::{Tile, picture_url};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use domain::prizes::redeemable;
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::{CancelRedemption, Redeem, Refusal, Reply, cancel_until, last_day, last_day_of};
use domain::rules::Rule;
use domain::staff::Permission;
use domain::tables::{CardId, PlaceId, Prize, PrizeId, Redemption, RedemptionId, RedemptionState};
use serde::Deserialize;
use store::prizes::{counts, one, taken, views};
use store::redemptions::{PAGE_ROWS, RedemptionView, Ticket, list, own, ticket};
use store::sessions::CardView;
use store::transfers::ReplacedCard;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/prizes/{prize}/redemption", For::Holders, confirm)
        .get("/redemptions", For::Holders, index)
        .post("/redemptions", For::Readers, create)
        .get("/redemptions/{redemption}", For::Readers, show)
        .get("/redemptions/{redemption}/cancellation", For::Readers, confirm_cancelling)
        .post("/redemptions/{redemption}/cancellation", For::Readers, cancel)
        .get("/staff/desk", For::Staff(&[Permission::HandOver]), desk::show)
        .in_menu(20, "barcode", "核销")
        .post("/staff/desk/hand-overs", For::Staff(&[Permission::HandOver]), desk::hand_over)
        .get("/staff/desk/sheet", For::Staff(&[Permission::HandOver]), staff::day_sheet)
        .get("/staff/redemptions", For::Staff(&[Permission::Read]), staff::index)
        .in_menu(40, "ticket", "兑换记录")
        .get("/staff/redemptions/export", For::Staff(&[Permission::Read]), staff::export)
        .post("/staff/redemptions/{redemption}/undoing", For::Staff(&[Permission::HandOver]), desk::undo)
        .get(
            "/staff/redemptions/{redemption}/cancellation",
            For::Staff(&[Permission::CancelRedemptions]),
            staff::confirm_cancelling,
        )
        .post(
            "/staff/redemptions/{redemption}/cancellation",
            For::Staff(&[Permission::CancelRedemptions]),
            staff::cancel,
        )
}

#[derive(Template)]
#[template(path = "redemptions/confirm.html")]
pub struct ConfirmPage {
    shell: Shell,
    key: String,
    tile: Tile,
    card: CardView,
    several: bool,
    after: i64,
    last_day: String,
    /// The price has changed since the page was shown last.
    changed: bool,
}

#[derive(Deserialize)]
pub struct Changed {
    #[serde(default)]
    changed: String,
}

/// 立即兑换 asks once more, with everything that it will do.
pub async fn confirm(ask: CardAsk, Path(prize): Path<i64>, Query(query): Query<Changed>) -> Result<Response, Failure> {
    let ask = &ask;
    let app = &ask.app;
    let [found, taken] = app.reads.read([one(PrizeId(prize)), taken(ask.card.card.id)]).await?;
    let view = views(found)?.pop().ok_or(Failure::NotFound)?;
    let taken = counts(taken)?.get(&view.prize.id).copied().unwrap_or(0);
    if redeemable(&view.prize, &ask.card.card, taken, ask.now).is_err() {
        // The prize's page says why not.
        return Ok(Redirect::to(&format!("/prizes/{prize}")).into_response());
    }
    let today = ask.today();
    let hours = ask.content.place(view.prize.place).and_then(PlaceLook::set_hours);
    page(&ConfirmPage {
        shell: ask.shell(),
        key: key(ask, &view.prize),
        after: ask.card.card.balance - view.prize.points,
        tile: Tile::of(&view),
        card: ask.card.clone(),
        several: ask.has_several_cards(),
        changed: !query.changed.is_empty(),
        last_day: long_day(last_day_of(today, ask.content.rule(Rule::ValidMonths, today), hours)),
    })
}

/// The same for everybody who looks at the same state of the card: two phones at once redeem once,
/// and a second redemption takes a page that already shows the first.
fn key(ask: &CardAsk, prize: &Prize) -> String {
    let card = &ask.card.card;
    let last = card.last_redemption.map_or(0, |last| last.0);
    ask.app.keys.signature("redemption", &format!("{} {} {} {last}", ask.id(), card.id, prize.id))
}

#[derive(Deserialize)]
pub struct RedeemForm {
    prize: i64,
    card: i64,
    points: i64,
}

#[derive(Template)]
#[template(path = "redemptions/refused.html")]
pub struct RefusedPage {
    shell: Shell,
    sentence: String,
    prize: i64,
}

pub async fn create(ask: ReaderAsk, posted: Posted<RedeemForm>) -> Result<Response, Failure> {
    let app = &ask.app;
    let RedeemForm { prize, card, points } = posted.form;
    let command = Redeem { card: CardId(card), prize: PrizeId(prize), points };
    match app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await {
        Ok(Reply::Redeemed { redemption, .. }) => {
            Ok(Redirect::to(&format!("/redemptions/{redemption}?new=1")).into_response())
        }
        Ok(reply) => Err(Failure::unexpected(reply)),
        // The page anew, with what it costs now.
        Err(Stop::Refused(why)) if matches!(why.of(), Some(Refusal::PriceChanged { .. })) => {
            Ok(Redirect::to(&format!("/prizes/{prize}/redemption?changed=1")).into_response())
        }
        Err(Stop::Refused(refusal)) => {
            let sentence = wording::refusal(refusal);
            let refused = RefusedPage { shell: ask.shell(), sentence, prize };
            page_with(wording::status(&refusal), &refused)
        }
        Err(stop) => Err(stop.into()),
    }
}

pub struct Line {
    pub view: RedemptionView,
    pub picture: String,
    pub state: &'static str,
    pub state_class: &'static str,
    pub facts: String,
}

#[derive(Template)]
#[template(path = "redemptions/index.html")]
pub struct RedemptionsPage {
    shell: Shell,
    card: CardView,
    several: bool,
    lines: Vec<Line>,
    /// Where the next page begins.
    older: Option<RedemptionId>,
    /// The cards that the current one has replaced, by their tails.
    replaced: Vec<ReplacedCard>,
    /// Which of them is looked at; 0: none.
    of: i64,
}

#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    from: i64,
    /// A card that the current one has replaced.
    #[serde(default)]
    of: i64,
}

pub async fn index(ask: CardAsk, Query(query): Query<From>) -> Result<Response, Failure> {
    let (reader, inner) = (ask.id(), &ask);
    let replaced = store::transfers::replaced(&inner.app.reads, ask.card.card.id).await?;
    let of = match query.of {
        0 => ask.card.card.id,
        of => replaced.iter().map(|one| one.card).find(|card| card.0 == of).ok_or(Failure::NotFound)?,
    };
    let mut found = store::redemptions::views(inner.app.reads.all(list(of, reader, query.from)).await?)?;
    let older = found.get(PAGE_ROWS as usize).map(|view| view.redemption.id);
    found.truncate(PAGE_ROWS as usize);
    let today = inner.app.calendar.day(inner.now);
    let lines = found.into_iter().map(|view| line(inner, view, today)).collect();
    let several = inner.has_several_cards();
    let (card, of) = (ask.card.clone(), query.of);
    page(&RedemptionsPage { shell: inner.shell(), card, several, lines, older, replaced, of })
}

fn line(ask: &Ask, view: RedemptionView, today: i64) -> Line {
    let r = &view.redemption;
    let last_day = last_day_now(ask, r, view.place);
    let (state, state_class) = state_words(r.state, today > last_day);
    let facts = match r.state {
        RedemptionState::Pending => format!("请于{}前领取", long_day(last_day)),
        RedemptionState::Collected => format!("{} 领取", ask.app.calendar.moment(r.settled_at)),
        _ => format!("{} 兑换", ask.app.calendar.moment(r.at)),
    };
    Line { picture: picture_url(&view.text.picture), state, state_class, facts, view }
}

/// A last day that was closed since has moved on.
pub(crate) fn last_day_now(ask: &Ask, redemption: &Redemption, place: Option<PlaceId>) -> i64 {
    last_day(redemption, ask.content.place(place).and_then(PlaceLook::set_hours))
}

/// A redemption past its last day is expired, whether or not the nightly job has said so yet.
pub fn state_words(state: RedemptionState, is_past: bool) -> (&'static str, &'static str) {
    match state {
        RedemptionState::Pending if is_past => ("已过期", "pill"),
        RedemptionState::Pending => ("待领取", "pill pill-wait"),
        RedemptionState::Collected => ("已领取", "pill pill-open"),
        RedemptionState::Expired => ("已过期", "pill"),
        RedemptionState::Cancelled => ("已取消", "pill"),
    }
}

#[derive(Template)]
#[template(path = "redemptions/show.html")]
pub struct TicketPage {
    shell: Shell,
    ticket: Ticket,
    picture: String,
    state: &'static str,
    stamp: &'static str,
    /// While it can still be collected.
    qr: Option<Qr>,
    code: String,
    next: Option<String>,
    place: Option<PlaceLook>,
    last_day: String,
    /// Until when the reader may change their mind.
    cancel_until: Option<String>,
    redeemed_at: String,
    settled_at: String,
    is_new: bool,
    /// Asked of whoever has just redeemed.
    subscribe: Option<Subscribe>,
}

#[derive(Deserialize)]
pub struct New {
    #[serde(default)]
    new: u8,
}

pub async fn show(ask: ReaderAsk, Path(redemption): Path<i64>, Query(query): Query<New>) -> Result<Response, Failure> {
    let (id, ask) = (ask.id(), &ask);
    let app = &ask.app;
    let found = ticket(app.reads.all(own(RedemptionId(redemption), id)).await?)?.ok_or(Failure::NotFound)?;
    let r = &found.redemption;
    let today = ask.today();
    let last_day = last_day_now(ask, r, found.place);
    let is_past = today > last_day;
    let (state, _) = state_words(r.state, is_past);
    let is_open = r.state == RedemptionState::Pending && !is_past;
    let code = RedemptionCode { redemption: r.id, secret: found.secret };
    let place = ask.content.place(found.place).cloned();
    let cancel_until = cancel_until(r, ask.content.rule(Rule::CancelHours, today));
    let may_cancel = is_open && ask.now < cancel_until;
    page(&TicketPage {
        shell: ask.shell(),
        picture: picture_url(&found.text.picture),
        stamp: match r.state {
            RedemptionState::Pending if is_open => "stamp",
            RedemptionState::Collected => "stamp stamp-done",
            _ => "stamp stamp-off",
        },
        qr: if is_open { Some(Qr::of(&code.text())?) } else { None },
        next: place
            .as_ref()
            .filter(|_| is_open)
            .and_then(|place| place.next_words(today, app.calendar.minute(ask.now))),
        last_day: long_day_weekday(last_day),
        cancel_until: may_cancel.then(|| app.calendar.moment(cancel_until)),
        redeemed_at: app.calendar.moment(r.at),
        settled_at: app.calendar.moment(r.settled_at),
        is_new: query.new == 1 && is_open,
        subscribe: if query.new == 1 { subscribe(ask).await? } else { None },
        state,
        code: code.grouped(),
        place,
        ticket: found,
    })
}

#[derive(Template)]
#[template(path = "redemptions/cancelling.html")]
pub struct CancellingPage {
    shell: Shell,
    key: String,
    ticket: Ticket,
    picture: String,
    after: i64,
}

/// 取消兑换 asks once more.
pub async fn confirm_cancelling(ask: ReaderAsk, Path(redemption): Path<i64>) -> Result<Response, Failure> {
    let app = &ask.app;
    let found = ticket(app.reads.all(own(RedemptionId(redemption), ask.id())).await?)?.ok_or(Failure::NotFound)?;
    let until = cancel_until(&found.redemption, ask.content.rule(Rule::CancelHours, ask.today()));
    let may = found.redemption.state == RedemptionState::Pending && ask.now < until;
    if !may {
        // The ticket says how it stands.
        return Ok(Redirect::to(&format!("/redemptions/{redemption}")).into_response());
    }
    let balance = found.card.as_ref().map_or(0, |view| view.card.balance);
    page(&CancellingPage {
        shell: ask.shell(),
        key: form_key()?,
        picture: picture_url(&found.text.picture),
        after: balance + found.redemption.points,
        ticket: found,
    })
}

pub async fn cancel(ask: ReaderAsk, Path(redemption): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.app, &posted.form);
    let command = CancelRedemption { redemption: RedemptionId(redemption), reason: String::new() };
    let key = posted.idempotency(app, ask.actor());
    app.command(ask.actor(), key, command).await?;
    Ok(Redirect::to(&format!("/redemptions/{redemption}")).into_response())
}

sample! { ConfirmPage { shell, key, tile, card, several, after, last_day, changed } }
sample! { RefusedPage { shell, sentence, prize } }
sample! { Line { view, picture, state, state_class, facts } }
sample! { RedemptionsPage { shell, card, several, lines, older, replaced, of = |draw| draw.id() } }
sample! { TicketPage {
    shell, ticket, picture, state, stamp, qr, code, next, place, last_day, cancel_until, redeemed_at, settled_at,
    is_new, subscribe,
} }
sample! { CancellingPage { shell, key, ticket, picture, after } }
