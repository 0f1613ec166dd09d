//! Volunteers: who may register, with whose consent, and how they are approved or declined.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use VolunteerState::{Applied, Approved, Declined, Left, Paused, Suspended};
use domain::activities;
use domain::core::asked::Actor;
use domain::core::record::{Record, Sealed};
use domain::core::refusal::Common;
use domain::core::texts::REASON_CHARS_MAX;
use domain::members::{self, VolunteerFace};
use domain::slices::Command;
use domain::staff::Permission::ReviewVolunteers;
use domain::tables::*;
use domain::volunteers::standing::{EditVolunteer, LeaveVolunteers, PauseVolunteer, SuspendVolunteer};
use domain::volunteers::{self, ApplyAsVolunteer, ReviewVolunteer, VolunteerReview};
use support::activities::*;
use support::asking::HELPER;
use support::*;

const READER: ReaderId = ReaderId(11);
/// 18 today.
const GROWN_UP: i64 = 20081123;

fn home() -> Memory {
    let mut memory = hall(5);
    memory.comes(READER.0, 2);
    memory.set(Activity { kind: ActivityKind::Volunteer, ..memory.activity() });
    memory
}

fn form(member: Option<MemberId>, birth_day: i64) -> ApplyAsVolunteer {
    ApplyAsVolunteer { member, birth_day, guardian: false, face: Sealed(vec![4]) }
}

fn apply(memory: &mut Memory, form: ApplyAsVolunteer) -> Heard {
    memory.ask(Actor::Reader(READER), Command::from(form), at(MORNING))
}

fn review(memory: &mut Memory, approved: bool, reason: &str) -> Heard {
    let review = ReviewVolunteer { reader: READER, member: None, approved, reason: reason.into() };
    memory.ask(STAFF, Command::from(review), at(MORNING + 1))
}

fn volunteer(memory: &Memory, member: Option<MemberId>) -> Volunteer {
    memory.get(Volunteer::key(READER, member)).unwrap()
}

fn applied(member: i64) -> Heard {
    Ok(volunteers::Reply::VolunteerApplied { member: ((member) != 0).then_some(MemberId(member)) }.into())
}

#[test]
fn applications_are_refused_in_order_of_precedence() {
    let mut memory = home();
    let child = family(READER, 1)[0];
    memory.is_for_readers(READER, &Command::from(form(Some(MemberId(5)), 0)));
    assert_eq!(apply(&mut memory, form(Some(MemberId(5)), 0)), Err(members::Refusal::NoSuchMember.into()));
    let removed = Member { state: MemberState::Removed, ..rows::member(READER, MemberId(5), ADULT) };
    memory.set(removed);
    assert_eq!(apply(&mut memory, form(Some(MemberId(5)), 0)), Err(members::Refusal::NoSuchMember.into()));
    for state in [Applied, Approved, Paused, Suspended] {
        memory.set(rows::volunteer(READER, None, state));
        assert_eq!(apply(&mut memory, form(None, 0)), Err(volunteers::Refusal::AlreadyApplied.into()));
    }
    memory.set(rows::volunteer(READER, None, Declined));
    for birth_day in [0, 20261124, 20270229, i64::MIN, i64::MAX] {
        assert_eq!(
            apply(&mut memory, form(None, birth_day)),
            Err(members::Refusal::BirthDayWrong.into()),
            "{birth_day}"
        );
    }
    assert_eq!(apply(&mut memory, form(None, GROWN_UP + 1)), Err(members::Refusal::ConsentMissing.into()));
    assert_eq!(apply(&mut memory, form(None, GROWN_UP)), applied(0));
    // Of a member the age is known, whatever the form says.
    memory.set(rows::member(READER, child.unwrap(), GROWN_UP + 1));
    assert_eq!(apply(&mut memory, form(child, ADULT)), Err(members::Refusal::ConsentMissing.into()));
    let consented = ApplyAsVolunteer { guardian: true, ..form(child, 0) };
    assert_eq!(apply(&mut memory, consented), applied(child.unwrap().0));
    assert!(volunteer(&memory, child).guardian);
}

