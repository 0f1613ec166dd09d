//! 未到场: only after staff have confirmed, never where nobody could help it; appeals and excuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use ParticipantState::{Attended, Enrolled, Excused, Waiting};
use domain::activities::enrolments::SignUp;
use domain::activities::no_shows::*;
use domain::activities::{self, Appeal, AppealAnswer};
use domain::core::asked::Actor;
use domain::core::record::{Record, Sealed};
use domain::core::refusal::Common;
use domain::slices::Command;
use domain::staff;
use domain::staff::Permission::{EditActivities, TakeAttendance};
use domain::tables::*;
use support::activities::*;
use support::asking::HELPER;
use support::rows::{DAY, STARTS, TIMES};
use support::*;

const AFTER: Millis = TIMES.ends + 3_600_000;

/// The first reader comes, the second does not; it is over and confirmed.
fn confirmed() -> (Memory, ReaderId) {
    let mut memory = hall(2);
    let [first, second] = [11, 12].map(|n| memory.comes(n, 0));
    for reader in [first, second] {
        memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    }
    memory.attend(first, &ONESELF, STARTS).unwrap();
    memory.confirm(AFTER).unwrap();
    (memory, second)
}

/// And this is on record.
fn marked() -> (Memory, ReaderId) {
    let (mut memory, absent) = confirmed();
    memory.mark(absent, None, AFTER).unwrap();
    (memory, absent)
}

fn marked_as(counts: bool) -> Heard {
    Ok(activities::Reply::NoShowMarked { activity: ACTIVITY, counts }.into())
}

fn appeal(memory: &mut Memory, reader: ReaderId, when: Millis) -> Heard {
    let appeal = AppealNoShow { activity: ACTIVITY, member: None, text: Sealed(vec![5]) };
    memory.ask(Actor::Reader(reader), Command::from(appeal), at(when))
}

fn excuse(memory: &mut Memory, reader: ReaderId) -> Heard {
    let excuse = ExcuseNoShow { activity: ACTIVITY, reader, member: None, reason: "生病".into() };
    memory.ask(STAFF, Command::from(excuse), at(AFTER))
}

#[test]
fn confirming_is_refused_in_order_of_precedence() {
    let mut memory = hall(1);
    let whole = memory.activity();
    let command = |activity| Command::from(ConfirmAttendance { activity });
    let ask = |memory: &mut Memory, when| memory.ask(Actor::Staff(HELPER), command(ACTIVITY), at(when));
    assert_eq!(
        memory.ask(Actor::Visitor, command(ActivityId(62)), at(AFTER)),
        Err(activities::Refusal::NoSuchActivity.into())
    );
    memory.is_not_for_others(&command(ACTIVITY));
    memory.is_for_staff(TakeAttendance, &command(ACTIVITY));
    memory.set(Activity { branch: BranchId(2), state: ActivityState::Draft, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, STARTS), Err(staff::Refusal::OtherBranch.into()));
    memory.set(Activity { state: ActivityState::Draft, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, STARTS), Err(activities::Refusal::ActivityNotOpen.into()));
    memory.set(Activity { state: ActivityState::Cancelled, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, STARTS), Err(activities::Refusal::ActivityCancelled.into()));
    memory.set(Activity { confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, STARTS), Err(activities::Refusal::AlreadyConfirmed.into()));
    memory.set(Activity { present: 3, ..whole });
    assert_eq!(ask(&mut memory, TIMES.ends - 1), Err(activities::Refusal::NotEndedYet.into()));
    let reply = ask(&mut memory, TIMES.ends);
    assert_eq!(reply, Ok(activities::Reply::AttendanceConfirmed { activity: ACTIVITY, present: 3 }.into()));
    assert_eq!(memory.activity(), Activity { present: 3, confirmed_at: TIMES.ends, ..whole });
    assert_eq!(memory.get::<JobRun>(JobRun::key(Job::Participants)).unwrap().next_at, 0);
    assert_eq!((memory.records[..].len(), memory.last_audit().action.as_str()), (1, "activity.confirm"));
}

