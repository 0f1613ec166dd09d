//! The model's rules of prizes and redemptions.

use crate::model::{Answer, Model, Prize, Redemption, says};
use domain::envelope::{Actor, Now, ReplyKind};
use domain::prizes::{MoveStock, SavePrize};
use domain::redemptions::{Collect, Redeem};
use domain::refusal::Refusal;
use domain::staff::Permission;
use domain::tables::{Account, CardState, MessageKind, PrizeState, RedemptionState, StockMovementKind};

/// The same date a year later; the 29th of February becomes the 28th.
fn a_year_later(day: i64) -> i64 {
    let (year, month, date) = (day / 10_000, day / 100 % 100, day % 100);
    let date = if (month, date) == (2, 29) { 28 } else { date };
    (year + 1) * 10_000 + month * 100 + date
}

impl Model {
    pub fn redeem(&mut self, actor: Actor, c: &Redeem, seed: i64, now: Now, heard: &Answer) -> Answer {
        let reader = self.reader(actor)?;
        let card = self.cards_of(reader).find(|card| card.id == Some(c.card.0)).ok_or(Refusal::NotYourCard)?;
        let prize = *self.prizes.get(&c.prize.0).ok_or(Refusal::NoSuchPrize)?;
        let taken = self.taken.get(&(c.card.0, c.prize.0)).copied().unwrap_or(0);
        let refusals = [
            (card.frozen || card.state != CardState::Active, Refusal::CardFrozen),
            (!prize.shown, Refusal::PrizeHidden),
            (prize.from > now.at, Refusal::NotYetOnSale { from: prize.from }),
            (prize.until != 0 && prize.until <= now.at, Refusal::NoLongerOnSale),
            (prize.on_hand() == 0, Refusal::SoldOut),
            (prize.per_card != 0 && prize.per_card <= taken, Refusal::LimitReached { per_card: prize.per_card }),
            (prize.points > card.balance, Refusal::TooFewPoints { short_by: prize.points - card.balance }),
        ];
        if let Some((_, why)) = refusals.into_iter().find(|(holds, _)| *holds) {
            return Err(why);
        }
        let id = self.fresh(heard);
        let secret = seed.rem_euclid(1 << 50);
        self.post(c.card.0, -prize.points, Account::Spent);
        self.prizes.insert(c.prize.0, Prize { reserved: prize.reserved + 1, ..prize });
        if prize.per_card != 0 {
            self.taken.insert((c.card.0, c.prize.0), taken + 1);
        }
        let redemption = Redemption {
            card: c.card.0,
            reader,
            prize: c.prize.0,
            points: prize.points,
            secret,
            state: RedemptionState::Pending,
            last_day: a_year_later(now.today),
            settled_at: 0,
            settled_by: 0,
        };
        self.redemptions.insert(id, redemption);
        self.tell(reader, MessageKind::Redeemed, id, prize.points);
        says(ReplyKind::Redeemed, id, secret)
    }

    pub fn collect(&mut self, actor: Actor, c: &Collect, now: Now) -> Answer {
        let id = c.code.redemption.0;
        let redemption = self.redemptions.get(&id).filter(|known| known.secret == c.code.secret);
        let redemption = *redemption.ok_or(Refusal::NoSuchRedemption)?;
        let branch = self.prizes.get(&redemption.prize).map_or(0, |prize| prize.branch);
        let staff = self.may(actor, Permission::HandOver, branch)?;
        let too_late = Refusal::RedemptionExpired { last_day: redemption.last_day };
        match redemption.state {
            RedemptionState::Pending if redemption.last_day < now.today => return Err(too_late),
            RedemptionState::Pending => {}
            RedemptionState::Collected => return Err(Refusal::AlreadyCollected { at: redemption.settled_at }),
            RedemptionState::Expired => return Err(too_late),
            RedemptionState::Cancelled => return Err(Refusal::RedemptionCancelled),
        }
        let state = RedemptionState::Collected;
        self.redemptions.insert(id, Redemption { state, settled_at: now.at, settled_by: staff, ..redemption });
        self.prizes.entry(redemption.prize).and_modify(|prize| {
            prize.reserved -= 1;
            prize.handed_over += 1;
        });
        self.tell(redemption.reader, MessageKind::Collected, id, 0);
        self.audits += 1;
        says(ReplyKind::Collected, id, redemption.prize)
    }

    pub fn save_prize(&mut self, actor: Actor, c: &SavePrize, heard: &Answer) -> Answer {
        self.may(actor, Permission::EditPrizes, c.branch.0)?;
        if c.points < 1 || c.points > 1_000_000 || c.per_card < 0 || c.per_card > 1_000_000 {
            return Err(Refusal::NotPositive);
        }
        if c.visible_until != 0 && c.visible_from >= c.visible_until {
            return Err(Refusal::DatesReversed);
        }
        let (id, before) = match c.prize {
            None => (self.fresh(heard), Prize { branch: c.branch.0, ..Prize::default() }),
            Some(id) => (id.0, *self.prizes.get(&id.0).ok_or(Refusal::NoSuchPrize)?),
        };
        self.may(actor, Permission::EditPrizes, before.branch)?;
        let (from, until, per_card, points) = (c.visible_from, c.visible_until, c.per_card, c.points);
        let (shown, position) = (c.state == PrizeState::Shown, c.position);
        self.prizes.insert(id, Prize { branch: c.branch.0, shown, points, per_card, from, until, position, ..before });
        self.audits += 1;
        says(ReplyKind::PrizeSaved, id, 0)
    }

    pub fn move_stock(&mut self, actor: Actor, c: &MoveStock) -> Answer {
        let mut prize = *self.prizes.get(&c.prize.0).ok_or(Refusal::NoSuchPrize)?;
        self.may(actor, Permission::EditPrizes, prize.branch)?;
        if c.count < 1 || c.count > 1_000_000 {
            return Err(Refusal::NotPositive);
        }
        match c.kind {
            StockMovementKind::Received => prize.received += c.count,
            StockMovementKind::WrittenOff if prize.on_hand() < c.count => {
                return Err(Refusal::StockTooLow { on_hand: prize.on_hand() });
            }
            StockMovementKind::WrittenOff => prize.written_off += c.count,
        }
        self.prizes.insert(c.prize.0, prize);
        self.stock_movements += 1;
        self.audits += 1;
        says(ReplyKind::StockMoved, c.prize.0, prize.on_hand())
    }
}
