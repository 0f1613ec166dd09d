//! 撤回同意: whose consent it was, and that nothing of the child is left or still to come.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::consents::{MessageKind, Refusal, Reply, RevokeConsent};
use domain::core::asked::Actor;
use domain::core::record::{Record, Sealed};
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::members::{MemberFace, VolunteerFace};
use domain::slices::Command;
use domain::tables::*;
use support::activities::{family, hall, wish};
use support::rows::{STARTS, TIMES};
use support::*;

const READER: ReaderId = ReaderId(11);
const GUARDIAN: ReaderId = ReaderId(12);
const CHILD: i64 = 20160512;

/// A hall with one place, and a reader with two children for whom somebody else has consented.
fn home() -> (Memory, [Option<MemberId>; 2]) {
    let mut memory = hall(1);
    memory.comes(READER.0, 2);
    memory.comes(GUARDIAN.0, 0);
    let children = [family(READER, 1)[0], family(READER, 2)[1]];
    for child in children {
        let row = rows::member(READER, child.unwrap(), CHILD);
        memory.set(Member { guardian: Some(GUARDIAN), consented_at: 5, ..row });
    }
    (memory, children)
}

fn revoke(memory: &mut Memory, by: ReaderId, child: Option<MemberId>, when: Millis) -> Result<Replied, Refused> {
    let command = RevokeConsent { reader: READER, member: child.unwrap() };
    memory.ask(Actor::Reader(by), Command::from(command), at(when))
}

#[test]
fn only_who_has_consented_takes_it_back_and_once() {
    let (mut memory, [child, other]) = home();
    let command = Command::from(RevokeConsent { reader: READER, member: child.unwrap() });
    memory.is_for_readers(GUARDIAN, &command);
    let none = Err(Refusal::NoSuchConsent.into());
    assert_eq!(revoke(&mut memory, READER, child, MORNING), none);
    assert_eq!(revoke(&mut memory, GUARDIAN, Some(MemberId(99)), MORNING), none);
    assert!(revoke(&mut memory, GUARDIAN, child, MORNING).is_ok());
    assert_eq!(revoke(&mut memory, GUARDIAN, child, MORNING), none);
    // A grown-up's data is kept by nobody's consent.
    memory.set(rows::member(READER, other.unwrap(), 19900101));
    assert_eq!(revoke(&mut memory, GUARDIAN, other, MORNING), none);
}

#[test]
fn of_the_child_only_the_row_stays_and_who_had_it_is_told() {
    let (mut memory, [child, other]) = home();
    let member = child.unwrap();
    let said = revoke(&mut memory, GUARDIAN, child, MORNING).unwrap();
    assert_eq!(said.of(), Some(Reply::ConsentRevoked { member, places: 0 }));
    let left: Member = memory.get(Member::key(READER, member)).unwrap();
    assert_eq!(left, Member { state: MemberState::Removed, ..rows::member(READER, member, 0) });
    let wiped = [
        Record::from(MemberFace { member, face: None }),
        Record::from(VolunteerFace { reader: READER, member: Some(member), face: Sealed::default() }),
    ];
    assert_eq!(memory.records, wiped);
    let told = memory.all::<Message>().pop().unwrap();
    assert_eq!((told.reader, told.kind, told.detail), (READER, MessageKind::ConsentRevoked.into(), 0));
    // Who had the child as a member and consented is told by the page.
    let own = Member { guardian: Some(READER), ..rows::member(READER, other.unwrap(), CHILD) };
    memory.set(Member { consented_at: 5, ..own });
    revoke(&mut memory, READER, other, MORNING).unwrap();
    assert_eq!(memory.all::<Message>().len(), 1);
}

#[test]
fn what_is_ahead_is_given_up_past_every_deadline_and_goes_to_who_waits() {
    let (mut memory, [placed, waits]) = home();
    memory.sign_up(READER, wish(READER, &[placed]), MORNING).unwrap();
    memory.sign_up(READER, wish(READER, &[waits]), MORNING).unwrap();
    let mut late = memory.clone();
    let said = revoke(&mut late, GUARDIAN, placed, STARTS).unwrap();
    assert!(matches!(said.of(), Some(Reply::ConsentRevoked { places: 1, .. })));
    let state = |memory: &Memory, who| memory.state(READER, who);
    assert_eq!((state(&late, placed), late.activity().taken), (ParticipantState::Withdrawn, 0));
    revoke(&mut memory, GUARDIAN, placed, MORNING).unwrap();
    assert_eq!((state(&memory, waits), memory.activity().taken), (ParticipantState::Enrolled, 1));
    // What is over stays as it was.
    revoke(&mut memory, GUARDIAN, waits, TIMES.ends).unwrap();
    assert_eq!(state(&memory, waits), ParticipantState::Enrolled);
}

#[test]
fn who_came_along_does_not_come_alone() {
    let (mut memory, [child, other]) = home();
    // The other one is grown up and only accompanies.
    memory.set(rows::member(READER, other.unwrap(), 19900101));
    let rules: ActivityRules = memory.all::<ActivityRules>().pop().unwrap();
    memory.set(ActivityRules { age_min: 3, age_max: 12, companions: true, ..rules });
    memory.sign_up(READER, wish(READER, &[child, other]), MORNING).unwrap();
    revoke(&mut memory, GUARDIAN, child, MORNING).unwrap();
    assert_eq!(memory.states(READER, &[child, other]), [ParticipantState::Withdrawn, ParticipantState::Withdrawn]);
}