#[test]
fn who_was_declined_may_ask_again_and_keeps_the_hours() {
    let mut memory = home();
    assert_eq!(apply(&mut memory, form(None, ADULT)), applied(0));
    let face = Record::from(VolunteerFace { reader: READER, member: None, face: Sealed(vec![4]) });
    assert_eq!(memory.records.last(), Some(&face));
    memory.set(Volunteer { minutes: 90, ..volunteer(&memory, None) });
    review(&mut memory, false, " 名额已满 ").unwrap();
    assert_eq!(memory.told(READER), Some((volunteers::MessageKind::VolunteerDeclined.into(), 0)));
    let told = Record::from(VolunteerReview { reader: READER, member: None, reason: "名额已满".into() });
    assert!(memory.records.contains(&told));
    assert_eq!(apply(&mut memory, form(None, ADULT)), applied(0));
    let again = volunteer(&memory, None);
    assert_eq!((again.state, again.minutes, again.reviewed_at, again.reviewed_by), (Applied, 90, 0, None));
    assert_eq!(review(&mut memory, true, "").unwrap().cells[1], 1);
    let approved = volunteer(&memory, None);
    assert_eq!((approved.state, approved.reviewed_at, approved.reviewed_by), (Approved, MORNING + 1, Some(LIBRARIAN)));
    assert_eq!(memory.told(READER), Some((volunteers::MessageKind::VolunteerApproved.into(), 0)));
    assert_eq!(apply(&mut memory, form(None, ADULT)), Err(volunteers::Refusal::AlreadyApplied.into()));
}

#[test]
fn reviews_are_refused_in_order_of_precedence() {
    let mut memory = home();
    let ask = |memory: &mut Memory, c: &ReviewVolunteer| {
        memory.ask(Actor::Staff(HELPER), Command::from(c.clone()), at(MORNING))
    };
    let worst = ReviewVolunteer { reader: READER, member: None, approved: false, reason: " ".into() };
    memory.is_not_for_others(&Command::from(worst.clone()));
    memory.is_for_staff(ReviewVolunteers, &Command::from(worst.clone()));
    assert_eq!(ask(&mut memory, &worst), Err(volunteers::Refusal::NoSuchVolunteer.into()));
    for state in [Approved, Declined] {
        memory.set(rows::volunteer(READER, None, state));
        assert_eq!(ask(&mut memory, &worst), Err(volunteers::Refusal::NotUnderReview.into()));
    }
    memory.set(rows::volunteer(READER, None, Applied));
    assert_eq!(ask(&mut memory, &worst), Err(Common::ReasonMissing.into()));
    let most = REASON_CHARS_MAX;
    for approved in [false, true] {
        let long = ReviewVolunteer { approved, reason: "书".repeat(most + 1), ..worst.clone() };
        assert_eq!(ask(&mut memory, &long), Err(Common::TextTooLong { most: most as i64 }.into()));
    }
    // Volunteers are the whole library's, so no branch is asked for.
    memory.employ(rows::staff(HELPER), Some(BranchId(2)), ReviewVolunteers as i64);
    let reply = ask(&mut memory, &ReviewVolunteer { approved: true, ..worst });
    assert_eq!(reply, Ok(volunteers::Reply::VolunteerReviewed { reader: READER, approved: true }.into()));
    assert_eq!(memory.last_audit().action, "volunteer.approve");
}

#[test]
fn only_who_was_approved_signs_up_for_services() {
    let mut memory = home();
    let [one, two] = [family(READER, 2)[0], family(READER, 2)[1]];
    memory.set(rows::volunteer(READER, one, Approved));
    assert_eq!(
        memory.sign_up(READER, wish(READER, &[one, two]), MORNING),
        Err(activities::Refusal::NotApproved.into())
    );
    assert_eq!(memory.sign_up(READER, wish(READER, &ONESELF), MORNING), Err(activities::Refusal::NotApproved.into()));
    assert_eq!(memory.sign_up(READER, wish(READER, &[one]), MORNING).unwrap().cells[1], 0);
    // At the door, too.
    memory.set(ActivityRules { walk_ins: true, ..rows::activity_rules(ACTIVITY) });
    assert_eq!(memory.attend(READER, &[two], rows::STARTS), Err(activities::Refusal::NotApproved.into()));
}

#[test]
fn who_has_left_hears_nothing_of_the_review() {
    let mut memory = home();
    apply(&mut memory, form(None, ADULT)).unwrap();
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(READER) });
    review(&mut memory, true, "").unwrap();
    assert_eq!((volunteer(&memory, None).state, memory.told(READER)), (Approved, None));
}

