//! What is asked for about cards: codes, bindings, rebindings.

use crate::model::{Card, Code};
use crate::script::{NOBODY, Script};
use crate::support::digest;
use domain::cards::rebindings::{EndRebinding, RequestRebinding, SettleRebinding};
use domain::cards::refresh::RefreshCard;
use domain::cards::{BindAtDesk, BindCard, CardFace, CardFacts, ChooseCard, RequestCode, UnbindCard};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::slices::Command;
use domain::tables::{CardId, CardState, Purpose, ReaderId};

const BARCODES: i64 = 24;
/// Fewer holders than cards: some hold several, or a replaced one.
const HOLDERS: i64 = 18;
const CODES: i64 = 3;

const PHONE: i64 = 3;
const BARCODE: i64 = 4;
const CODE: i64 = 5;
const IDENTITY: i64 = 6;
const PATRON: i64 = 7;
const LIMITED: i64 = 8;

impl Script<'_> {
    pub fn about_a_card(&mut self) -> (Actor, Command) {
        let bound = self.model.cards.values().any(|card| card.reader.is_some());
        match self.dice.below(if bound { 53 } else { 35 }) {
            0..15 => {
                let (actor, command) = self.request_code();
                (actor, Command::from(command))
            }
            15..34 => self.bind(),
            34..37 => {
                let (actor, card) = self.own_card();
                (actor, Command::from(UnbindCard { card }))
            }
            37..41 => {
                let (actor, card) = self.own_card();
                (actor, Command::from(ChooseCard { card }))
            }
            41 => self.end_rebinding(),
            42..45 => (self.staff(), Command::from(self.bind_at_desk())),
            45..49 if !self.model.wishes.is_empty() || self.dice.one_in(4) => {
                (self.job(), Command::from(self.settle_rebinding()))
            }
            _ => (self.job(), Command::from(self.refresh())),
        }
    }

    fn request_code(&mut self) -> (Actor, RequestCode) {
        let collector = if self.dice.one_in(4) { self.collector() } else { None };
        let actor = collector.map_or_else(|| self.reader(), |id| Actor::Reader(ReaderId(id)));
        let Actor::Reader(ReaderId(who)) = actor else { return (actor, self.request_of(0)) };
        (actor, self.request_of(who))
    }

    /// The reader with the most cards: who never asks for another one never has too many.
    fn collector(&self) -> Option<i64> {
        self.model.readers.keys().copied().max_by_key(|id| self.model.cards_of(*id).count())
    }

    fn request_of(&mut self, reader: i64) -> RequestCode {
        let n = self.dice.below(BARCODES);
        let matches = !self.dice.one_in(6);
        let (barcode, phone) = (digest(BARCODE, n), digest(PHONE, if matches { n % HOLDERS } else { HOLDERS }));
        let facts = self.facts(n);
        let mine = self.model.sessions.iter().filter(|(_, session)| !session.staff && session.who == reader);
        RequestCode {
            session: mine.map(|(token, _)| *token).next_back().unwrap_or_else(|| self.token()),
            purpose: Purpose::Bind,
            phone,
            barcode,
            limited: vec![digest(LIMITED, reader), phone, barcode],
            matched: matches.then_some(facts),
            code: digest(CODE, self.dice.below(CODES)),
            payload: Sealed(vec![2]),
        }
    }

    /// What the library system says of the nth card: the truth, but not always all of it.
    fn facts(&mut self, n: i64) -> CardFacts {
        let (holder, unsaid) = (n % HOLDERS, self.dice.below(10));
        CardFacts {
            state: if self.dice.one_in(8) { self.card_state() } else { CardState::Active },
            identity: if [0, 2].contains(&unsaid) || holder == 3 { Digest::NONE } else { digest(IDENTITY, holder) },
            patron: if [1, 2].contains(&unsaid) { Digest::NONE } else { digest(PATRON, holder) },
            face: CardFace::default(),
        }
    }

    fn card_state(&mut self) -> CardState {
        self.dice.pick(CardState::ALL).copied().unwrap_or(CardState::Lost)
    }

    /// The right thing for a code that somebody has, and sometimes one thing of it wrong.
    fn bind(&mut self) -> (Actor, Command) {
        let live = |code: &Code| !code.used && code.sent_for.is_some() && self.at - code.at < 300_000;
        let live: Vec<_> = self.model.codes.iter().filter(|(_, code)| live(code)).collect();
        let known = if self.dice.percent(85) { self.dice.pick(live) } else { None };
        let Some((reader, code)) = known.or_else(|| self.dice.pick(&self.model.codes)) else {
            let none = Digest::NONE;
            return (self.reader(), self.typed(BindCard { session: none, phone: none, barcode: none, code: none }));
        };
        let mut right = BindCard {
            session: code.session,
            phone: code.phone,
            barcode: code.sent_for.unwrap_or(digest(BARCODE, self.dice.below(BARCODES))),
            code: code.code,
        };
        let stubborn = reader % 3 == 0 && code.wrong > 0;
        match if stubborn { self.dice.below(5) } else { self.dice.below(16) } {
            0 => right.session = self.session(),
            1 => right.phone = digest(PHONE, self.dice.below(HOLDERS)),
            2 => right.barcode = digest(BARCODE, self.dice.below(BARCODES)),
            3..5 => right.code = digest(CODE, self.dice.below(CODES)),
            _ => {}
        }
        (Actor::Reader(ReaderId(*reader)), self.typed(right))
    }

    /// Whoever hears that a card is another's mostly asks for it, and sometimes for one that nobody has.
    fn typed(&mut self, typed: BindCard) -> Command {
        let taken = self.model.cards.get(&typed.barcode).is_some_and(|card| card.reader.is_some());
        let asks = if taken { !self.dice.one_in(4) } else { self.dice.one_in(15) };
        if asks { Command::from(RequestRebinding(typed)) } else { Command::from(typed) }
    }

    /// The objection, mostly; or who asked lets go; or somebody whom it does not concern.
    fn end_rebinding(&mut self) -> (Actor, Command) {
        let wish = self.dice.pick(&self.model.wishes).map(|(card, wish)| (*card, *wish));
        let (card, reader) = match (wish, self.dice.below(6)) {
            (Some((card, wish)), 0..3) => (card, Some(wish.from)),
            (Some((card, wish)), 3) => (card, Some(wish.by)),
            (Some((card, _)), _) => (card, None),
            (None, _) => (self.card().map_or(NOBODY, |(_, id)| id), None),
        };
        let actor = reader.map_or_else(|| self.reader(), |id| Actor::Reader(ReaderId(id)));
        (actor, Command::from(EndRebinding { card: CardId(card) }))
    }

    /// One that is due, if there is one.
    fn settle_rebinding(&mut self) -> SettleRebinding {
        let wishes: Vec<(i64, i64)> = self.model.wishes.iter().map(|(card, wish)| (wish.at, *card)).collect();
        let eldest = wishes.iter().min().filter(|_| !self.dice.one_in(3)).map(|(_, card)| *card);
        let known = eldest.or_else(|| self.card().map(|(_, id)| id)).unwrap_or(NOBODY);
        let barcode = self.model.cards.iter().find(|(_, card)| card.id == Some(known)).map(|(barcode, _)| *barcode);
        SettleRebinding { card: CardId(known), barcode: barcode.unwrap_or(Digest::NONE) }
    }

    fn bind_at_desk(&mut self) -> BindAtDesk {
        let reader = self.dice.pick(self.model.readers.keys()).copied().filter(|_| !self.dice.one_in(20));
        let n = self.dice.below(BARCODES);
        let (reader, barcode) = (ReaderId(reader.unwrap_or(NOBODY)), digest(BARCODE, n));
        BindAtDesk { reader, barcode, facts: self.facts(n) }
    }

    fn refresh(&mut self) -> RefreshCard {
        let known = self.card().filter(|_| !self.dice.one_in(30));
        let (barcode, card) = known.unwrap_or((Digest::NONE, NOBODY));
        let n = (0..BARCODES).find(|n| digest(BARCODE, *n) == barcode).unwrap_or(0);
        let facts = self.facts(n);
        RefreshCard { card: CardId(card), barcode, facts: (!self.dice.one_in(8)).then_some(facts) }
    }

    /// A card whose id is known, with its barcode.
    fn card(&mut self) -> Option<(Digest, i64)> {
        let known = |(barcode, card): (&Digest, &Card)| Some((*barcode, card.id?));
        let known: Vec<_> = self.model.cards.iter().filter_map(known).collect();
        self.dice.pick(known)
    }

    /// A card and who has it, mostly.
    pub fn own_card(&mut self) -> (Actor, CardId) {
        let held = self.model.cards.values().filter_map(|card| Some((card.id?, card.reader?)));
        let held: Vec<_> = held.collect();
        match self.dice.pick(held) {
            Some((card, reader)) if !self.dice.one_in(12) => (Actor::Reader(ReaderId(reader)), CardId(card)),
            _ => (self.reader(), CardId(self.card().map_or(NOBODY, |(_, id)| id))),
        }
    }
}
