//! The checks themselves: every one of them can fail.
// To plant is all that most closures here do.
#![allow(clippy::unit_arg)]

use crate::invariants::violations;
use crate::run::Run;
use crate::support::{Memory, at, step};
use crate::{near, transitions};
use domain::envelope::{Actor, Command, Envelope};
use domain::messages::MarkRead;
use domain::record::{Record, Sealed};
use domain::row::{Key, Row, key_of};
use domain::tables::*;
use domain::world::Slot;

const STEPS: u64 = 600;
const SEEDS_MAX: u64 = 100;

/// A library in which this can be planted, after it was.
pub fn planted(what: &str, plant: impl Fn(&mut Run) -> Option<()>) -> Run {
    for seed in 0..SEEDS_MAX {
        let mut run = Run::new(seed);
        run.steps(STEPS).unwrap();
        if plant(&mut run).is_some() {
            return run;
        }
    }
    panic!("{what}: nowhere to plant it")
}

fn some<R: Row>(memory: &Memory, is: impl Fn(&R) -> bool) -> Option<R> {
    memory.all::<R>().into_iter().rfind(is)
}

type Plant<In, Out = ()> = fn(&mut In) -> Option<Out>;

/// By the invariant that must find it.
const VIOLATIONS: &[(&str, Plant<Memory>)] = &[
    ("1: ", |m| Some(m.set(Posting { points: 0, ..some(m, |_: &Posting| true)? }))),
    ("1: no cards", |m| Some(m.forget(Table::Card, Card::key(some(m, |p: &Posting| p.points > 0)?.card)))),
    ("1: no accounts", |m| {
        Some(m.forget(Table::SystemAccount, SystemAccount::key(some(m, |_: &Posting| true)?.account)))
    }),
    ("2: ", |m| some(m, |_| true).map(|c: Card| m.set(Card { balance: c.balance + 1, ..c }))),
    ("2: ", |m| some(m, |_| true).map(|a: SystemAccount| m.set(SystemAccount { balance: a.balance + 1, ..a }))),
    ("2: ", |m| Some(m.set(Posting { previous: None, ..some(m, |p: &Posting| p.previous.is_some())? }))),
    ("3: ", |m| Some(m.set(Posting { points: -1_000, ..some(m, |_: &Posting| true)? }))),
    ("6: ", |m| {
        let award = some(m, |p: &Posting| p.kind == PostingKind::FirstBinding)?;
        Some(m.set(Posting { id: PostingId(i64::MAX), ..award }))
    }),
    ("6: ", |m| {
        let award = some(m, |p: &Posting| p.kind == PostingKind::FirstBinding)?;
        let of_card = m.all::<Claim>().into_iter().filter(|claim| claim.card == award.card);
        Some(of_card.for_each(|claim| m.forget(Table::Claim, Claim::key(claim.high, claim.low))))
    }),
    ("7: ", |m| Some(m.set(Binding { reader: ReaderId(i64::MAX), ..some(m, |_: &Binding| true)? }))),
    ("7: ", |m| some(m, |_| true).map(|b: Binding| m.forget(Table::Binding, Binding::key(b.reader, b.card)))),
    ("7: ", |m| Some(m.set(Reader { card: Some(CardId(9)), ..some(m, |_: &Reader| true)? }))),
    ("7: ", |m| {
        let reader = some(m, |reader: &Reader| reader.card.is_some())?;
        Some((1..=5).for_each(|n| m.set(Binding { reader: reader.id, card: CardId(n), at: 0 })))
    }),
    ("8: ", |m| Some(m.set(Prize { on_hand: -1, ..some(m, |_: &Prize| true)? }))),
    ("8: ", |m| {
        let prize = some(m, |prize: &Prize| prize.reserved > 0)?;
        Some(m.set(Prize { reserved: prize.reserved - 1, on_hand: prize.on_hand + 1, ..prize }))
    }),
    ("8: ", |m| some(m, |_| true).map(|s: StockMovement| m.forget(Table::StockMovement, StockMovement::key(s.id)))),
    ("9: ", |m| some(m, |_| true).map(|r: Redemption| m.forget(Table::RedemptionSecret, RedemptionSecret::key(r.id)))),
    ("9: ", |m| Some(m.set(Posting { cause: 9, ..some(m, |p: &Posting| p.kind == PostingKind::Redemption)? }))),
    ("9: ", |m| {
        let collected = some(m, |r: &Redemption| r.state == RedemptionState::Collected)?;
        Some(m.set(Redemption { settled_by: None, ..collected }))
    }),
    ("9: ", |m| Some(m.set(Card { last_redemption: None, ..some(m, |card: &Card| card.last_redemption.is_some())? }))),
    ("10: ", |m| {
        let pending = some(m, |r: &Redemption| r.state == RedemptionState::Pending)?;
        Some(m.set(Redemption { state: RedemptionState::Cancelled, ..pending }))
    }),
    ("17: ", |m| Some(m.set(SmsCode { tries: 6, ..some(m, |_: &SmsCode| true)? }))),
    ("17: ", |m| Some(m.set(SmsCode { used: true, card: None, ..some(m, |_: &SmsCode| true)? }))),
    ("18: ", |m| {
        let request = some(m, |_: &CodeRequest| true)?;
        Some(m.set(CodeRequest { at: request.at + 59_999, ..request }))
    }),
    ("19: ", |m| {
        let audit = m.records.iter().find(|record| matches!(record, Record::Audit { .. })).cloned()?;
        Some(m.records.push(audit))
    }),
    ("22: ", |m| Some(m.set(Outbox { cause: 0, ..some(m, |_: &Outbox| true)? }))),
    ("22: ", |m| {
        let open = some(m, |row: &Outbox| row.state == OutboxState::Waiting)?;
        Some(m.set(Outbox { state: OutboxState::Sent, ..open }))
    }),
    ("22: ", |m| Some(m.records.push(Record::Payload { outbox: OutboxId(9), sealed: Sealed::default() }))),
    ("badge: ", |m| some(m, |_| true).map(|r: Reader| m.set(Reader { unread: r.unread + 1, ..r }))),
];

