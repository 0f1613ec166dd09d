//! Members: who may be signed up, from which age on without a guardian, and how a member goes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::day::age;
use domain::core::digest::Digest;
use domain::core::record::{Record, Sealed};
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::members::invitations::{AcceptInvitation, INVITATION_LIFE_MS, INVITATIONS_MAX, InviteGuardian};
use domain::members::{self, MemberFace, RemoveMember, SaveMember, VolunteerFace};
use domain::slices::Command;
use domain::tables::*;
use domain::{ledger, readers};
use support::activities::{ADULT, card_of, family, hall, member, wish};
use support::rows::{STARTS, TIMES};
use support::*;

const READER: ReaderId = ReaderId(11);
const GUARDIAN: ReaderId = ReaderId(12);
/// Turns 14 tomorrow.
const CHILD: i64 = 20121124;

fn home() -> Memory {
    let mut memory = hall(5);
    memory.comes(READER.0, 0);
    memory.comes(GUARDIAN.0, 0);
    memory
}

const MEMBERS_MAX: i64 = 8;

fn form(birth_day: i64) -> SaveMember {
    let face = Sealed(vec![1]);
    SaveMember { member: None, birth_day, card: None, consents: false, face }
}

fn save(memory: &mut Memory, form: SaveMember) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(READER), Command::from(form), at(MORNING))
}

fn remove(memory: &mut Memory, id: MemberId, when: Millis) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(READER), Command::from(RemoveMember { member: id }), at(when))
}

fn row(memory: &Memory, id: i64) -> Member {
    memory.get(Member::key(READER, MemberId(id))).unwrap()
}

#[test]
fn refusals_come_in_order_of_precedence() {
    let mut memory = home();
    let worst = SaveMember { birth_day: 20270101, card: Some(card_of(GUARDIAN)), ..form(0) };
    memory.is_for_readers(READER, &Command::from(worst.clone()));
    // Only one's own members are edited.
    memory.set(rows::member(GUARDIAN, MemberId(9), ADULT));
    let mine = SaveMember { member: Some(MemberId(9)), ..worst };
    assert_eq!(save(&mut memory, mine.clone()), Err(members::Refusal::NoSuchMember.into()));
    let new = SaveMember { member: None, ..mine };
    assert_eq!(save(&mut memory, new.clone()), Err(members::Refusal::BirthDayWrong.into()));
    let child = SaveMember { birth_day: CHILD, ..new };
    assert_eq!(save(&mut memory, child.clone()), Err(members::Refusal::ConsentMissing.into()));
    (1..=MEMBERS_MAX).for_each(|n| memory.set(rows::member(READER, member(READER, n), ADULT)));
    let consented = SaveMember { consents: true, ..child };
    assert_eq!(save(&mut memory, consented.clone()), Err(ledger::Refusal::NotYourCard.into()));
    let own_card = SaveMember { card: Some(card_of(READER)), ..consented };
    assert_eq!(save(&mut memory, own_card.clone()), Err(members::Refusal::TooManyMembers { most: MEMBERS_MAX }.into()));
    assert_eq!(memory.records, []);
    remove(&mut memory, member(READER, 1), MORNING).unwrap();
    assert!(matches!(save(&mut memory, own_card).unwrap().of(), Some(members::Reply::MemberSaved { .. })));
}

#[test]
fn a_birth_day_is_a_day_of_the_past() {
    let mut memory = home();
    let wrong = [0, -1, 20261124, 20270229, 19000229, 18961123, 18951122, i64::MAX, i64::MIN];
    for birth_day in wrong {
        let asked = SaveMember { consents: true, ..form(birth_day) };
        assert_eq!(save(&mut memory, asked), Err(members::Refusal::BirthDayWrong.into()), "{birth_day}");
    }
    for birth_day in [20261123, 20240229, 19000301] {
        let asked = SaveMember { consents: true, ..form(birth_day) };
        assert!(save(&mut memory, asked).is_ok(), "{birth_day}");
    }
}

#[test]
fn years_are_full_on_the_birthday_and_a_leap_days_child_waits_until_march() {
    assert_eq!((age(20121124, 20261123), age(20121124, 20261124)), (13, 14));
    assert_eq!((age(20080229, 20260228), age(20080229, 20260301)), (17, 18));
    assert_eq!((age(20080229, 20280228), age(20080229, 20280229)), (19, 20));
    assert_eq!((age(20101231, 20110101), age(20101231, 20111230), age(20101231, 20111231)), (0, 0, 1));
}

