//! The outbox: one sender at a time takes a row, and what may have been sent is never sent again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::record::Record;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::outbox::{self, *};
use domain::slices::Command;
use domain::tables::*;
use support::*;

const SECOND: i64 = 1_000;
const ROW: OutboxId = OutboxId(31);
/// Channels on which a message that was sent twice is there twice.
const ONCE: [Channel; 2] = [Channel::Sms, Channel::WeChatOnce];

/// One SMS, waiting since the morning.
fn waiting() -> Memory {
    waiting_for(Channel::Sms)
}

fn waiting_for(channel: Channel) -> Memory {
    let mut memory = Memory::default();
    memory.set(rows::waiting(ROW, channel));
    memory
}

/// Taken in the morning.
fn taken_for(channel: Channel) -> Memory {
    let mut memory = waiting_for(channel);
    assert_eq!(take(&mut memory, 0), attempt(1));
    memory
}

/// One SMS, taken in the morning.
fn taken() -> Memory {
    taken_for(Channel::Sms)
}

fn take(memory: &mut Memory, when: i64) -> Result<Replied, Refused> {
    memory.ask(Actor::Job, Command::from(TakeOutbox { outbox: ROW }), at(MORNING + when))
}

fn settle(memory: &mut Memory, attempts: i64, attempt: Attempt, when: i64) -> Result<Replied, Refused> {
    let settle = SettleOutbox { outbox: ROW, attempts, attempt };
    memory.ask(Actor::Job, Command::from(settle), at(MORNING + when))
}

fn attempt(n: i64) -> Result<Replied, Refused> {
    Ok(outbox::Reply::OutboxTaken { outbox: ROW, attempt: n }.into())
}

fn settled() -> Result<Replied, Refused> {
    Ok(outbox::Reply::OutboxSettled { outbox: ROW }.into())
}
fn not_waiting() -> Result<Replied, Refused> {
    Err(outbox::Refusal::NotWaiting.into())
}

fn row(memory: &Memory) -> Outbox {
    memory.get(Outbox::key(ROW)).unwrap()
}

fn is_wiped(memory: &Memory) -> bool {
    memory.records == [Record::from(Payload { outbox: ROW, sealed: None })]
}

/// Nobody takes it, whenever, and no word changes it.
fn is_over(memory: &mut Memory, state: OutboxState) {
    assert_eq!(row(memory).state, state);
    assert!(is_wiped(memory), "{state:?}");
    for when in [0, SECOND, LEASE_MS, SMS_LIFE_MS, NOTICE_LIFE_MS, 1_000 * NOTICE_LIFE_MS] {
        assert_eq!(take(memory, when), not_waiting(), "{state:?} at {when}");
        for word in [Attempt::Sent, Attempt::Refused, Attempt::NotSent, Attempt::Unknown] {
            assert_eq!(settle(memory, row(memory).attempts, word, when), not_waiting(), "{state:?}, then {word:?}");
        }
    }
}

#[test]
fn the_outbox_is_refused_in_order_of_precedence() {
    let mut memory = Memory::default();
    let commands = [
        Command::from(TakeOutbox { outbox: ROW }),
        Command::from(SettleOutbox { outbox: ROW, attempts: 1, attempt: Attempt::Sent }),
    ];
    for command in commands {
        for stranger in [Actor::Visitor, Actor::Reader(ReaderId(11)), Actor::Staff(LIBRARIAN)] {
            let refused = memory.ask(stranger, command.clone(), at(MORNING));
            assert_eq!(refused, Err(Common::NoPermission.into()), "{stranger:?}");
        }
        assert_eq!(memory.ask(Actor::Job, command, at(MORNING)), not_waiting());
    }
    memory.set(rows::waiting(ROW, Channel::Sms));
    assert_eq!(settle(&mut memory, 0, Attempt::Sent, 0), not_waiting(), "nobody has taken it");
}

#[test]
fn one_sender_at_a_time_has_a_row() {
    let mut memory = taken();
    let lease = Outbox { state: OutboxState::Sending, attempts: 1, next_at: MORNING + LEASE_MS, ..row(&waiting()) };
    assert_eq!(row(&memory), lease);
    assert_eq!(take(&mut memory, 0), not_waiting());
    assert_eq!(take(&mut memory, LEASE_MS - 1), not_waiting());
    assert!(!is_wiped(&memory));
}

#[test]
fn a_sender_that_stopped_leaves_an_unknown_outcome() {
    for channel in ONCE {
        let mut memory = taken_for(channel);
        assert_eq!(take(&mut memory, LEASE_MS), settled());
        is_over(&mut memory, OutboxState::Unknown);
    }
}

#[test]
fn a_late_word_counts_while_nobody_has_ended_the_lease() {
    let mut memory = taken();
    assert_eq!(settle(&mut memory, 1, Attempt::Sent, 2 * LEASE_MS), settled());
    is_over(&mut memory, OutboxState::Sent);
}

#[test]
fn every_attempt_but_one_not_sent_is_the_last() {
    let ends = [
        (Attempt::Sent, OutboxState::Sent),
        (Attempt::Refused, OutboxState::Failed),
        (Attempt::Unknown, OutboxState::Unknown),
    ];
    for (channel, (word, state)) in ONCE.into_iter().flat_map(|channel| ends.map(|end| (channel, end))) {
        let mut memory = taken_for(channel);
        assert_eq!(settle(&mut memory, 1, word, SECOND), settled());
        is_over(&mut memory, state);
    }
}

