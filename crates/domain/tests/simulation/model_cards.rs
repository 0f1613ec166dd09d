//! The model's rules of codes and cards.

use crate::model::{Answer, Card, Code, Model, Person, says};
use crate::sights::Sight;
use domain::cards::refresh::RefreshCard;
use domain::cards::{self, BindAtDesk, BindCard, CardFacts, RequestCode};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::rules::Rule;
use domain::staff::Permission;
use domain::tables::{Account, CardId, CardState, Channel};
use domain::{codes, ledger, readers};
use std::collections::BTreeSet;

const MINUTE: i64 = 60_000;
/// The most that are ever allowed: the script sets no more.
pub const WINDOWS: [(usize, i64); 3] = [(1, MINUTE), (5, 60 * MINUTE), (10, 24 * 60 * MINUTE)];

fn full(granted: &[i64], (most, window): (usize, i64), at: i64) -> bool {
    granted.iter().filter(|then| **then + window > at).count() >= most
}

/// Why nobody may ask at this time: the first later time at which no window is full is `again_at`.
fn too_many(granted: &[i64], windows: [(usize, i64); 3], at: i64) -> Option<Refused> {
    let open = |at: i64| windows.iter().all(|window| !full(granted, *window, at));
    if open(at) {
        return None;
    }
    let ends = granted.iter().flat_map(|then| windows.iter().map(move |(_, window)| then + window));
    let again_at = ends.filter(|end| *end > at && open(*end)).min()?;
    Some(Refused::from(match (full(granted, windows[2], at), full(granted, windows[1], at)) {
        (true, _) => codes::Refusal::TooManyCodesToday { again_at },
        (false, true) => codes::Refusal::TooManyCodes { again_at },
        (false, false) => codes::Refusal::TooSoon { again_at },
    }))
}

impl Model {
    /// A request counts under all its numbers, or, where one has had enough, under none.
    pub fn grant_request(&mut self, limited: &[Digest]) -> Result<(), Refused> {
        let at = self.at;
        let mut windows = WINDOWS;
        windows[1].0 = self.rule_now(Rule::CodesAnHour) as usize;
        windows[2].0 = self.rule_now(Rule::CodesADay) as usize;
        let granted = |limited| self.requests.get(limited).map_or(&[][..], |times: &Vec<i64>| times);
        if let Some(why) = limited.iter().find_map(|limited| too_many(granted(limited), windows, at)) {
            return Err(why);
        }
        limited.iter().for_each(|limited| self.requests.entry(*limited).or_default().push(at));
        Ok(())
    }

    pub fn request_code(&mut self, actor: Actor, c: &RequestCode, at: i64) -> Answer {
        let reader = self.reader(actor)?;
        self.grant_request(&c.limited)?;
        if let Some(facts) = &c.matched {
            self.learn(c.barcode, facts);
            self.send(Channel::Sms, None);
        }
        let sent_for = c.matched.as_ref().map(|_| c.barcode);
        let (session, phone, code) = (c.session, c.phone, c.code);
        self.codes.insert(reader, Code { session, phone, code, sent_for, wrong: 0, used: false, at });
        says(cards::Reply::CodeRequested)
    }

    /// Silence about somebody is no news. All of a card's names, old and new, are one person's.
    fn learn(&mut self, barcode: Digest, facts: &CardFacts) {
        let (state, nobody) = (facts.state, Digest::NONE);
        let (id, reader, balance, frozen, successor) = (None, None, 0, false, None);
        let new = Card { id, state, reader, balance, frozen, successor, identity: nobody, patron: nobody };
        let card = self.cards.entry(barcode).or_insert(new);
        let names = [card.identity, card.patron, facts.identity, facts.patron, barcode];
        card.state = state;
        if facts.identity != nobody {
            card.identity = facts.identity;
        }
        if facts.patron != nobody {
            card.patron = facts.patron;
        }
        self.meet(&names);
    }

    /// The place of the one person with these names.
    fn meet(&mut self, names: &[Digest]) -> usize {
        let names: BTreeSet<Digest> = names.iter().filter(|name| **name != Digest::NONE).copied().collect();
        let (same, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.people).into_iter().partition(|person| !person.names.is_disjoint(&names));
        if same.len() > 1 {
            self.seen.push(Sight::PeopleAreOne);
            self.people_merged += same.len() - 1;
        }
        let awarded = same.iter().any(|person| person.awarded);
        let names = same.into_iter().flat_map(|person| person.names).chain(names).collect();
        self.people = others;
        self.people.push(Person { names, awarded });
        self.people.len() - 1
    }