#[test]
fn a_guardian_consents_until_the_fourteenth_birthday() {
    let mut memory = home();
    assert_eq!(save(&mut memory, form(CHILD)), Err(members::Refusal::ConsentMissing.into()));
    let of_age = save(&mut memory, form(20121123)).unwrap();
    assert_eq!((row(&memory, of_age.cells[0]).guardian, row(&memory, of_age.cells[0]).consented_at), (None, 0));
    let child = save(&mut memory, SaveMember { consents: true, ..form(CHILD) }).unwrap();
    assert_eq!(
        (row(&memory, child.cells[0]).guardian, row(&memory, child.cells[0]).consented_at),
        (Some(READER), MORNING)
    );
    // Editing asks for no second consent, and keeps the first.
    let edit = SaveMember { member: Some(child.names(MemberId)), ..form(CHILD) };
    let later = memory.ask(Actor::Reader(READER), Command::from(edit.clone()), at(MORNING + 5));
    assert_eq!(later, Ok(child));
    assert_eq!(row(&memory, child.cells[0]).consented_at, MORNING);
    // Once grown up there is nothing to consent to.
    memory.ask(Actor::Reader(READER), Command::from(edit), at(MORNING + rows::DAY)).unwrap();
    assert_eq!((row(&memory, child.cells[0]).guardian, row(&memory, child.cells[0]).consented_at), (None, 0));
    // A grown-up who turns out to be a child needs consent like any other.
    let younger = SaveMember { member: Some(of_age.names(MemberId)), ..form(CHILD) };
    assert_eq!(save(&mut memory, younger), Err(members::Refusal::ConsentMissing.into()));
}

/// As the reader's link says.
fn invite(memory: &mut Memory, when: Millis) -> AcceptInvitation {
    let secret = Digest { high: when, low: 7 };
    let reply = memory.ask(Actor::Reader(READER), Command::from(InviteGuardian { secret }), at(when)).unwrap();
    let (invitation, face) = (reply.names(InvitationId), Sealed(vec![1]));
    AcceptInvitation { reader: READER, invitation, secret, birth_day: CHILD, consents: true, face }
}

fn accept_as(memory: &mut Memory, by: ReaderId, c: AcceptInvitation, when: Millis) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(by), Command::from(c), at(when))
}

#[test]
fn an_invitation_is_good_once() {
    let mut memory = home();
    let asked = invite(&mut memory, MORNING);
    let reply = accept_as(&mut memory, GUARDIAN, asked.clone(), MORNING + 1).unwrap();
    let child = row(&memory, reply.cells[0]);
    assert_eq!((child.reader, child.guardian, child.consented_at), (READER, Some(GUARDIAN), MORNING + 1));
    let used = Err(members::Refusal::InvitationUsed.into());
    assert_eq!(accept_as(&mut memory, GUARDIAN, asked.clone(), MORNING + 2), used);
    // Who is grown up needs no consent, but the invitation is used all the same.
    let asked = invite(&mut memory, MORNING + 2);
    let grown = AcceptInvitation { birth_day: ADULT, consents: false, ..asked };
    let reply = accept_as(&mut memory, GUARDIAN, grown.clone(), MORNING + 3).unwrap();
    assert_eq!(row(&memory, reply.cells[0]).guardian, None);
    assert_eq!(accept_as(&mut memory, GUARDIAN, grown, MORNING + 4), used);
}

#[test]
fn invitations_are_refused_in_order_of_precedence() {
    let mut memory = home();
    let good = invite(&mut memory, MORNING);
    let over = MORNING + INVITATION_LIFE_MS;
    memory.is_for_readers(READER, &Command::from(InviteGuardian { secret: good.secret }));
    memory.is_for_readers(READER, &Command::from(good.clone()));
    let ask = |memory: &mut Memory, c: &AcceptInvitation, when| accept_as(memory, GUARDIAN, c.clone(), when);
    let worst = AcceptInvitation { birth_day: 0, consents: false, ..good.clone() };
    let none = Err(members::Refusal::NoSuchInvitation.into());
    assert_eq!(ask(&mut memory, &AcceptInvitation { reader: GUARDIAN, ..worst.clone() }, over), none);
    let other_secret = Digest { high: 1, low: 1 };
    assert_eq!(ask(&mut memory, &AcceptInvitation { secret: other_secret, ..worst.clone() }, over), none);
    let own = accept_as(&mut memory, READER, worst.clone(), over);
    assert_eq!(own, Err(members::Refusal::OwnInvitation.into()));
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(READER) });
    assert_eq!(ask(&mut memory, &worst, over), Err(members::Refusal::InvitationExpired.into()));
    assert_eq!(ask(&mut memory, &worst, over - 1), Err(readers::Refusal::AccountClosed.into()));
    memory.set(rows::reader(READER));
    assert_eq!(ask(&mut memory, &worst, over - 1), Err(members::Refusal::BirthDayWrong.into()));
    let child = AcceptInvitation { birth_day: CHILD, ..worst };
    assert_eq!(ask(&mut memory, &child, MORNING), Err(members::Refusal::ConsentMissing.into()));
    (1..=MEMBERS_MAX).for_each(|n| memory.set(rows::member(READER, member(READER, n), ADULT)));
    let full = Err(members::Refusal::TooManyMembers { most: MEMBERS_MAX }.into());
    assert_eq!(ask(&mut memory, &good, over - 1), full);
}

