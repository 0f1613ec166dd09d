//! What is asked for at the shelf and at the desk.

use crate::dice::Dice;
use crate::model::Redemption;
use crate::model_texts::{DESCRIPTION, REASON, TITLE};
use crate::script::{NOBODY, Script};
use crate::support::day;
use RedemptionState::{Collected, Pending};
use domain::core::asked::Actor;
use domain::prizes::{MoveStock, PrizeText, SavePrize};
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::*;
use domain::slices::Command;
use domain::tables::{
    BranchId, PlaceId, PrizeId, PrizeState, RedemptionId, RedemptionState, StaffId, StockMovementKind,
};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const PRIZES: usize = 8;

impl Script<'_> {
    pub fn about_a_redemption(&mut self) -> (Actor, Command) {
        // Before there is one, nothing can become of it.
        let most = if self.model.redemptions.is_empty() { 16 } else { 36 };
        match self.dice.below(most) {
            0..15 => {
                let (actor, card) = self.own_card();
                let prize = self.prize();
                // The page has sometimes shown another price.
                let points = self.model.prizes.get(&prize.0).map_or(0, |prize| prize.points);
                let points = if self.dice.one_in(20) { points + 1 } else { points };
                (actor, Command::from(Redeem { card, prize, points }))
            }
            15..26 => self.collect(),
            26..31 => self.cancel(),
            _ => self.undo(),
        }
    }

    pub fn about_a_prize(&mut self) -> (Actor, Command) {
        if self.model.prizes.is_empty() || self.dice.percent(45) { self.save_prize() } else { self.move_stock() }
    }

    fn prize(&mut self) -> PrizeId {
        let known = self.dice.pick(self.model.prizes.keys()).copied();
        PrizeId(known.filter(|_| !self.dice.one_in(30)).unwrap_or(NOBODY))
    }

    /// One of those, or any; one that nobody knows, where there is none.
    pub fn redemption(&mut self, is: impl Fn(&Redemption) -> bool) -> (i64, Option<Redemption>) {
        let all = &self.model.redemptions;
        let such: Vec<_> = all.iter().filter(|(_, redemption)| is(redemption)).collect();
        let known = if self.dice.one_in(4) { None } else { self.dice.pick(such) };
        let known = known.or_else(|| self.dice.pick(all)).filter(|_| !self.dice.one_in(40));
        known.map_or((NOBODY, None), |(id, redemption)| (*id, Some(*redemption)))
    }

    fn collect(&mut self) -> (Actor, Command) {
        let (id, known) = self.redemption(|redemption| redemption.state == Pending);
        let secret = known.map_or(0, |redemption| redemption.secret);
        let guess = if self.dice.one_in(15) { self.dice.below(1 << 50) } else { secret };
        let code = RedemptionCode { redemption: RedemptionId(id), secret: guess };
        let collect = Collect { code, outside_hours: self.dice.one_in(3) };
        (self.staff(), Command::from(collect))
    }

    /// By whoever has the card, or by staff, who mostly say why.
    fn cancel(&mut self) -> (Actor, Command) {
        let at = self.at;
        let (id, known) = self.redemption(|redemption| redemption.state == Pending && redemption.at >= at - 2 * DAY);
        let holder = known.and_then(|redemption| self.model.card(redemption.card)?.reader);
        let actor = match holder {
            Some(reader) if self.dice.one_in(2) => Actor::Reader(domain::tables::ReaderId(reader)),
            _ if self.dice.one_in(6) => self.reader(),
            _ => self.staff(),
        };
        let reason = if self.dice.one_in(6) { " ".into() } else { self.text("奖品破损", REASON) };
        let cancel = CancelRedemption { redemption: RedemptionId(id), reason };
        (actor, Command::from(cancel))
    }

    /// The last hand-overs, mostly by the one who made them.
    fn undo(&mut self) -> (Actor, Command) {
        let at = self.at;
        let (id, known) =
            self.redemption(|redemption| redemption.state == Collected && redemption.settled_at >= at - HOUR);
        let actor = match known {
            Some(redemption) if redemption.settled_by != 0 && !self.dice.one_in(4) => {
                Actor::Staff(StaffId(redemption.settled_by))
            }
            _ => self.staff(),
        };
        (actor, Command::from(UndoCollection { redemption: RedemptionId(id) }))
    }

    /// Those that are over, if there are some.
    pub fn expire(&mut self) -> Command {
        let today = day(self.at);
        let (id, _) = self.redemption(|redemption| redemption.state == Pending && redemption.last_day < today);
        Command::from(ExpireRedemption { redemption: RedemptionId(id) })
    }

    /// Those that end within five weeks, if there are some.
    pub fn remind(&mut self) -> Command {
        let (today, soon) = (day(self.at), day(self.at + 35 * DAY));
        let ends = |redemption: &Redemption| (today..=soon).contains(&redemption.last_day);
        let (id, _) = self.redemption(|redemption| redemption.state == Pending && ends(redemption));
        Command::from(RemindOfRedemption { redemption: RedemptionId(id) })
    }

    fn save_prize(&mut self) -> (Actor, Command) {
        let full = self.model.prizes.len() >= PRIZES;
        let prize = (full || self.dice.one_in(2)).then(|| self.prize());
        let place = self.dice.pick(self.model.places.keys()).copied().filter(|_| self.dice.one_in(2));
        let (title, description) = (self.text("黄铜波纹书签", TITLE), self.text("", DESCRIPTION));
        let text = PrizeText { title, description, ..PrizeText::default() };
        let save = SavePrize {
            prize,
            branch: BranchId(1 + self.dice.below(2)),
            state: if self.dice.one_in(6) { PrizeState::Hidden } else { PrizeState::Shown },
            points: if self.dice.one_in(20) { 0 } else { 1 + self.dice.below(30) },
            per_card: if self.dice.one_in(20) { -1 } else { self.dice.below(3) },
            visible_from: moment(self.dice, self.at),
            visible_until: moment(self.dice, self.at),
            position: self.dice.below(9),
            place: if self.dice.one_in(30) { Some(PlaceId(NOBODY)) } else { place.map(PlaceId) },
            text,
            pictures: vec![],
        };
        (self.staff(), Command::from(save))
    }

    fn move_stock(&mut self) -> (Actor, Command) {
        let received = !self.dice.one_in(4);
        let kind = if received { StockMovementKind::Received } else { StockMovementKind::WrittenOff };
        let (count, reason) = (self.dice.below(12), self.text("盘点", REASON));
        let command = MoveStock { prize: self.prize(), kind, count, reason };
        (self.staff(), Command::from(command))
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
