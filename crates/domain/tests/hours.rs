//! Hours: how long volunteers have served, what it earns, and what staff correct.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::activities::attendance::*;
use domain::core::asked::Actor;
use domain::core::day::HOUR_MS;
use domain::core::refusal::Common;
use domain::slices::Command;
use domain::staff::Permission::TakeAttendance;
use domain::tables::*;
use domain::{activities, ledger, staff};
use support::activities::*;
use support::asking::HELPER;
use support::rows::{STARTS, TIMES};
use support::*;

const MINUTE: Millis = 60_000;
const DOORS: Millis = STARTS - HOUR_MS;

/// Two volunteers who are enrolled: the reader and a member.
fn service(change: impl Fn(ActivityRules) -> ActivityRules) -> (Memory, ReaderId, Option<MemberId>) {
    let mut memory = hall(9);
    memory.set(Activity { kind: ActivityKind::Volunteer, ..memory.activity() });
    memory.set(change(rows::activity_rules(ACTIVITY)));
    let reader = memory.comes(11, 1);
    let child = family(reader, 1)[0];
    [None, child].iter().for_each(|who| memory.set(rows::volunteer(reader, *who, VolunteerState::Approved)));
    memory.sign_up(reader, wish(reader, &[None, child]), MORNING).unwrap();
    (memory, reader, child)
}

fn by_time(rules: ActivityRules) -> ActivityRules {
    ActivityRules { block_minutes: 30, points: 5, ..rules }
}

fn scan_out(memory: &mut Memory, reader: ReaderId, scanned_at: Millis, when: Millis) -> Heard {
    let leave = Leave { activity: ACTIVITY, members: vec![None], scanned_at };
    memory.ask(Actor::Reader(reader), Command::from(leave), at(when))
}

fn correct(memory: &mut Memory, reader: ReaderId, member: Option<MemberId>, minutes: i64) -> Heard {
    let correct = CorrectMinutes { activity: ACTIVITY, reader, member, minutes, reason: "漏签退".into() };
    memory.ask(STAFF, Command::from(correct), at(TIMES.ends))
}

fn hours(memory: &Memory, reader: ReaderId, member: Option<MemberId>) -> i64 {
    memory.get::<Volunteer>(Volunteer::key(reader, member)).unwrap().minutes
}

#[test]
fn leaving_is_refused_in_order_of_precedence() {
    let (mut memory, reader, child) = service(by_time);
    let whole = memory.activity();
    let leave = |activity, members: &[Option<MemberId>], scanned_at| {
        Command::from(Leave { activity, members: members.to_vec(), scanned_at })
    };
    let ask = |memory: &mut Memory, command| memory.ask(Actor::Reader(reader), command, at(STARTS));
    memory.is_for_readers(reader, &leave(ActivityId(62), &[], i64::MIN));
    assert_eq!(ask(&mut memory, leave(ActivityId(62), &[], i64::MIN)), Err(activities::Refusal::NoSuchActivity.into()));
    let worst = leave(ACTIVITY, &[], i64::MIN);
    memory.set(Activity { state: ActivityState::Cancelled, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, worst.clone()), Err(activities::Refusal::ActivityCancelled.into()));
    memory.set(Activity { confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, worst.clone()), Err(activities::Refusal::AlreadyConfirmed.into()));
    memory.set(whole);
    let not_in_time = Err(activities::Refusal::NotInTime { from: DOORS, until: TIMES.ends + HOUR_MS }.into());
    assert_eq!(ask(&mut memory, worst), not_in_time);
    assert_eq!(
        ask(&mut memory, leave(ACTIVITY, &[], STARTS - SCAN_LIFE_MS)),
        Err(activities::Refusal::ScanExpired.into())
    );
    assert_eq!(ask(&mut memory, leave(ACTIVITY, &[], STARTS)), Err(activities::Refusal::NobodyChosen.into()));
    assert_eq!(
        ask(&mut memory, leave(ACTIVITY, &[Some(MemberId(5))], STARTS)),
        Err(activities::Refusal::NotEnrolled.into())
    );
    assert_eq!(ask(&mut memory, leave(ACTIVITY, &ONESELF, STARTS)), Err(activities::Refusal::NotSignedIn.into()));
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    assert_eq!(
        ask(&mut memory, leave(ACTIVITY, &ONESELF, STARTS - 1)),
        Err(activities::Refusal::NotSignedIn.into()),
        "before coming"
    );
    assert_eq!(
        memory.leave(reader, &[None, child], STARTS),
        Err(activities::Refusal::NotSignedIn.into()),
        "all or none"
    );
    assert!(memory.leave(reader, &ONESELF, STARTS).is_ok());
    assert_eq!(memory.leave(reader, &ONESELF, STARTS + 1), Err(activities::Refusal::AlreadySignedOut.into()), "once");
    let (mut readers_own, reader) = party(|rules| rules);
    readers_own.attend(reader, &ONESELF, STARTS).unwrap();
    assert_eq!(readers_own.leave(reader, &ONESELF, STARTS), Err(activities::Refusal::NotSignedIn.into()), "no service");
}

