//! 我的票和码: everything that is shown to somebody, on one page, which the browser keeps for when there is no network.

pub mod worker;

use crate::activities::attendance::ticket_code;
use crate::activities::enrolments::{Mine, mine};
use crate::frame::ask::{Ask, Detour, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::frame::routes::{For, Routes};
use crate::kit::calendar::long_day;
use crate::kit::qr::Qr;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::last_day;
use domain::tables::ParticipantState;
use store::activities::{enrolments, upcoming};
use store::redemptions::{Ticket, tickets, waiting};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/tickets", For::Readers, show)
        .get("/tickets/kept", For::Everybody, kept)
        .get("/offline", For::Everybody, offline)
        .get("/sw.js", For::Everybody, worker::script)
}

/// A prize that waits at the desk.
pub struct Prize {
    pub title: String,
    pub qr: Qr,
    pub code: String,
    pub place: String,
    pub last_day: String,
}

/// An activity that is to come, or goes on.
pub struct Event {
    pub mine: Mine,
    /// None: they all wait for a place.
    pub qr: Option<Qr>,
}

#[derive(Template)]
#[template(path = "tickets/index.html")]
pub struct TicketsPage {
    shell: Shell,
    saved_at: String,
    prizes: Vec<Prize>,
    events: Vec<Event>,
}

pub async fn show(ask: ReaderAsk) -> Result<Response, Failure> {
    let [open, coming] = ask.app.reads.read([waiting(ask.id()), upcoming(ask.id(), ask.now)]).await?;
    let (today, open, coming) = (ask.today(), tickets(open)?, enrolments(coming)?);
    let enrolled: Vec<_> = coming
        .iter()
        .filter(|one| one.participant.state == ParticipantState::Enrolled)
        .map(|one| one.line.activity.id)
        .collect();
    let event = |mine: Mine| {
        let has_place = enrolled.contains(&mine.look.id);
        let code = ticket_code(&ask.app, mine.look.id, ask.id());
        Ok(Event { qr: if has_place { Some(Qr::of(&code)?) } else { None }, mine })
    };
    let prizes = open.iter().filter_map(|ticket| prize(&ask, ticket, today).transpose());
    page(&TicketsPage {
        shell: ask.shell(),
        saved_at: ask.app.calendar.moment(ask.now),
        prizes: prizes.collect::<Result<_, Failure>>()?,
        events: mine(&ask, coming).into_iter().map(event).collect::<Result<_, Failure>>()?,
    })
}

/// The same for the worker, which must know whether nobody is signed in: then what it has kept goes. Whoever has not
/// agreed to 隐私说明 keeps what there is.
pub async fn kept(ask: Ask, reader: Result<ReaderAsk, Detour>) -> Response {
    match reader {
        Ok(reader) => show(reader).await.into_response(),
        Err(_) if ask.is_signed_in() => StatusCode::NO_CONTENT.into_response(),
        Err(_) => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// None: its last day is over.
fn prize(ask: &ReaderAsk, ticket: &Ticket, today: i64) -> Result<Option<Prize>, Failure> {
    let r = &ticket.redemption;
    let place = ask.content.place(ticket.place);
    let until = last_day(r, place.and_then(crate::places::PlaceLook::set_hours));
    if today > until {
        return Ok(None);
    }
    let code = RedemptionCode { redemption: r.id, secret: ticket.secret };
    Ok(Some(Prize {
        title: ticket.text.title.clone(),
        qr: Qr::of(&code.text())?,
        code: code.grouped(),
        place: place.map(|place| format!("{}，{}{}", place.name, place.days, place.times)).unwrap_or_default(),
        last_day: long_day(until),
    }))
}

/// What is shown instead of a page that the network does not bring.
#[derive(Template)]
#[template(path = "tickets/offline.html")]
pub struct OfflinePage {
    shell: Shell,
}

/// Kept by browsers before anybody has signed in: it says nothing of who asks.
pub async fn offline(ask: Ask) -> Result<Response, Failure> {
    page(&OfflinePage { shell: Shell { csrf: String::new(), unread: 0, signed_in: false, ..ask.shell() } })
}

sample! { Prize { title, qr, code, place, last_day } }
sample! { Event { mine, qr } }
sample! { TicketsPage { shell, saved_at, prizes, events } }
sample! { OfflinePage { shell } }
