//! How a place is given back: by readers, by staff, by a cancellation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use ParticipantState::{Enrolled, Freed, Removed};
use domain::activities::enrolments::*;
use domain::core::asked::Actor;
use domain::core::refusal::Common;
use domain::slices::Command;
use domain::staff::Permission::EditActivities;
use domain::tables::*;
use domain::{activities, readers, staff};
use support::activities::*;
use support::asking::HELPER;
use support::rows::{STARTS, TIMES};
use support::*;

const HOUR: Millis = 3_600_000;
const OTHER: ActivityId = ActivityId(62);

fn remove(memory: &mut Memory, reader: ReaderId, member: Option<MemberId>, when: Millis) -> Heard {
    let removal = RemoveParticipant { activity: ACTIVITY, reader, member, reason: "重复报名".into() };
    memory.ask(STAFF, Command::from(removal), at(when))
}

#[test]
fn withdrawals_are_refused_in_order_of_precedence() {
    let (mut memory, reader) = house(2);
    let who = family(reader, 2);
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    let nobody = Command::from(Withdraw { activity: OTHER, members: vec![] });
    memory.is_for_readers(reader, &nobody);
    assert_eq!(memory.ask(Actor::Reader(reader), nobody, at(MORNING)), Err(activities::Refusal::NoSuchActivity.into()));
    let whole = memory.activity();
    memory.set(Activity { state: ActivityState::Cancelled, ..whole });
    assert_eq!(memory.withdraw(reader, &[], MORNING), Err(activities::Refusal::ActivityCancelled.into()));
    memory.set(whole);
    assert_eq!(memory.withdraw(reader, &[], MORNING), Err(activities::Refusal::NobodyChosen.into()));
    assert_eq!(memory.withdraw(reader, &[None, who[0]], MORNING), Err(activities::Refusal::NotEnrolled.into()));
    assert_eq!(memory.state(reader, None), Enrolled, "all or none");
    assert_eq!(memory.withdraw(ReaderId(99), &ONESELF, MORNING), Err(readers::Refusal::SignedOut.into()));
    let late = TIMES.withdraw_until;
    assert_eq!(memory.withdraw(reader, &ONESELF, late), Err(activities::Refusal::TooLateToWithdraw.into()));
    let reply = memory.withdraw(reader, &[None, None], late - 1);
    assert_eq!(reply, Ok(activities::Reply::Withdrawn { activity: ACTIVITY, participants: 1 }.into()));
    assert_eq!(memory.withdraw(reader, &ONESELF, late - 1), Err(activities::Refusal::NotEnrolled.into()), "once");
    assert_eq!(memory.told(reader), Some((activities::MessageKind::ParticipantsWithdrawn.into(), 1)));
    memory.adds_up();
}

#[test]
fn a_turn_is_given_back_until_the_start() {
    let (mut memory, reader) = house(1);
    memory.sign_up(reader, wish(reader, &family(reader, 1)), MORNING).unwrap();
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    assert_eq!(memory.clone().withdraw(reader, &ONESELF, STARTS), Err(activities::Refusal::TooLateToWithdraw.into()));
    memory.withdraw(reader, &ONESELF, STARTS - 1).unwrap();
    assert_eq!((memory.activity().taken, memory.activity().waiting), (1, 0));
    memory.adds_up();
}

#[test]
fn whoever_has_withdrawn_may_sign_up_again() {
    let (mut memory, reader) = house(1);
    for _ in 0..3 {
        memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
        memory.adds_up();
        memory.withdraw(reader, &ONESELF, MORNING).unwrap();
        memory.adds_up();
    }
    assert_eq!((memory.activity().taken, memory.all::<Engagement>(), memory.all::<Party>().len()), (0, vec![], 3));
}

#[test]
fn staff_remove_a_participant_with_a_reason() {
    let (mut memory, reader) = house(1);
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    let wrong = RemoveParticipant { activity: OTHER, reader, member: Some(MemberId(1)), reason: " ".into() };
    let ask = |memory: &mut Memory, c: &RemoveParticipant| {
        memory.ask(Actor::Staff(HELPER), Command::from(c.clone()), at(MORNING))
    };
    assert_eq!(ask(&mut memory, &wrong), Err(activities::Refusal::NoSuchActivity.into()));
    let wrong = RemoveParticipant { activity: ACTIVITY, ..wrong };
    memory.is_not_for_others(&Command::from(wrong.clone()));
    memory.is_for_staff(EditActivities, &Command::from(wrong.clone()));
    memory.set(Activity { branch: BranchId(2), ..memory.activity() });
    assert_eq!(ask(&mut memory, &wrong), Err(staff::Refusal::OtherBranch.into()));
    memory.set(Activity { branch: BRANCH, ..memory.activity() });
    assert_eq!(ask(&mut memory, &wrong), Err(Common::ReasonMissing.into()));
    let wrong = RemoveParticipant { reason: "重复".into(), ..wrong };
    assert_eq!(ask(&mut memory, &wrong), Err(activities::Refusal::NotEnrolled.into()));
    let whole = memory.activity();
    memory.set(Activity { confirmed_at: 1, ..whole });
    assert_eq!(remove(&mut memory, reader, None, MORNING), Err(activities::Refusal::NotEnrolled.into()));
    memory.set(Activity { state: ActivityState::Cancelled, ..whole });
    assert_eq!(remove(&mut memory, reader, None, MORNING), Err(activities::Refusal::NotEnrolled.into()));
    memory.set(whole);
    // Also after the deadline.
    let reply = remove(&mut memory, reader, None, STARTS);
    assert_eq!(reply, Ok(activities::Reply::ParticipantRemoved { activity: ACTIVITY, participants: 1 }.into()));
    assert_eq!((memory.state(reader, None), memory.activity().taken), (Removed, 0));
    assert_eq!(memory.told(reader), Some((activities::MessageKind::ParticipantRemoved.into(), 1)));
    assert_eq!(memory.last_audit().action, "participant.remove");
    assert_eq!(remove(&mut memory, reader, None, STARTS), Err(activities::Refusal::NotEnrolled.into()));
    memory.adds_up();
}

#[test]
fn after_a_cancellation_everybody_is_freed_and_told_once() {
    let (mut memory, reader) = house(2);
    memory.sign_up(reader, wish(reader, &family(reader, 2)), MORNING).unwrap();
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    let free = Command::from(FreeParticipants { activity: ACTIVITY, reader });
    memory.is_for_the_program(&free);
    let ask = |memory: &mut Memory| memory.ask(Actor::Job, free.clone(), at(STARTS + HOUR));
    assert_eq!(ask(&mut memory), Err(activities::Refusal::NothingToDo.into()));
    memory.set(Activity { state: ActivityState::Cancelled, ..memory.activity() });
    assert_eq!(
        ask(&mut memory),
        Ok(activities::Reply::ParticipantsFreed { activity: ACTIVITY, participants: 3 }.into())
    );
    assert_eq!(memory.states(reader, &[None, family(reader, 1)[0], family(reader, 2)[1]]), [Freed; 3]);
    assert_eq!((memory.activity().taken, memory.activity().waiting), (0, 0));
    assert_eq!(memory.told(reader), Some((activities::MessageKind::ActivityCancelled.into(), 3)));
    assert_eq!(memory.all::<Engagement>(), []);
    assert_eq!(ask(&mut memory), Err(activities::Refusal::NothingToDo.into()));
    memory.adds_up();
}
