//! Prizes: what points buy. Stock moves only with a reason, and is always accounted for:
//!
//! received = on hand + reserved + handed over + written off.

mod words;

pub use words::{PrizeText, Refusal, Reply, TextOfPrize};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::record::Picture;
use crate::core::refusal::{Common, Refused};
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::staff::{Permission, audit, require};
use crate::tables::{
    BranchId, Card, Millis, Place, PlaceId, PlaceState, Points, Prize, PrizeId, PrizeState, StockMovement,
    StockMovementKind, Table,
};
use crate::{ledger, places};

commands! {
    SavePrize => save,
    MoveStock => move_stock,
}

/// What these commands look at in any case: a hint for loading many at once.
pub fn needs(_actor: Actor, command: &Command) -> Vec<Need> {
    let mut needs = vec![];
    let mut row = |table, key| needs.push(Need::Row(table, key));
    match command {
        Command::SavePrize(c) => c.prize.into_iter().for_each(|prize| row(Table::Prize, Prize::key(prize))),
        Command::MoveStock(c) => row(Table::Prize, Prize::key(c.prize)),
    }
    needs
}

pub const POINTS_MAX: Points = 1_000_000;
pub const STOCK_MAX: i64 = 1_000_000;

/// Creates a prize (`prize` None) or edits one.
#[derive(Clone, Debug)]
pub struct SavePrize {
    pub prize: Option<PrizeId>,
    pub branch: BranchId,
    pub state: PrizeState,
    pub points: Points,
    /// 0: no limit.
    pub per_card: i64,
    pub visible_from: Millis,
    /// 0: no end.
    pub visible_until: Millis,
    pub position: i64,
    /// None: the prize has no pick-up hours.
    pub place: Option<PlaceId>,
    pub text: PrizeText,
    /// Pictures that are new.
    pub pictures: Vec<Picture>,
}

#[derive(Clone, Debug)]
pub struct MoveStock {
    pub prize: PrizeId,
    pub kind: StockMovementKind,
    pub count: i64,
    pub reason: String,
}

/// Whether a card can redeem a prize now. The page (我能兑换) and the decision both ask this.
pub fn redeemable(prize: &Prize, card: &Card, taken: i64, at: Millis) -> Result<(), Refused> {
    available(prize, card, taken, at)?;
    affordable(prize, card)?;
    Ok(())
}

pub fn affordable(prize: &Prize, card: &Card) -> Result<(), ledger::Refusal> {
    let short_by = prize.points - card.balance;
    if short_by > 0 { Err(ledger::Refusal::TooFewPoints { short_by }) } else { Ok(()) }
}

/// Whatever it costs.
pub fn available(prize: &Prize, card: &Card, taken: i64, at: Millis) -> Result<(), Refused> {
    ledger::may_spend(card)?;
    on_sale(prize, at)?;
    if prize.on_hand < 1 {
        return Err(Refusal::SoldOut.into());
    }
    if prize.per_card > 0 && taken >= prize.per_card {
        return Err(Refusal::LimitReached { per_card: prize.per_card }.into());
    }
    Ok(())
}

pub fn on_sale(prize: &Prize, at: Millis) -> Result<(), Refusal> {
    if prize.state == PrizeState::Hidden {
        return Err(Refusal::PrizeHidden);
    }
    if at < prize.visible_from {
        return Err(Refusal::NotYetOnSale { from: prize.visible_from });
    }
    if prize.visible_until != 0 && at >= prize.visible_until {
        return Err(Refusal::NoLongerOnSale);
    }
    Ok(())
}

