//! The model's rules of prizes.

use crate::model::{Answer, Model, Prize, says};
use crate::model_texts::{DESCRIPTION, ends, explains, names};
use domain::core::asked::Actor;
use domain::core::refusal::Common;
use domain::places;
use domain::prizes::{self, MoveStock, SavePrize};
use domain::staff::Permission;
use domain::tables::{PrizeId, PrizeState, StockMovementKind};

impl Model {
    pub fn save_prize(&mut self, actor: Actor, c: &SavePrize, heard: &Answer) -> Answer {
        self.may(actor, Permission::EditPrizes, c.branch.0)?;
        if c.points < 1 || c.points > 1_000_000 || c.per_card < 0 || c.per_card > 1_000_000 {
            return Err(Common::NotPositive.into());
        }
        if c.visible_until != 0 && c.visible_from >= c.visible_until {
            return Err(Common::DatesReversed.into());
        }
        names(&c.text.title)?;
        ends(&c.text.description, DESCRIPTION)?;
        let place = c.place.map(|place| place.0);
        if place.is_some_and(|place| self.places.get(&place).is_none_or(|place| place.closed)) {
            return Err(places::Refusal::NoSuchPlace.into());
        }
        let (id, before) = match c.prize {
            None => (self.fresh(heard), Prize { branch: c.branch.0, ..Prize::default() }),
            Some(id) => (id.0, *self.prizes.get(&id.0).ok_or(prizes::Refusal::NoSuchPrize)?),
        };
        self.may(actor, Permission::EditPrizes, before.branch)?;
        let (from, until, per_card, points) = (c.visible_from, c.visible_until, c.per_card, c.points);
        let (branch, shown, position) = (c.branch.0, c.state == PrizeState::Shown, c.position);
        let form = Prize { branch, shown, points, per_card, from, until, position, place, ..before };
        self.prizes.insert(id, form);
        self.audits += 1;
        says(prizes::Reply::PrizeSaved { prize: PrizeId(id) })
    }

    pub fn move_stock(&mut self, actor: Actor, c: &MoveStock) -> Answer {
        let mut prize = *self.prizes.get(&c.prize.0).ok_or(prizes::Refusal::NoSuchPrize)?;
        self.may(actor, Permission::EditPrizes, prize.branch)?;
        if c.count < 1 || c.count > 1_000_000 {
            return Err(Common::NotPositive.into());
        }
        explains(&c.reason)?;
        match c.kind {
            StockMovementKind::Received => prize.received += c.count,
            StockMovementKind::WrittenOff if prize.on_hand() < c.count => {
                return Err(prizes::Refusal::StockTooLow { on_hand: prize.on_hand() }.into());
            }
            StockMovementKind::WrittenOff => prize.written_off += c.count,
        }
        self.prizes.insert(c.prize.0, prize);
        self.stock_movements += 1;
        self.audits += 1;
        says(prizes::Reply::StockMoved { prize: c.prize, on_hand: prize.on_hand() })
    }
}
