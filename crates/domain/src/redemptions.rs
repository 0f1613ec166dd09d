//! Redemptions: a reader exchanges points for a prize.
//! Points leave the card at once; the prize waits at the desk for a year.

use crate::cards::reader;
use crate::day::next_year;
use crate::envelope::{Actor, Now, Reply, ReplyKind};
use crate::ledger::{Entry, post};
use crate::messages::tell;
use crate::prizes::redeemable;
use crate::record::Record;
use crate::redemption_code::{RedemptionCode, secret_of};
use crate::refusal::Refusal;
use crate::staff::{Permission, require};
use crate::tables::{
    Account, Card, CardId, MessageKind, PostingKind, Prize, PrizeId, PrizeTaken, Redemption, RedemptionId,
    RedemptionSecret, RedemptionState,
};
use crate::world::{Draft, Halt};

#[derive(Clone, Copy, Debug)]
pub struct Redeem {
    pub card: CardId,
    pub prize: PrizeId,
}

#[derive(Clone, Copy, Debug)]
pub struct Collect {
    pub code: RedemptionCode,
}

pub fn redeem(d: &mut Draft, actor: Actor, c: &Redeem, seed: i64, now: Now) -> Result<Reply, Halt> {
    let reader = reader(d, actor)?.id;
    let mut card = d.get::<Card>(Card::key(c.card))?.ok_or(Refusal::NotYourCard)?;
    if card.reader != Some(reader) {
        return Err(Refusal::NotYourCard.into());
    }
    let mut prize = d.get::<Prize>(Prize::key(c.prize))?.ok_or(Refusal::NoSuchPrize)?;
    let mut taken = PrizeTaken { card: c.card, prize: c.prize, count: 0 };
    if prize.per_card > 0 {
        taken = d.get::<PrizeTaken>(PrizeTaken::key(c.card, c.prize))?.unwrap_or(taken);
    }
    redeemable(&prize, &card, taken.count, now.at)?;
    prize.on_hand -= 1;
    prize.reserved += 1;
    d.put(prize)?;
    if prize.per_card > 0 {
        d.put(PrizeTaken { count: taken.count + 1, ..taken })?;
    }
    let id = d.new_id(RedemptionId);
    let previous = card.last_redemption.replace(id);
    d.put(card)?;
    let entry = Entry { account: Account::Spent, kind: PostingKind::Redemption, cause: id.0 };
    post(d, c.card, -prize.points, entry, now)?;
    let secret = secret_of(seed);
    d.add(Redemption {
        id,
        card: c.card,
        reader,
        prize: c.prize,
        points: prize.points,
        state: RedemptionState::Pending,
        last_day: next_year(now.today),
        previous,
        at: now.at,
        settled_at: 0,
        settled_by: None,
    });
    d.add(RedemptionSecret { redemption: id, secret });
    tell(d, reader, MessageKind::Redeemed, id.0, prize.points, now)?;
    Ok(Reply { kind: ReplyKind::Redeemed, a: id.0, b: secret })
}

/// 核销: the desk hands the prize over, once.
pub fn collect(d: &mut Draft, actor: Actor, c: &Collect, now: Now) -> Result<Reply, Halt> {
    let id = c.code.redemption;
    let secret = d.get::<RedemptionSecret>(RedemptionSecret::key(id))?;
    // An unknown id and a wrong secret are the same to whoever guesses.
    if secret.is_none_or(|known| known.secret != c.code.secret) {
        return Err(Refusal::NoSuchRedemption.into());
    }
    let mut redemption = d.get::<Redemption>(Redemption::key(id))?.ok_or(Refusal::NoSuchRedemption)?;
    let mut prize = d.get::<Prize>(Prize::key(redemption.prize))?.ok_or(Refusal::NoSuchPrize)?;
    let staff = require(d, actor, Permission::HandOver, prize.branch)?;
    claimable(&redemption, now.today)?;
    redemption.state = RedemptionState::Collected;
    redemption.settled_at = now.at;
    redemption.settled_by = Some(staff);
    prize.reserved -= 1;
    prize.handed_over += 1;
    d.put(redemption)?;
    d.put(prize)?;
    tell(d, redemption.reader, MessageKind::Collected, id.0, 0, now)?;
    let audit = d.new_id(|id| id);
    let action = "redemption.collect";
    d.emit(Record::Audit { id: audit, staff: Some(staff), action, about: id.0, note: String::new(), at: now.at });
    Ok(Reply { kind: ReplyKind::Collected, a: id.0, b: redemption.prize.0 })
}

/// Whether a redemption can be handed over today; the desk's panel and the decision both ask this.
pub fn claimable(redemption: &Redemption, today: i64) -> Result<(), Refusal> {
    match redemption.state {
        RedemptionState::Collected => Err(Refusal::AlreadyCollected { at: redemption.settled_at }),
        RedemptionState::Cancelled => Err(Refusal::RedemptionCancelled),
        RedemptionState::Expired => Err(Refusal::RedemptionExpired { last_day: redemption.last_day }),
        RedemptionState::Pending if today > redemption.last_day => {
            Err(Refusal::RedemptionExpired { last_day: redemption.last_day })
        }
        RedemptionState::Pending => Ok(()),
    }
}
