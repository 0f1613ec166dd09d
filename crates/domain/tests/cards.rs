//! Cards: who may bind one, how a code is guarded, and that the first binding pays once a person.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::cards::{self, *};
use domain::codes::{self, CODE_LIFE_MS, CODE_TRIES_MAX};
use domain::core::asked::Actor;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::slices::Command;
use domain::tables::*;
use domain::{ledger, readers};
use support::binding::*;
use support::*;

const FIRST_BINDING_POINTS: Points = 50;

const MINUTE: i64 = 60_000;
const READER: ReaderId = ReaderId(11);
const STRANGER: ReaderId = ReaderId(12);
const HOLDER: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: 1 };
/// Another person's card.
const OTHER: Holder = Holder { barcode: 2, phone: 2, identity: 2, patron: 2 };

fn town() -> Memory {
    let mut memory = Memory::default();
    [READER, STRANGER].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory
}

/// A town in which the reader has just been sent a code for this card.
fn sent(holder: Holder) -> Memory {
    let mut memory = town();
    let request = Command::from(holder.request(READER));
    memory.ask(Actor::Reader(READER), request, at(MORNING)).unwrap();
    memory
}

fn ask(memory: &mut Memory, command: Command) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(READER), command, at(MORNING))
}

fn bind(memory: &mut Memory, typed: BindCard) -> Result<Replied, Refused> {
    ask(memory, Command::from(typed))
}

fn bind_at(memory: &mut Memory, when: i64) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(READER), Command::from(HOLDER.bind()), at(when))
}

fn reader(memory: &Memory) -> Reader {
    memory.get(Reader::key(READER)).unwrap()
}

/// The points that a binding at this minute earned.
fn earned(memory: &mut Memory, reader: ReaderId, holder: Holder, minute: i64) -> Points {
    let reply = memory.bind(reader, holder, MORNING + minute * MINUTE).unwrap();
    assert!(matches!(reply.of(), Some(cards::Reply::Bound { .. })));
    reply.cells[1]
}

#[test]
fn bindings_are_refused_in_order_of_precedence() {
    let mut memory = sent(HOLDER);
    let (fresh, card) = (memory.all::<SmsCode>().pop().unwrap(), memory.card_of(HOLDER));
    let bindings: Vec<Binding> = (1..=5).map(|n| Binding { reader: READER, card: CardId(n), at: MORNING }).collect();
    // Everything is wrong at once; each mending uncovers the next reason.
    bindings.iter().for_each(|binding| memory.set(*binding));
    memory.forget(Table::Card, Card::key(card.id));
    memory.forget(Table::SmsCode, SmsCode::key(READER, Purpose::Bind));
    memory.forget(Table::Reader, Reader::key(READER));
    for nobody in [Actor::Visitor, Actor::Job, Actor::Staff(LIBRARIAN), Actor::Reader(READER)] {
        let refused = memory.ask(nobody, Command::from(HOLDER.bind()), at(MORNING));
        assert_eq!(refused, Err(readers::Refusal::SignedOut.into()), "{nobody:?}");
    }
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(READER) });
    assert_eq!(bind(&mut memory, HOLDER.bind()), Err(readers::Refusal::AccountClosed.into()));
    memory.set(rows::reader(READER));
    assert_eq!(bind(&mut memory, HOLDER.bind()), Err(codes::Refusal::NoCode.into()));

    let phone = phone(OTHER.phone);
    let (at, tries) = (MORNING - CODE_LIFE_MS, CODE_TRIES_MAX);
    let worst = SmsCode { used: true, at, phone_high: phone.high, phone_low: phone.low, tries, ..fresh };
    let elsewhere = session(SESSION + 1);
    let codes = [
        (
            SmsCode { session_high: elsewhere.high, session_low: elsewhere.low, ..worst },
            Refused::from(codes::Refusal::NoCode),
        ),
        (worst, Refused::from(codes::Refusal::CodeUsed)),
        (SmsCode { used: false, ..worst }, Refused::from(codes::Refusal::CodeExpired)),
        (SmsCode { used: false, at: MORNING, ..worst }, Refused::from(codes::Refusal::CodeOfOtherPhone)),
        (SmsCode { tries, ..fresh }, Refused::from(codes::Refusal::TooManyTries)),
        (fresh, Refused::from(ledger::Refusal::NoSuchCard)),
    ];
    for (code, why) in codes {
        memory.set(code);
        assert_eq!(bind(&mut memory, HOLDER.bind()), Err(why));
    }
    let cards = [
        (Card { state: CardState::Expired, reader: Some(READER), ..card }, Refused::from(cards::Refusal::CardEnded)),
        (Card { state: CardState::Lost, reader: Some(READER), ..card }, Refused::from(cards::Refusal::CardEnded)),
        (Card { state: CardState::Ended, reader: Some(STRANGER), ..card }, Refused::from(cards::Refusal::CardEnded)),
        (Card { reader: Some(READER), ..card }, Refused::from(cards::Refusal::AlreadyBound)),
        (Card { reader: Some(STRANGER), ..card }, Refused::from(cards::Refusal::BoundToAnother)),
        (card, Refused::from(cards::Refusal::TooManyCards { most: 5 })),
    ];
    for (card, why) in cards {
        memory.set(card);
        assert_eq!(bind(&mut memory, HOLDER.bind()), Err(why), "{card:?}");
    }
    // A refusal does not use the code up.
    memory.forget(Table::Binding, Binding::key(READER, bindings[4].card));
    assert!(bind(&mut memory, HOLDER.bind()).is_ok());
}

