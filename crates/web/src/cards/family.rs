//! 一家人: every bound card on one page, with its points and what waits at the desk, and one code for all of it.

use crate::activities::enrolments::{Mine, mine};
use crate::cards::family_code::{DeskCode, desk_code};
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::kit::calendar::long_day;
use crate::kit::qr::Qr;
use crate::prizes::picture_url;
use askama::Template;
use axum::response::Response;
use domain::redemptions::code::RedemptionCode;
use domain::tables::{CardId, RedemptionId};
use store::activities::{enrolments, next};
use store::redemptions::{Ticket, tickets, waiting};
use store::sessions::{CardView, card_views, cards};

pub struct Line {
    pub redemption: RedemptionId,
    pub title: String,
    pub picture: String,
    pub code: String,
    pub last_day: String,
}

pub struct Member {
    pub card: CardView,
    pub waiting: Vec<Line>,
}

#[derive(Template)]
#[template(path = "cards/family.html")]
pub struct FamilyPage {
    shell: Shell,
    members: Vec<Member>,
    total: i64,
    /// Where something waits at the desk: one code for all of it.
    party: Option<Party>,
    /// What the family has signed up for next.
    coming: Vec<Mine>,
}

pub struct Party {
    pub qr: Qr,
    pub code: String,
    pub until: String,
    pub count: usize,
}

fn party(ask: &ReaderAsk, count: usize) -> Result<Option<Party>, Failure> {
    if count == 0 {
        return Ok(None);
    }
    let DeskCode { code, until } = desk_code(&ask.app, ask.id(), ask.now);
    let until = ask.app.calendar.moment(until);
    Ok(Some(Party { qr: Qr::of(&code)?, code, until, count }))
}

pub async fn show(ask: ReaderAsk) -> Result<Response, Failure> {
    let queries = [cards(ask.id()), waiting(ask.id()), next(ask.id(), ask.now)];
    let [found, open, coming] = ask.app.reads.read(queries).await?;
    let (found, open) = (card_views(found)?, tickets(open)?);
    let of = |card: CardId| open.iter().filter(move |ticket| ticket.redemption.card == card).map(line).collect();
    let total = found.iter().map(|view| view.card.balance).sum();
    let members = found.into_iter().map(|card| Member { waiting: of(card.card.id), card }).collect();
    let party = party(&ask, open.len())?;
    let coming = mine(&ask, enrolments(coming)?);
    page(&FamilyPage { shell: ask.shell(), members, total, party, coming })
}

fn line(ticket: &Ticket) -> Line {
    let r = &ticket.redemption;
    Line {
        redemption: r.id,
        title: ticket.text.title.clone(),
        picture: picture_url(&ticket.text.picture),
        code: RedemptionCode { redemption: r.id, secret: ticket.secret }.grouped(),
        last_day: long_day(r.last_day),
    }
}

sample! { Line { redemption, title, picture, code, last_day } }
sample! { Member { card, waiting } }
sample! { Party { qr, code, until, count } }
sample! { FamilyPage { shell, members, total, party, coming } }
