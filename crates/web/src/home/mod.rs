//! Home: the library card, the six modules, newly arrived prizes, bulletins.

use crate::activities::Look;
use crate::activities::enrolments::{Mine, mine};
use crate::bulletins::reader::{Line, current};
use crate::checkins::{Standing, wanted};
use crate::frame::ask::Ask;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::frame::routes::{For, Routes};
use crate::kit::first_style::{allowed, first_style};
use crate::prizes::Tile;
use askama::Template;
use axum::response::Response;
use domain::checkins::CheckInRules;
use domain::rules::Rule;
use domain::tables::PrizeId;
use store::activities::{enrolments, lines, next, open};
use store::checkins::stamps;
use store::prizes::sold_out;
use store::read::ids;
use store::sessions::{CardView, Visitor};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/", For::Everybody, show)
}

const NEW_PRIZES: usize = 8;
const BULLETINS: usize = 3;
const OPEN_ACTIVITIES: i64 = 2;
const OWN_ACTIVITIES: usize = 2;

#[derive(Template)]
#[template(path = "home/show.html")]
pub struct HomePage {
    shell: Shell,
    first_style: Option<&'static str>,
    signed_in: bool,
    card: Option<CardView>,
    several: bool,
    in_wechat: bool,
    /// What the first binding earns.
    award: i64,
    /// Today's check-in, of whoever has a card.
    standing: Option<Standing>,
    /// What can be signed up for, and what one has.
    open: Vec<Look>,
    mine: Vec<Mine>,
    prizes: Vec<Tile>,
    bulletins: Vec<Line>,
}

pub async fn show(ask: Ask) -> Result<Response, Failure> {
    let on_sale = ask.content.prizes.iter().filter(|view| domain::prizes::on_sale(&view.prize, ask.now).is_ok());
    let bulletins = current(&ask, BULLETINS);
    let (signed_in, card, several) = (ask.is_signed_in(), ask.card().cloned(), ask.has_several_cards());
    let in_wechat = crate::frame::agent::is_wechat(&ask.headers);
    let Own { open, mine, standing, sold_out } = own(&ask).await?;
    let prizes = on_sale.filter(|view| !sold_out.contains(&view.prize.id)).take(NEW_PRIZES).map(Tile::of).collect();
    let award = ask.content.rule(Rule::FirstBindingPoints, ask.today());
    let (shell, first_style) = (ask.shell(), first_style(&ask));
    let shown = page(&HomePage {
        shell,
        first_style,
        signed_in,
        card,
        several,
        in_wechat,
        award,
        standing,
        open,
        mine,
        prizes,
        bulletins,
    })?;
    Ok(if first_style.is_some() { allowed(&ask, shown) } else { shown })
}

/// What is read for whoever asks.
struct Own {
    open: Vec<Look>,
    mine: Vec<Mine>,
    standing: Option<Standing>,
    /// How much is left is never cached with the content.
    sold_out: Vec<PrizeId>,
}

async fn own(ask: &Ask) -> Result<Own, Failure> {
    let (reads, today) = (&ask.app.reads, ask.today());
    let open = open(ask.now, OPEN_ACTIVITIES);
    let (open, own, stamped, gone) = match &ask.visitor {
        Visitor::Reader { reader, card: Some(card), .. } => {
            let stamps = wanted(reader.id, card, today / 100, today);
            let [open, own, stamped, gone] = reads.read([open, next(reader.id, ask.now), stamps, sold_out()]).await?;
            (open, own, stamped, gone)
        }
        Visitor::Reader { reader, .. } => {
            let [open, own, gone] = reads.read([open, next(reader.id, ask.now), sold_out()]).await?;
            (open, own, vec![], gone)
        }
        _ => {
            let [open, gone] = reads.read([open, sold_out()]).await?;
            (open, vec![], vec![], gone)
        }
    };
    let (stamped, rules) = (stamps(stamped)?, CheckInRules::in_force(&ask.content.rules, today));
    let mut mine = mine(ask, enrolments(own)?);
    mine.truncate(OWN_ACTIVITIES);
    Ok(Own {
        open: lines(open)?.iter().map(|line| Look::of(line, &ask.app.calendar, &ask.terms(), ask.now)).collect(),
        mine,
        sold_out: ids(gone, PrizeId)?,
        standing: ask.card().map(|card| Standing::of(card, &stamped, &rules, today)),
    })
}

sample! { HomePage { shell, first_style = |draw| (draw.below(2) == 0).then_some("p{color:red}"), signed_in, card, several, in_wechat, award, standing, open, mine, prizes, bulletins } }
