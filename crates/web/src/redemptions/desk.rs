//! The desk, 核销: scan, see, hand over once.

use crate::cards::family_code::{is_desk_code, reader_of};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::kit::calendar::long_day_weekday;
use crate::kit::list::query;
use crate::places::PlaceLook;
use crate::prizes::picture_url;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::code::Code;
use domain::core::refusal::{Common, Refused};
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::{self, Collect, UndoCollection, claimable, last_day, undoable};
use domain::rules::Rule;
use domain::staff::{self, Permission};
use domain::tables::{RedemptionId, RedemptionState};
use serde::Deserialize;
use store::redemptions::desk::{HandOver, hand_overs, last};
use store::redemptions::{Ticket, any, ticket, tickets, waiting};

/// `done=-1`: a hand-over was taken back.
const UNDONE: i64 = -1;

/// What a scan shows.
pub struct Panel {
    pub picture: String,
    pub ticket: Ticket,
    pub code: String,
    pub last_day: String,
    pub redeemed_at: String,
    /// Empty while it waits.
    pub collected_at: String,
    /// The place is closed now: when it opens.
    pub closed: Option<String>,
    /// This person may hand over all the same.
    pub may_override: bool,
    pub on_hand_words: Option<String>,
    /// Why it cannot be handed over.
    pub refusal: Option<String>,
}

pub struct Line {
    /// 撤销领取 is still possible for this person.
    pub may_undo: bool,
    pub time: String,
    pub picture: String,
    pub hand_over: HandOver,
}

