//! What is asked for at the shelf and at the desk.

use crate::dice::Dice;
use crate::model::Redemption;
use crate::script::Script;
use domain::envelope::{Actor, Command};
use domain::prizes::{MoveStock, SavePrize};
use domain::record::PrizeText;
use domain::redemption_code::RedemptionCode;
use domain::redemptions::{Collect, Redeem};
use domain::tables::{BranchId, PrizeId, PrizeState, RedemptionId, RedemptionState, StockMovementKind};

const NOBODY: i64 = 7;
const HOUR: i64 = 3_600_000;
const PRIZES: usize = 8;

impl Script<'_> {
    fn prize(&mut self) -> PrizeId {
        let known = self.dice.pick(self.model.prizes.keys()).copied();
        PrizeId(known.filter(|_| !self.dice.one_in(30)).unwrap_or(NOBODY))
    }

    pub fn redeem(&mut self, reader: Actor) -> (Actor, Command) {
        let (actor, card) = self.own_card(reader);
        (actor, Command::Redeem(Redeem { card, prize: self.prize() }))
    }

    pub fn collect(&mut self) -> (Actor, Command) {
        let all = &self.model.redemptions;
        let pending: Vec<_> = all.iter().filter(|(_, r)| r.state == RedemptionState::Pending).collect();
        let known = if self.dice.one_in(3) { None } else { self.dice.pick(pending) };
        let known: Option<(&i64, &Redemption)> = known.or_else(|| self.dice.pick(all));
        let (id, secret) = known.map_or((NOBODY, 0), |(id, redemption)| (*id, redemption.secret));
        let guess = if self.dice.one_in(15) { self.dice.below(1 << 50) } else { secret };
        let code = RedemptionCode { redemption: RedemptionId(id), secret: guess };
        (self.staff(), Command::Collect(Collect { code }))
    }

    pub fn save_prize(&mut self) -> (Actor, Command) {
        let full = self.model.prizes.len() >= PRIZES;
        let prize = (full || self.dice.one_in(2)).then(|| self.prize());
        let text = PrizeText::default();
        let save = SavePrize {
            prize,
            branch: BranchId(1 + self.dice.below(2)),
            state: if self.dice.one_in(6) { PrizeState::Hidden } else { PrizeState::Shown },
            points: if self.dice.one_in(20) { 0 } else { 1 + self.dice.below(30) },
            per_card: if self.dice.one_in(20) { -1 } else { self.dice.below(3) },
            visible_from: moment(self.dice, self.at),
            visible_until: moment(self.dice, self.at),
            position: self.dice.below(9),
            text,
        };
        (self.staff(), Command::SavePrize(save))
    }

    pub fn move_stock(&mut self) -> (Actor, Command) {
        let received = !self.dice.one_in(4);
        let kind = if received { StockMovementKind::Received } else { StockMovementKind::WrittenOff };
        let count = self.dice.below(12);
        let command = MoveStock { prize: self.prize(), kind, count, reason: "盘点".into() };
        (self.staff(), Command::MoveStock(command))
    }
}

/// No limit, or some hours before or after.
fn moment(dice: &mut Dice, at: i64) -> i64 {
    match dice.below(6) {
        0 => at - dice.below(100) * HOUR,
        1 => at + dice.below(100) * HOUR,
        _ => 0,
    }
}
