//! 改绑: who may ask for a card that another has bound, who may stop that, and what a day later becomes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::cards::rebindings::*;
use domain::cards::{self, BindCard, UnbindCard};
use domain::codes::{self, CODE_LIFE_MS, CODE_TRIES_MAX};
use domain::core::asked::{Actor, Now};
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::core::row::Cell;
use domain::ledger;
use domain::slices::Command;
use domain::tables::*;
use support::binding::*;
use support::*;

const MINUTE: i64 = 60_000;
/// Has the card.
const OWNER: ReaderId = ReaderId(11);
/// Wants it.
const ASKER: ReaderId = ReaderId(12);
const THIRD: ReaderId = ReaderId(13);
const HOLDER: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: 1 };
const DUE: i64 = MORNING + OBJECTION_MS;

/// The owner has bound the card, and another reader has just been sent a code for it.
fn town() -> Memory {
    let mut memory = Memory::default();
    [OWNER, ASKER, THIRD].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory.bind(OWNER, HOLDER, MORNING - MINUTE).unwrap();
    memory.ask(Actor::Reader(ASKER), Command::from(HOLDER.request(ASKER)), at(MORNING)).unwrap();
    memory
}

/// A town in which the other reader has asked for the card.
fn asked() -> Memory {
    let mut memory = town();
    let reply = request(&mut memory).unwrap();
    assert_eq!(reply, Replied::from(cards::Reply::RebindingRequested { card: CardId(card(&memory).id.0), due: DUE }));
    memory
}

fn request(memory: &mut Memory) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(ASKER), Command::from(RequestRebinding(HOLDER.bind())), at(MORNING))
}

fn end(memory: &mut Memory, reader: ReaderId) -> Result<Replied, Refused> {
    let card = card(memory).id;
    memory.ask(Actor::Reader(reader), Command::from(EndRebinding { card }), at(DUE - 1))
}

fn settle_command(card: CardId) -> Command {
    Command::from(SettleRebinding { card, barcode: barcode(HOLDER.barcode) })
}

/// Whether the card went over.
fn settle(memory: &mut Memory, now: Now) -> Result<bool, Refused> {
    let id = card(memory).id;
    let reply = memory.ask(Actor::Job, settle_command(id), now)?;
    assert!(matches!(reply.of(), Some(cards::Reply::RebindingSettled { .. })));
    assert_eq!(reply.cells[0], id.0);
    Ok(reply.cells[1] == 1)
}

fn card(memory: &Memory) -> Card {
    memory.card_of(HOLDER)
}

fn readers_of_card(memory: &Memory) -> Vec<ReaderId> {
    let id = card(memory).id;
    memory.all::<Binding>().iter().filter(|binding| binding.card == id).map(|binding| binding.reader).collect()
}

/// What a reader was told, the newest last.
fn told(memory: &Memory, reader: ReaderId) -> Vec<cards::MessageKind> {
    memory
        .all::<Message>()
        .iter()
        .filter(|message| message.reader == reader)
        .filter_map(|message| Cell::from_cell(message.kind.0))
        .collect()
}

#[test]
fn rebindings_are_refused_in_order_of_precedence() {
    let mut memory = town();
    let (fresh, known) = (memory.get::<SmsCode>(SmsCode::key(ASKER, Purpose::Bind)).unwrap(), card(&memory));
    let bindings: Vec<Binding> = (1..=5).map(|n| Binding { reader: ASKER, card: CardId(n), at: MORNING }).collect();
    let under_way = Rebinding { card: known.id, reader: THIRD, from_reader: OWNER, due: DUE - 9, at: MORNING - 9 };
    // Everything is wrong at once; each mending uncovers the next reason.
    memory.set(under_way);
    bindings.iter().for_each(|binding| memory.set(*binding));
    memory.forget(Table::Card, Card::key(known.id));
    memory.forget(Table::SmsCode, SmsCode::key(ASKER, Purpose::Bind));
    memory.is_for_readers(ASKER, &Command::from(RequestRebinding(HOLDER.bind())));
    assert_eq!(request(&mut memory), Err(codes::Refusal::NoCode.into()));

    let (at, tries, phone) = (MORNING - CODE_LIFE_MS, CODE_TRIES_MAX, phone(99));
    let worst = SmsCode { used: true, at, phone_high: phone.high, phone_low: phone.low, tries, ..fresh };
    let codes = [
        (SmsCode { session_high: 0, ..worst }, Refused::from(codes::Refusal::NoCode)),
        (worst, Refused::from(codes::Refusal::CodeUsed)),
        (SmsCode { used: false, ..worst }, Refused::from(codes::Refusal::CodeExpired)),
        (SmsCode { used: false, at: MORNING, ..worst }, Refused::from(codes::Refusal::CodeOfOtherPhone)),
        (SmsCode { tries, ..fresh }, Refused::from(codes::Refusal::TooManyTries)),
        (fresh, Refused::from(ledger::Refusal::NoSuchCard)),
    ];
    for (code, why) in codes {
        memory.set(code);
        assert_eq!(request(&mut memory), Err(why));
    }
    let cards = [
        (Card { state: CardState::Lost, reader: None, ..known }, Refused::from(cards::Refusal::CardEnded)),
        (Card { reader: None, ..known }, Refused::from(cards::Refusal::NotBoundToAnother)),
        (Card { reader: Some(ASKER), ..known }, Refused::from(cards::Refusal::NotBoundToAnother)),
        (known, Refused::from(cards::Refusal::TooManyCards { most: 5 })),
    ];
    for (card, why) in cards {
        memory.set(card);
        assert_eq!(request(&mut memory), Err(why), "{card:?}");
    }
    memory.forget(Table::Binding, Binding::key(ASKER, bindings[4].card));
    assert_eq!(request(&mut memory), Err(cards::Refusal::RebindingUnderWay { due: DUE - 9 }.into()));
    // A refusal does not use the code up.
    memory.forget(Table::Rebinding, Rebinding::key(known.id));
    assert!(request(&mut memory).is_ok());
    assert_eq!(request(&mut memory), Err(codes::Refusal::CodeUsed.into()));
}