#[derive(Template)]
#[template(path = "redemptions/staff/desk.html")]
pub struct DeskPage {
    shell: StaffShell,
    key: String,
    typed: String,
    panel: Option<Panel>,
    /// 一起领取: everything that waits for one reader's cards, where that reader's code was scanned.
    party: Option<Vec<Panel>>,
    /// Nothing to show a panel of.
    error: Option<String>,
    done: Option<Line>,
    undone: bool,
    undo_key: String,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
pub struct Scan {
    #[serde(default)]
    code: String,
    #[serde(default)]
    done: i64,
}

pub async fn show(ask: StaffAsk, Query(scan): Query<Scan>) -> Result<Response, Failure> {
    desk(&ask, &scan.code, scan.done, None).await
}

async fn desk(ask: &StaffAsk, typed: &str, done_id: i64, refused: Option<Refused>) -> Result<Response, Failure> {
    let rows = ask.app.reads.all(last(ask.branch())).await?;
    let mut lines: Vec<Line> = hand_overs(rows)?.into_iter().map(|hand_over| line(ask, hand_over)).collect();
    let done = lines.iter().position(|line| line.hand_over.view.redemption.id.0 == done_id).map(|at| lines.remove(at));
    let (mut panel, mut party, mut error) = (None, None, None);
    if is_desk_code(typed) {
        match waiting_for(ask, typed).await? {
            Some(found) => party = Some(found),
            None => error = Some("这个码已过期或不正确，请读者刷新「一家人」页面。".to_string()),
        }
    } else if !typed.trim().is_empty() {
        match looked_up(ask, typed).await? {
            Ok(found) => panel = Some(found),
            Err(_) if is_donation(ask, typed).await? => {
                let to = format!("/staff/donations/receiving?{}", query(&[("code", typed.trim())]));
                return Ok(Redirect::to(&to).into_response());
            }
            Err(refusal) => error = Some(wording::refusal(refusal)),
        }
    }
    if party.is_some()
        && let Some(refusal) = &refused
    {
        error = Some(wording::refusal(refusal));
    }
    let status = if error.is_some() || refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let (shell, key, typed) = (ask.shell("/staff/desk"), form_key()?, typed.trim().to_string());
    let (undone, undo_key) = (done_id == UNDONE, form_key()?);
    let template = DeskPage { shell, key, typed, panel, party, error, done, undone, undo_key, lines };
    if status == StatusCode::OK { page(&template) } else { page_with(status, &template) }
}

fn line(ask: &StaffAsk, hand_over: HandOver) -> Line {
    let (redemption, text) = (&hand_over.view.redemption, &hand_over.view.text);
    let minutes = ask.content.rule(Rule::UndoMinutes, ask.today());
    let may_undo = undoable(redemption, ask.staff.id, minutes, ask.now).is_ok();
    Line {
        may_undo,
        time: ask.app.calendar.moment(redemption.settled_at),
        picture: picture_url(&text.picture),
        hand_over,
    }
}

/// A wrong secret and an unknown code look the same.
async fn looked_up(ask: &StaffAsk, typed: &str) -> Result<Result<Panel, Refused>, Failure> {
    let unknown = Ok(Err(redemptions::Refusal::NoSuchRedemption.into()));
    let Some(code) = RedemptionCode::parse(typed) else { return unknown };
    let found = ticket(ask.app.reads.all(any(RedemptionId(code.redemption.0))).await?)?;
    let Some(ticket) = found.filter(|ticket| ticket.secret == code.secret) else { return unknown };
    if !ask.covers(ticket.branch) {
        return Ok(Err(staff::Refusal::OtherBranch.into()));
    }
    let places = places(ask).await?;
    Ok(Ok(panel(ask, ticket, &places)))
}

/// The desk's scanner need not know what a code is of.
async fn is_donation(ask: &StaffAsk, typed: &str) -> Result<bool, Failure> {
    let Some(code) = Code::parse(typed) else { return Ok(false) };
    Ok(!ask.app.reads.all(store::donations::of_code(code.id, code.secret)).await?.is_empty())
}

async fn places(ask: &StaffAsk) -> Result<Vec<PlaceLook>, Failure> {
    Ok(store::places::all(&ask.app.reads, ask.today()).await?.into_iter().map(PlaceLook::of).collect())
}

/// What waits for a reader's cards in this person's branch. None: the code is not good.
async fn waiting_for(ask: &StaffAsk, typed: &str) -> Result<Option<Vec<Panel>>, Failure> {
    let Some(reader) = reader_of(&ask.app, typed, ask.now) else { return Ok(None) };
    let found = tickets(ask.app.reads.all(waiting(reader)).await?)?;
    let places = places(ask).await?;
    let here = found.into_iter().filter(|ticket| ask.covers(ticket.branch));
    Ok(Some(here.map(|ticket| panel(ask, ticket, &places)).collect()))
}

fn panel(ask: &StaffAsk, ticket: Ticket, places: &[PlaceLook]) -> Panel {
    let code = RedemptionCode { redemption: ticket.redemption.id, secret: ticket.secret };
    let calendar = &ask.app.calendar;
    let (today, minute) = (calendar.day(ask.now), calendar.minute(ask.now));
    let place = places.iter().find(|look| Some(look.id()) == ticket.place);
    let hours = place.and_then(PlaceLook::set_hours);
    let refusal = claimable(&ticket.redemption, today, hours).err();
    let closed = hours.filter(|hours| refusal.is_none() && !hours.is_open(today, minute)).map(|_| {
        let next = place.and_then(|look| look.next_words(today, minute));
        next.unwrap_or_else(|| "近期不开放".to_string())
    });
    let refusal = refusal.map(|why| match why {
        redemptions::Refusal::AlreadyCollected { .. } => "已经领取过了".to_string(),
        why => wording::refusal(why),
    });
    Panel {
        picture: picture_url(&ticket.text.picture),
        code: code.grouped(),
        last_day: long_day_weekday(last_day(&ticket.redemption, hours)),
        closed,
        may_override: ask.may(Permission::OverrideHours),
        on_hand_words: place.map(|look| look.name.clone()),
        redeemed_at: calendar.moment(ticket.redemption.at),
        collected_at: match (ticket.redemption.state, ticket.redemption.settled_at) {
            (RedemptionState::Collected, at) => calendar.long_moment(at),
            _ => String::new(),
        },
        refusal,
        ticket,
    }
}

#[derive(Deserialize)]
pub struct HandOverForm {
    code: String,
    /// The warning that the place is closed was read.
    #[serde(default)]
    outside_hours: String,
    /// 一起领取: the code to come back to.
    #[serde(default)]
    party: String,
}

pub async fn hand_over(ask: StaffAsk, posted: Posted<HandOverForm>) -> Result<Response, Failure> {
    let Some(code) = RedemptionCode::parse(&posted.form.code) else {
        return desk(&ask, &posted.form.code, 0, Some(redemptions::Refusal::NoSuchRedemption.into())).await;
    };
    let key = posted.idempotency(&ask.app, ask.actor());
    let command = Collect { code, outside_hours: !posted.form.outside_hours.is_empty() };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to(&done_at(code.redemption.0, &posted.form.party)).into_response()),
        Err(Stop::Refused(why)) if why == Common::NoPermission => Err(Failure::Forbidden),
        // The panel says why, from what is stored now.
        Err(Stop::Refused(refusal)) => {
            let form = &posted.form;
            let typed = if form.party.is_empty() { &form.code } else { &form.party };
            desk(&ask, typed, 0, Some(refusal)).await
        }
        Err(stop) => Err(stop.into()),
    }
}

fn done_at(redemption: i64, party: &str) -> String {
    let code: String = percent_encoding::utf8_percent_encode(party, percent_encoding::NON_ALPHANUMERIC).collect();
    if party.is_empty() {
        format!("/staff/desk?done={redemption}")
    } else {
        format!("/staff/desk?code={code}&done={redemption}")
    }
}

/// 撤销领取
pub async fn undo(ask: StaffAsk, Path(redemption): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    let command = UndoCollection { redemption: RedemptionId(redemption) };
    ask.app.command(ask.actor(), key, command).await?;
    Ok(Redirect::to(&format!("/staff/desk?done={UNDONE}")).into_response())
}

sample! { Panel {
    picture, ticket, code, last_day, redeemed_at, collected_at, closed, may_override, on_hand_words, refusal,
} }
sample! { Line { may_undo, time, picture, hand_over } }
sample! { DeskPage { shell, key, typed, panel, party, error, done, undone, undo_key, lines } }
