//! The ledger: double entry, append-only. One side of a posting is a card, the other a system account.

mod words;

pub use words::{PostingKind, Refusal};

use crate::core::asked::Now;
use crate::core::refusal::Common;
use crate::core::world::{Draft, Halt};
use crate::rules::{self, Rule};
use crate::tables::{Account, Card, CardId, CardState, Points, Posting, PostingId, PostingNumber, SystemAccount};

/// Why points move.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub account: Account,
    pub kind: PostingNumber,
    pub cause: i64,
}

/// A card that must be there.
pub fn card(d: &Draft, id: CardId) -> Result<Card, Halt> {
    Ok(d.get::<Card>(Card::key(id))?.ok_or(Refusal::NoSuchCard)?)
}

/// Moves points between a card and a system account: positive, and the card gains.
/// The card's balance never goes below zero. A replaced card keeps nothing: what comes to it goes on to the one that
/// stands for it, and what is taken from it comes from there.
pub fn post(d: &mut Draft, card: CardId, points: Points, entry: Entry, now: Now) -> Result<PostingId, Halt> {
    let Some(successor) = self::card(d, card)?.successor else { return post_one(d, card, points, entry, now) };
    if points < 0 {
        pass_on(d, successor, card, -points, now)?;
        return post_one(d, card, points, entry, now);
    }
    let id = post_one(d, card, points, entry, now)?;
    pass_on(d, card, successor, points, now)?;
    Ok(id)
}

fn pass_on(d: &mut Draft, from: CardId, to: CardId, points: Points, now: Now) -> Result<(), Halt> {
    let entry = |other: CardId| Entry { account: Account::Held, kind: PostingKind::PassedOn.into(), cause: other.0 };
    post_one(d, from, -points, entry(to), now)?;
    post_one(d, to, points, entry(from), now)?;
    Ok(())
}

fn post_one(d: &mut Draft, card: CardId, points: Points, entry: Entry, now: Now) -> Result<PostingId, Halt> {
    let mut card = self::card(d, card)?;
    if points == 0 {
        return Err(Common::NotPositive.into());
    }
    let after = card.balance.checked_add(points).ok_or(Common::NotPositive)?;
    if after < 0 {
        return Err(Refusal::TooFewPoints { short_by: -after }.into());
    }
    let account = entry.account;
    let empty = SystemAccount { account, balance: 0 };
    let mut system = d.get::<SystemAccount>(SystemAccount::key(account))?.unwrap_or(empty);
    system.balance = system.balance.checked_sub(points).ok_or(Common::NotPositive)?;
    let id = d.new_id(PostingId);
    let previous = card.last.replace(id);
    card.balance = after;
    let Entry { kind, cause, .. } = entry;
    d.add(Posting { id, card: card.id, account, points, kind, cause, after, previous, at: now.at });
    d.put(card)?;
    d.put(system)?;
    Ok(id)
}

/// Whether a card takes points and signs up: a lost or expired one goes on earning, an ended one does not.
pub fn may_earn(card: &Card) -> Result<(), Refusal> {
    if card.state == CardState::Ended { Err(Refusal::CardEnded) } else { Ok(()) }
}

/// Whether a card's points can be used.
pub fn may_spend(card: &Card) -> Result<(), Refusal> {
    match card.state {
        CardState::Lost => Err(Refusal::CardLost),
        CardState::Expired => Err(Refusal::CardExpired),
        CardState::Ended => Err(Refusal::CardEnded),
        CardState::Active if card.frozen => Err(Refusal::CardFrozen),
        CardState::Active => Ok(()),
    }
}

/// Whether a card signs up for activities: what staff have frozen does so only where the library's rule lets it.
pub fn may_sign_up(d: &Draft, card: &Card, now: Now) -> Result<(), Halt> {
    may_earn(card)?;
    if card.frozen && rules::today(d, Rule::FrozenSignsUp, now)? == 0 {
        return Err(Refusal::CardFrozen.into());
    }
    Ok(())
}