#[test]
fn a_wrong_code_costs_a_try_and_asks_for_nothing() {
    let mut memory = town();
    let wrong = BindCard { code: code(CODE + 1), ..HOLDER.bind() };
    let reply = memory.ask(Actor::Reader(ASKER), Command::from(RequestRebinding(wrong)), at(MORNING));
    assert_eq!(reply, Ok(cards::Reply::WrongCode { tries_left: CODE_TRIES_MAX - 1 }.into()));
    assert_eq!(memory.all::<Rebinding>(), []);
}

#[test]
fn the_code_that_was_refused_for_a_binding_is_good_for_a_rebinding() {
    let mut memory = town();
    let bind = memory.ask(Actor::Reader(ASKER), Command::from(HOLDER.bind()), at(MORNING));
    assert_eq!(bind, Err(cards::Refusal::BoundToAnother.into()));
    assert!(request(&mut memory).is_ok());
}

#[test]
fn whoever_has_the_card_is_told_and_keeps_it_for_a_day() {
    let mut memory = asked();
    let id = card(&memory).id;
    let expected = Rebinding { card: id, reader: ASKER, from_reader: OWNER, due: DUE, at: MORNING };
    assert_eq!(memory.all::<Rebinding>(), [expected]);
    assert_eq!(told(&memory, OWNER), [cards::MessageKind::Bound, cards::MessageKind::RebindingAsked]);
    assert_eq!(told(&memory, ASKER), []);
    assert_eq!(settle(&mut memory, at(DUE - 1)), Err(cards::Refusal::RebindingNotDue.into()));
    assert_eq!((readers_of_card(&memory), card(&memory).reader), (vec![OWNER], Some(OWNER)));
}

#[test]
fn after_a_day_the_card_goes_over_once() {
    let mut memory = asked();
    let before = card(&memory);
    assert_eq!(settle(&mut memory, at(DUE)), Ok(true));
    assert_eq!(memory.all::<Binding>(), [Binding { reader: ASKER, card: before.id, at: DUE }]);
    // The points stay with the card, and the first binding is not paid again.
    assert_eq!(card(&memory), Card { reader: Some(ASKER), ..before });
    let choices = [OWNER, ASKER].map(|id| memory.get::<Reader>(Reader::key(id)).unwrap().card);
    assert_eq!(choices, [None, Some(before.id)]);
    assert_eq!(told(&memory, OWNER).last(), Some(&cards::MessageKind::CardTaken));
    assert_eq!(told(&memory, ASKER), [cards::MessageKind::Bound]);
    assert_eq!(settle(&mut memory, at(DUE)), Err(cards::Refusal::NoSuchRebinding.into()));
}

#[test]
fn an_objection_ends_it() {
    let mut memory = asked();
    let id = card(&memory).id.0;
    assert_eq!(end(&mut memory, OWNER), Ok(cards::Reply::RebindingEnded { card: CardId(id) }.into()));
    assert_eq!((readers_of_card(&memory), memory.all::<Rebinding>()), (vec![OWNER], vec![]));
    assert_eq!(told(&memory, ASKER), [cards::MessageKind::RebindingRefused]);
    assert_eq!(settle(&mut memory, at(DUE)), Err(cards::Refusal::NoSuchRebinding.into()));
}

#[test]
fn whoever_asked_may_let_go() {
    let mut memory = asked();
    let messages = memory.all::<Message>();
    assert!(end(&mut memory, ASKER).is_ok());
    assert_eq!((memory.all::<Rebinding>(), memory.all::<Message>()), (vec![], messages));
}

