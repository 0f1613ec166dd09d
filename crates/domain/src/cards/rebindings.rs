//! 改绑: whoever has proven a card that another reader has bound gets it after a day, unless the other objects.

use crate::cards::{BindCard, Proof, attach, detach, has_room, proven, reader, use_up};
use crate::core::digest::Digest;
use crate::core::refusal::Refusal;
use crate::core::world::{Draft, Halt};
use crate::envelope::{Actor, Now, Reply, ReplyKind};
use crate::jobs::only_the_program;
use crate::messages::{tell, tell_if_open};
use crate::tables::{Card, CardId, CardState, MessageKind, Millis, Reader, ReaderState, Rebinding};

pub const OBJECTION_MS: Millis = 24 * 3_600_000;

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
pub fn request(d: &mut Draft, actor: Actor, c: &BindCard, now: Now) -> Result<Reply, Halt> {
    let reader = reader(d, actor)?;
    let card = match proven(d, &reader, c, now)? {
        Proof::Card(card) => card,
        Proof::Wrong(reply) => return Ok(reply),
    };
    if card.state != CardState::Active {
        return Err(Refusal::CardEnded.into());
    }
    let from = card.reader.filter(|from| *from != reader.id).ok_or(Refusal::NotBoundToAnother)?;
    has_room(d, reader.id)?;
    if let Some(asked) = d.get::<Rebinding>(Rebinding::key(card.id))? {
        return Err(Refusal::RebindingUnderWay { due: asked.due }.into());
    }
    use_up(d, &reader)?;
    let due = now.at + OBJECTION_MS;
    d.put(Rebinding { card: card.id, reader: reader.id, from_reader: from, due, at: now.at })?;
    tell(d, from, MessageKind::RebindingAsked, card.id.0, 0, now)?;
    Ok(Reply { kind: ReplyKind::RebindingRequested, a: card.id.0, b: due })
}

pub fn end(d: &mut Draft, actor: Actor, c: &EndRebinding, now: Now) -> Result<Reply, Halt> {
    let reader = reader(d, actor)?;
    let asked = d.get::<Rebinding>(Rebinding::key(c.card))?.ok_or(Refusal::NoSuchRebinding)?;
    let card = d.get::<Card>(Card::key(c.card))?.ok_or(Refusal::NoSuchCard)?;
    let objects = card.reader == Some(reader.id);
    if !objects && asked.reader != reader.id {
        return Err(Refusal::NoSuchRebinding.into());
    }
    d.remove(asked)?;
    if objects {
        tell(d, asked.reader, MessageKind::RebindingRefused, c.card.0, 0, now)?;
    }
    Ok(Reply { kind: ReplyKind::RebindingEnded, a: c.card.0, b: 0 })
}

/// The day is over: the card goes over, or the request is void because something else has happened to the card.
pub fn settle(d: &mut Draft, actor: Actor, c: &SettleRebinding, now: Now) -> Result<Reply, Halt> {
    only_the_program(actor)?;
    let asked = d.get::<Rebinding>(Rebinding::key(c.card))?.ok_or(Refusal::NoSuchRebinding)?;
    if now.at < asked.due {
        return Err(Refusal::RebindingNotDue.into());
    }
    d.remove(asked)?;
    let card = d.get::<Card>(Card::key(c.card))?.ok_or(Refusal::NoSuchCard)?;
    let asker = d.get::<Reader>(Reader::key(asked.reader))?.ok_or(Refusal::NoSuchReader)?;
    let is_same = card.reader.is_none_or(|has_it| has_it == asked.from_reader);
    let room = match has_room(d, asked.reader) {
        Err(Halt::Refused(_)) => false,
        other => other.map(|()| true)?,
    };
    // A closed account would keep the card for ever: nobody signs in to it to let it go.
    if !is_same || !room || card.state != CardState::Active || asker.state == ReaderState::Closed {
        tell_if_open(d, asked.reader, MessageKind::RebindingRefused, c.card.0, 0, now)?;
        return Ok(Reply { kind: ReplyKind::RebindingSettled, a: c.card.0, b: 0 });
    }
    detach(d, c.card)?;
    if card.reader.is_some() {
        tell_if_open(d, asked.from_reader, MessageKind::CardTaken, c.card.0, 0, now)?;
    }
    attach(d, asked.reader, c.card, c.barcode, now)?;
    Ok(Reply { kind: ReplyKind::RebindingSettled, a: c.card.0, b: 1 })
}