/// Refusals: DatesReversed, NoPermission, NoSuchPlace, NoSuchPrize, NoSuchStaff, NotPositive, OtherBranch,
/// StaffDisabled, TextTooLong, TitleMissing.
pub fn save(d: &mut Draft, asked: &Asked, c: &SavePrize) -> Result<Reply, Halt> {
    let staff = require(d, asked.actor, Permission::EditPrizes, c.branch)?;
    if !(1..=POINTS_MAX).contains(&c.points) || !(0..=STOCK_MAX).contains(&c.per_card) {
        return Err(Common::NotPositive.into());
    }
    if c.visible_until != 0 && c.visible_until <= c.visible_from {
        return Err(Common::DatesReversed.into());
    }
    texts::title(&c.text.title)?;
    texts::fits(&c.text.description, texts::DESCRIPTION_CHARS_MAX)?;
    texts::fits(&c.text.picture, texts::DESCRIPTION_CHARS_MAX)?;
    if let Some(place) = c.place {
        // A prize that waits at a closed place is one that nobody can collect.
        let place = d.get::<Place>(Place::key(place))?.filter(|place| place.state == PlaceState::Open);
        place.ok_or(places::Refusal::NoSuchPlace)?;
    }
    let (mut prize, action) = match c.prize {
        Some(id) => (d.get::<Prize>(Prize::key(id))?.ok_or(Refusal::NoSuchPrize)?, "prize.edit"),
        None => (blank(d.new_id(PrizeId), c.branch, asked.now), "prize.create"),
    };
    // A prize of another branch is not this person's to edit, whatever branch the form names.
    require(d, asked.actor, Permission::EditPrizes, prize.branch)?;
    prize.branch = c.branch;
    prize.state = c.state;
    prize.points = c.points;
    prize.per_card = c.per_card;
    prize.visible_from = c.visible_from;
    prize.visible_until = c.visible_until;
    prize.position = c.position;
    prize.place = c.place;
    if c.prize.is_some() {
        d.put(prize)?
    } else {
        d.add(prize)
    }
    c.pictures.iter().for_each(|picture| d.emit(picture.clone()));
    d.emit(TextOfPrize { prize: prize.id, text: c.text.clone() });
    audit(d, Some(staff), action, prize.id.0, &c.text.title, asked.now);
    Ok(Reply::PrizeSaved { prize: prize.id })
}

fn blank(id: PrizeId, branch: BranchId, now: Now) -> Prize {
    Prize {
        id,
        branch,
        state: PrizeState::Hidden,
        points: 0,
        received: 0,
        on_hand: 0,
        reserved: 0,
        handed_over: 0,
        written_off: 0,
        per_card: 0,
        visible_from: 0,
        visible_until: 0,
        position: 0,
        place: None,
        at: now.at,
    }
}

/// Refusals: NoPermission, NoSuchPrize, NoSuchStaff, NotPositive, OtherBranch, ReasonMissing, StaffDisabled,
/// StockTooLow, TextTooLong.
pub fn move_stock(d: &mut Draft, asked: &Asked, c: &MoveStock) -> Result<Reply, Halt> {
    let mut prize = d.get::<Prize>(Prize::key(c.prize))?.ok_or(Refusal::NoSuchPrize)?;
    let staff = require(d, asked.actor, Permission::EditPrizes, prize.branch)?;
    if !(1..=STOCK_MAX).contains(&c.count) {
        return Err(Common::NotPositive.into());
    }
    texts::reason(&c.reason)?;
    let action = match c.kind {
        StockMovementKind::Received => {
            prize.received += c.count;
            prize.on_hand += c.count;
            "prize.receive"
        }
        StockMovementKind::WrittenOff => {
            if prize.on_hand < c.count {
                return Err(Refusal::StockTooLow { on_hand: prize.on_hand }.into());
            }
            prize.on_hand -= c.count;
            prize.written_off += c.count;
            "prize.write_off"
        }
    };
    d.put(prize)?;
    let id = d.new_id(|id| id);
    d.add(StockMovement { id, prize: prize.id, kind: c.kind, count: c.count, staff, at: asked.now.at });
    // The list of movements finds its reason by the id after the movement's.
    audit(d, Some(staff), action, prize.id.0, &c.reason, asked.now);
    Ok(Reply::StockMoved { prize: prize.id, on_hand: prize.on_hand })
}
