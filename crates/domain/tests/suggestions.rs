//! Suggestions: who may propose and join, what staff make of it, and that it earns once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::ledger;
use domain::rules::Rule;
use domain::slices::Command;
use domain::staff::Permission::AcquireBooks;
use domain::staff::{self, bits};
use domain::suggestions::{self, *};
use domain::tables::*;
use support::*;

const ISBN: i64 = 9_787_536_692_930;
const READER: ReaderId = ReaderId(11);
const OTHER: ReaderId = ReaderId(12);
const CARD: CardId = CardId(21);
const OTHERS: CardId = CardId(22);
const STAFF: Actor = Actor::Staff(LIBRARIAN);

fn library() -> Memory {
    let mut memory = Memory::default();
    memory.staff_everywhere(LIBRARIAN, bits(&[AcquireBooks]));
    for (reader, card) in [(READER, CARD), (OTHER, OTHERS)] {
        memory.set(rows::reader(reader));
        memory.set(Card { reader: Some(reader), ..rows::card(card) });
    }
    memory
}

fn book(title: &str) -> Book {
    Book { title: title.into(), author: "刘慈欣".into(), ..Book::default() }
}

fn wish() -> Propose {
    let (kind, held) = (SuggestionKind::Title, Holdings::default());
    Propose { card: CARD, kind, isbn: ISBN, held, price: 2_300, book: book("三体") }
}

fn ask(memory: &mut Memory, actor: Actor, command: impl Into<Command>) -> Result<Replied, Refused> {
    memory.ask(actor, command.into(), at(MORNING))
}

fn propose(memory: &mut Memory, of: Propose) -> Result<Replied, Refused> {
    ask(memory, Actor::Reader(READER), of)
}

/// One proposed by the reader, and joined by the other.
fn proposed() -> (Memory, SuggestionId) {
    let mut memory = library();
    let id = propose(&mut memory, wish()).unwrap().names(SuggestionId);
    ask(&mut memory, Actor::Reader(OTHER), Propose { card: OTHERS, ..wish() }).unwrap();
    (memory, id)
}

fn decide(memory: &mut Memory, suggestion: SuggestionId, accepted: bool, reason: &str) -> Result<Replied, Refused> {
    ask(memory, STAFF, DecideSuggestion { suggestion, accepted, reason: reason.into() })
}

fn row(memory: &Memory, id: SuggestionId) -> Suggestion {
    memory.get(Suggestion::key(id)).unwrap()
}

fn balance(memory: &Memory, card: CardId) -> i64 {
    memory.get::<Card>(Card::key(card)).unwrap().balance
}

fn told(memory: &Memory, reader: ReaderId) -> Vec<(MessageNumber, i64)> {
    let all = memory.all::<Message>();
    all.iter().filter(|one| one.reader == reader).map(|one| (one.kind, one.detail)).collect()
}

#[test]
fn proposals_are_refused_in_order_of_precedence() {
    let mut memory = library();
    memory.rule(Rule::SuggestionsAMonth, 0);
    // Everything is wrong at once; each mending uncovers the next reason.
    let long = "字".repeat(201);
    let mut of = Propose {
        card: OTHERS,
        kind: SuggestionKind::Title,
        isbn: 1,
        held: Holdings { copies: 2, lent: 2 },
        price: -1,
        book: Book { title: " ".into(), reason: long.clone(), ..Book::default() },
    };
    assert_eq!(ask(&mut memory, Actor::Visitor, of.clone()), Err(domain::readers::Refusal::SignedOut.into()));
    assert_eq!(propose(&mut memory, of.clone()), Err(ledger::Refusal::NotYourCard.into()));
    of.card = CARD;
    let card = memory.get::<Card>(Card::key(CARD)).unwrap();
    memory.set(Card { state: CardState::Ended, ..card });
    assert_eq!(propose(&mut memory, of.clone()), Err(ledger::Refusal::CardEnded.into()));
    memory.set(card);
    assert_eq!(propose(&mut memory, of.clone()), Err(Common::TitleMissing.into()));
    of.book.title = long;
    assert_eq!(propose(&mut memory, of.clone()), Err(Common::TextTooLong { most: 200 }.into()));
    of.book.title = "三体".into();
    assert_eq!(propose(&mut memory, of.clone()), Err(Common::TextTooLong { most: 200 }.into()), "the reason");
    of.book.reason = String::new();
    assert_eq!(propose(&mut memory, of.clone()), Err(suggestions::Refusal::IsbnWrong.into()));
    of.isbn = ISBN;
    assert_eq!(propose(&mut memory, of.clone()), Err(suggestions::Refusal::PriceWrong.into()));
    of.price = 0;
    assert_eq!(propose(&mut memory, of.clone()), Err(suggestions::Refusal::AlreadyHeld { copies: 2, lent: 2 }.into()));
    of.kind = SuggestionKind::Copy;
    of.held.lent = 1;
    assert_eq!(propose(&mut memory, of.clone()), Err(suggestions::Refusal::NotLentOut.into()));
    of.held.copies = 0;
    assert_eq!(propose(&mut memory, of.clone()), Err(suggestions::Refusal::NotHeld.into()));
    of.held = Holdings { copies: 1, lent: 1 };
    assert_eq!(propose(&mut memory, of.clone()), Err(suggestions::Refusal::TooManySuggestions { most: 0 }.into()));
    memory.rule(Rule::SuggestionsAMonth, 1);
    propose(&mut memory, of.clone()).unwrap();
    let id = memory.all::<Suggestion>()[0].id;
    assert_eq!(propose(&mut memory, of.clone()), Err(suggestions::Refusal::AlreadyYours { suggestion: id }.into()));
    of.isbn = 0;
    assert_eq!(propose(&mut memory, of), Err(suggestions::Refusal::TooManySuggestions { most: 1 }.into()));
}