    /// The card that a reader's code proves; or what is said to a wrong one.
    pub fn proven(&mut self, reader: i64, c: &BindCard) -> Result<Result<Card, Replied>, Refused> {
        let at = self.at;
        let code =
            self.codes.get_mut(&reader).filter(|code| code.session == c.session).ok_or(codes::Refusal::NoCode)?;
        if code.used {
            return Err(codes::Refusal::CodeUsed.into());
        }
        if at >= code.at + 5 * MINUTE {
            return Err(codes::Refusal::CodeExpired.into());
        }
        if code.phone != c.phone {
            return Err(codes::Refusal::CodeOfOtherPhone.into());
        }
        if code.wrong == 5 {
            return Err(codes::Refusal::TooManyTries.into());
        }
        if code.sent_for != Some(c.barcode) || code.code != c.code {
            code.wrong += 1;
            return Ok(Err(Replied::from(cards::Reply::WrongCode { tries_left: 5 - code.wrong })));
        }
        self.cards.get(&c.barcode).copied().map(Ok).ok_or(ledger::Refusal::NoSuchCard.into())
    }

    pub fn bind(&mut self, actor: Actor, c: &BindCard, heard: &Answer) -> Answer {
        let reader = self.reader(actor)?;
        let card = match self.proven(reader, c)? {
            Ok(card) => card,
            Err(wrong) => return Ok(wrong),
        };
        self.bindable(&card, reader)?;
        if card.reader.is_some() {
            return Err(cards::Refusal::BoundToAnother.into());
        }
        self.has_room(reader)?;
        self.codes.entry(reader).and_modify(|code| code.used = true);
        let id = self.id_of(&card, heard);
        let points = self.give(c.barcode, id, reader);
        self.comes_by_phone(reader, c.phone);
        says(cards::Reply::Bound { card: CardId(id), points })
    }

    fn comes_by_phone(&mut self, reader: i64, phone: Digest) {
        let known = self.phones.get(&phone).copied();
        let has_something = |other: i64| {
            self.cards_of(other).next().is_some()
                || self.members.values().any(|member| member.reader == other)
                || self.volunteers.keys().any(|(of, _)| *of == other)
        };
        if known.is_none_or(|known| known != reader && !has_something(known)) {
            self.phones.insert(phone, reader);
            self.good_from.remove(&phone);
        }
    }

    pub fn bind_at_desk(&mut self, actor: Actor, c: &BindAtDesk, heard: &Answer) -> Answer {
        self.may_anywhere(actor, Permission::BindCards)?;
        let reader = c.reader.0;
        match self.readers.get(&reader) {
            None => return Err(readers::Refusal::NoSuchReader.into()),
            Some(reader) if reader.closed => return Err(readers::Refusal::AccountClosed.into()),
            Some(_) => {}
        }
        // A refusal must not leave behind what was learnt.
        let known = self.cards.get(&c.barcode).copied();
        let holder = known.and_then(|card| card.reader);
        if c.facts.state != CardState::Active {
            return Err(cards::Refusal::CardEnded.into());
        }
        if known.is_some_and(|card| card.successor.is_some()) {
            return Err(cards::Refusal::CardReplaced.into());
        }
        if holder == Some(reader) {
            return Err(cards::Refusal::AlreadyBound.into());
        }
        self.has_room(reader)?;
        self.learn(c.barcode, &c.facts);
        let id = self.id_of(&self.cards[&c.barcode], heard);
        self.take_from_holder(id);
        if let Some(holder) = holder {
            self.seen.push(Sight::TakenAtDesk);
            self.tell(holder, cards::MessageKind::CardTaken, id, 0);
        }
        let points = self.give(c.barcode, id, reader);
        self.audits += 1;
        says(cards::Reply::Bound { card: CardId(id), points })
    }

    /// The first to hear of a card learns its id, and no other card has it.
    fn id_of(&self, card: &Card, heard: &Answer) -> i64 {
        let new = || heard.ok().map(|reply| reply.cells[0]).filter(|id| self.card(*id).is_none()).unwrap_or(-1);
        card.id.unwrap_or_else(new)
    }

