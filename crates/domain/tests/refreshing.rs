//! Refreshing: what the library system says of a card later, and by what its holder is known from then on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::cards::refresh::RefreshCard;
use domain::cards::{self, *};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Record;
use domain::core::reply::Replied;
use domain::ledger;
use domain::slices::Command;
use domain::tables::*;
use support::binding::*;
use support::*;

const FIRST_BINDING_POINTS: Points = 50;

const READER: ReaderId = ReaderId(11);
const STRANGER: ReaderId = ReaderId(12);
const HOLDER: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: 1 };
/// The same card, of whose holder the library system says nothing.
const NAMELESS: Holder = Holder { identity: NONE, patron: NONE, ..HOLDER };

fn town() -> Memory {
    let mut memory = Memory::default();
    [READER, STRANGER].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory
}

fn bound(holder: Holder) -> Memory {
    let mut memory = town();
    assert_eq!(memory.bind(READER, holder, MORNING).unwrap().cells[1], FIRST_BINDING_POINTS);
    memory
}

fn command(card: CardId, facts: Option<CardFacts>) -> Command {
    Command::from(RefreshCard { card, barcode: barcode(HOLDER.barcode), facts })
}

fn refresh(memory: &mut Memory, facts: Option<CardFacts>) -> CardState {
    let id = memory.card_of(HOLDER).id;
    let reply = memory.ask(Actor::Job, command(id, facts), at(MORNING + 1)).unwrap();
    let state = memory.card_of(HOLDER).state;
    assert_eq!(reply, Replied::from(cards::Reply::CardRefreshed { card: id, state }));
    state
}

fn facts(state: CardState) -> Option<CardFacts> {
    Some(CardFacts { state, ..HOLDER.facts() })
}

fn known_by(memory: &Memory) -> [Digest; 2] {
    let known = memory.get::<CardHolder>(CardHolder::key(memory.card_of(HOLDER).id)).unwrap();
    let identity = Digest { high: known.identity_high, low: known.identity_low };
    [identity, Digest { high: known.patron_high, low: known.patron_low }]
}

fn has_had_the_award(memory: &Memory, known: Digest) -> bool {
    let name = memory.get::<PersonName>(PersonName::key(known.high, known.low)).unwrap();
    memory.get::<Person>(Person::key(name.person)).unwrap().awarded.is_some()
}

/// What another reader earns with another card of this identity and patron id.
fn earned_elsewhere(memory: &mut Memory, identity: i64, patron: i64) -> Points {
    let replacement = Holder { barcode: 2, phone: 2, identity, patron };
    memory.bind(STRANGER, replacement, MORNING + 2).unwrap().cells[1]
}

fn told(memory: &Memory) -> Vec<(ReaderId, Points)> {
    let changed = memory.all::<Message>().into_iter().filter(|message| message.kind == cards::MessageKind::CardChanged);
    changed.map(|message| (message.reader, message.detail)).collect()
}

#[test]
fn refreshing_is_refused_in_order_of_precedence() {
    let mut memory = bound(HOLDER);
    memory.is_for_the_program(&command(CardId(99), None));
    for facts in [None, facts(CardState::Active)] {
        let refused = memory.ask(Actor::Job, command(CardId(99), facts), at(MORNING));
        assert_eq!(refused, Err(ledger::Refusal::NoSuchCard.into()));
    }
    assert_eq!(refresh(&mut memory, facts(CardState::Active)), CardState::Active);
}

#[test]
fn whoever_has_the_card_is_told_once_of_a_change() {
    let mut memory = bound(HOLDER);
    let changes = [
        (facts(CardState::Active), CardState::Active),
        (facts(CardState::Lost), CardState::Lost),
        (facts(CardState::Lost), CardState::Lost),
        // Not known any more.
        (None, CardState::Ended),
        (None, CardState::Ended),
        (facts(CardState::Ended), CardState::Ended),
        (facts(CardState::Active), CardState::Active),
    ];
    for (facts, state) in changes {
        assert_eq!(refresh(&mut memory, facts), state);
    }
    let states = [CardState::Lost, CardState::Ended, CardState::Active];
    assert_eq!(told(&memory), states.map(|state| (READER, state as i64)));
}