#[test]
fn twenty_invitations_are_under_way_at_most() {
    let mut memory = home();
    for n in 0..INVITATIONS_MAX as i64 {
        invite(&mut memory, MORNING + n);
    }
    let one_more = |memory: &mut Memory, when| {
        memory.ask(Actor::Reader(READER), Command::from(InviteGuardian { secret: Digest::NONE }), at(when))
    };
    let most = INVITATIONS_MAX as i64;
    assert_eq!(one_more(&mut memory, MORNING + 99), Err(members::Refusal::TooManyInvitations { most }.into()));
    // What is over goes when the next one is made.
    assert!(one_more(&mut memory, MORNING + INVITATION_LIFE_MS).is_ok());
    assert_eq!(memory.all::<Invitation>().len(), INVITATIONS_MAX);
}

#[test]
fn eight_members_at_most_and_removed_ones_do_not_count() {
    let mut memory = home();
    for _ in 0..MEMBERS_MAX {
        save(&mut memory, form(ADULT)).unwrap();
    }
    let full = Err(members::Refusal::TooManyMembers { most: MEMBERS_MAX }.into());
    assert_eq!(save(&mut memory, form(ADULT)), full);
    let first = memory.all::<Member>()[0].id;
    // Who is there already can still be edited.
    assert!(save(&mut memory, SaveMember { member: Some(first), ..form(19800101) }).is_ok());
    remove(&mut memory, first, MORNING).unwrap();
    assert!(save(&mut memory, form(ADULT)).is_ok());
    assert_eq!(save(&mut memory, form(ADULT)), full);
}

#[test]
fn of_a_removed_member_only_the_row_stays() {
    let mut memory = home();
    let asked = SaveMember { consents: true, card: Some(card_of(READER)), ..form(CHILD) };
    let id = save(&mut memory, asked).unwrap().cells[0];
    assert_eq!(
        memory.records.pop(),
        Some(Record::from(MemberFace { member: MemberId(id), face: Some(Sealed(vec![1])) }))
    );
    let removal = Command::from(RemoveMember { member: MemberId(id) });
    memory.is_for_readers(READER, &removal);
    assert_eq!(memory.ask(Actor::Reader(GUARDIAN), removal, at(MORNING)), Err(members::Refusal::NoSuchMember.into()));
    let reply = remove(&mut memory, MemberId(id), MORNING);
    assert_eq!(reply, Ok(members::Reply::MemberRemoved { member: MemberId(id) }.into()));
    let left = Member { state: MemberState::Removed, ..rows::member(READER, MemberId(id), 0) };
    assert_eq!(row(&memory, id), left);
    let member = MemberId(id);
    let wiped = [
        Record::from(MemberFace { member, face: None }),
        Record::from(VolunteerFace { reader: READER, member: Some(member), face: Sealed::default() }),
    ];
    assert_eq!(memory.records, wiped);
    // Gone for every purpose.
    assert_eq!(remove(&mut memory, MemberId(id), MORNING), Err(members::Refusal::NoSuchMember.into()));
    let edit = SaveMember { member: Some(MemberId(id)), ..form(ADULT) };
    assert_eq!(save(&mut memory, edit), Err(members::Refusal::NoSuchMember.into()));
    let signed_up = memory.sign_up(READER, wish(READER, &[Some(MemberId(id))]), MORNING);
    assert_eq!(signed_up, Err(members::Refusal::NoSuchMember.into()));
}

#[test]
fn places_are_not_hoarded_with_ever_new_members() {
    let mut memory = home();
    memory.comes(READER.0, 2);
    let [placed, waits] = [family(READER, 1)[0], family(READER, 2)[1]];
    memory.set(Activity { capacity: 1, ..memory.activity() });
    memory.sign_up(READER, wish(READER, &[placed]), MORNING).unwrap();
    memory.sign_up(READER, wish(READER, &[waits]), MORNING).unwrap();
    for id in [placed, waits] {
        let last = TIMES.ends - 1;
        assert_eq!(remove(&mut memory.clone(), id.unwrap(), last), Err(members::Refusal::MemberIsEnrolled.into()));
        // When it is over, or was called off, or the place was given back.
        assert!(remove(&mut memory.clone(), id.unwrap(), TIMES.ends).is_ok());
        let mut called_off = memory.clone();
        called_off.set(Activity { state: ActivityState::Cancelled, ..memory.activity() });
        assert!(remove(&mut called_off, id.unwrap(), MORNING).is_ok());
        let mut given_back = memory.clone();
        given_back.withdraw(READER, &[id], MORNING).unwrap();
        assert!(remove(&mut given_back, id.unwrap(), MORNING).is_ok());
    }
    // Nor are points: whoever has signed in stays until the end.
    memory.attend(READER, &[placed], STARTS).unwrap();
    assert_eq!(remove(&mut memory, placed.unwrap(), STARTS), Err(members::Refusal::MemberIsEnrolled.into()));
}