#[test]
fn nobody_is_marked_before_staff_have_confirmed() {
    let (mut memory, absent) = confirmed();
    let command = Command::from(MarkNoShow { activity: ACTIVITY, reader: absent, member: None });
    memory.is_for_the_program(&command);
    let elsewhere = MarkNoShow { activity: ActivityId(62), reader: absent, member: None };
    let nowhere = memory.ask(Actor::Job, Command::from(elsewhere), at(AFTER));
    assert_eq!(nowhere, Err(activities::Refusal::NoSuchActivity.into()));
    assert_eq!(memory.mark(ReaderId(99), None, AFTER), Err(activities::Refusal::NotEnrolled.into()));
    let whole = memory.activity();
    memory.set(Activity { confirmed_at: 0, ..whole });
    assert_eq!(memory.mark(absent, None, AFTER), Err(activities::Refusal::NothingToDo.into()));
    memory.set(Activity { state: ActivityState::Cancelled, ..whole });
    assert_eq!(memory.mark(absent, None, AFTER), Err(activities::Refusal::NothingToDo.into()));
    memory.set(whole);
    assert_eq!(memory.mark(ReaderId(11), None, AFTER), Err(activities::Refusal::NothingToDo.into()), "who was there");
    assert_eq!(memory.mark(absent, None, AFTER), marked_as(true));
    assert_eq!(memory.mark(absent, None, AFTER), Err(activities::Refusal::NothingToDo.into()), "once");
    assert_eq!(memory.state(absent, None), ParticipantState::NoShow);
    let row = NoShow { reader: absent, member: None, activity: ACTIVITY, held: STARTS, at: AFTER };
    assert_eq!(memory.all::<NoShow>(), [row]);
    assert_eq!(memory.told(absent), Some((activities::MessageKind::NoShow.into(), 0)));
    assert!(memory.all::<Engagement>().iter().all(|engaged| engaged.reader != absent));
    memory.adds_up();
}

#[test]
fn a_place_that_came_at_short_notice_obliges_to_nothing() {
    for (promoted_at, counts) in [
        (0, true),
        (STARTS - SHORT_NOTICE_MS - 1, true),
        (STARTS - SHORT_NOTICE_MS, true),
        (STARTS - SHORT_NOTICE_MS + 1, false),
        (STARTS - 1, false),
    ] {
        let (mut memory, absent) = confirmed();
        memory.set(Participant { promoted_at, ..memory.one(absent, None) });
        assert_eq!(memory.mark(absent, None, AFTER), marked_as(counts), "{promoted_at}");
        let state = if counts { ParticipantState::NoShow } else { Excused };
        assert_eq!((memory.state(absent, None), memory.all::<NoShow>().len()), (state, usize::from(counts)));
    }
}

#[test]
fn a_promotion_the_day_before_and_a_late_sign_up_differ() {
    let mut memory = hall(1);
    let [first, promoted, late] = [11, 12, 13].map(|n| memory.comes(n, 0));
    memory.sign_up(first, wish(first, &ONESELF), MORNING).unwrap();
    memory.sign_up(promoted, wish(promoted, &ONESELF), MORNING).unwrap();
    memory.set(Activity { withdraw_until: STARTS, ..memory.activity() });
    memory.withdraw(first, &ONESELF, STARTS - DAY + 1).unwrap();
    memory.set(Activity { capacity: 3, ..memory.activity() });
    // Who signs up an hour before the start knows that.
    memory.sign_up(late, wish(late, &ONESELF), STARTS - 3_600_000).unwrap();
    memory.sign_up(first, wish(first, &ONESELF), STARTS - 3_600_000).unwrap();
    memory.attend(first, &ONESELF, STARTS).unwrap();
    memory.confirm(AFTER).unwrap();
    assert_eq!(memory.mark(promoted, None, AFTER), marked_as(false));
    assert_eq!(memory.mark(late, None, AFTER), marked_as(true));
}

#[test]
fn where_nobody_could_be_signed_in_nobody_is_to_blame() {
    let mut memory = hall(2);
    let reader = memory.comes(11, 0);
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    memory.confirm(AFTER).unwrap();
    assert_eq!(memory.mark(reader, None, AFTER), marked_as(false));
    assert_eq!((memory.state(reader, None), memory.all::<NoShow>()), (Excused, vec![]));
    assert_eq!(memory.told(reader), Some((activities::MessageKind::Enrolled.into(), 1)), "not a word");
}

#[test]
fn neither_who_still_waited_nor_who_came_along_is_to_blame() {
    let mut memory = hall(1);
    memory.set(ActivityRules { age_max: 6, companions: true, ..rows::activity_rules(ACTIVITY) });
    let [first, second] = [11, 12].map(|n| memory.comes(n, 1));
    for reader in [first, second] {
        memory.set(rows::member(reader, member(reader, 1), 20220101));
        let party = SignUp { members: vec![None, family(reader, 1)[0]], ..wish(reader, &[]) };
        memory.sign_up(reader, party, MORNING).unwrap();
    }
    memory.attend(first, &family(first, 1), STARTS).unwrap();
    memory.confirm(AFTER).unwrap();
    assert_eq!((memory.state(first, None), memory.state(second, family(second, 1)[0])), (Enrolled, Waiting));
    for (reader, who) in [(first, None), (second, None), (second, family(second, 1)[0])] {
        assert_eq!(memory.mark(reader, who, AFTER), marked_as(false));
        assert_eq!(memory.state(reader, who), Excused);
    }
    assert_eq!(memory.state(first, family(first, 1)[0]), Attended);
    assert_eq!((memory.activity().waiting, memory.all::<WaitingParty>()), (0, vec![]), "the list is over");
    memory.adds_up();
}