#[test]
fn whoever_proposes_the_same_joins_and_only_the_first_earns() {
    let (mut memory, id) = proposed();
    assert_eq!((row(&memory, id).readers, row(&memory, id).reader), (2, READER));
    decide(&mut memory, id, true, "").unwrap();
    assert_eq!((balance(&memory, CARD), balance(&memory, OTHERS)), (5, 0));
    let accepted = MessageNumber::from(MessageKind::SuggestionAccepted);
    assert_eq!(told(&memory, READER).last(), Some(&(accepted, 5)));
    assert_eq!(told(&memory, OTHER), [(accepted, 0)]);
}

#[test]
fn decisions_are_refused_in_order_of_precedence() {
    let (mut memory, id) = proposed();
    let nobody = SuggestionId(7);
    for actor in [Actor::Visitor, Actor::Job, Actor::Reader(READER)] {
        let decide = DecideSuggestion { suggestion: nobody, accepted: false, reason: String::new() };
        assert_eq!(ask(&mut memory, actor, decide), Err(Common::NoPermission.into()), "{actor:?}");
    }
    assert_eq!(decide(&mut memory, nobody, false, ""), Err(suggestions::Refusal::NoSuchSuggestion.into()));
    assert_eq!(decide(&mut memory, id, false, " "), Err(Common::ReasonMissing.into()));
    let order = OrderSuggestion { suggestion: id };
    assert_eq!(ask(&mut memory, STAFF, order), Err(suggestions::Refusal::NotAccepted.into()));
    assert_eq!(
        ask(&mut memory, STAFF, ReopenSuggestion { suggestion: id }),
        Err(suggestions::Refusal::NotDecided.into())
    );
    decide(&mut memory, id, true, "").unwrap();
    assert_eq!(decide(&mut memory, id, true, ""), Err(suggestions::Refusal::NotUnderReview.into()));
    ask(&mut memory, STAFF, order).unwrap();
    // What turns out not to be had is opened again; what has arrived is not.
    ask(&mut memory, STAFF, ReopenSuggestion { suggestion: id }).unwrap();
    decide(&mut memory, id, true, "").unwrap();
    ask(&mut memory, STAFF, ArriveSuggestion { suggestion: id, shelf_mark: String::new() }).unwrap();
    assert_eq!(
        ask(&mut memory, STAFF, ReopenSuggestion { suggestion: id }),
        Err(suggestions::Refusal::NotDecided.into())
    );
    memory.staff_everywhere(LIBRARIAN, 0);
    assert_eq!(decide(&mut memory, id, true, ""), Err(Common::NoPermission.into()));
    memory.forget(Table::Staff, Staff::key(LIBRARIAN));
    assert_eq!(decide(&mut memory, id, true, ""), Err(staff::Refusal::NoSuchStaff.into()));
}

#[test]
fn a_decision_taken_back_takes_its_points_unless_they_are_used() {
    let (mut memory, id) = proposed();
    decide(&mut memory, id, true, "").unwrap();
    let reopen = ReopenSuggestion { suggestion: id };
    let card = memory.get::<Card>(Card::key(CARD)).unwrap();
    memory.set(Card { balance: 2, ..card });
    assert_eq!(ask(&mut memory, STAFF, reopen), Err(ledger::Refusal::TooFewPoints { short_by: 3 }.into()));
    memory.set(card);
    ask(&mut memory, STAFF, reopen).unwrap();
    assert_eq!((balance(&memory, CARD), row(&memory, id).points), (0, 0));
    assert!(memory.all::<SuggestionAward>().is_empty());
    decide(&mut memory, id, true, "").unwrap();
    assert_eq!(balance(&memory, CARD), 5);
}

#[test]
fn what_was_declined_may_be_proposed_again_and_a_book_earns_once() {
    let (mut memory, id) = proposed();
    decide(&mut memory, id, false, "价格过高").unwrap();
    assert_eq!(
        ask(&mut memory, Actor::Reader(OTHER), JoinSuggestion { suggestion: id, card: OTHERS }),
        Err(suggestions::Refusal::AlreadyYours { suggestion: id }.into())
    );
    let again = propose(&mut memory, wish()).unwrap().names(SuggestionId);
    assert_ne!(again, id);
    assert_eq!(
        ask(&mut memory, STAFF, ReopenSuggestion { suggestion: id }),
        Err(suggestions::Refusal::AlreadyProposed.into())
    );
    decide(&mut memory, again, true, "").unwrap();
    ask(&mut memory, STAFF, ArriveSuggestion { suggestion: again, shelf_mark: "I247.5/1".into() }).unwrap();
    assert_eq!(told(&memory, READER).last(), Some(&(MessageKind::SuggestionArrived.into(), 7)));
    // The copies are lent: another one is wished for, and earns nothing more.
    let (kind, held) = (SuggestionKind::Copy, Holdings { copies: 1, lent: 1 });
    let copy = propose(&mut memory, Propose { kind, held, ..wish() }).unwrap().names(SuggestionId);
    decide(&mut memory, copy, true, "").unwrap();
    assert_eq!((balance(&memory, CARD), row(&memory, copy).points), (5, 0));
}

#[test]
fn a_card_that_has_ended_meanwhile_takes_nothing_and_the_book_is_bought() {
    let (mut memory, id) = proposed();
    let card = memory.get::<Card>(Card::key(CARD)).unwrap();
    memory.set(Card { state: CardState::Ended, ..card });
    decide(&mut memory, id, true, "").unwrap();
    assert_eq!((row(&memory, id).state, row(&memory, id).points), (SuggestionState::Accepted, 0));
}
