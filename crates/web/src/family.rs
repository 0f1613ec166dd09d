//! 一家人: every bound card on one page, with its points and what waits at the desk, and one code for all of it.

use crate::ask::ReaderAsk;
use crate::calendar::long_day;
use crate::failure::Failure;
use crate::page::{Shell, page};
use crate::prizes::picture_url;
use askama::Template;
use axum::response::Response;
use domain::redemption_code::RedemptionCode;
use domain::tables::{CardId, RedemptionId};
use store::redemptions::{Waiting, waiting, waiting_views};
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
}

pub async fn show(ask: ReaderAsk) -> Result<Response, Failure> {
    let [found, open] = ask.ask.app.reads.read([cards(ask.id()), waiting(ask.id())]).await?;
    let (found, open) = (card_views(found)?, waiting_views(open)?);
    let of = |card: CardId| open.iter().filter(move |waiting| waiting.redemption.card == card).map(line).collect();
    let total = found.iter().map(|view| view.card.balance).sum();
    let members = found.into_iter().map(|card| Member { waiting: of(card.card.id), card }).collect();
    page(&FamilyPage { shell: ask.ask.shell(), members, total })
}

fn line(waiting: &Waiting) -> Line {
    let r = &waiting.redemption;
    Line {
        redemption: r.id,
        title: waiting.text.title.clone(),
        picture: picture_url(&waiting.text.picture),
        code: RedemptionCode { redemption: r.id, secret: waiting.secret }.grouped(),
        last_day: long_day(r.last_day),
    }
}