#[test]
fn the_third_pauses_and_an_excuse_ends_the_pause() {
    let (mut memory, absent) = confirmed();
    for n in [71, 72] {
        memory.set(NoShow {
            reader: absent,
            member: None,
            activity: ActivityId(n),
            held: AFTER - DAY,
            at: AFTER - DAY,
        });
    }
    let other = ActivityId(80);
    let times = Activity { starts: STARTS + 90 * DAY, ends: TIMES.ends + 90 * DAY, ..rows::activity(other, 9) };
    memory.open(Activity { closes: STARTS + 90 * DAY, ..times }, rows::activity_rules(other));
    let ask = |memory: &Memory, when| {
        memory
            .clone()
            .sign_up(absent, SignUp { activity: other, ..wish(absent, &ONESELF) }, when)
            .map(|reply| reply.cells[1])
    };
    assert_eq!(ask(&memory, AFTER), Ok(0));
    memory.mark(absent, None, AFTER).unwrap();
    let until = AFTER + 30 * DAY;
    assert_eq!(ask(&memory, until - 1), Err(activities::Refusal::SignUpPaused { member: None, until }.into()));
    assert_eq!(ask(&memory, until), Ok(0));
    excuse(&mut memory, absent).unwrap();
    assert_eq!(ask(&memory, AFTER), Ok(0));
}

#[test]
fn appeals_are_refused_in_order_of_precedence() {
    let (mut memory, absent) = marked();
    let text = Sealed(vec![5]);
    let elsewhere = AppealNoShow { activity: ActivityId(62), member: None, text: text.clone() };
    memory.is_for_readers(absent, &Command::from(elsewhere.clone()));
    let nowhere = memory.ask(Actor::Reader(absent), Command::from(elsewhere), at(AFTER));
    assert_eq!(nowhere, Err(activities::Refusal::NotEnrolled.into()));
    assert_eq!(appeal(&mut memory, ReaderId(11), AFTER), Err(activities::Refusal::NotANoShow.into()));
    let over = AFTER + APPEAL_MS;
    assert_eq!(appeal(&mut memory, absent, over), Err(activities::Refusal::TooLateToAppeal.into()));
    let reply = Ok(activities::Reply::NoShowAppealed { activity: ACTIVITY }.into());
    assert_eq!(appeal(&mut memory, absent, over - 1), reply);
    assert_eq!(appeal(&mut memory, absent, over), Err(activities::Refusal::AlreadyAppealed.into()));
    let kept = Record::from(Appeal { activity: ACTIVITY, reader: absent, member: None, text });
    assert_eq!(memory.records.last(), Some(&kept));
    assert_eq!((memory.one(absent, None).appealed_at, memory.all::<NoShow>().len()), (over - 1, 1));
}

#[test]
fn excusing_is_refused_in_order_of_precedence() {
    let (mut memory, absent) = marked();
    let ask = |memory: &mut Memory, c: &ExcuseNoShow| {
        memory.ask(Actor::Staff(HELPER), Command::from(c.clone()), at(AFTER + 9 * APPEAL_MS))
    };
    let activity = ActivityId(62);
    let worst = ExcuseNoShow { activity, reader: ReaderId(99), member: None, reason: " ".into() };
    assert_eq!(ask(&mut memory, &worst), Err(activities::Refusal::NoSuchActivity.into()));
    let worst = ExcuseNoShow { activity: ACTIVITY, ..worst };
    memory.is_not_for_others(&Command::from(worst.clone()));
    memory.is_for_staff(EditActivities, &Command::from(worst.clone()));
    memory.set(Activity { branch: BranchId(2), ..memory.activity() });
    assert_eq!(ask(&mut memory, &worst), Err(staff::Refusal::OtherBranch.into()));
    memory.set(Activity { branch: BRANCH, ..memory.activity() });
    assert_eq!(ask(&mut memory, &worst), Err(Common::ReasonMissing.into()));
    let worst = ExcuseNoShow { reason: "生病".into(), ..worst };
    assert_eq!(ask(&mut memory, &worst), Err(activities::Refusal::NotEnrolled.into()));
    assert_eq!(
        ask(&mut memory, &ExcuseNoShow { reader: ReaderId(11), ..worst.clone() }),
        Err(activities::Refusal::NotANoShow.into())
    );
    // Also without an appeal, and at any time.
    let right = ExcuseNoShow { reader: absent, ..worst };
    let reply = ask(&mut memory, &right);
    assert_eq!(reply, Ok(activities::Reply::NoShowExcused { activity: ACTIVITY }.into()));
    assert_eq!((memory.state(absent, None), memory.all::<NoShow>()), (Excused, vec![]));
    assert_eq!(memory.told(absent), Some((activities::MessageKind::NoShowExcused.into(), 0)));
    assert_eq!(ask(&mut memory, &right), Err(activities::Refusal::NotANoShow.into()));
    assert_eq!(appeal(&mut memory, absent, AFTER), Err(activities::Refusal::NotANoShow.into()));
    memory.adds_up();
}

