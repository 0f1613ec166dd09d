//! 改绑: whoever has proven a card that another reader has bound gets it after a day, unless the other objects.

use crate::cards::{BindCard, MessageKind, Proof, Refusal, Reply, attach, detach, has_room, proven, use_up};
use crate::core::asked::{Asked, only_the_program};
use crate::core::digest::Digest;
use crate::core::world::{Draft, Halt};
use crate::ledger;
use crate::messages::{tell, tell_if_open};
use crate::readers::{self, reader};
use crate::tables::{CardId, CardState, Millis, ReaderState, Rebinding};

pub const OBJECTION_MS: Millis = 24 * 3_600_000;

/// The same proof as for binding, of a card that another has.
#[derive(Clone, Debug)]
pub struct RequestRebinding(pub BindCard);

/// Who has the card objects, or who wants it lets go.
#[derive(Clone, Copy, Debug)]
pub struct EndRebinding {
    pub card: CardId,
}

#[derive(Clone, Copy, Debug)]
pub struct SettleRebinding {
    pub card: CardId,
    pub barcode: Digest,
}

/// 申请改绑到当前微信: the code is used up, and who has the card is told.
///
/// Refusals: AccountClosed, CardEnded, CodeExpired, CodeOfOtherPhone, CodeUsed, NoCode, NotBoundToAnother,
/// RebindingUnderWay, SignedOut, TooManyCards, TooManyTries.
pub fn request(d: &mut Draft, asked: &Asked, c: &RequestRebinding) -> Result<Reply, Halt> {
    let c = &c.0;
    let reader = reader(d, asked.actor)?;
    let card = match proven(d, &reader, c, asked.now)? {
        Proof::Card(card) => card,
        Proof::Wrong(reply) => return Ok(reply),
    };
    if card.state != CardState::Active {
        return Err(Refusal::CardEnded.into());
    }
    let from = card.reader.filter(|from| *from != reader.id).ok_or(Refusal::NotBoundToAnother)?;
    has_room(d, reader.id, asked.now)?;
    if let Some(wish) = d.get::<Rebinding>(Rebinding::key(card.id))? {
        return Err(Refusal::RebindingUnderWay { due: wish.due }.into());
    }
    use_up(d, &reader)?;
    let due = asked.now.at + OBJECTION_MS;
    d.put(Rebinding { card: card.id, reader: reader.id, from_reader: from, due, at: asked.now.at })?;
    tell(d, from, MessageKind::RebindingAsked, card.id.0, 0, asked.now)?;
    Ok(Reply::RebindingRequested { card: card.id, due })
}

/// Refusals: AccountClosed, NoSuchRebinding, SignedOut.
pub fn end(d: &mut Draft, asked: &Asked, c: &EndRebinding) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    let wish = d.get::<Rebinding>(Rebinding::key(c.card))?.ok_or(Refusal::NoSuchRebinding)?;
    let card = ledger::card(d, c.card)?;
    let objects = card.reader == Some(reader.id);
    if !objects && wish.reader != reader.id {
        return Err(Refusal::NoSuchRebinding.into());
    }
    d.remove(wish)?;
    if objects {
        tell(d, wish.reader, MessageKind::RebindingRefused, c.card.0, 0, asked.now)?;
    }
    Ok(Reply::RebindingEnded { card: c.card })
}

/// The day is over: the card goes over, or the request is void because something else has happened to the card.
///
/// Refusals: NoPermission, NoSuchRebinding, RebindingNotDue.
pub fn settle(d: &mut Draft, asked: &Asked, c: &SettleRebinding) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let wish = d.get::<Rebinding>(Rebinding::key(c.card))?.ok_or(Refusal::NoSuchRebinding)?;
    if asked.now.at < wish.due {
        return Err(Refusal::RebindingNotDue.into());
    }
    d.remove(wish)?;
    let card = ledger::card(d, c.card)?;
    let asker = readers::known(d, wish.reader)?;
    let is_same = card.reader.is_none_or(|has_it| has_it == wish.from_reader);
    let room = match has_room(d, wish.reader, asked.now) {
        Err(Halt::Refused(_)) => false,
        other => other.map(|()| true)?,
    };
    // A closed account would keep the card for ever: nobody signs in to it to let it go.
    if !is_same
        || !room
        || card.state != CardState::Active
        || card.successor.is_some()
        || asker.state == ReaderState::Closed
    {
        tell_if_open(d, wish.reader, MessageKind::RebindingRefused, c.card.0, 0, asked.now)?;
        return Ok(Reply::RebindingSettled { card: c.card, went_over: false });
    }
    detach(d, c.card)?;
    if card.reader.is_some() {
        tell_if_open(d, wish.from_reader, MessageKind::CardTaken, c.card.0, 0, asked.now)?;
    }
    attach(d, wish.reader, c.card, c.barcode, asked.now)?;
    Ok(Reply::RebindingSettled { card: c.card, went_over: true })
}
