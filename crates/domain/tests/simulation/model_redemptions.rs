//! The model's rules of redemptions, from the shelf to the hand-over or the end.

use crate::model::{Answer, Model, Prize, Redemption, says};
use crate::model_places::{days_until, months_later, tomorrow};
use crate::model_texts::explains;
use crate::sights::Sight;
use domain::core::asked::{Actor, Now};
use domain::core::refusal::Refused;
use domain::messages::HasTopic;
use domain::redemptions::{self, CancelRedemption, Collect, Redeem};
use domain::rules::Rule;
use domain::staff::Permission;
use domain::tables::{Account, CardState, PrizeId, RedemptionId, RedemptionState};
use domain::{ledger, prizes};

const MINUTE: i64 = 60_000;

impl Model {
    pub fn redeem(&mut self, actor: Actor, c: &Redeem, seed: i64, now: Now, heard: &Answer) -> Answer {
        let reader = self.reader(actor)?;
        let card = self.cards_of(reader).find(|card| card.id == Some(c.card.0)).ok_or(ledger::Refusal::NotYourCard)?;
        let prize = *self.prizes.get(&c.prize.0).ok_or(prizes::Refusal::NoSuchPrize)?;
        let taken = self.taken(c.card.0, c.prize.0);
        let refusals = [
            (card.state == CardState::Lost, Refused::from(ledger::Refusal::CardLost)),
            (card.state == CardState::Expired, Refused::from(ledger::Refusal::CardExpired)),
            (card.state == CardState::Ended, Refused::from(ledger::Refusal::CardEnded)),
            (card.frozen, Refused::from(ledger::Refusal::CardFrozen)),
            (!prize.shown, Refused::from(prizes::Refusal::PrizeHidden)),
            (prize.from > now.at, Refused::from(prizes::Refusal::NotYetOnSale { from: prize.from })),
            (prize.until != 0 && prize.until <= now.at, Refused::from(prizes::Refusal::NoLongerOnSale)),
            (prize.on_hand() == 0, Refused::from(prizes::Refusal::SoldOut)),
            (
                prize.per_card != 0 && prize.per_card <= taken,
                Refused::from(prizes::Refusal::LimitReached { per_card: prize.per_card }),
            ),
            (c.points != prize.points, Refused::from(redemptions::Refusal::PriceChanged { points: prize.points })),
            (
                prize.points > card.balance,
                Refused::from(ledger::Refusal::TooFewPoints { short_by: prize.points - card.balance }),
            ),
        ];
        if let Some((_, why)) = refusals.into_iter().find(|(holds, _)| *holds) {
            return Err(why);
        }
        let id = self.fresh(heard);
        let secret = seed.rem_euclid(1 << 50);
        self.post(c.card.0, -prize.points, Account::Spent);
        self.prizes.insert(c.prize.0, Prize { reserved: prize.reserved + 1, ..prize });
        let redemption = Redemption {
            card: c.card.0,
            reader,
            prize: c.prize.0,
            points: prize.points,
            secret,
            state: RedemptionState::Pending,
            last_day: self.pick_up_day(prize.place, months_later(now.today, self.rule_now(Rule::ValidMonths))),
            reminded: 0,
            at: now.at,
            settled_at: 0,
            settled_by: 0,
        };
        self.redemptions.insert(id, redemption);
        self.tell(reader, redemptions::MessageKind::Redeemed, id, prize.points);
        says(redemptions::Reply::Redeemed { redemption: RedemptionId(id), secret })
    }

    /// What a card has taken of a prize and not given back.
    pub fn taken(&self, card: i64, prize: i64) -> i64 {
        let of = |r: &&Redemption| {
            (self.stands_for(r.card), r.prize) == (card, prize) && r.state != RedemptionState::Cancelled
        };
        self.redemptions.values().filter(of).count() as i64
    }

    fn known(&self, id: i64) -> Result<(Redemption, Prize), Refused> {
        let redemption = *self.redemptions.get(&id).ok_or(redemptions::Refusal::NoSuchRedemption)?;
        Ok((redemption, self.prizes[&redemption.prize]))
    }

