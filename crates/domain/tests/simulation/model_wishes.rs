//! The model's rules of 改绑: wishes for cards that another has.

use crate::model::{Answer, Model, Wish, says};
use crate::sights::Sight;
use domain::cards::{self, BindCard};
use domain::core::asked::Actor;
use domain::ledger;
use domain::tables::{CardId, CardState};

const DAY: i64 = 86_400_000;

impl Model {
    pub fn wish_for(&mut self, actor: Actor, c: &BindCard) -> Answer {
        let reader = self.reader(actor)?;
        let card = match self.proven(reader, c)? {
            Ok(card) => card,
            Err(wrong) => return Ok(wrong),
        };
        if card.state != CardState::Active {
            return Err(cards::Refusal::CardEnded.into());
        }
        let (Some(id), Some(holder)) = (card.id, card.reader) else {
            return Err(cards::Refusal::NotBoundToAnother.into());
        };
        if holder == reader {
            return Err(cards::Refusal::NotBoundToAnother.into());
        }
        self.has_room(reader)?;
        if let Some(other) = self.wishes.get(&id) {
            return Err(cards::Refusal::RebindingUnderWay { due: other.at + DAY }.into());
        }
        self.codes.entry(reader).and_modify(|code| code.used = true);
        self.wishes.insert(id, Wish { by: reader, from: holder, at: self.at });
        self.tell(holder, cards::MessageKind::RebindingAsked, id, 0);
        says(cards::Reply::RebindingRequested { card: CardId(id), due: self.at + DAY })
    }

    /// The card's reader objects and the other is told, or whoever wished for it lets go.
    pub fn end_wish(&mut self, actor: Actor, card: i64) -> Answer {
        let reader = self.reader(actor)?;
        let wish = *self.wishes.get(&card).ok_or(cards::Refusal::NoSuchRebinding)?;
        let has_it = self.cards_of(reader).any(|bound| bound.id == Some(card));
        if has_it {
            self.seen.push(Sight::Objection);
            self.tell(wish.by, cards::MessageKind::RebindingRefused, card, 0);
        } else if wish.by != reader {
            return Err(cards::Refusal::NoSuchRebinding.into());
        }
        self.wishes.remove(&card);
        says(cards::Reply::RebindingEnded { card: CardId(card) })
    }

    pub fn settle_wish(&mut self, actor: Actor, id: i64) -> Answer {
        self.program(actor)?;
        let wish = *self.wishes.get(&id).ok_or(cards::Refusal::NoSuchRebinding)?;
        if self.at < wish.at + DAY {
            return Err(cards::Refusal::RebindingNotDue.into());
        }
        self.wishes.remove(&id);
        let found = self.cards.iter().find(|(_, card)| card.id == Some(id));
        let (barcode, card) = found.map(|(barcode, card)| (*barcode, *card)).ok_or(ledger::Refusal::NoSuchCard)?;
        let others = card.reader.is_some_and(|holder| holder != wish.from);
        let gone = self.readers[&wish.by].closed;
        if others
            || gone
            || card.state != CardState::Active
            || card.successor.is_some()
            || self.has_room(wish.by).is_err()
        {
            self.seen.push(if gone { Sight::WishOfAClosedAccount } else { Sight::WishVoid });
            self.tell_if_open(wish.by, cards::MessageKind::RebindingRefused, id);
            return says(cards::Reply::RebindingSettled { card: CardId(id), went_over: false });
        }
        self.seen.push(if card.reader.is_some() { Sight::WentOver } else { Sight::FreeCardWentOver });
        self.take_from_holder(id);
        if let Some(holder) = card.reader {
            self.tell_if_open(holder, cards::MessageKind::CardTaken, id);
        }
        self.give(barcode, id, wish.by);
        says(cards::Reply::RebindingSettled { card: CardId(id), went_over: true })
    }
}
