//! What people ask for next: mostly sensible, often not.

use crate::dice::Dice;
use crate::model::{Code, Model, Session};
use crate::support::digest;
use domain::cards::{BindCard, CardFacts, ChooseCard, RequestCode, UnbindCard};
use domain::digest::Digest;
use domain::envelope::{Actor, Command};
use domain::messages::MarkRead;
use domain::outbox::{Attempt, SettleOutbox, TakeOutbox};
use domain::record::{CardFace, Sealed};
use domain::sessions::{Enter, SignInStaff, SignOut, TouchSession};
use domain::staff::{AddStaff, Role};
use domain::tables::{BranchId, CardId, CardState, MessageId, OutboxId, OutboxState, Purpose, ReaderId, StaffId};

const READERS: i64 = 8;
const BARCODES: i64 = 24;
/// Fewer holders than cards: some hold several, or a replaced one.
const HOLDERS: i64 = 18;
const CODES: i64 = 3;
const NOBODY: i64 = 7;

/// Labels under which values are hashed.
const WECHAT: i64 = 1;
const SESSION: i64 = 2;
const PHONE: i64 = 3;
const BARCODE: i64 = 4;
const CODE: i64 = 5;
const IDENTITY: i64 = 6;
const PATRON: i64 = 7;
const LIMITED: i64 = 8;
const NAME: i64 = 9;

pub struct Script<'a> {
    pub dice: &'a mut Dice,
    pub model: &'a Model,
    pub at: i64,
}

