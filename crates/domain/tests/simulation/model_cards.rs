//! The model's rules of codes and cards.

use crate::model::{Answer, Card, Code, Model, Outgoing, says};
use domain::cards::{BindCard, RequestCode};
use domain::digest::Digest;
use domain::envelope::{Actor, ReplyKind};
use domain::refusal::Refusal;
use domain::tables::{Account, CardState, MessageKind, OutboxState};

const MINUTE: i64 = 60_000;
pub const WINDOWS: [(usize, i64); 3] = [(1, MINUTE), (5, 60 * MINUTE), (10, 24 * 60 * MINUTE)];

fn full(granted: &[i64], (most, window): (usize, i64), at: i64) -> bool {
    granted.iter().filter(|then| **then + window > at).count() >= most
}

/// Why nobody may ask at this time: the first later time at which no window is full is `again_at`.
fn too_many(granted: &[i64], at: i64) -> Option<Refusal> {
    let open = |at: i64| WINDOWS.iter().all(|window| !full(granted, *window, at));
    if open(at) {
        return None;
    }
    let ends = granted.iter().flat_map(|then| WINDOWS.iter().map(move |(_, window)| then + window));
    let again_at = ends.filter(|end| *end > at && open(*end)).min()?;
    let only_the_minute = !full(granted, WINDOWS[1], at) && !full(granted, WINDOWS[2], at);
    Some(if only_the_minute { Refusal::TooSoon { again_at } } else { Refusal::TooManyCodes { again_at } })
}

impl Model {
    pub fn request_code(&mut self, actor: Actor, c: &RequestCode, at: i64) -> Answer {
        let reader = self.reader(actor)?;
        let granted = |limited| self.requests.get(limited).map_or(&[][..], |times: &Vec<i64>| times);
        if let Some(why) = c.limited.iter().find_map(|limited| too_many(granted(limited), at)) {
            return Err(why);
        }
        c.limited.iter().for_each(|limited| self.requests.entry(*limited).or_default().push(at));
        if let Some(facts) = &c.matched {
            let (identity, patron, state) = (facts.identity, facts.patron, facts.state);
            let new = Card { id: None, state, reader: None, balance: 0, frozen: false, identity, patron };
            let known = self.cards.entry(c.barcode).or_insert(new);
            *known = Card { state, identity, patron, ..*known };
            self.outbox.push(Outgoing { id: 0, state: OutboxState::Waiting, attempts: 0, next_at: at, at });
        }
        let sent_for = c.matched.as_ref().map(|_| c.barcode);
        let (session, phone, code) = (c.session, c.phone, c.code);
        self.codes.insert(reader, Code { session, phone, code, sent_for, wrong: 0, used: false, at });
        says(ReplyKind::CodeRequested, 0, 0)
    }

    pub fn bind(&mut self, actor: Actor, c: &BindCard, at: i64, heard: &Answer) -> Answer {
        let reader = self.reader(actor)?;
        let code = self.codes.get_mut(&reader).filter(|code| code.session == c.session).ok_or(Refusal::NoCode)?;
        if code.used {
            return Err(Refusal::CodeUsed);
        }
        if at >= code.at + 5 * MINUTE {
            return Err(Refusal::CodeExpired);
        }
        if code.phone != c.phone {
            return Err(Refusal::CodeOfOtherPhone);
        }
        if code.wrong == 5 {
            return Err(Refusal::TooManyTries);
        }
        if code.sent_for != Some(c.barcode) || code.code != c.code {
            code.wrong += 1;
            return says(ReplyKind::WrongCode, 5 - code.wrong, 0);
        }
        let card = *self.cards.get(&c.barcode).ok_or(Refusal::NoSuchCard)?;
        self.bindable(&card, reader)?;
        let id = match card.id {
            Some(id) => id,
            // The first to hear of a card learns its id, and no other card has it.
            None => heard.ok().map(|reply| reply.a).filter(|id| self.card(*id).is_none()).unwrap_or(-1),
        };
        self.codes.entry(reader).and_modify(|code| code.used = true);
        self.cards.insert(c.barcode, Card { id: Some(id), reader: Some(reader), ..card });
        self.readers.entry(reader).or_default().chosen = Some(id);
        let points = self.first_binding(id, [card.identity, card.patron, c.barcode]);
        self.tell(reader, MessageKind::Bound, id, points);
        says(ReplyKind::Bound, id, points)
    }

    fn bindable(&self, card: &Card, reader: i64) -> Result<(), Refusal> {
        match card.reader {
            _ if card.state != CardState::Active => Err(Refusal::CardEnded),
            Some(holder) if holder == reader => Err(Refusal::AlreadyBound),
            Some(_) => Err(Refusal::BoundToAnother),
            None if self.cards_of(reader).count() == 5 => Err(Refusal::TooManyCards),
            None => Ok(()),
        }
    }

    /// 50 points for a person whom no earlier binding knew.
    fn first_binding(&mut self, card: i64, known_by: [Digest; 3]) -> i64 {
        let known_by: Vec<Digest> = known_by.into_iter().filter(|known| *known != Digest::NONE).collect();
        let stranger = known_by.iter().all(|known| !self.claimed.contains_key(known));
        for known in &known_by {
            self.claimed.entry(*known).or_insert(card);
        }
        if !stranger {
            return 0;
        }
        self.awarded.push(known_by);
        self.post(card, 50, Account::FirstBinding);
        50
    }

    pub fn unbind(&mut self, actor: Actor, card: i64) -> Answer {
        let reader = self.reader(actor)?;
        let bound = self.card_mut(card).filter(|card| card.reader == Some(reader)).ok_or(Refusal::NotYourCard)?;
        bound.reader = None;
        let next = self.cards_of(reader).filter_map(|card| card.id).min();
        let reader = self.readers.entry(reader).or_default();
        if reader.chosen == Some(card) {
            reader.chosen = next;
        }
        says(ReplyKind::Unbound, card, 0)
    }

    pub fn choose(&mut self, actor: Actor, card: i64) -> Answer {
        let reader = self.reader(actor)?;
        if !self.cards_of(reader).any(|bound| bound.id == Some(card)) {
            return Err(Refusal::NotYourCard);
        }
        self.readers.entry(reader).or_default().chosen = Some(card);
        says(ReplyKind::Chosen, card, 0)
    }
}
