//! Idempotency: a retry hears the first answer, and only what was done is remembered.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::cards::{self, BindCard, ChooseCard};
use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::ledger;
use domain::redemptions::Redeem;
use domain::sessions::{self, SignInStaff};
use domain::slices::{Command, Envelope};
use domain::tables::*;
use support::binding::{CODE, Holder, code};
use support::*;

const READER: ReaderId = ReaderId(11);
const CARD: CardId = CardId(21);
const PRIZE: PrizeId = PrizeId(41);
const REDEEM: Redeem = Redeem { card: CARD, prize: PRIZE, points: 60 };
const HOLDER: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: 1 };

/// A reader with a card of this many points, and a prize of 60 points, two in stock.
fn library(balance: i64) -> Memory {
    let mut memory = Memory::default();
    memory.set(rows::reader(READER));
    memory.set(Card { reader: Some(READER), balance, ..rows::card(CARD) });
    memory.set(rows::prize(PRIZE, 2));
    memory
}

/// Sends a form with this key and this body; the seed differs each time, as at the desk.
fn send(memory: &mut Memory, actor: Actor, (key, body): (i64, i64), command: Command) -> Result<Replied, Refused> {
    let seed = 1_000 + memory.rows().count() as i64;
    memory.run(&Envelope { actor, key: keyed(key, body), command, seed }, at(MORNING))
}

fn redeem(memory: &mut Memory, form: (i64, i64)) -> Result<Replied, Refused> {
    send(memory, Actor::Reader(READER), form, REDEEM.into())
}

fn balance(memory: &Memory) -> Points {
    memory.get::<Card>(Card::key(CARD)).unwrap().balance
}

#[test]
fn a_retry_hears_the_first_answer() {
    let mut memory = library(200);
    let first = redeem(&mut memory, (1, 1)).unwrap();
    let rows = memory.rows().count();
    assert_eq!(redeem(&mut memory, (1, 1)), Ok(first));
    // Even when by now it would be refused, and whatever the retry's own command says.
    memory.set(Prize { state: PrizeState::Hidden, ..memory.get(Prize::key(PRIZE)).unwrap() });
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(READER) });
    assert_eq!(redeem(&mut memory, (1, 1)), Ok(first));
    assert_eq!((memory.rows().count(), balance(&memory)), (rows, 140));
    let outcome = memory.all::<Outcome>().pop().unwrap();
    // As it has always been stored.
    let number = 6;
    assert_eq!((outcome.reply, outcome.a, outcome.b, outcome.at), (number, first.cells[0], first.cells[1], MORNING));
}

#[test]
fn another_key_is_another_wish() {
    let mut memory = library(200);
    let first = redeem(&mut memory, (1, 1)).unwrap();
    let second = redeem(&mut memory, (2, 1)).unwrap();
    assert_ne!(first, second);
    assert_eq!(balance(&memory), 80);
}

#[test]
fn without_a_key_nothing_is_remembered() {
    let mut memory = library(200);
    for _ in 0..2 {
        memory.ask(Actor::Reader(READER), REDEEM.into(), at(MORNING)).unwrap();
    }
    assert_eq!((balance(&memory), memory.all::<Outcome>()), (80, vec![]));
}

#[test]
fn a_key_with_another_body_is_refused_before_all_else() {
    let mut memory = library(200);
    let first = redeem(&mut memory, (1, 1));
    let choose = Command::from(ChooseCard { card: CARD });
    for (actor, command) in
        [(Actor::Reader(READER), REDEEM.into()), (Actor::Visitor, REDEEM.into()), (Actor::Visitor, choose)]
    {
        assert_eq!(send(&mut memory, actor, (1, 2), command), Err(Common::KeyReused.into()), "{actor:?}");
    }
    assert_eq!(balance(&memory), 140);
    // The first form is still answered.
    assert_eq!(redeem(&mut memory, (1, 1)), first);
}

#[test]
fn a_refusal_is_not_remembered() {
    let mut memory = library(50);
    assert_eq!(redeem(&mut memory, (1, 1)), Err(ledger::Refusal::TooFewPoints { short_by: 10 }.into()));
    assert_eq!(memory.all::<Outcome>(), []);
    memory.set(Card { balance: 60, ..memory.get(Card::key(CARD)).unwrap() });
    assert!(redeem(&mut memory, (1, 1)).is_ok());
}

#[test]
fn a_wrong_code_is_not_remembered() {
    let mut memory = library(0);
    let reader = Actor::Reader(READER);
    send(&mut memory, reader, (1, 1), Command::from(HOLDER.request(READER))).unwrap();
    let outcomes = memory.all::<Outcome>();
    let wrong = Command::from(BindCard { code: code(CODE + 1), ..HOLDER.bind() });
    // Each is a try of its own, under one key.
    for left in [4, 3] {
        let reply = send(&mut memory, reader, (2, 1), wrong.clone());
        assert_eq!(reply, Ok(cards::Reply::WrongCode { tries_left: left }.into()));
    }
    assert_eq!(memory.all::<Outcome>(), outcomes);
    // So the right code may follow under the same key, with the body that it makes.
    let bound = send(&mut memory, reader, (2, 2), Command::from(HOLDER.bind())).unwrap();
    assert!(matches!(bound.of(), Some(cards::Reply::Bound { .. })));
    assert_eq!(send(&mut memory, reader, (2, 2), Command::from(HOLDER.bind())), Ok(bound));
}

#[test]
fn a_wrong_password_is_not_remembered() {
    let mut memory = library(0);
    let sign_in = |right| {
        Command::from(SignInStaff {
            staff: LIBRARIAN,
            right,
            known_browser: false,
            session: digest(21, 1),
            replaces: None,
        })
    };
    for left in [4, 3] {
        let reply = send(&mut memory, Actor::Visitor, (1, 1), sign_in(false));
        assert_eq!(reply, Ok(sessions::Reply::WrongPassword { tries_left: left }.into()));
    }
    let reply = send(&mut memory, Actor::Visitor, (1, 2), sign_in(true)).unwrap();
    assert!(matches!(reply.of(), Some(sessions::Reply::StaffSignedIn { .. })));
    assert_eq!(memory.all::<Outcome>().len(), 1);
}

#[test]
fn only_failed_guesses_are_no_successes() {
    let failed = [
        Replied::from(cards::Reply::WrongCode { tries_left: 1 }),
        Replied::from(sessions::Reply::WrongCode { tries_left: 1 }),
        Replied::from(sessions::Reply::WrongPassword { tries_left: 1 }),
    ];
    assert!(failed.iter().all(|reply| !reply.is_remembered));
    assert!(Replied::from(cards::Reply::CodeRequested).is_remembered);
}
