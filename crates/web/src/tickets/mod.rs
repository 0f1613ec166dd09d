//! 我的票和码: everything that is shown to somebody, on one page, which the browser keeps for when there is no network.

pub mod worker;

use crate::activities::attendance::ticket_code;
use crate::activities::enrolments::{Mine, mine};
use crate::frame::ask::{Ask, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::frame::routes::{For, Routes};
use crate::kit::calendar::long_day;
use crate::kit::qr::Qr;
use crate::redemptions::last_day_now;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::redemptions::code::RedemptionCode;
use domain::sessions::PRIVACY_VERSION;
use domain::tables::{ActivityId, ParticipantState, ReaderId};
use store::activities::{enrolments, upcoming};
use store::redemptions::{Ticket, tickets, waiting};
use store::sessions::Visitor;

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
    /// None: nobody of them has a place to come to.
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
    of(&ask, ask.id()).await
}

/// The same for the worker, which must know whether nobody is signed in: then what it has kept goes. Whoever has not
/// agreed to 隐私说明 keeps what there is.
pub async fn kept(ask: Ask) -> Result<Response, Failure> {
    match &ask.visitor {
        Visitor::Reader { reader, .. } if reader.privacy >= PRIVACY_VERSION => of(&ask, reader.id).await,
        Visitor::Reader { .. } => Ok(StatusCode::NO_CONTENT.into_response()),
        _ => Ok(StatusCode::UNAUTHORIZED.into_response()),
    }
}

async fn of(ask: &Ask, reader: ReaderId) -> Result<Response, Failure> {
    let [open, coming] = ask.app.reads.read([waiting(reader), upcoming(reader, ask.now)]).await?;
    let (open, coming) = (tickets(open)?, enrolments(coming)?);
    let enrolled = coming.iter().filter(|one| one.participant.state == ParticipantState::Enrolled);
    let enrolled: Vec<ActivityId> = enrolled.map(|one| one.line.activity.id).collect();
    let event = |mine: Mine| {
        let code = ticket_code(&ask.app, mine.look.id, reader);
        let qr = enrolled.contains(&mine.look.id).then(|| Qr::of(&code)).transpose()?;
        Ok(Event { mine, qr })
    };
    let prizes = open.iter().filter_map(|ticket| prize(ask, ticket).transpose());
    page(&TicketsPage {
        shell: ask.shell(),
        saved_at: ask.app.calendar.moment(ask.now),
        prizes: prizes.collect::<Result<_, Failure>>()?,
        events: mine(ask, coming).into_iter().map(event).collect::<Result<_, Failure>>()?,
    })
}

/// None: its last day is over.
fn prize(ask: &Ask, ticket: &Ticket) -> Result<Option<Prize>, Failure> {
    let r = &ticket.redemption;
    let place = ask.content.place(ticket.place);
    let until = last_day_now(ask, r, ticket.place);
    if ask.today() > until {
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
    page(&OfflinePage {
        shell: Shell {
            csrf: String::new(),
            unread: 0,
            signed_in: false,
            who: String::new(),
            made: String::new(),
            ..ask.shell()
        },
    })
}

sample! { Prize { title, qr, code, place, last_day } }
sample! { Event { mine, qr } }
sample! { TicketsPage { shell, saved_at, prizes, events } }
sample! { OfflinePage { shell } }