#[test]
fn a_binding_is_written_on_both_sides() {
    let mut memory = sent(HOLDER);
    let reply = bind_at(&mut memory, MORNING + 1).unwrap();
    let card = memory.card_of(HOLDER);
    assert_eq!(reply, Replied::from(cards::Reply::Bound { card: card.id, points: FIRST_BINDING_POINTS }));
    assert_eq!((card.reader, card.balance), (Some(READER), FIRST_BINDING_POINTS));
    assert_eq!(memory.all::<Binding>(), [Binding { reader: READER, card: card.id, at: MORNING + 1 }]);
    assert_eq!((reader(&memory).card, reader(&memory).unread), (Some(card.id), 1));
    let posting = memory.all::<Posting>().pop().unwrap();
    assert_eq!((card.last, posting.points, posting.after), (Some(posting.id), 50, 50));
    let paid = memory.get::<SystemAccount>(SystemAccount::key(Account::FirstBinding)).unwrap();
    assert_eq!(paid.balance, -FIRST_BINDING_POINTS);
}

#[test]
fn a_code_has_five_tries() {
    let mut memory = sent(HOLDER);
    let wrong = BindCard { code: code(CODE + 1), ..HOLDER.bind() };
    for left in (0..CODE_TRIES_MAX).rev() {
        let reply = bind(&mut memory, wrong.clone());
        assert_eq!(reply, Ok(cards::Reply::WrongCode { tries_left: left }.into()));
    }
    assert_eq!(bind(&mut memory, HOLDER.bind()), Err(codes::Refusal::TooManyTries.into()));
    // The next code has its own.
    assert!(memory.bind(READER, HOLDER, MORNING + MINUTE).is_ok());
}

#[test]
fn a_code_that_was_never_sent_is_wrong_whatever_was_typed() {
    let mut memory = town();
    let unmatched = RequestCode { matched: None, ..HOLDER.request(READER) };
    ask(&mut memory, Command::from(unmatched)).unwrap();
    assert!(matches!(bind(&mut memory, HOLDER.bind()).unwrap().of(), Some(cards::Reply::WrongCode { .. })));
    assert_eq!(memory.all::<SmsCode>()[0].tries, 1);
}

#[test]
fn a_code_is_good_for_its_card_alone() {
    let mut memory = sent(HOLDER);
    memory.bind(STRANGER, OTHER, MORNING).unwrap();
    for number in [OTHER.barcode, 99] {
        let typed = BindCard { barcode: barcode(number), ..HOLDER.bind() };
        assert!(matches!(bind(&mut memory, typed).unwrap().of(), Some(cards::Reply::WrongCode { .. })), "{number}");
    }
    assert!(bind(&mut memory, HOLDER.bind()).is_ok());
}