#[test]
fn a_removed_member_s_registration_is_wiped() {
    let mut memory = home();
    let child = MemberId(5);
    memory.set(rows::member(READER, child, GROWN_UP));
    apply(&mut memory, form(Some(child), 0)).unwrap();
    let remove = Command::from(domain::members::RemoveMember { member: child });
    memory.ask(Actor::Reader(READER), remove, at(MORNING + 1)).unwrap();
    assert!(memory.records.contains(&Record::from(VolunteerFace {
        reader: READER,
        member: Some(child),
        face: Sealed::default()
    })));
}

const ALL: [VolunteerState; 6] = [Applied, Approved, Declined, Paused, Suspended, Left];

/// In which states a command is taken, and what becomes of them.
fn taken(command: &Command, by: Actor) -> Vec<(VolunteerState, VolunteerState)> {
    let mut taken = vec![];
    for state in ALL {
        let mut memory = home();
        memory.set(rows::volunteer(READER, None, state));
        match memory.ask(by, command.clone(), at(MORNING + 1)) {
            Ok(_) => taken.push((state, volunteer(&memory, None).state)),
            Err(why) => assert_eq!(why, volunteers::Refusal::NotServing, "{state:?}"),
        }
    }
    taken
}

#[test]
fn a_volunteer_edits_pauses_and_leaves_and_staff_suspend() {
    let reader = Actor::Reader(READER);
    let edit = Command::from(EditVolunteer { member: None, face: Sealed(vec![4]) });
    assert_eq!(taken(&edit, reader), [(Applied, Applied), (Approved, Approved), (Paused, Paused)]);
    let pause = |pauses| Command::from(PauseVolunteer { member: None, pauses });
    assert_eq!(taken(&pause(true), reader), [(Approved, Paused)]);
    assert_eq!(taken(&pause(false), reader), [(Paused, Approved)]);
    let leave = Command::from(LeaveVolunteers { member: None });
    assert_eq!(taken(&leave, reader), [(Approved, Left), (Paused, Left)]);
    let suspend = |suspends| {
        let reason = "多次缺席".to_string();
        Command::from(SuspendVolunteer { reader: READER, member: None, suspends, reason })
    };
    assert_eq!(taken(&suspend(true), STAFF), [(Approved, Suspended), (Paused, Suspended)]);
    assert_eq!(taken(&suspend(false), STAFF), [(Suspended, Approved)]);
    for command in [&edit, &pause(true), &leave] {
        home().is_for_readers(READER, command);
    }
    home().is_for_staff(ReviewVolunteers, &suspend(true));
}

#[test]
fn who_pauses_signs_up_for_nothing_and_who_is_expected_does_not_leave() {
    let mut memory = home();
    for state in [Paused, Suspended, Left] {
        memory.set(rows::volunteer(READER, None, state));
        let signed_up = memory.sign_up(READER, wish(READER, &ONESELF), MORNING);
        assert_eq!(signed_up, Err(activities::Refusal::NotApproved.into()), "{state:?}");
    }
    memory.set(rows::volunteer(READER, None, Approved));
    memory.sign_up(READER, wish(READER, &ONESELF), MORNING).unwrap();
    let leave = |memory: &mut Memory, when| {
        memory.ask(Actor::Reader(READER), Command::from(LeaveVolunteers { member: None }), at(when))
    };
    let last = rows::TIMES.ends - 1;
    assert_eq!(leave(&mut memory.clone(), last), Err(volunteers::Refusal::ServiceAhead.into()));
    assert!(leave(&mut memory, rows::TIMES.ends).is_ok());
}

#[test]
fn a_suspension_says_why() {
    let mut memory = home();
    memory.set(rows::volunteer(READER, None, Approved));
    let suspend =
        |reason: &str| SuspendVolunteer { reader: READER, member: None, suspends: true, reason: reason.into() };
    let ask = |memory: &mut Memory, reason: &str| memory.ask(STAFF, Command::from(suspend(reason)), at(MORNING));
    assert_eq!(ask(&mut memory, " "), Err(Common::ReasonMissing.into()));
    ask(&mut memory, "多次无故缺席").unwrap();
    assert_eq!(memory.told(READER), Some((volunteers::MessageKind::VolunteerSuspended.into(), 0)));
    assert_eq!(memory.last_audit().action, "volunteer.suspend");
    let said = Record::from(VolunteerReview { reader: READER, member: None, reason: "多次无故缺席".into() });
    assert!(memory.records.contains(&said));
}