#[test]
fn once_confirmed_nobody_is_ticked_signed_up_or_taken_off() {
    let (mut memory, absent) = confirmed();
    assert_eq!(memory.tick(absent, None, true), Err(activities::Refusal::AlreadyConfirmed.into()));
    assert_eq!(memory.tick(ReaderId(11), None, false), Err(activities::Refusal::AlreadyConfirmed.into()));
    assert_eq!(memory.withdraw(absent, &ONESELF, AFTER), Err(activities::Refusal::TooLateToWithdraw.into()));
    let late = memory.comes(13, 0);
    assert_eq!(memory.sign_up(late, wish(late, &ONESELF), STARTS - 1), Err(activities::Refusal::SignUpClosed.into()));
}

#[test]
fn an_appeal_is_declined_once_and_with_a_reason() {
    let (mut memory, absent) = marked();
    let decline =
        |activity, reason: &str| DeclineAppeal { activity, reader: absent, member: None, reason: reason.into() };
    let ask = |memory: &mut Memory, c: DeclineAppeal| {
        memory.ask(Actor::Staff(HELPER), Command::from(c), at(AFTER + 9 * APPEAL_MS))
    };
    let worst = Command::from(DeclineAppeal { reader: ReaderId(99), ..decline(ACTIVITY, " ") });
    memory.is_not_for_others(&worst);
    memory.is_for_staff(EditActivities, &worst);
    assert_eq!(ask(&mut memory, decline(ActivityId(62), " ")), Err(activities::Refusal::NoSuchActivity.into()));
    assert_eq!(ask(&mut memory, decline(ACTIVITY, " ")), Err(Common::ReasonMissing.into()));
    let stranger = DeclineAppeal { reader: ReaderId(99), ..decline(ACTIVITY, "没有病历") };
    assert_eq!(ask(&mut memory, stranger), Err(activities::Refusal::NotEnrolled.into()));
    assert_eq!(ask(&mut memory, decline(ACTIVITY, "没有病历")), Err(activities::Refusal::NoAppeal.into()));
    appeal(&mut memory, absent, AFTER).unwrap();
    let reply = Ok(activities::Reply::AppealDeclined { activity: ACTIVITY }.into());
    assert_eq!(ask(&mut memory, decline(ACTIVITY, " 没有病历 ")), reply);
    let answer = "没有病历".into();
    let answer = Record::from(AppealAnswer { activity: ACTIVITY, reader: absent, member: None, answer });
    assert!(memory.records.contains(&answer));
    assert_eq!(memory.told(absent), Some((activities::MessageKind::AppealDeclined.into(), 0)));
    assert_eq!(memory.last_audit().action, "appeal.decline");
    // It stands, and is neither answered nor brought again.
    assert_eq!((memory.state(absent, None), memory.all::<NoShow>().len()), (ParticipantState::NoShow, 1));
    assert_eq!(ask(&mut memory, decline(ACTIVITY, "没有病历")), Err(activities::Refusal::NoAppeal.into()));
    assert_eq!(appeal(&mut memory, absent, AFTER), Err(activities::Refusal::AlreadyAppealed.into()));
    // Staff may think better of it.
    assert!(excuse(&mut memory, absent).is_ok());
    assert_eq!(memory.all::<NoShow>(), []);
    assert_eq!(ask(&mut memory, decline(ACTIVITY, "没有病历")), Err(activities::Refusal::NoAppeal.into()));
}

#[test]
fn who_walked_in_by_mistake_has_missed_nothing() {
    let mut memory = hall(9);
    memory.set(ActivityRules { walk_ins: true, ..rows::activity_rules(ACTIVITY) });
    let [first, second] = [11, 12].map(|n| memory.comes(n, 0));
    for reader in [first, second] {
        memory.attend(reader, &ONESELF, STARTS).unwrap();
    }
    memory.tick(second, None, false).unwrap();
    memory.confirm(AFTER).unwrap();
    assert_eq!(memory.mark(second, None, AFTER).unwrap().cells[1], 0);
    assert_eq!(memory.state(second, None), Excused);
    memory.adds_up();
}