#[test]
fn a_code_is_good_once_and_for_five_minutes() {
    let mut memory = sent(HOLDER);
    assert_eq!(bind_at(&mut memory, MORNING + CODE_LIFE_MS), Err(codes::Refusal::CodeExpired.into()));
    assert!(bind_at(&mut memory, MORNING + CODE_LIFE_MS - 1).is_ok());
    assert_eq!(bind_at(&mut memory, MORNING + CODE_LIFE_MS - 1), Err(codes::Refusal::CodeUsed.into()));
}

#[test]
fn the_first_binding_pays_once_a_person() {
    let known = [HOLDER.identity, HOLDER.patron, HOLDER.barcode];
    // Another card, or another reader with the same: what it shares with the first, and what it earns.
    let seconds = [
        ([HOLDER.identity, OTHER.patron, OTHER.barcode], 0),
        ([OTHER.identity, HOLDER.patron, OTHER.barcode], 0),
        ([OTHER.identity, OTHER.patron, HOLDER.barcode], 0),
        ([NONE, HOLDER.patron, OTHER.barcode], 0),
        ([HOLDER.identity, NONE, OTHER.barcode], 0),
        ([OTHER.identity, OTHER.patron, OTHER.barcode], FIRST_BINDING_POINTS),
        ([NONE, NONE, OTHER.barcode], FIRST_BINDING_POINTS),
    ];
    for (second, points) in seconds {
        let mut memory = town();
        let holder = |[identity, patron, barcode]: [i64; 3], phone| Holder { barcode, phone, identity, patron };
        assert_eq!(earned(&mut memory, READER, holder(known, 1), 0), FIRST_BINDING_POINTS);
        let card = memory.card_of(HOLDER).id;
        ask(&mut memory, Command::from(UnbindCard { card })).unwrap();
        assert_eq!(earned(&mut memory, STRANGER, holder(second, 2), 1), points, "{second:?}");
    }
}

#[test]
fn those_of_whom_nothing_is_known_are_not_one_person() {
    let mut memory = town();
    let unknown = |holder: Holder| Holder { identity: NONE, patron: NONE, ..holder };
    assert_eq!(earned(&mut memory, READER, unknown(HOLDER), 0), FIRST_BINDING_POINTS);
    assert_eq!(earned(&mut memory, STRANGER, unknown(OTHER), 0), FIRST_BINDING_POINTS);
}

#[test]
fn binding_again_earns_nothing_and_keeps_the_points() {
    let mut memory = town();
    assert_eq!(earned(&mut memory, READER, HOLDER, 0), FIRST_BINDING_POINTS);
    let card = memory.card_of(HOLDER).id;
    ask(&mut memory, Command::from(UnbindCard { card })).unwrap();
    assert_eq!(earned(&mut memory, READER, HOLDER, 1), 0);
    assert_eq!(memory.card_of(HOLDER).balance, FIRST_BINDING_POINTS);
    assert_eq!(memory.all::<Posting>().len(), 1);
}

#[test]
fn every_replaced_card_is_known_by_the_one_before() {
    let mut memory = town();
    // Each card shares one number with the card before; the last two share none with the first.
    let cards = [(1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 2, 3)];
    let points = cards.iter().enumerate().map(|(n, (barcode, identity, patron))| {
        let holder = Holder { barcode: *barcode, identity: *identity, patron: *patron, phone: 1 };
        earned(&mut memory, READER, holder, n as i64)
    });
    assert_eq!(points.collect::<Vec<_>>(), [FIRST_BINDING_POINTS, 0, 0, 0]);
}

#[test]
fn an_identity_that_becomes_known_at_a_later_binding_has_had_the_award() {
    let mut memory = town();
    let before = Holder { identity: NONE, patron: NONE, ..HOLDER };
    assert_eq!(earned(&mut memory, READER, before, 0), FIRST_BINDING_POINTS);
    let card = memory.card_of(HOLDER).id;
    ask(&mut memory, Command::from(UnbindCard { card })).unwrap();
    assert_eq!(earned(&mut memory, READER, HOLDER, 1), 0);
    assert_eq!(earned(&mut memory, STRANGER, Holder { identity: HOLDER.identity, ..OTHER }, 1), 0);
}

