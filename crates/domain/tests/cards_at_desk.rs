//! Cards at the desk: staff bind a card to a reader whose identity they have seen, without a code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::cards::{self, *};
use domain::core::asked::Actor;
use domain::core::record::Record;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::core::row::Cell;
use domain::readers;
use domain::slices::Command;
use domain::staff::Audit;
use domain::staff::Permission::BindCards;
use domain::tables::*;
use support::asking::HELPER;
use support::binding::*;
use support::*;

const FIRST_BINDING_POINTS: Points = 50;

const MINUTE: i64 = 60_000;
const READER: ReaderId = ReaderId(11);
const OWNER: ReaderId = ReaderId(12);
const THIRD: ReaderId = ReaderId(13);
const HOLDER: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: 1 };
const OTHER: Holder = Holder { barcode: 2, phone: 2, identity: 2, patron: 2 };

fn town() -> Memory {
    let mut memory = Memory::default();
    [READER, OWNER, THIRD].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory.staff(HELPER, BindCards as i64);
    memory
}

/// A town in which somebody else has this card.
fn taken(holder: Holder) -> Memory {
    let mut memory = town();
    memory.bind(OWNER, holder, MORNING - MINUTE).unwrap();
    memory
}

fn form(holder: Holder) -> BindAtDesk {
    BindAtDesk { reader: READER, barcode: barcode(holder.barcode), facts: holder.facts() }
}

fn bind(memory: &mut Memory, form: BindAtDesk) -> Result<Replied, Refused> {
    memory.ask(Actor::Staff(HELPER), Command::from(form), at(MORNING))
}

fn reader(memory: &Memory, id: ReaderId) -> Reader {
    memory.get(Reader::key(id)).unwrap()
}

fn told(memory: &Memory, id: ReaderId) -> Vec<cards::MessageKind> {
    memory
        .all::<Message>()
        .iter()
        .filter(|message| message.reader == id)
        .filter_map(|message| Cell::from_cell(message.kind.0))
        .collect()
}

#[test]
fn bindings_at_the_desk_are_refused_in_order_of_precedence() {
    let mut memory = taken(HOLDER);
    let theirs = memory.card_of(HOLDER);
    let ended = BindAtDesk { facts: CardFacts { state: CardState::Ended, ..HOLDER.facts() }, ..form(HOLDER) };
    // Everything is wrong at once; each mending uncovers the next reason.
    memory.set(Card { reader: Some(READER), ..theirs });
    (3..=7).for_each(|n| memory.set(Binding { reader: READER, card: CardId(n), at: MORNING }));
    memory.forget(Table::Reader, Reader::key(READER));
    let command = Command::from(ended.clone());
    memory.is_not_for_others(&command);
    memory.is_for_staff(BindCards, &command);
    assert_eq!(bind(&mut memory, ended.clone()), Err(readers::Refusal::NoSuchReader.into()));
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(READER) });
    assert_eq!(bind(&mut memory, ended.clone()), Err(readers::Refusal::AccountClosed.into()));
    memory.set(rows::reader(READER));
    // What the library system says now counts, not what it said before.
    for state in [CardState::Ended, CardState::Expired, CardState::Lost] {
        let typed = BindAtDesk { facts: CardFacts { state, ..HOLDER.facts() }, ..form(HOLDER) };
        assert_eq!(bind(&mut memory, typed), Err(cards::Refusal::CardEnded.into()), "{state:?}");
    }
    assert_eq!(bind(&mut memory, form(HOLDER)), Err(cards::Refusal::AlreadyBound.into()));
    for holds in [Some(OWNER), None] {
        memory.set(Card { reader: holds, ..theirs });
        assert_eq!(bind(&mut memory, form(HOLDER)), Err(cards::Refusal::TooManyCards { most: 5 }.into()), "{holds:?}");
    }
    assert_eq!(bind(&mut memory, form(OTHER)), Err(cards::Refusal::TooManyCards { most: 5 }.into()));
    assert_eq!(memory.all::<Card>(), [Card { reader: None, ..theirs }], "a refusal leaves nothing behind");
    memory.set(theirs);
    memory.forget(Table::Binding, Binding::key(READER, CardId(7)));
    assert!(bind(&mut memory, form(HOLDER)).is_ok());
}

