//! What the library system says of a card, asked again and again.

use super::{CardFacts, MessageKind, Reply, learn};
use crate::core::asked::{Asked, only_the_program};
use crate::core::digest::Digest;
use crate::core::row::Cell as _;
use crate::core::world::{Draft, Halt};
use crate::ledger;
use crate::messages::tell;
use crate::tables::{Card, CardId, CardState};

/// What the library system says of a bound card now. None: it does not know the card any more.
#[derive(Clone, Debug)]
pub struct RefreshCard {
    pub card: CardId,
    pub barcode: Digest,
    pub facts: Option<CardFacts>,
}

/// Refusals: NoPermission, NoSuchCard.
pub fn refresh(d: &mut Draft, asked: &Asked, c: &RefreshCard) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let before = ledger::card(d, c.card)?;
    match &c.facts {
        Some(facts) => learn(d, c.card, c.barcode, facts)?,
        None => d.put(Card { state: CardState::Ended, ..before })?,
    }
    let state = c.facts.as_ref().map_or(CardState::Ended, |facts| facts.state);
    if let Some(reader) = before.reader.filter(|_| state != before.state) {
        tell(d, reader, MessageKind::CardChanged, c.card.0, state.into_cell(), asked.now)?;
    }
    Ok(Reply::CardRefreshed { card: c.card, state })
}
