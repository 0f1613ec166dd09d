//! Retention: codes and pictures that have been kept for as long as the rules say go, and nothing sooner.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::day::DAY_MS;
use domain::core::digest::Digest;
use domain::core::refusal::Common;
use domain::feedback::FeedbackPicturesGone;
use domain::jobs::{OldCode, Reply, Sweep};
use domain::slices::Command;
use domain::tables::*;
use support::*;

const READER: ReaderId = ReaderId(11);

fn swept(memory: &mut Memory, sweep: Sweep) -> i64 {
    match memory.ask(Actor::Job, Command::from(sweep), at(MORNING)).unwrap().of() {
        Some(Reply::Swept { rows }) => rows,
        other => panic!("{other:?}"),
    }
}

/// One of each kind, so old.
fn codes(memory: &mut Memory, n: i64, age: Millis) -> Vec<OldCode> {
    let (Digest { high, low }, reader, at) = (digest(60, n), ReaderId(n), MORNING - age);
    let id = CodeId(n);
    memory.set(CodeRequest { high, low, at, id });
    let (session_high, session_low, phone_high, phone_low, code_high, code_low) = (1, 1, 1, 1, 1, 1);
    let purpose = Purpose::Bind;
    memory.set(SmsCode {
        reader,
        purpose,
        id,
        session_high,
        session_low,
        phone_high,
        phone_low,
        code_high,
        code_low,
        card: None,
        tries: 0,
        used: false,
        at,
    });
    memory.set(EntryCode {
        phone_high: high,
        phone_low: low,
        id,
        browser_high: 1,
        browser_low: 1,
        code_high,
        code_low,
        tries: 0,
        used: false,
        at,
    });
    let side = PhoneSide::New;
    memory.set(PhoneCode {
        reader,
        side,
        session_high,
        session_low,
        phone_high,
        phone_low,
        code_high,
        code_low,
        tries: 0,
        used: false,
        at,
    });
    let number = Digest { high, low };
    vec![
        OldCode::Request(number, at),
        OldCode::OfReader(reader, purpose),
        OldCode::OfPhone(number),
        OldCode::OfChange(reader, side),
    ]
}

#[test]
fn codes_are_kept_for_the_days_of_the_rule() {
    let mut memory = Memory::default();
    let week = 7 * DAY_MS;
    let (young, old) = (codes(&mut memory, 1, week - 1), codes(&mut memory, 2, week));
    let both = Sweep { codes: [young.clone(), old.clone(), old].concat(), ..Sweep::default() };
    let refused = memory.ask(Actor::Reader(READER), Command::from(both.clone()), at(MORNING));
    assert_eq!(refused, Err(Common::NoPermission.into()));
    assert_eq!(swept(&mut memory, both), 4);
    let left = (memory.all::<CodeRequest>().len(), memory.all::<SmsCode>().len());
    assert_eq!((left, memory.all::<EntryCode>().len(), memory.all::<PhoneCode>().len()), ((1, 1), 1, 1));
    assert_eq!(memory.all::<SmsCode>()[0].reader, ReaderId(1));
}

#[test]
fn hundreds_go_at_once() {
    let mut memory = Memory::default();
    let all: Vec<OldCode> = (1..=150).flat_map(|n| codes(&mut memory, n, 8 * DAY_MS)).collect();
    assert_eq!(swept(&mut memory, Sweep { codes: all, ..Sweep::default() }), 600);
    assert!(memory.all::<CodeRequest>().is_empty() && memory.all::<PhoneCode>().is_empty());
}

#[test]
fn pictures_of_what_was_answered_are_kept_for_the_days_of_the_rule() {
    let mut memory = Memory::default();
    let year = 365 * DAY_MS;
    let threads = [
        (1, FeedbackState::Answered, 2, year),
        (2, FeedbackState::Closed, 1, year + 1),
        (3, FeedbackState::Answered, 2, year - 1),
        (4, FeedbackState::Open, 2, 2 * year),
        (5, FeedbackState::Closed, 0, 2 * year),
    ];
    for (id, state, pictures, age) in threads {
        let at = MORNING - age;
        memory.set(Feedback { id: FeedbackId(id), reader: READER, state, posts: 2, pictures, at, changed_at: at });
    }
    let all = Sweep { feedback: (1..=6).map(FeedbackId).collect(), ..Sweep::default() };
    assert_eq!(swept(&mut memory, all.clone()), 2);
    let gone = memory.records.iter().filter_map(|record| record.of()).map(|FeedbackPicturesGone { feedback }| feedback);
    assert_eq!(gone.collect::<Vec<_>>(), [FeedbackId(1), FeedbackId(2)]);
    let left: Vec<i64> = memory.all::<Feedback>().iter().map(|thread| thread.pictures).collect();
    assert_eq!(left, [0, 0, 2, 2, 0]);
    assert_eq!(swept(&mut memory, all), 0);
}