#[test]
fn a_card_that_nobody_knew_is_bound_without_a_code() {
    let mut memory = town();
    memory.employ(rows::staff(HELPER), Some(BranchId(9)), BindCards as i64);
    let reply = bind(&mut memory, form(HOLDER)).unwrap();
    let card = memory.card_of(HOLDER);
    assert_eq!(reply, Replied::from(cards::Reply::Bound { card: card.id, points: FIRST_BINDING_POINTS }));
    assert_eq!((card.reader, card.balance, card.state), (Some(READER), FIRST_BINDING_POINTS, CardState::Active));
    assert_eq!(memory.all::<Binding>(), [Binding { reader: READER, card: card.id, at: MORNING }]);
    assert_eq!((reader(&memory, READER).card, told(&memory, READER)), (Some(card.id), vec![cards::MessageKind::Bound]));
    assert_eq!((memory.all::<SmsCode>(), memory.all::<CodeRequest>()), (vec![], vec![]));
    let [face, _] = &memory.records[..] else { panic!() };
    let Audit { staff, action, about, note, .. } = memory.last_audit();
    assert_eq!(*face, Record::from(FaceOfCard { card: card.id, face: HOLDER.facts().face }));
    assert_eq!((staff, action.as_str(), about, note.as_str()), (Some(HELPER), "card.bind", card.id.0, ""));
}

#[test]
fn a_card_of_another_is_taken_from_them_at_once() {
    let mut memory = taken(HOLDER);
    memory.bind(OWNER, OTHER, MORNING).unwrap();
    let (theirs, left) = (memory.card_of(HOLDER), memory.card_of(OTHER).id);
    memory.set(Reader { card: Some(theirs.id), ..reader(&memory, OWNER) });
    let reply = bind(&mut memory, form(HOLDER)).unwrap();
    // The points stay with the card, and the first binding is not paid again.
    assert_eq!(reply, Replied::from(cards::Reply::Bound { card: theirs.id, points: 0 }));
    assert_eq!(memory.card_of(HOLDER), Card { reader: Some(READER), ..theirs });
    let bindings: Vec<_> = memory.all::<Binding>().iter().map(|binding| (binding.reader, binding.card)).collect();
    assert_eq!(bindings, [(READER, theirs.id), (OWNER, left)]);
    assert_eq!([READER, OWNER].map(|id| reader(&memory, id).card), [Some(theirs.id), Some(left)]);
    assert_eq!(told(&memory, OWNER).last(), Some(&cards::MessageKind::CardTaken));
    assert_eq!(told(&memory, READER), [cards::MessageKind::Bound]);
}

#[test]
fn the_desk_ends_a_rebinding_that_was_under_way() {
    // Whoever asked and does not get the card is told.
    for (asker, refused) in [(READER, vec![]), (THIRD, vec![cards::MessageKind::RebindingRefused])] {
        let mut memory = taken(HOLDER);
        let card = memory.card_of(HOLDER).id;
        memory.set(Rebinding { card, reader: asker, from_reader: OWNER, due: MORNING + 9, at: MORNING - 9 });
        bind(&mut memory, form(HOLDER)).unwrap();
        assert_eq!((memory.all::<Rebinding>(), memory.card_of(HOLDER).reader), (vec![], Some(READER)));
        assert_eq!((told(&memory, READER), told(&memory, THIRD)), (vec![cards::MessageKind::Bound], refused));
    }
}

#[test]
fn the_desk_pays_once_a_person_too() {
    let mut memory = taken(HOLDER);
    // The replacement of a card whose holder had the award.
    let replacement = Holder { barcode: 3, ..HOLDER };
    assert_eq!(bind(&mut memory, form(replacement)).unwrap().cells[1], 0);
    assert_eq!(bind(&mut memory, form(OTHER)).unwrap().cells[1], FIRST_BINDING_POINTS);
}