impl Script<'_> {
    pub fn next(&mut self) -> (Actor, Command) {
        let reader = self.reader();
        match self.dice.below(120) {
            0..9 => (Actor::Visitor, Command::Enter(self.enter())),
            9..14 => (Actor::Visitor, Command::SignInStaff(self.sign_in_staff())),
            14..16 => (Actor::Visitor, Command::SignOut(SignOut { session: self.session() })),
            16..21 => (Actor::Visitor, Command::TouchSession(TouchSession { session: self.used() })),
            21..36 => {
                let (actor, command) = self.request_code();
                (actor, Command::RequestCode(command))
            }
            36..55 => {
                let (actor, command) = self.bind();
                (actor, Command::BindCard(command))
            }
            55..58 => {
                let (actor, card) = self.own_card(reader);
                (actor, Command::UnbindCard(UnbindCard { card }))
            }
            58..62 => {
                let (actor, card) = self.own_card(reader);
                (actor, Command::ChooseCard(ChooseCard { card }))
            }
            62..77 => self.redeem(reader),
            77..86 => self.collect(),
            86..91 => self.save_prize(),
            91..98 => self.move_stock(),
            98..103 => (reader, Command::MarkRead(self.mark_read(reader))),
            103..105 => {
                let by = if self.dice.one_in(3) { Actor::Job } else { self.staff() };
                (by, Command::AddStaff(self.add_staff()))
            }
            105..119 => (self.job(), Command::TakeOutbox(TakeOutbox { outbox: self.outgoing() })),
            _ => (self.job(), Command::SettleOutbox(self.stray_word())),
        }
    }

    fn reader(&mut self) -> Actor {
        match self.dice.below(40) {
            0 => Actor::Visitor,
            1 => Actor::Reader(ReaderId(NOBODY)),
            _ => self.dice.pick(self.model.readers.keys()).map_or(Actor::Visitor, |id| Actor::Reader(ReaderId(*id))),
        }
    }

    pub fn staff(&mut self) -> Actor {
        match self.dice.below(40) {
            0 => Actor::Visitor,
            1 => Actor::Staff(StaffId(NOBODY)),
            2 => Actor::Job,
            _ => self.dice.pick(self.model.staff.keys()).map_or(Actor::Job, |id| Actor::Staff(StaffId(*id))),
        }
    }

    fn job(&mut self) -> Actor {
        if self.dice.one_in(40) { self.staff() } else { Actor::Job }
    }

    /// A token that no session had.
    fn token(&mut self) -> Digest {
        digest(SESSION, self.dice.below(i64::MAX))
    }

    fn session(&mut self) -> Digest {
        let known = self.dice.pick(self.model.sessions.keys()).copied();
        known.filter(|_| !self.dice.one_in(10)).unwrap_or_else(|| self.token())
    }

    /// Whoever clicks in the last moment, if somebody can.
    fn used(&mut self) -> Digest {
        let ends = |session: &Session| if session.staff { session.seen + 30 * 60_000 } else { session.until() };
        let ending = self.model.sessions.iter().find(|(_, session)| (ends(session) - self.at).abs() <= 1);
        ending.map(|(token, _)| *token).unwrap_or_else(|| self.session())
    }

    fn replaced(&mut self) -> Option<Digest> {
        self.dice.one_in(2).then(|| self.session())
    }

    fn enter(&mut self) -> Enter {
        let wechat = digest(WECHAT, self.dice.below(READERS));
        let (consented, session, replaces) = (self.dice.one_in(2), self.token(), self.replaced());
        Enter { wechat, openid: Sealed(vec![1]), consented, session, replaces }
    }

    fn sign_in_staff(&mut self) -> SignInStaff {
        let staff = self.dice.pick(self.model.staff.keys()).copied().filter(|_| !self.dice.one_in(30));
        let (right, session, replaces) = (self.dice.percent(35), self.token(), self.replaced());
        SignInStaff { staff: StaffId(staff.unwrap_or(NOBODY)), right, session, replaces }
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
        let (barcode, holder) = (digest(BARCODE, n), n % HOLDERS);
        let (matches, unsaid) = (!self.dice.one_in(6), self.dice.below(10));
        let phone = digest(PHONE, if matches { holder } else { HOLDERS });
        let facts = CardFacts {
            state: if self.dice.one_in(8) { self.card_state() } else { CardState::Active },
            identity: if unsaid == 0 || holder == 3 { Digest::NONE } else { digest(IDENTITY, holder) },
            patron: if unsaid == 1 { Digest::NONE } else { digest(PATRON, holder) },
            face: CardFace::default(),
        };
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

    fn card_state(&mut self) -> CardState {
        self.dice.pick(CardState::ALL).copied().unwrap_or(CardState::Lost)
    }

    /// The right thing for a code that somebody has, and sometimes one thing of it wrong.
    fn bind(&mut self) -> (Actor, BindCard) {
        let live = |code: &Code| !code.used && code.sent_for.is_some() && self.at - code.at < 300_000;
        let live: Vec<_> = self.model.codes.iter().filter(|(_, code)| live(code)).collect();
        let known = if self.dice.percent(85) { self.dice.pick(live) } else { None };
        let Some((reader, code)) = known.or_else(|| self.dice.pick(&self.model.codes)) else {
            let none = Digest::NONE;
            return (self.reader(), BindCard { session: none, phone: none, barcode: none, code: none });
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
        (Actor::Reader(ReaderId(*reader)), right)
    }

    pub fn own_card(&mut self, actor: Actor) -> (Actor, CardId) {
        let known: Vec<_> = self.model.cards.values().filter_map(|card| Some((card.id?, card.reader))).collect();
        let held: Vec<_> = known.iter().filter(|(_, reader)| reader.is_some()).collect();
        match self.dice.pick(held) {
            Some((card, Some(reader))) if !self.dice.one_in(12) => (Actor::Reader(ReaderId(*reader)), CardId(*card)),
            _ => (actor, CardId(self.dice.pick(known).map_or(NOBODY, |(card, _)| card))),
        }
    }

    fn mark_read(&mut self, actor: Actor) -> MarkRead {
        let Actor::Reader(ReaderId(reader)) = actor else { return MarkRead { message: None } };
        let messages = self.model.readers.get(&reader).map_or(&[][..], |reader| &reader.messages);
        let message = match self.dice.below(8) {
            0 => Some(NOBODY),
            1..3 => None,
            _ => self.dice.pick(messages).map(|message| message.id),
        };
        MarkRead { message: message.map(MessageId) }
    }

    fn add_staff(&mut self) -> AddStaff {
        let permissions = self.dice.pick(Role::ALL).map_or(0, Role::permissions);
        // The pages have no role that edits prizes for one branch only; the rule holds all the same.
        let permissions = if self.dice.one_in(3) { 1 | 2 } else { permissions };
        AddStaff {
            name_hash: digest(NAME, self.dice.below(12)),
            name: "馆员".into(),
            password_hash: String::new(),
            branch: BranchId(1 + self.dice.below(2)),
            permissions,
        }
    }

    fn outgoing(&mut self) -> OutboxId {
        let open = |state| matches!(state, OutboxState::Waiting | OutboxState::Taken);
        let due: Vec<i64> = self.model.outbox.iter().rev().take(20).filter(|o| open(o.state)).map(|o| o.id).collect();
        let any = self.dice.pick(&self.model.outbox).map_or(NOBODY, |row| row.id);
        OutboxId(self.dice.pick(due).filter(|_| !self.dice.one_in(8)).unwrap_or(any))
    }

    /// A word about an attempt that nobody made, or that is long over.
    fn stray_word(&mut self) -> SettleOutbox {
        let taken = self.model.outbox.iter().rev().find(|row| row.state == OutboxState::Taken);
        let (id, attempts) = taken.map_or((NOBODY, 1), |row| (row.id, row.attempts));
        SettleOutbox { outbox: OutboxId(id), attempts: attempts - 1, attempt: Attempt::NotSent }
    }
}
