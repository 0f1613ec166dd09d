//! Hints: what is loaded beforehand makes a batch quick, and never changes an answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::core::world::World;
use domain::slices::{Command, Envelope, needs};
use domain::tables::ReaderId;
use domain::{activities, codes, outbox, readers};
use std::collections::BTreeSet;
use support::everything::{LATER, READER, STRANGER, commands, library};
use support::*;

/// Every command by everybody, with a key and without.
fn envelopes(memory: &Memory) -> Vec<Envelope> {
    let commands = commands(memory);
    let readers = [READER, STRANGER, ReaderId(99)].map(Actor::Reader);
    let strangers = [Actor::Visitor, Actor::Job, Actor::Staff(LIBRARIAN)].into_iter().chain(readers);
    let askers = commands.iter().flat_map(|(right, command)| {
        std::iter::once(*right).chain(strangers.clone()).map(move |actor| (actor, command.clone()))
    });
    let keys = [None, keyed(1, 1)];
    let asked = askers.flat_map(|(actor, command)| keys.map(|key| (actor, key, command.clone())));
    asked.map(|(actor, key, command)| Envelope { actor, key, command, seed: 4_711 }).collect()
}

type Heard = (Result<Replied, Refused>, (Vec<Change>, Vec<domain::core::record::Record>, i64));

fn decided(memory: &Memory, mut world: World, envelope: &Envelope, hinted: bool) -> Heard {
    let answer = step(memory, &mut world, envelope, at(LATER), hinted);
    (answer, effects(&world))
}

/// A world that already knows the rows which these commands ask for.
fn knowing(memory: &Memory, envelopes: &[Envelope]) -> World {
    let mut world = memory.world();
    for need in envelopes.iter().flat_map(needs) {
        world.learn(&need, &memory.answer(&need));
    }
    world
}

#[test]
fn a_hint_never_changes_an_answer() {
    let memory = library();
    let envelopes = envelopes(&memory);
    for envelope in &envelopes {
        let bare = decided(&memory, memory.world(), envelope, false);
        assert_eq!(decided(&memory, memory.world(), envelope, true), bare, "{envelope:?}");
        let crowded = knowing(&memory, &envelopes);
        assert_eq!(decided(&memory, crowded, envelope, true), bare, "among others: {envelope:?}");
    }
}

#[test]
fn a_batch_is_decided_alike_with_hints_and_without() {
    let memory = library();
    let envelopes: Vec<Envelope> = envelopes(&memory).into_iter().filter(|envelope| envelope.key.is_none()).collect();
    let (mut hinted, mut bare) = (knowing(&memory, &envelopes), memory.world());
    for envelope in &envelopes {
        let answers = [(&mut hinted, true), (&mut bare, false)]
            .map(|(world, with_hints)| step(&memory, world, envelope, at(LATER), with_hints));
        assert_eq!(answers[0], answers[1], "{envelope:?}");
    }
    assert_eq!(effects(&hinted), effects(&bare));
    assert!(memory.clone().flush(&hinted).is_ok());
}

#[test]
fn every_command_is_heard_and_nearly_all_are_granted() {
    let memory = library();
    let answers = commands(&memory).into_iter().map(|(actor, command)| memory.clone().ask(actor, command, at(LATER)));
    let (granted, refused): (Vec<_>, Vec<_>) = answers.partition(Result::is_ok);
    let kinds: BTreeSet<i64> = granted.into_iter().map(|reply| reply.unwrap().number).collect();
    assert_eq!(kinds, Command::replies().map(|(number, _)| number).collect());
    let expected = [
        Refused::from(readers::Refusal::NotRegistered),
        Refused::from(codes::Refusal::TooSoon { again_at: LATER + 60_000 }),
        Refused::from(codes::Refusal::CodeOfOtherPhone),
        Refused::from(outbox::Refusal::NotWaiting),
        Refused::from(activities::Refusal::AlreadyEnrolled),
        Refused::from(activities::Refusal::NotEnrolled),
    ];
    assert_eq!(refused.into_iter().filter_map(Result::err).collect::<Vec<_>>(), expected);
}
