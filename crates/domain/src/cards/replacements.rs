//! Replaced cards: once everything of a card has gone to another, that one stands for it, for good.

use crate::core::asked::Now;
use crate::core::world::{Draft, Halt};
use crate::ledger;
use crate::tables::{Card, CardId, Replaced};

/// The card that stands for this one: its successor, or itself.
pub fn stands_for(d: &Draft, card: CardId) -> Result<Card, Halt> {
    let card = ledger::card(d, card)?;
    card.successor.map_or(Ok(card), |successor| ledger::card(d, successor))
}

/// From now on `successor` stands for `card`, and for whatever that one stood for: one step leads to the end.
pub fn replace(d: &mut Draft, card: CardId, successor: CardId, now: Now) -> Result<(), Halt> {
    for older in d.children::<Replaced, 1>([card.0])? {
        d.remove(older)?;
        stand(d, older.card, successor, now)?;
    }
    stand(d, card, successor, now)
}

fn stand(d: &mut Draft, card: CardId, successor: CardId, now: Now) -> Result<(), Halt> {
    let row = ledger::card(d, card)?;
    d.put(Card { successor: Some(successor), ..row })?;
    d.get::<Replaced>(Replaced::key(successor, card))?;
    d.put(Replaced { successor, card, at: now.at })
}