    fn bindable(&self, card: &Card, reader: i64) -> Result<(), Refused> {
        match card.reader {
            _ if card.state != CardState::Active => Err(cards::Refusal::CardEnded.into()),
            _ if card.successor.is_some() => Err(cards::Refusal::CardReplaced.into()),
            Some(holder) if holder == reader => Err(cards::Refusal::AlreadyBound.into()),
            _ => Ok(()),
        }
    }

    pub fn has_room(&self, reader: i64) -> Result<(), Refused> {
        let most = self.rule_now(Rule::CardsMax);
        let is_full = self.cards_of(reader).count() as i64 >= most;
        if is_full { Err(cards::Refusal::TooManyCards { most }.into()) } else { Ok(()) }
    }

    /// A card that nobody has becomes this reader's, and their current one; what that earned.
    /// Nobody else's wish for it outlives that.
    pub fn give(&mut self, barcode: Digest, id: i64, reader: i64) -> i64 {
        match self.wishes.remove(&id) {
            Some(wish) if wish.by == reader => self.seen.push(Sight::WishGrantedElsewhere),
            Some(wish) => {
                self.seen.push(Sight::WishOvertaken);
                self.tell_if_open(wish.by, cards::MessageKind::RebindingRefused, id);
            }
            None => {}
        }
        let card = self.cards.get_mut(&barcode).expect("a card");
        (card.id, card.reader) = (Some(id), Some(reader));
        let known_by = [card.identity, card.patron, barcode];
        self.readers.entry(reader).or_default().chosen = Some(id);
        let points = self.first_binding(id, known_by);
        self.tell(reader, cards::MessageKind::Bound, id, points);
        points
    }

    /// Points for a person who has not had them.
    fn first_binding(&mut self, card: i64, known_by: [Digest; 3]) -> i64 {
        let person = self.meet(&known_by);
        if std::mem::replace(&mut self.people[person].awarded, true) {
            return 0;
        }
        self.awarded.push(known_by.into_iter().filter(|known| *known != Digest::NONE).collect());
        let points = self.rule_now(Rule::FirstBindingPoints);
        self.post(card, points, Account::FirstBinding);
        points
    }

    pub fn take_from_holder(&mut self, card: i64) {
        let Some(holder) = self.card_mut(card).and_then(|card| card.reader.take()) else { return };
        let next = self.cards_of(holder).filter_map(|card| card.id).min();
        let holder = self.readers.entry(holder).or_default();
        if holder.chosen == Some(card) {
            holder.chosen = next;
        }
    }

    pub fn unbind(&mut self, actor: Actor, card: i64) -> Answer {
        let reader = self.reader(actor)?;
        if !self.cards_of(reader).any(|bound| bound.id == Some(card)) {
            return Err(ledger::Refusal::NotYourCard.into());
        }
        self.take_from_holder(card);
        says(cards::Reply::Unbound { card: CardId(card) })
    }

    pub fn choose(&mut self, actor: Actor, card: i64) -> Answer {
        let reader = self.reader(actor)?;
        if !self.cards_of(reader).any(|bound| bound.id == Some(card)) {
            return Err(ledger::Refusal::NotYourCard.into());
        }
        self.readers.entry(reader).or_default().chosen = Some(card);
        says(cards::Reply::Chosen { card: CardId(card) })
    }

    pub fn refresh(&mut self, actor: Actor, c: &RefreshCard) -> Answer {
        self.program(actor)?;
        let found = self.cards.iter().find(|(_, card)| card.id == Some(c.card.0));
        let (barcode, before) = found.map(|(barcode, card)| (*barcode, *card)).ok_or(ledger::Refusal::NoSuchCard)?;
        match &c.facts {
            Some(facts) => self.learn(barcode, facts),
            None => self.cards.get_mut(&barcode).expect("a card").state = CardState::Ended,
        }
        let state = self.cards[&barcode].state;
        if let Some(reader) = before.reader.filter(|_| state != before.state) {
            self.tell(reader, cards::MessageKind::CardChanged, c.card.0, state as i64);
        }
        says(cards::Reply::CardRefreshed { card: c.card, state })
    }
}