#[test]
fn a_card_that_was_never_bound_passes_the_award_on() {
    let mut memory = town();
    let nameless = Holder { identity: NONE, ..HOLDER };
    assert_eq!(earned(&mut memory, READER, nameless, 0), FIRST_BINDING_POINTS);
    // The same patron asks for a code for another card, which says who they are.
    let request = Command::from(Holder { patron: HOLDER.patron, ..OTHER }.request(READER));
    memory.ask(Actor::Reader(READER), request, at(MORNING + MINUTE)).unwrap();
    let third = Holder { barcode: 3, phone: 3, identity: OTHER.identity, patron: 3 };
    assert_eq!(earned(&mut memory, STRANGER, third, 2), 0);
}

#[test]
fn a_card_that_was_only_seen_tells_that_two_people_are_one() {
    let mut memory = town();
    let [first, second] = [(2, NONE, 1), (3, 1, NONE)].map(|(barcode, identity, patron)| Holder {
        barcode,
        phone: barcode,
        identity,
        patron,
    });
    let seen = Command::from(Holder { barcode: 1, phone: 1, identity: 1, patron: 1 }.request(STRANGER));
    memory.ask(Actor::Reader(STRANGER), seen, at(MORNING)).unwrap();
    assert_eq!(earned(&mut memory, READER, first, 1), FIRST_BINDING_POINTS);
    assert_eq!(earned(&mut memory, READER, second, 2), 0);
}

#[test]
fn unbinding_chooses_the_next_card_if_it_was_chosen() {
    let mut memory = town();
    memory.bind(READER, HOLDER, MORNING).unwrap();
    memory.bind(READER, OTHER, MORNING + MINUTE).unwrap();
    let (first, second) = (memory.card_of(HOLDER).id, memory.card_of(OTHER).id);
    assert_eq!(reader(&memory).card, Some(second));
    let chosen = ask(&mut memory, Command::from(ChooseCard { card: first }));
    assert_eq!(chosen, Ok(cards::Reply::Chosen { card: first }.into()));
    assert_eq!(reader(&memory).card, Some(first));
    let unbound = ask(&mut memory, Command::from(UnbindCard { card: first }));
    assert_eq!(unbound, Ok(cards::Reply::Unbound { card: first }.into()));
    assert_eq!((reader(&memory).card, memory.card_of(HOLDER).reader), (Some(second), None));
    ask(&mut memory, Command::from(UnbindCard { card: second })).unwrap();
    assert_eq!((reader(&memory).card, memory.all::<Binding>()), (None, vec![]));
}

#[test]
fn unbinding_another_card_leaves_the_choice_alone() {
    let mut memory = town();
    let last = Holder { barcode: 3, phone: 3, identity: 3, patron: 3 };
    for (minute, holder) in (0..).zip([HOLDER, OTHER, last]) {
        memory.bind(READER, holder, MORNING + minute * MINUTE).unwrap();
    }
    let (card, chosen) = (memory.card_of(OTHER).id, memory.card_of(last).id);
    ask(&mut memory, Command::from(UnbindCard { card })).unwrap();
    assert_eq!((reader(&memory).card, memory.all::<Binding>().len()), (Some(chosen), 2));
}

#[test]
fn only_ones_own_cards_are_unbound_and_chosen() {
    let mut memory = town();
    memory.bind(STRANGER, OTHER, MORNING).unwrap();
    let (theirs, unbound) = (memory.card_of(OTHER).id, CardId(77));
    memory.set(rows::card(unbound));
    for card in [theirs, unbound, CardId(78)] {
        for command in [Command::from(UnbindCard { card }), Command::from(ChooseCard { card })] {
            memory.set(Reader { state: ReaderState::Closed, ..rows::reader(READER) });
            let signed_out = memory.ask(Actor::Visitor, command.clone(), at(MORNING));
            assert_eq!(signed_out, Err(readers::Refusal::SignedOut.into()));
            assert_eq!(ask(&mut memory, command.clone()), Err(readers::Refusal::AccountClosed.into()));
            memory.set(rows::reader(READER));
            assert_eq!(ask(&mut memory, command), Err(ledger::Refusal::NotYourCard.into()), "{card}");
        }
    }
}