#[test]
fn nobody_is_told_of_a_card_that_nobody_has() {
    let mut memory = bound(HOLDER);
    let card = memory.card_of(HOLDER).id;
    memory.ask(Actor::Reader(READER), Command::from(UnbindCard { card }), at(MORNING)).unwrap();
    assert_eq!(refresh(&mut memory, None), CardState::Ended);
    assert_eq!(told(&memory), []);
}

#[test]
fn a_refreshed_card_is_shown_as_it_is_now_and_keeps_its_points() {
    let mut memory = bound(HOLDER);
    let before = memory.card_of(HOLDER);
    let face = domain::cards::CardFace { masked_name: "王*萌".into(), ..HOLDER.facts().face };
    refresh(&mut memory, Some(CardFacts { face: face.clone(), ..HOLDER.facts() }));
    assert_eq!(memory.records.last(), Some(&Record::from(FaceOfCard { card: before.id, face })));
    let records = memory.records.len();
    refresh(&mut memory, None);
    assert_eq!(memory.card_of(HOLDER), Card { state: CardState::Ended, ..before });
    assert_eq!(memory.records.len(), records, "what nobody said is not shown");
}

#[test]
fn an_identity_that_is_not_said_again_stays_known() {
    let both = [identity(1), patron(1)];
    // However the card comes to be looked at again.
    let looks: [fn(&mut Memory); 4] = [
        |memory| _ = refresh(memory, Some(NAMELESS.facts())),
        |memory| _ = refresh(memory, None),
        |memory| {
            let request = Command::from(NAMELESS.request(STRANGER));
            memory.ask(Actor::Reader(STRANGER), request, at(MORNING + 60_000)).unwrap();
        },
        |memory| {
            memory.staff_everywhere(LIBRARIAN, !0);
            let (reader, barcode, facts) = (STRANGER, barcode(HOLDER.barcode), NAMELESS.facts());
            let form = Command::from(BindAtDesk { reader, barcode, facts });
            memory.ask(Actor::Staff(LIBRARIAN), form, at(MORNING)).unwrap();
        },
    ];
    for look in looks {
        let mut memory = bound(HOLDER);
        look(&mut memory);
        assert_eq!(known_by(&memory), both);
    }
    // One of the two is said anew, the other is not.
    let mut memory = bound(HOLDER);
    refresh(&mut memory, Some(Holder { identity: 5, ..NAMELESS }.facts()));
    assert_eq!(known_by(&memory), [identity(5), patron(1)]);
}

#[test]
fn an_identity_that_is_learnt_later_has_had_the_award() {
    // What was known at the binding, what is learnt, and by what the replaced card is known.
    let lessons = [
        (NAMELESS, HOLDER, (1, NONE)),
        (NAMELESS, HOLDER, (NONE, 1)),
        (Holder { identity: NONE, ..HOLDER }, HOLDER, (1, NONE)),
        (Holder { patron: NONE, ..HOLDER }, HOLDER, (NONE, 1)),
        (HOLDER, Holder { identity: 5, ..HOLDER }, (5, NONE)),
        (HOLDER, Holder { patron: 5, ..HOLDER }, (NONE, 5)),
        // What was known before has had it all the same.
        (HOLDER, Holder { identity: 5, patron: 5, ..HOLDER }, (1, NONE)),
    ];
    for (known, learnt, (identity, patron)) in lessons {
        let mut memory = bound(known);
        refresh(&mut memory, Some(learnt.facts()));
        assert_eq!(earned_elsewhere(&mut memory, identity, patron), 0, "{identity} {patron}");
    }
}

#[test]
fn what_is_learnt_through_a_code_has_had_the_award_too() {
    let mut memory = bound(NAMELESS);
    let request = Command::from(HOLDER.request(STRANGER));
    memory.ask(Actor::Reader(STRANGER), request, at(MORNING + 60_000)).unwrap();
    assert!(has_had_the_award(&memory, identity(1)) && has_had_the_award(&memory, patron(1)));
}

#[test]
fn who_has_had_no_award_gets_none_by_what_is_learnt() {
    let mut memory = town();
    memory.ask(Actor::Reader(READER), Command::from(NAMELESS.request(READER)), at(MORNING)).unwrap();
    refresh(&mut memory, Some(HOLDER.facts()));
    assert_eq!(known_by(&memory), [identity(1), patron(1)]);
    assert!(!has_had_the_award(&memory, identity(1)));
    assert_eq!(earned_elsewhere(&mut memory, 1, NONE), FIRST_BINDING_POINTS);
}