#[test]
fn hours_are_not_served_from_home() {
    let (mut memory, reader, _) = service(by_time);
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    let last = TIMES.ends + HOUR_MS;
    let too_late = Err(activities::Refusal::NotInTime { from: DOORS, until: last }.into());
    assert_eq!(scan_out(&mut memory, reader, last, last), too_late);
    assert_eq!(scan_out(&mut memory, reader, last - 1, last + SCAN_LIFE_MS - 2).unwrap().cells[0], 4 * 5);
    assert_eq!(hours(&memory, reader, None), 120, "as long as the service was");
    let (mut memory, reader, _) = service(|rules| rules);
    memory.attend(reader, &ONESELF, DOORS).unwrap();
    let early = Ok(activities::Reply::HoursServed { points: 0 }.into());
    assert_eq!(memory.leave(reader, &ONESELF, STARTS + MINUTE - 1), early, "nobody earns by coming and going");
    assert_eq!(hours(&memory, reader, None), 0);
}

#[test]
fn each_full_half_hour_earns() {
    for (minutes, points) in [(0, 0), (29, 0), (30, 5), (59, 5), (60, 10), (120, 20)] {
        for short in [0, 1] {
            let (mut memory, reader, _) = service(by_time);
            assert_eq!(memory.attend(reader, &ONESELF, STARTS), signed_in(1, 0), "coming alone earns nothing");
            let out = STARTS + minutes * MINUTE + short * (MINUTE - 1);
            let left = memory.leave(reader, &ONESELF, out);
            assert_eq!(left, Ok(activities::Reply::HoursServed { points }.into()), "{minutes}");
            let one = memory.one(reader, None);
            assert_eq!((one.minutes, one.out_at, hours(&memory, reader, None)), (minutes, out, minutes));
            assert_eq!(
                (memory.balance(reader), memory.told(reader)),
                (points, Some((activities::MessageKind::HoursRecorded.into(), points)))
            );
            memory.adds_up();
        }
    }
}

#[test]
fn too_short_a_service_earns_nothing() {
    for (minutes, fixed, hourly) in [(59, 0, 0), (60, 10, 10)] {
        for (block_minutes, points, expected) in [(0, 10, fixed), (30, 5, hourly)] {
            let (mut memory, reader, _) =
                service(|rules| ActivityRules { block_minutes, points, minutes_min: 60, ..rules });
            memory.attend(reader, &ONESELF, STARTS).unwrap();
            assert_eq!(
                memory.leave(reader, &ONESELF, STARTS + minutes * MINUTE).unwrap().cells[0],
                expected,
                "{minutes}"
            );
            assert_eq!(hours(&memory, reader, None), minutes, "counted all the same");
        }
    }
}

#[test]
fn each_volunteer_earns_for_the_service_once() {
    let (mut memory, reader, child) = service(|rules| rules);
    memory.attend(reader, &[None, child], STARTS).unwrap();
    assert_eq!(memory.leave(reader, &[None, child], STARTS + 30 * MINUTE).unwrap().cells[0], 20);
    assert_eq!(memory.balance(reader), 20);
    let accounts: Vec<_> = memory.all::<Posting>().iter().map(|posting| posting.account).collect();
    assert_eq!(accounts, [Account::Volunteer; 2]);
    memory.adds_up();
    // Ticked off and on again, the time is gone and with it the points.
    assert_eq!(memory.tick(reader, None, false).unwrap().cells[1], -10);
    assert_eq!((hours(&memory, reader, None), hours(&memory, reader, child)), (0, 30));
    assert_eq!(memory.tick(reader, None, true).unwrap().cells[1], 0);
    memory.adds_up();
}