#[test]
fn every_invariant_can_fail() {
    for (n, (by, plant)) in VIOLATIONS.iter().enumerate() {
        let what = format!("violation {n} of {by}");
        let run = planted(&what, |run| plant(&mut run.memory));
        let found = violations(&run.memory);
        assert!(found.iter().any(|finding| finding.starts_with(by)), "{what}: {found:?}");
    }
}

type Touched = (Table, Key, Slot);

/// A row that was there and is changed.
fn changed<R: Row>(from: R, to: R) -> Touched {
    let (base, now) = (from.cells(), to.cells());
    (R::TABLE, key_of(&base, R::TABLE.shape().keys), Slot { base: Some(base), now: Some(now) })
}

#[test]
fn a_broken_row_is_found_at_once() {
    let plants: &[Plant<Memory, Touched>] = &[
        |m| some(m, |_| true).map(|c: Card| changed(c, Card { balance: c.balance + 1, ..c })),
        |m| some(m, |_| true).map(|p: Posting| changed(p, Posting { after: p.after + 1, ..p })),
        |m| some(m, |_| true).map(|p: Prize| changed(p, Prize { on_hand: p.on_hand + 1, ..p })),
        |m| some(m, |_| true).map(|r: Reader| changed(r, Reader { card: Some(CardId(9)), ..r })),
        |m| some(m, |_| true).map(|r: Redemption| changed(r, Redemption { id: RedemptionId(9), ..r })),
        |m| some(m, |_| true).map(|b: Binding| changed(b, Binding { card: CardId(9), ..b })),
    ];
    for (n, plant) in plants.iter().enumerate() {
        let run = planted(&format!("broken row {n}"), |run| plant(&mut run.memory).map(drop));
        let touched = plant(&mut run.memory.clone()).unwrap();
        assert!(!near::violations(&run.memory, &[touched]).is_empty(), "{touched:?}");
    }
}