#[test]
fn endings_are_refused_in_order_of_precedence() {
    let mut memory = asked();
    let known = card(&memory);
    let asked = memory.all::<Rebinding>()[0];
    memory.forget(Table::Rebinding, Rebinding::key(known.id));
    memory.forget(Table::Card, Card::key(known.id));
    let command = Command::from(EndRebinding { card: known.id });
    memory.is_for_readers(THIRD, &command);
    let end = |memory: &mut Memory, reader| memory.ask(Actor::Reader(reader), command.clone(), at(MORNING));
    assert_eq!(end(&mut memory, THIRD), Err(cards::Refusal::NoSuchRebinding.into()));
    memory.set(asked);
    assert_eq!(end(&mut memory, THIRD), Err(ledger::Refusal::NoSuchCard.into()));
    memory.set(known);
    assert_eq!(end(&mut memory, THIRD), Err(cards::Refusal::NoSuchRebinding.into()));
    // Whoever let the card go has nothing more to say about it.
    memory.set(Card { reader: None, ..known });
    assert_eq!(end(&mut memory, OWNER), Err(cards::Refusal::NoSuchRebinding.into()));
    assert!(end(&mut memory, ASKER).is_ok());
}

#[test]
fn settlements_are_refused_in_order_of_precedence() {
    let mut memory = asked();
    let known = card(&memory);
    let asked = memory.all::<Rebinding>()[0];
    memory.forget(Table::Rebinding, Rebinding::key(known.id));
    memory.forget(Table::Card, Card::key(known.id));
    memory.is_for_the_program(&settle_command(known.id));
    let ask = |memory: &mut Memory, now| memory.ask(Actor::Job, settle_command(known.id), now);
    assert_eq!(ask(&mut memory, at(DUE - 1)), Err(cards::Refusal::NoSuchRebinding.into()));
    memory.set(asked);
    assert_eq!(ask(&mut memory, at(DUE - 1)), Err(cards::Refusal::RebindingNotDue.into()));
    assert_eq!(ask(&mut memory, at(DUE)), Err(ledger::Refusal::NoSuchCard.into()));
}

#[test]
fn what_has_happened_to_the_card_meanwhile_voids_the_request() {
    let full = |memory: &mut Memory| {
        (1..=5).for_each(|n| memory.set(Binding { reader: ASKER, card: CardId(n), at: MORNING }));
    };
    let changes: [fn(&mut Memory); 4] = [
        |memory| memory.set(Card { reader: Some(THIRD), ..card(memory) }),
        |memory| memory.set(Card { state: CardState::Lost, ..card(memory) }),
        |memory| memory.set(Card { state: CardState::Ended, ..card(memory) }),
        full,
    ];
    for change in changes {
        let mut memory = asked();
        change(&mut memory);
        let (before, bindings) = (card(&memory), memory.all::<Binding>());
        assert_eq!(settle(&mut memory, at(DUE)), Ok(false));
        assert_eq!((card(&memory), memory.all::<Binding>()), (before, bindings));
        assert_eq!(
            (told(&memory, ASKER), memory.all::<Rebinding>()),
            (vec![cards::MessageKind::RebindingRefused], vec![])
        );
    }
}

#[test]
fn a_card_that_was_let_go_meanwhile_goes_over_without_a_word_to_its_last_reader() {
    let mut memory = asked();
    let id = card(&memory).id;
    memory.ask(Actor::Reader(OWNER), Command::from(UnbindCard { card: id }), at(MORNING)).unwrap();
    let told_before = told(&memory, OWNER);
    assert_eq!(settle(&mut memory, at(DUE)), Ok(true));
    assert_eq!((readers_of_card(&memory), told(&memory, OWNER)), (vec![ASKER], told_before));
}

#[test]
fn whoever_binds_the_card_meanwhile_ends_the_request() {
    let refused = vec![cards::MessageKind::RebindingRefused];
    for (reader, asker_hears) in [(ASKER, vec![cards::MessageKind::Bound]), (THIRD, refused.clone()), (OWNER, refused)]
    {
        let mut memory = asked();
        let id = card(&memory).id;
        memory.ask(Actor::Reader(OWNER), Command::from(UnbindCard { card: id }), at(MORNING)).unwrap();
        memory.bind(reader, HOLDER, MORNING + MINUTE).unwrap();
        assert_eq!((memory.all::<Rebinding>(), told(&memory, ASKER)), (vec![], asker_hears), "{reader}");
        assert_eq!(settle(&mut memory, at(DUE)), Err(cards::Refusal::NoSuchRebinding.into()));
        assert_eq!(readers_of_card(&memory), [reader]);
    }
}

#[test]
fn a_closed_account_is_given_no_card_and_told_nothing() {
    let close = |memory: &mut Memory, id| {
        let account = memory.get::<Reader>(Reader::key(id)).unwrap();
        memory.set(Reader { state: ReaderState::Closed, ..account });
    };
    let mut memory = asked();
    close(&mut memory, ASKER);
    let messages = memory.all::<Message>();
    assert_eq!(settle(&mut memory, at(DUE)), Ok(false));
    assert_eq!((readers_of_card(&memory), memory.all::<Rebinding>()), (vec![OWNER], vec![]));
    assert_eq!(memory.all::<Message>(), messages);
    // Nor does one keep a card that another has proven.
    let mut memory = asked();
    close(&mut memory, OWNER);
    let told_before = told(&memory, OWNER);
    assert_eq!(settle(&mut memory, at(DUE)), Ok(true));
    assert_eq!((readers_of_card(&memory), told(&memory, OWNER)), (vec![ASKER], told_before));
}
