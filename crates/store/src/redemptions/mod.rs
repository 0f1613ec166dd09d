//! Redemptions: a card's list, and one with its code. The owner stands in every query.

pub mod desk;
mod invariants;
pub mod jobs;
pub mod list;

use crate::Slice;
use crate::cards::STANDS_FOR;
use crate::fault::Done;
use crate::messages::About;
use crate::points::Cause;
use crate::prizes::text;
use crate::read::{Query, Row, columns, query};
use crate::sessions::{CardView, card_view};
use domain::prizes::PrizeText;
use domain::tables::{BranchId, CardId, PlaceId, ReaderId, Redemption, RedemptionId};
use std::sync::LazyLock;

pub const PAGE_ROWS: i64 = 20;

#[derive(Clone, Debug)]
pub struct RedemptionView {
    pub redemption: Redemption,
    pub text: PrizeText,
    /// Where it is picked up.
    pub place: Option<PlaceId>,
}

/// A redemption, its prize's words, its place: in this order.
pub(crate) fn view(row: &mut Row) -> Done<Option<RedemptionView>> {
    let Some(redemption) = row.row::<Redemption>()? else { return Ok(None) };
    Ok(Some(RedemptionView { redemption, text: text(row)?, place: row.cell()? }))
}

/// From a redemption on (0: the newest) along the card's list. The card that stands for it must be the reader's.
static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "with recursive walk (id, previous, steps) as (\
         select r.id, r.previous, 1 from redemption r join card k on k.id = r.card {STANDS_FOR} \
         where k.id = $1 and c.reader = $2 and r.id = case cast($3 as bigint) when 0 then k.last_redemption else $3 end \
         union all select r.id, r.previous, w.steps + 1 from walk w join redemption r on r.id = w.previous \
         where w.steps <= {PAGE_ROWS}) \
         select {}, t.title, t.description, t.picture, p.place from walk w join redemption r on r.id = w.id \
         join prize p on p.id = r.prize join prize_text t on t.prize = r.prize order by r.id desc",
        columns::<Redemption>("r")
    )
});

/// One page and one more, whose id begins the next page.
pub fn list(card: CardId, reader: ReaderId, from: i64) -> Query {
    query(&LIST, [card.0.into(), reader.0.into(), from.into()])
}

pub fn views(rows: Vec<Row>) -> Done<Vec<RedemptionView>> {
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        views.extend(view(&mut row)?);
    }
    Ok(views)
}

/// A redemption with its secret and its card: the reader's ticket, the desk's panel.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub redemption: Redemption,
    pub secret: i64,
    pub text: PrizeText,
    pub branch: BranchId,
    pub place: Option<PlaceId>,
    pub card: Option<CardView>,
}

/// What a ticket is made of, in the order of `ticket_of`, from a redemption `r`.
fn ticket_columns() -> String {
    format!(
        "{}, s.secret, t.title, t.description, t.picture, p.branch, p.place, {}, f.masked_name, f.tail",
        columns::<Redemption>("r"),
        columns::<domain::tables::Card>("c"),
    )
}

const TICKET_JOINS: &str = "join redemption_secret s on s.redemption = r.id join prize p on p.id = r.prize \
     join prize_text t on t.prize = r.prize";

fn ticket_text(owner: &str) -> String {
    format!(
        "select {} from redemption r {TICKET_JOINS} join card k on k.id = r.card {STANDS_FOR} \
         left join card_face f on f.card = c.id where r.id = $1{owner}",
        ticket_columns()
    )
}

static OWN: LazyLock<String> = LazyLock::new(|| ticket_text(" and c.reader = $2"));
static ANY: LazyLock<String> = LazyLock::new(|| ticket_text(""));
/// What waits at the desk, of every card that the reader has bound and of those that it replaced: along each card's
/// list, only its newest ones.
static WAITING: LazyLock<String> = LazyLock::new(|| {
    format!(
        "with recursive walk (id, previous, steps) as (\
         select r.id, r.previous, 1 from binding b join card k on k.id = b.card \
         join redemption r on r.id = k.last_redemption where b.reader = $1 and k.reader = $1 \
         union all select r.id, r.previous, 1 from binding b join replaced x on x.successor = b.card \
         join card k on k.id = x.card join redemption r on r.id = k.last_redemption where b.reader = $1 \
         union all select r.id, r.previous, w.steps + 1 from walk w join redemption r on r.id = w.previous \
         where w.steps < 100) \
         select {} from walk w join redemption r on r.id = w.id {TICKET_JOINS} join card k on k.id = r.card {STANDS_FOR} \
         left join card_face f on f.card = c.id where c.reader = $1 and r.state = RedemptionState::Pending order by r.last_day, r.id",
        ticket_columns()
    )
});

pub fn own(redemption: RedemptionId, reader: ReaderId) -> Query {
    query(&OWN, [redemption.0.into(), reader.0.into()])
}

/// For the desk, which has proven the secret or been shown nothing.
pub fn any(redemption: RedemptionId) -> Query {
    query(&ANY, [redemption.0.into()])
}

pub fn waiting(reader: ReaderId) -> Query {
    query(&WAITING, [reader.0.into()])
}

pub fn tickets(rows: Vec<Row>) -> Done<Vec<Ticket>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        found.extend(ticket_of(&mut row)?);
    }
    Ok(found)
}

pub fn ticket(rows: Vec<Row>) -> Done<Option<Ticket>> {
    Ok(tickets(rows)?.pop())
}

fn ticket_of(row: &mut Row) -> Done<Option<Ticket>> {
    let Some(redemption) = row.row::<Redemption>()? else { return Ok(None) };
    let (secret, text) = (row.int()?, text(row)?);
    let (branch, place) = (row.cell()?, row.cell()?);
    Ok(Some(Ticket { redemption, secret, text, branch, place, card: card_view(row)? }))
}

/// The prize.
const ABOUT: About = About {
    joins: "left join redemption r on m.kind in (redemptions::MessageKind::*) and r.id = m.about \
        left join prize_text t on t.prize = r.prize",
    title: "t.title",
    words: &[],
    member: "",
};

/// Of a posting `p`: the prize.
const CAUSE: Cause = Cause {
    joins: "left join redemption r on p.kind in (redemptions::PostingKind::*) and r.id = p.cause \
        left join prize_text t on t.prize = r.prize",
    title: "t.title",
};

pub(crate) const SLICE: Slice =
    Slice { invariants: invariants::INVARIANTS, message: Some(ABOUT), posting: Some(CAUSE) };