#[test]
fn what_was_written_once_may_not_change() {
    let gone = |(table, key, slot): Touched| (table, key, Slot { now: None, ..slot });
    let unlawful = |m: &Memory| {
        let (posting, outcome) = (some(m, |_: &Posting| true)?, some(m, |_: &Outcome| true)?);
        let (redemption, message) = (some(m, collected)?, some(m, |_: &Message| true)?);
        let outbox = some(m, |row: &Outbox| row.state == OutboxState::Unknown)?;
        Some([
            changed(posting, Posting { points: posting.points + 1, ..posting }),
            gone(changed(posting, posting)),
            changed(redemption, Redemption { state: RedemptionState::Pending, ..redemption }),
            changed(outbox, Outbox { state: OutboxState::Waiting, ..outbox }),
            gone(changed(outbox, outbox)),
            changed(outcome, Outcome { a: outcome.a + 1, ..outcome }),
            changed(message, Message { points: message.points + 1, ..message }),
        ])
    };
    let run = planted("a busy library", |run| unlawful(&run.memory).map(drop));
    for touched in unlawful(&run.memory).unwrap() {
        assert!(!transitions::broken(&[touched]).is_empty(), "{touched:?}");
        let (table, key, slot) = touched;
        assert!(
            !transitions::misdated(&[(table, key, Slot { base: None, ..slot })], 1).is_empty() || slot.now.is_none()
        );
    }
}

fn collected(redemption: &Redemption) -> bool {
    redemption.state == RedemptionState::Collected
}

#[test]
fn a_world_that_is_wrong_about_the_database_is_found_at_the_flush() {
    let waits = |r: &Reader| r.state == ReaderState::Active && r.unread > 0;
    let mut run = planted("a reader with messages", |run| some(&run.memory, waits).map(drop));
    let reader = some(&run.memory, waits).unwrap();
    let command = Command::MarkRead(MarkRead { message: None });
    let e = Envelope { actor: Actor::Reader(reader.id), key: None, command, seed: 0 };
    let mut world = run.memory.world();
    step(&run.memory, &mut world, &e, at(reader.at), false).unwrap();
    // Somebody else wrote the row in between.
    run.memory.set(Reader { unread: reader.unread + 7, ..reader });
    assert!(run.memory.flush(&world).is_err());
}

/// A model that has one thing wrong: seen in the rows at once, and in the answers of commands that follow.
#[test]
fn a_wrong_model_is_noticed() {
    let plants: &[(&str, Plant<Run>)] = &[
        ("prices", |run| run.model.prizes.values_mut().map(|prize| prize.points += 1).last()),
        ("balances", |run| run.model.cards.values_mut().map(|card| card.balance += 9).last()),
        ("bindings", |run| run.model.cards.values_mut().map(|card| card.reader = None).last()),
        ("accounts", |run| run.model.readers.values_mut().map(|reader| reader.closed = !reader.closed).last()),
        ("rights", |run| run.model.staff.values_mut().map(|staff| staff.permissions ^= 1).last()),
        ("stock", |run| run.model.prizes.values_mut().map(|prize| prize.received += 1).last()),
        ("sessions", |run| Some(run.model.sessions.clear())),
        ("codes", |run| run.model.codes.values_mut().map(|code| code.used = !code.used).last()),
        ("requests", |run| run.model.requests.values_mut().map(|times| times.clear()).last()),
        ("messages", |run| run.model.readers.values_mut().map(|reader| reader.messages.clear()).last()),
        ("outgoing", |run| run.model.outbox.iter_mut().map(|row| row.attempts += 1).last()),
    ];
    for (what, plant) in plants {
        planted(what, |run| plant(run).filter(|()| run.whole().is_err() && mishears(run)));
    }
    planted("audits", |run| Some(run.model.audits += 1).filter(|()| run.whole().is_err()));
}

/// Whether an answer is soon not what the model says. A wrong code can be replaced before anybody types it.
fn mishears(run: &mut Run) -> bool {
    run.steps(STEPS).is_err_and(|why| why.contains(" heard "))
}