    /// The last day as the place's hours are now.
    fn ends(&mut self, redemption: &Redemption, prize: &Prize) -> i64 {
        let ends = self.pick_up_day(prize.place, redemption.last_day);
        if ends != redemption.last_day {
            self.seen.push(Sight::LastDayMoved);
        }
        ends
    }

    /// Only what waits at the desk, and only up to its last day.
    fn waits(&mut self, redemption: &Redemption, prize: &Prize, now: Now) -> Result<(), Refused> {
        match redemption.state {
            RedemptionState::Collected => {
                Err(redemptions::Refusal::AlreadyCollected { at: redemption.settled_at }.into())
            }
            RedemptionState::Expired => {
                Err(redemptions::Refusal::RedemptionExpired { last_day: self.ends(redemption, prize) }.into())
            }
            RedemptionState::Cancelled => Err(redemptions::Refusal::RedemptionCancelled.into()),
            RedemptionState::Pending => match self.ends(redemption, prize) {
                last_day if last_day < now.today => Err(redemptions::Refusal::RedemptionExpired { last_day }.into()),
                _ => Ok(()),
            },
        }
    }

    /// Whoever has the card hears of it; of a card that nobody has, whoever redeemed.
    fn tell_owner(&mut self, of: &Redemption, kind: impl HasTopic, id: i64, points: i64) {
        let reader = self.card(self.stands_for(of.card)).and_then(|card| card.reader).unwrap_or(of.reader);
        self.tell(reader, kind, id, points);
    }

    pub fn collect(&mut self, actor: Actor, c: &Collect, now: Now) -> Answer {
        let id = c.code.redemption.0;
        let (redemption, prize) = self.known(id)?;
        if redemption.secret != c.code.secret {
            return Err(redemptions::Refusal::NoSuchRedemption.into());
        }
        let staff = self.may(actor, Permission::HandOver, prize.branch)?;
        self.waits(&redemption, &prize, now)?;
        if !self.is_open(prize.place, now) {
            if !c.outside_hours {
                return Err(redemptions::Refusal::OutsideHours.into());
            }
            self.may(actor, Permission::OverrideHours, prize.branch)?;
            self.seen.push(Sight::OutsideHours);
        } else if c.outside_hours {
            self.seen.push(Sight::ReadyForClosedHours);
        }
        let state = RedemptionState::Collected;
        self.redemptions.insert(id, Redemption { state, settled_at: now.at, settled_by: staff, ..redemption });
        let (reserved, handed_over) = (prize.reserved - 1, prize.handed_over + 1);
        self.prizes.insert(redemption.prize, Prize { reserved, handed_over, ..prize });
        self.tell_owner(&redemption, redemptions::MessageKind::Collected, id, 0);
        self.audits += 1;
        says(redemptions::Reply::Collected { redemption: RedemptionId(id), prize: PrizeId(redemption.prize) })
    }

    pub fn cancel(&mut self, actor: Actor, c: &CancelRedemption, now: Now) -> Answer {
        let id = c.redemption.0;
        let (redemption, prize) = self.known(id)?;
        let by = match actor {
            Actor::Staff(_) => self.may(actor, Permission::CancelRedemptions, prize.branch)?,
            _ => {
                let reader = self.reader(actor)?;
                let now = self.stands_for(redemption.card);
                let own = self.cards_of(reader).any(|card| card.id == Some(now));
                if own { 0 } else { return Err(redemptions::Refusal::NoSuchRedemption.into()) }
            }
        };
        self.waits(&redemption, &prize, now)?;
        let hours = self.rule_now(Rule::CancelHours);
        if by == 0 && now.at >= redemption.at + hours * 60 * MINUTE {
            return Err(redemptions::Refusal::TooLateToCancel { hours }.into());
        }
        if by != 0 {
            explains(&c.reason)?;
        }
        let state = RedemptionState::Cancelled;
        self.redemptions.insert(id, Redemption { state, settled_at: now.at, settled_by: by, ..redemption });
        self.prizes.insert(redemption.prize, Prize { reserved: prize.reserved - 1, ..prize });
        self.post(redemption.card, redemption.points, Account::Spent);
        let (kind, sight) = match by {
            0 => (redemptions::MessageKind::RedemptionCancelled, Sight::CancelledByReader),
            _ => (redemptions::MessageKind::RedemptionWithdrawn, Sight::CancelledByStaff),
        };
        self.seen.push(sight);
        self.tell_owner(&redemption, kind, id, redemption.points);
        self.audits += usize::from(by != 0);
        says(redemptions::Reply::RedemptionCancelled { redemption: RedemptionId(id), points: redemption.points })
    }