#[test]
fn what_was_surely_not_sent_is_tried_again() {
    let mut memory = taken();
    assert_eq!(settle(&mut memory, 1, Attempt::NotSent, SECOND), settled());
    assert_eq!(row(&memory).state, OutboxState::Waiting);
    assert!(!is_wiped(&memory));
    assert_eq!(take(&mut memory, 3 * SECOND - 1), not_waiting());
    assert_eq!(take(&mut memory, 3 * SECOND), attempt(2));
}

#[test]
fn a_word_about_another_attempt_settles_nothing() {
    let mut memory = taken();
    for attempts in [0, 2] {
        assert_eq!(settle(&mut memory, attempts, Attempt::Sent, 0), not_waiting(), "{attempts}");
    }
    settle(&mut memory, 1, Attempt::NotSent, 0).unwrap();
    let (before, second) = (row(&memory), 2 * SECOND);
    assert_eq!(settle(&mut memory, 1, Attempt::NotSent, SECOND), not_waiting(), "said already");
    assert_eq!(row(&memory), before);
    assert_eq!(take(&mut memory, second), attempt(2));
    let before = row(&memory);
    for word in [Attempt::Sent, Attempt::Refused, Attempt::NotSent, Attempt::Unknown] {
        assert_eq!(settle(&mut memory, 1, word, second), not_waiting(), "{word:?}");
    }
    assert_eq!(row(&memory), before);
    assert_eq!(settle(&mut memory, 2, Attempt::Sent, second), settled());
    is_over(&mut memory, OutboxState::Sent);
}

#[test]
fn pauses_double_up_to_a_minute() {
    let mut memory = waiting();
    let mut when = 0;
    for (n, pause_s) in (1..).zip([2, 4, 8, 16, 32, 60, 60, 60]) {
        assert_eq!(take(&mut memory, when), attempt(n));
        assert_eq!(settle(&mut memory, n, Attempt::NotSent, when), settled());
        assert_eq!(row(&memory).next_at - MORNING - when, pause_s * SECOND, "after attempt {n}");
        when += pause_s * SECOND;
    }
    // Many attempts do not make a pause overflow.
    memory.set(Outbox { state: OutboxState::Sending, attempts: 1_000, ..row(&memory) });
    assert_eq!(settle(&mut memory, 1_000, Attempt::NotSent, when), settled());
    assert_eq!(row(&memory).next_at - MORNING - when, 60 * SECOND);
}

#[test]
fn a_code_that_came_too_late_is_not_sent() {
    let mut memory = waiting();
    assert_eq!(take(&mut memory, SMS_LIFE_MS), settled());
    is_over(&mut memory, OutboxState::Failed);
    assert_eq!(take(&mut waiting(), SMS_LIFE_MS - 1), attempt(1));
    // Nor tried again.
    let mut memory = waiting();
    assert_eq!(take(&mut memory, SMS_LIFE_MS - SECOND), attempt(1));
    assert_eq!(settle(&mut memory, 1, Attempt::NotSent, SMS_LIFE_MS), settled());
    assert_eq!(take(&mut memory, SMS_LIFE_MS + 2 * SECOND), settled());
    is_over(&mut memory, OutboxState::Failed);
}

#[test]
fn a_message_that_shows_once_is_tried_again_when_nobody_knows() {
    let mut memory = taken_for(Channel::WeChat);
    assert_eq!(settle(&mut memory, 1, Attempt::Unknown, SECOND), settled());
    assert_eq!((row(&memory).state, row(&memory).next_at), (OutboxState::Waiting, MORNING + 3 * SECOND));
    assert!(!is_wiped(&memory));
    assert_eq!(take(&mut memory, 3 * SECOND), attempt(2));
    // Its sender stops: another takes it over, and the first has nothing more to say.
    let lapsed = 3 * SECOND + LEASE_MS;
    assert_eq!(take(&mut memory, lapsed - 1), not_waiting());
    assert_eq!(take(&mut memory, lapsed), attempt(3));
    assert_eq!(settle(&mut memory, 2, Attempt::Sent, lapsed), not_waiting());
    assert_eq!(settle(&mut memory, 3, Attempt::Sent, lapsed), settled());
    is_over(&mut memory, OutboxState::Sent);
}

#[test]
fn a_notice_is_news_for_a_day_and_a_code_for_five_minutes() {
    assert_eq!((SMS_LIFE_MS, NOTICE_LIFE_MS), (300_000, 86_400_000));
    for (channel, life) in
        [(Channel::Sms, SMS_LIFE_MS), (Channel::WeChat, NOTICE_LIFE_MS), (Channel::WeChatOnce, NOTICE_LIFE_MS)]
    {
        assert_eq!(take(&mut waiting_for(channel), life - 1), attempt(1), "{channel:?}");
        let mut memory = waiting_for(channel);
        assert_eq!(take(&mut memory, life), settled(), "{channel:?}");
        is_over(&mut memory, OutboxState::Failed);
    }
}

#[test]
fn a_repeatable_message_is_not_repeated_for_ever() {
    // Its sender stopped and may have sent it: nobody knows.
    let mut memory = taken_for(Channel::WeChat);
    assert_eq!(take(&mut memory, NOTICE_LIFE_MS), settled());
    is_over(&mut memory, OutboxState::Unknown);
    // Surely not sent, and now too late.
    let mut memory = taken_for(Channel::WeChat);
    settle(&mut memory, 1, Attempt::NotSent, SECOND).unwrap();
    assert_eq!(take(&mut memory, NOTICE_LIFE_MS), settled());
    is_over(&mut memory, OutboxState::Failed);
}