#[test]
fn corrections_are_refused_in_order_of_precedence() {
    let (mut memory, reader, _) = service(by_time);
    let ask = |memory: &mut Memory, c: &CorrectMinutes| {
        memory.ask(Actor::Staff(HELPER), Command::from(c.clone()), at(STARTS))
    };
    let activity = ActivityId(62);
    let worst = CorrectMinutes { activity, reader, member: Some(MemberId(5)), minutes: -1, reason: " ".into() };
    assert_eq!(ask(&mut memory, &worst), Err(activities::Refusal::NoSuchActivity.into()));
    let worst = CorrectMinutes { activity: ACTIVITY, ..worst };
    memory.is_not_for_others(&Command::from(worst.clone()));
    memory.is_for_staff(TakeAttendance, &Command::from(worst.clone()));
    memory.set(Activity { branch: BranchId(2), ..memory.activity() });
    assert_eq!(ask(&mut memory, &worst), Err(staff::Refusal::OtherBranch.into()));
    memory.set(Activity { branch: BRANCH, ..memory.activity() });
    assert_eq!(ask(&mut memory, &worst), Err(Common::ReasonMissing.into()));
    let worst = CorrectMinutes { reason: "漏签退".into(), ..worst };
    for minutes in [-1, 1_441, i64::MAX, i64::MIN] {
        let worst = CorrectMinutes { minutes, ..worst.clone() };
        assert_eq!(ask(&mut memory, &worst), Err(activities::Refusal::MinutesWrong.into()));
    }
    let worst = CorrectMinutes { minutes: 1_440, ..worst };
    assert_eq!(ask(&mut memory, &worst), Err(activities::Refusal::NotEnrolled.into()));
    let worst = CorrectMinutes { member: None, ..worst };
    assert_eq!(ask(&mut memory, &worst), Err(activities::Refusal::NotSignedIn.into()));
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    assert!(matches!(ask(&mut memory, &worst).unwrap().of(), Some(activities::Reply::MinutesCorrected { .. })));
    let (mut readers_own, reader) = party(|rules| rules);
    readers_own.attend(reader, &ONESELF, STARTS).unwrap();
    assert_eq!(correct(&mut readers_own, reader, None, 60), Err(activities::Refusal::NotSignedIn.into()), "no service");
}

#[test]
fn corrected_hours_bring_points_and_totals_along() {
    let (mut memory, reader, _) = service(by_time);
    let total = |memory: &Memory| (hours(memory, reader, None), memory.balance(reader));
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    // Whoever forgot to sign out; also after the attendance was confirmed.
    memory.confirm(TIMES.ends).unwrap();
    let reply = correct(&mut memory, reader, None, 95);
    assert_eq!(reply, Ok(activities::Reply::MinutesCorrected { minutes: 95, points: 15 }.into()));
    assert_eq!((total(&memory), memory.one(reader, None).out_at), ((95, 15), STARTS + 95 * MINUTE));
    assert_eq!(memory.last_audit().note, "0 -> 95: 漏签退");
    assert_eq!(correct(&mut memory, reader, None, 95).unwrap().cells[1], 0);
    assert_eq!(correct(&mut memory, reader, None, 40).unwrap().cells[1], -10);
    assert_eq!(total(&memory), (40, 5));
    memory.adds_up();
    let card = memory.get::<Card>(Card::key(card_of(reader))).unwrap();
    memory.set(Card { balance: 4, ..card });
    assert_eq!(correct(&mut memory, reader, None, 0), Err(ledger::Refusal::TooFewPoints { short_by: 1 }.into()));
    memory.set(card);
    assert_eq!(correct(&mut memory, reader, None, 0).unwrap().cells[1], -5);
    assert_eq!(total(&memory), (0, 0));
    memory.adds_up();
}

#[test]
fn who_is_corrected_before_signing_out_does_not_sign_out_again() {
    let (mut memory, reader, _) = service(by_time);
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    correct(&mut memory, reader, None, 60).unwrap();
    assert_eq!(memory.leave(reader, &ONESELF, TIMES.ends), Err(activities::Refusal::AlreadySignedOut.into()));
}