    pub fn undo(&mut self, actor: Actor, id: i64) -> Answer {
        let (redemption, prize) = self.known(id)?;
        let staff = self.may(actor, Permission::HandOver, prize.branch)?;
        if redemption.state != RedemptionState::Collected {
            return Err(redemptions::Refusal::NotCollected.into());
        }
        if redemption.settled_by != staff {
            return Err(redemptions::Refusal::NotYourHandOver.into());
        }
        let minutes = self.rule_now(Rule::UndoMinutes);
        if self.at >= redemption.settled_at + minutes * MINUTE {
            return Err(redemptions::Refusal::TooLateToUndo { minutes }.into());
        }
        let state = RedemptionState::Pending;
        self.redemptions.insert(id, Redemption { state, settled_at: 0, settled_by: 0, ..redemption });
        let (reserved, handed_over) = (prize.reserved + 1, prize.handed_over - 1);
        self.prizes.insert(redemption.prize, Prize { reserved, handed_over, ..prize });
        self.tell_owner(&redemption, redemptions::MessageKind::CollectionUndone, id, 0);
        self.audits += 1;
        says(redemptions::Reply::CollectionUndone { redemption: RedemptionId(id), prize: PrizeId(redemption.prize) })
    }

    pub fn expire(&mut self, actor: Actor, id: i64, now: Now) -> Answer {
        self.program(actor)?;
        let (redemption, prize) = self.known(id)?;
        if redemption.state != RedemptionState::Pending || now.today <= self.ends(&redemption, &prize) {
            return Err(redemptions::Refusal::NotExpired.into());
        }
        let state = RedemptionState::Expired;
        self.redemptions.insert(id, Redemption { state, settled_at: now.at, ..redemption });
        self.prizes.insert(redemption.prize, Prize { reserved: prize.reserved - 1, ..prize });
        self.tell_owner(&redemption, redemptions::MessageKind::RedemptionExpired, id, 0);
        says(redemptions::Reply::RedemptionExpired { redemption: RedemptionId(id), prize: PrizeId(redemption.prize) })
    }

    /// The week's reminder goes out once, and the month's once, but not after the week's.
    pub fn remind(&mut self, actor: Actor, id: i64, now: Now) -> Answer {
        self.program(actor)?;
        let (redemption, prize) = self.known(id)?;
        let last_day = self.ends(&redemption, &prize);
        if redemption.state != RedemptionState::Pending || last_day < now.today {
            return Err(redemptions::Refusal::NothingToRemind.into());
        }
        let (month, week) = (self.rule_now(Rule::ReminderDays), self.rule_now(Rule::LastReminderDays));
        let left = days_until(last_day, now.today, month.max(week)).ok_or(redemptions::Refusal::NothingToRemind)?;
        let due = if left <= month && left <= week { 2 } else { 1 };
        if redemption.reminded >= due {
            return Err(redemptions::Refusal::NothingToRemind.into());
        }
        self.seen.push(match (due, redemption.reminded) {
            (1, _) => Sight::RemindedOfTheMonth,
            (_, 1) => Sight::RemindedOfTheWeek,
            _ => Sight::RemindedOfTheWeekAlone,
        });
        self.redemptions.insert(id, Redemption { reminded: due, ..redemption });
        self.tell_owner(&redemption, redemptions::MessageKind::RedemptionEnds, id, left);
        says(redemptions::Reply::Reminded { redemption: RedemptionId(id), days_left: left })
    }

    /// The day itself if the place opens then, else the next on which it does, within three months.
    pub fn pick_up_day(&self, place: Option<i64>, day: i64) -> i64 {
        let mut next = day;
        for _ in 0..=90 {
            if self.opens_on(place, next) {
                return next;
            }
            next = tomorrow(next);
        }
        day
    }
}
