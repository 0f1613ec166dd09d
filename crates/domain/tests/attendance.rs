//! Attendance: who is signed in when, and that points are earned once and only while the presence stands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::attendance::*;
use domain::envelope::{Actor, Command, Reply, ReplyKind};
use domain::record::Record;
use domain::refusal::Refusal;
use domain::staff::Permission::TakeAttendance;
use domain::tables::*;
use support::activities::*;
use support::asking::HELPER;
use support::rows::{STARTS, TIMES};
use support::*;

use ParticipantState::{Attended, Enrolled, Waiting};

const MINUTE: Millis = 60_000;
const DOORS: Millis = STARTS - EARLY_MS;

fn signed_in(count: i64, points: Points) -> Heard {
    Ok(Reply { kind: ReplyKind::SignedIn, a: count, b: points })
}

/// A reader and three members, all enrolled.
fn party(change: impl Fn(ActivityRules) -> ActivityRules) -> (Memory, ReaderId) {
    let mut memory = hall(9);
    memory.set(change(ActivityRules { party_max: 4, ..rows::activity_rules(ACTIVITY) }));
    let reader = memory.comes(11, 3);
    let everybody = [vec![None], family(reader, 3)].concat();
    memory.sign_up(reader, wish(reader, &everybody), MORNING).unwrap();
    (memory, reader)
}

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
    ActivityRules { by_time: true, points: 5, ..rules }
}

fn scan(memory: &mut Memory, reader: ReaderId, scanned_at: Millis, when: Millis) -> Heard {
    let attend = Attend { activity: ACTIVITY, members: vec![None], scanned_at, card: card_of(reader) };
    memory.ask(Actor::Reader(reader), Command::Attend(attend), at(when))
}

fn scan_out(memory: &mut Memory, reader: ReaderId, scanned_at: Millis, when: Millis) -> Heard {
    let leave = Leave { activity: ACTIVITY, members: vec![None], scanned_at };
    memory.ask(Actor::Reader(reader), Command::Leave(leave), at(when))
}

fn correct(memory: &mut Memory, reader: ReaderId, member: Option<MemberId>, minutes: i64) -> Heard {
    let correct = CorrectMinutes { activity: ACTIVITY, reader, member, minutes, reason: "漏签退".into() };
    memory.ask(STAFF, Command::CorrectMinutes(correct), at(TIMES.ends))
}

fn hours(memory: &Memory, reader: ReaderId, member: Option<MemberId>) -> i64 {
    memory.get::<Volunteer>(Volunteer::key(reader, member)).unwrap().minutes
}

#[test]
fn sign_ins_are_refused_in_order_of_precedence() {
    let (mut memory, reader) = party(|rules| rules);
    let stranger = memory.comes(12, 0);
    let whole = memory.activity();
    let attend = |activity, members: &[Option<MemberId>], scanned_at, card| {
        Command::Attend(Attend { activity, members: members.to_vec(), scanned_at, card })
    };
    let ask = |memory: &mut Memory, who, command| memory.ask(Actor::Reader(who), command, at(STARTS));
    let (early, nobody) = (DOORS - 1, CardId(99));
    memory.is_for_readers(reader, &attend(ActivityId(62), &[], early, nobody));
    assert_eq!(ask(&mut memory, reader, attend(ActivityId(62), &[], early, nobody)), Err(Refusal::NoSuchActivity));
    let worst = attend(ACTIVITY, &[], early, nobody);
    memory.set(Activity { state: ActivityState::Draft, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, reader, worst.clone()), Err(Refusal::NoSuchActivity));
    memory.set(Activity { state: ActivityState::Cancelled, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, reader, worst.clone()), Err(Refusal::ActivityCancelled));
    memory.set(Activity { confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, reader, worst.clone()), Err(Refusal::AlreadyConfirmed));
    memory.set(whole);
    let not_in_time = Err(Refusal::NotInTime { from: DOORS, until: TIMES.ends });
    assert_eq!(ask(&mut memory, reader, worst), not_in_time);
    let old = STARTS - SCAN_LIFE_MS;
    assert_eq!(ask(&mut memory, reader, attend(ACTIVITY, &[], old, nobody)), Err(Refusal::ScanExpired));
    assert_eq!(ask(&mut memory, reader, attend(ACTIVITY, &[], STARTS, nobody)), Err(Refusal::NobodyChosen));
    let me = attend(ACTIVITY, &ONESELF, STARTS, nobody);
    assert_eq!(ask(&mut memory, stranger, me.clone()), Err(Refusal::NotEnrolled));
    memory.set(ActivityRules { walk_ins: true, age_max: 6, ..rows::activity_rules(ACTIVITY) });
    assert_eq!(ask(&mut memory, stranger, me), Err(Refusal::NotYourCard));
    let theirs = attend(ACTIVITY, &ONESELF, STARTS, card_of(reader));
    assert_eq!(ask(&mut memory, stranger, theirs), Err(Refusal::NotYourCard));
    let me = attend(ACTIVITY, &ONESELF, STARTS, card_of(stranger));
    memory.set(Card { reader: Some(stranger), frozen: true, ..rows::card(card_of(stranger)) });
    assert_eq!(ask(&mut memory, stranger, me.clone()), Err(Refusal::CardFrozen));
    memory.comes(12, 0);
    assert_eq!(ask(&mut memory, stranger, me.clone()), Err(Refusal::AgeOutOfRange { member: None, from: 0, until: 6 }));
    memory.set(ActivityRules { walk_ins: true, ..rows::activity_rules(ACTIVITY) });
    memory.set(Activity { capacity: whole.taken, ..whole });
    assert_eq!(ask(&mut memory, stranger, me), Err(Refusal::TooFewPlaces { left: 0 }));
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    let again = memory.attend(reader, &[None, family(reader, 1)[0]], STARTS);
    assert_eq!(again, signed_in(1, 0), "who is there already keeps nobody else out");
    assert_eq!(memory.state(reader, family(reader, 1)[0]), Attended);
    let whole_party = [None, family(reader, 1)[0]];
    assert_eq!(memory.attend(reader, &whole_party, STARTS), Err(Refusal::AlreadySignedIn));
}

#[test]
fn the_doors_open_an_hour_before_the_start_and_close_at_the_end() {
    let (memory, reader) = party(|rules| rules);
    let ask = |when| memory.clone().attend(reader, &ONESELF, when);
    let closed = Err(Refusal::NotInTime { from: DOORS, until: TIMES.ends });
    assert_eq!([ask(DOORS - 1), ask(TIMES.ends)], [closed; 2]);
    assert_eq!([ask(DOORS), ask(TIMES.ends - 1)], [signed_in(1, 10); 2]);
}

#[test]
fn a_scan_counts_from_when_it_was_made_and_for_five_minutes() {
    let (memory, reader) = party(|rules| rules);
    let ask = |scanned_at, when| scan(&mut memory.clone(), reader, scanned_at, when);
    assert!(ask(STARTS, STARTS + SCAN_LIFE_MS - 1).is_ok());
    assert_eq!(ask(STARTS, STARTS + SCAN_LIFE_MS), Err(Refusal::ScanExpired));
    assert_eq!(ask(STARTS + 1, STARTS), Err(Refusal::ScanExpired), "of the future");
    // Scanned before the end, chosen after it.
    assert!(ask(TIMES.ends - 1, TIMES.ends + SCAN_LIFE_MS - 2).is_ok());
    let mut memory = memory;
    scan(&mut memory, reader, STARTS, STARTS + MINUTE).unwrap();
    assert_eq!(memory.one(reader, None).in_at, STARTS);
}

#[test]
fn points_come_once_a_card() {
    let (mut memory, reader) = party(|rules| rules);
    let [one, two, three] = [0, 1, 2].map(|n| family(reader, 3)[n]);
    let own = card_of(ReaderId(500));
    memory.set(Card { reader: Some(reader), ..rows::card(own) });
    memory.set(Member { card: Some(own), ..rows::member(reader, three.unwrap(), ADULT) });
    assert_eq!(memory.attend(reader, &[None, None, one], STARTS), signed_in(2, 10));
    assert_eq!(memory.told(reader), Some((MessageKind::SignedIn, 10)));
    assert_eq!(memory.attend(reader, &[two], STARTS), signed_in(1, 0));
    assert_eq!(memory.attend(reader, &[three], STARTS), signed_in(1, 10), "a card of their own");
    assert_eq!((memory.balance(reader), memory.activity().present), (10, 4));
    assert_eq!(memory.get::<Card>(Card::key(own)).unwrap().balance, 10);
    let postings: Vec<_> = memory.all::<Posting>().iter().map(|p| (p.account, p.kind, p.cause, p.points)).collect();
    assert_eq!(postings, [(Account::Activity, PostingKind::Attendance, ACTIVITY.0, 10); 2]);
    memory.adds_up();
}

#[test]
fn or_for_each_participant() {
    let (mut memory, reader) = party(|rules| ActivityRules { per_participant: true, ..rules });
    assert_eq!(memory.attend(reader, &[vec![None], family(reader, 3)].concat(), STARTS), signed_in(4, 40));
    memory.adds_up();
}

#[test]
fn a_card_that_is_not_the_readers_any_more_gets_nothing() {
    let (mut memory, reader) = party(|rules| rules);
    let one = family(reader, 1)[0];
    let foreign = card_of(memory.comes(12, 0));
    memory.set(Member { card: Some(foreign), ..rows::member(reader, one.unwrap(), ADULT) });
    assert_eq!(memory.attend(reader, &[one], STARTS), signed_in(1, 10));
    assert_eq!((memory.balance(reader), memory.balance(ReaderId(12))), (10, 0));
}

#[test]
fn companions_are_present_and_earn_nothing() {
    let (mut memory, reader) = party(|rules| ActivityRules { per_participant: true, ..rules });
    let companion = memory.one(reader, None);
    memory.set(Participant { companion: true, ..companion });
    memory.set(Activity { taken: 3, ..memory.activity() });
    assert_eq!(memory.attend(reader, &ONESELF, STARTS), signed_in(1, 0));
    assert_eq!((memory.activity().present, memory.all::<Posting>()), (1, vec![]));
    memory.adds_up();
}

#[test]
fn whoever_walks_in_takes_a_free_place_and_none_before_those_who_wait() {
    let mut memory = hall(2);
    memory.set(ActivityRules { walk_ins: true, ..rows::activity_rules(ACTIVITY) });
    let [first, second, third] = [11, 12, 13].map(|n| memory.comes(n, 0));
    memory.sign_up(first, wish(first, &ONESELF), MORNING).unwrap();
    assert_eq!(memory.attend(second, &ONESELF, STARTS), signed_in(1, 10));
    assert_eq!((memory.state(second, None), memory.activity().taken), (Attended, 2));
    memory.adds_up();
    let full = Err(Refusal::TooFewPlaces { left: 0 });
    assert_eq!(memory.attend(third, &ONESELF, STARTS), full);
    // More places, but somebody waited first.
    memory.set(Activity { capacity: 3, ..memory.activity() });
    assert!(memory.clone().attend(third, &ONESELF, STARTS).is_ok());
    let waits = memory.comes(14, 0);
    let mut crowded = hall(1);
    crowded.set(ActivityRules { walk_ins: true, ..rows::activity_rules(ACTIVITY) });
    for reader in [first, waits, third] {
        crowded.comes(reader.0, 0);
    }
    crowded.sign_up(first, wish(first, &ONESELF), MORNING).unwrap();
    crowded.sign_up(waits, wish(waits, &ONESELF), MORNING).unwrap();
    crowded.set(Activity { capacity: 2, ..crowded.activity() });
    // Until it begins the place is kept for who waits; then whoever is there first has it.
    assert_eq!(crowded.attend(third, &ONESELF, STARTS - 1), full);
    assert!(crowded.clone().attend(third, &ONESELF, STARTS).is_ok());
    assert_eq!(crowded.attend(waits, &ONESELF, STARTS - 1), signed_in(1, 10));
    let Activity { taken, waiting, present, .. } = crowded.activity();
    assert_eq!((taken, waiting, present, crowded.all::<WaitingParty>()), (2, 0, 1, vec![]));
    crowded.adds_up();
    assert_eq!(crowded.attend(third, &ONESELF, STARTS), full);
    // At the door there is no limit where the activity has none.
    crowded.set(Activity { capacity: 0, ..crowded.activity() });
    assert!(crowded.attend(third, &ONESELF, STARTS).is_ok());
}

#[test]
fn staff_let_in_who_waits_where_a_place_is_free() {
    let mut memory = hall(1);
    memory.set(ActivityRules { age_max: 12, companions: true, ..rows::activity_rules(ACTIVITY) });
    let [first, waits] = [11, 12].map(|n| memory.comes(n, 2));
    for child in [family(first, 1)[0], family(waits, 1)[0], family(waits, 2)[1]] {
        let of = if child == family(first, 1)[0] { first } else { waits };
        memory.set(rows::member(of, child.unwrap(), 20200101));
    }
    memory.sign_up(first, wish(first, &family(first, 1)), MORNING).unwrap();
    let [one, two] = family(waits, 2)[..] else { panic!() };
    memory.sign_up(waits, wish(waits, &[None, one, two]), MORNING).unwrap();
    let enter = |memory: &mut Memory, member| memory.attend(waits, &[member], STARTS);
    assert_eq!(enter(&mut memory, one), Err(Refusal::StillWaiting), "only staff give places out");
    assert_eq!(memory.tick(waits, one, true), Err(Refusal::TooFewPlaces { left: 0 }));
    memory.set(Activity { capacity: 2, ..memory.activity() });
    assert_eq!(memory.tick(waits, None, true), Err(Refusal::NotEnrolled), "with whom?");
    assert!(memory.tick(waits, one, true).is_ok());
    let states = [one, two, None].map(|who| memory.state(waits, who));
    assert_eq!(states, [Attended, Waiting, Enrolled], "the companion comes along");
    let Activity { taken, waiting, present, .. } = memory.activity();
    assert_eq!((taken, waiting, present), (2, 1, 1));
    let line: Vec<(i64, i64)> = memory.all::<WaitingParty>().iter().map(|row| (row.need, row.size)).collect();
    assert_eq!(line, [(1, 1)]);
    memory.adds_up();
    // Taken back, nobody is blamed for not having come: the place was not theirs until then.
    memory.tick(waits, one, false).unwrap();
    assert_eq!(memory.one(waits, one).promoted_at, STARTS);
}

#[test]
fn ticks_are_refused_in_order_of_precedence() {
    let (mut memory, reader) = party(|rules| rules);
    let tick = |present, when| Tick { activity: ACTIVITY, reader, member: None, present, ticked_at: when };
    let ask = |memory: &mut Memory, c: Tick, when| memory.ask(Actor::Staff(HELPER), Command::Tick(c), at(when));
    let nobody = Tick { reader: ReaderId(99), ..tick(true, STARTS) };
    let nowhere = Command::Tick(Tick { activity: ActivityId(62), ..nobody });
    assert_eq!(memory.ask(Actor::Visitor, nowhere, at(STARTS)), Err(Refusal::NoSuchActivity));
    memory.is_not_for_others(&Command::Tick(nobody));
    memory.is_for_staff(TakeAttendance, &Command::Tick(nobody));
    let whole = memory.activity();
    memory.set(Activity { branch: BranchId(2), state: ActivityState::Cancelled, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, nobody, DOORS - 1), Err(Refusal::OtherBranch));
    memory.set(Activity { state: ActivityState::Cancelled, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, nobody, DOORS - 1), Err(Refusal::ActivityCancelled));
    memory.set(Activity { confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, nobody, DOORS - 1), Err(Refusal::AlreadyConfirmed));
    memory.set(whole);
    let not_in_time = Err(Refusal::NotInTime { from: DOORS, until: TIMES.ends });
    assert_eq!(ask(&mut memory, nobody, DOORS - 1), not_in_time);
    memory.set(Activity { state: ActivityState::Draft, ..whole });
    assert_eq!(ask(&mut memory, nobody, STARTS), not_in_time);
    memory.set(whole);
    assert_eq!(ask(&mut memory, nobody, DOORS), Err(Refusal::NotEnrolled));
    assert_eq!(ask(&mut memory, tick(false, DOORS), DOORS), Err(Refusal::NotSignedIn));
    assert_eq!(ask(&mut memory, tick(true, DOORS), DOORS), Ok(Reply { kind: ReplyKind::Ticked, a: 1, b: 10 }));
    assert_eq!(ask(&mut memory, tick(true, DOORS), DOORS), Err(Refusal::AlreadySignedIn));
    assert!(matches!(memory.records.last(), Some(Record::Audit { action: "participant.tick", .. })));
    for state in ParticipantState::ALL.iter().filter(|state| !matches!(state, Enrolled | Attended | Waiting)) {
        memory.set(Participant { state: *state, ..memory.one(reader, None) });
        assert_eq!(ask(&mut memory, tick(true, DOORS), DOORS), Err(Refusal::NotEnrolled), "{state:?}");
        assert_eq!(ask(&mut memory, tick(false, DOORS), DOORS), Err(Refusal::NotSignedIn), "{state:?}");
    }
}

#[test]
fn a_tick_counts_from_when_it_was_made_within_reason() {
    const TWO_DAYS: Millis = 48 * 3_600_000;
    let (memory, reader) = party(|rules| rules);
    let in_at = |ticked_at, when| {
        let mut memory = memory.clone();
        let tick = Tick { activity: ACTIVITY, reader, member: None, present: true, ticked_at };
        memory.ask(STAFF, Command::Tick(tick), at(when)).unwrap();
        memory.one(reader, None).in_at
    };
    assert_eq!(in_at(STARTS, STARTS + MINUTE), STARTS);
    assert_eq!((in_at(i64::MIN, STARTS), in_at(i64::MAX, STARTS)), (DOORS, STARTS));
    let late = DOORS + TWO_DAYS;
    assert_eq!((in_at(DOORS, late), in_at(DOORS, late + 1)), (DOORS, DOORS + 1));
}

#[test]
fn what_was_ticked_by_mistake_is_as_if_nobody_had_come() {
    let (mut memory, reader) = party(|rules| rules);
    let before = memory.one(reader, None);
    memory.tick(reader, None, true).unwrap();
    assert_eq!(memory.tick(reader, None, false), Ok(Reply { kind: ReplyKind::Ticked, a: 0, b: -10 }));
    assert_eq!(memory.one(reader, None), before);
    assert_eq!((memory.balance(reader), memory.activity().present), (0, 0));
    assert_eq!(memory.told(reader), Some((MessageKind::AttendanceUndone, 10)));
    let kinds: Vec<_> = memory.all::<Posting>().iter().map(|posting| (posting.kind, posting.points)).collect();
    assert_eq!(kinds, [(PostingKind::Attendance, 10), (PostingKind::AttendanceCorrected, -10)]);
    memory.adds_up();
    // To and fro earns no more than once.
    for _ in 0..3 {
        memory.tick(reader, None, true).unwrap();
        memory.tick(reader, None, false).unwrap();
    }
    assert_eq!(memory.attend(reader, &ONESELF, STARTS), signed_in(1, 10));
    assert_eq!(memory.balance(reader), 10);
    memory.adds_up();
}

#[test]
fn what_a_card_has_earned_stays_while_somebody_of_it_is_present() {
    let (mut memory, reader) = party(|rules| rules);
    let one = family(reader, 1)[0];
    memory.attend(reader, &[None, one], STARTS).unwrap();
    assert_eq!(memory.tick(reader, None, false).unwrap().b, 0);
    assert_eq!(memory.balance(reader), 10);
    assert_eq!(memory.tick(reader, one, false).unwrap().b, -10);
    assert_eq!(memory.balance(reader), 0);
    memory.adds_up();
}

#[test]
fn points_that_were_spent_are_not_taken_back() {
    let (mut memory, reader) = party(|rules| rules);
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    let card = memory.get::<Card>(Card::key(card_of(reader))).unwrap();
    memory.set(Card { balance: 9, ..card });
    let before: Vec<_> = memory.rows().map(|(table, key, cells)| (table, *key, *cells)).collect();
    assert_eq!(memory.tick(reader, None, false), Err(Refusal::TooFewPoints { short_by: 1 }));
    assert_eq!(memory.rows().map(|(table, key, cells)| (table, *key, *cells)).collect::<Vec<_>>(), before);
    memory.set(card);
    assert!(memory.tick(reader, None, false).is_ok());
}

#[test]
fn points_go_back_to_the_card_that_had_them() {
    let (mut memory, reader) = party(|rules| rules);
    let one = family(reader, 1)[0];
    let own = card_of(ReaderId(500));
    memory.set(Card { reader: Some(reader), ..rows::card(own) });
    memory.attend(reader, &[one], STARTS).unwrap();
    memory.set(Member { card: Some(own), ..rows::member(reader, one.unwrap(), ADULT) });
    assert_eq!(memory.tick(reader, one, false).unwrap().b, -10);
    assert_eq!(memory.balance(reader), 0);
    memory.tick(reader, one, true).unwrap();
    assert_eq!(memory.get::<Card>(Card::key(own)).unwrap().balance, 10);
    memory.adds_up();
}

#[test]
fn an_activity_without_points_posts_nothing() {
    let (mut memory, reader) = party(|rules| ActivityRules { points: 0, ..rules });
    assert_eq!(memory.attend(reader, &ONESELF, STARTS), signed_in(1, 0));
    assert_eq!(memory.tick(reader, None, false).unwrap().b, 0);
    assert_eq!(memory.all::<Posting>(), []);
}

#[test]
fn leaving_is_refused_in_order_of_precedence() {
    let (mut memory, reader, child) = service(by_time);
    let whole = memory.activity();
    let leave = |activity, members: &[Option<MemberId>], scanned_at| {
        Command::Leave(Leave { activity, members: members.to_vec(), scanned_at })
    };
    let ask = |memory: &mut Memory, command| memory.ask(Actor::Reader(reader), command, at(STARTS));
    memory.is_for_readers(reader, &leave(ActivityId(62), &[], i64::MIN));
    assert_eq!(ask(&mut memory, leave(ActivityId(62), &[], i64::MIN)), Err(Refusal::NoSuchActivity));
    let worst = leave(ACTIVITY, &[], i64::MIN);
    memory.set(Activity { state: ActivityState::Cancelled, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, worst.clone()), Err(Refusal::ActivityCancelled));
    memory.set(Activity { confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, worst.clone()), Err(Refusal::AlreadyConfirmed));
    memory.set(whole);
    let not_in_time = Err(Refusal::NotInTime { from: DOORS, until: TIMES.ends + LATE_MS });
    assert_eq!(ask(&mut memory, worst), not_in_time);
    assert_eq!(ask(&mut memory, leave(ACTIVITY, &[], STARTS - SCAN_LIFE_MS)), Err(Refusal::ScanExpired));
    assert_eq!(ask(&mut memory, leave(ACTIVITY, &[], STARTS)), Err(Refusal::NobodyChosen));
    assert_eq!(ask(&mut memory, leave(ACTIVITY, &[Some(MemberId(5))], STARTS)), Err(Refusal::NotEnrolled));
    assert_eq!(ask(&mut memory, leave(ACTIVITY, &ONESELF, STARTS)), Err(Refusal::NotSignedIn));
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    assert_eq!(ask(&mut memory, leave(ACTIVITY, &ONESELF, STARTS - 1)), Err(Refusal::NotSignedIn), "before coming");
    assert_eq!(memory.leave(reader, &[None, child], STARTS), Err(Refusal::NotSignedIn), "all or none");
    assert!(memory.leave(reader, &ONESELF, STARTS).is_ok());
    assert_eq!(memory.leave(reader, &ONESELF, STARTS + 1), Err(Refusal::AlreadySignedOut), "once");
    let (mut readers_own, reader) = party(|rules| rules);
    readers_own.attend(reader, &ONESELF, STARTS).unwrap();
    assert_eq!(readers_own.leave(reader, &ONESELF, STARTS), Err(Refusal::NotSignedIn), "no service");
}

#[test]
fn hours_are_not_served_from_home() {
    let (mut memory, reader, _) = service(by_time);
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    let last = TIMES.ends + LATE_MS;
    let too_late = Err(Refusal::NotInTime { from: DOORS, until: last });
    assert_eq!(scan_out(&mut memory, reader, last, last), too_late);
    assert_eq!(scan_out(&mut memory, reader, last - 1, last + SCAN_LIFE_MS - 2).unwrap().b, 4 * 5);
    assert_eq!(hours(&memory, reader, None), 120, "as long as the service was");
    let (mut memory, reader, _) = service(|rules| rules);
    memory.attend(reader, &ONESELF, DOORS).unwrap();
    let early = Ok(Reply { kind: ReplyKind::HoursServed, a: 0, b: 0 });
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
            assert_eq!(left, Ok(Reply { kind: ReplyKind::HoursServed, a: 0, b: points }), "{minutes}");
            let one = memory.one(reader, None);
            assert_eq!((one.minutes, one.out_at, hours(&memory, reader, None)), (minutes, out, minutes));
            assert_eq!(
                (memory.balance(reader), memory.told(reader)),
                (points, Some((MessageKind::HoursRecorded, points)))
            );
            memory.adds_up();
        }
    }
}

#[test]
fn too_short_a_service_earns_nothing() {
    for (minutes, fixed, hourly) in [(59, 0, 0), (60, 10, 10)] {
        for (by_time, points, expected) in [(false, 10, fixed), (true, 5, hourly)] {
            let (mut memory, reader, _) = service(|rules| ActivityRules { by_time, points, minutes_min: 60, ..rules });
            memory.attend(reader, &ONESELF, STARTS).unwrap();
            assert_eq!(memory.leave(reader, &ONESELF, STARTS + minutes * MINUTE).unwrap().b, expected, "{minutes}");
            assert_eq!(hours(&memory, reader, None), minutes, "counted all the same");
        }
    }
}

#[test]
fn each_volunteer_earns_for_the_service_once() {
    let (mut memory, reader, child) = service(|rules| rules);
    memory.attend(reader, &[None, child], STARTS).unwrap();
    assert_eq!(memory.leave(reader, &[None, child], STARTS + 30 * MINUTE).unwrap().b, 20);
    assert_eq!(memory.balance(reader), 20);
    let accounts: Vec<_> = memory.all::<Posting>().iter().map(|posting| posting.account).collect();
    assert_eq!(accounts, [Account::Volunteer; 2]);
    memory.adds_up();
    // Ticked off and on again, the time is gone and with it the points.
    assert_eq!(memory.tick(reader, None, false).unwrap().b, -10);
    assert_eq!((hours(&memory, reader, None), hours(&memory, reader, child)), (0, 30));
    assert_eq!(memory.tick(reader, None, true).unwrap().b, 0);
    memory.adds_up();
}

#[test]
fn corrections_are_refused_in_order_of_precedence() {
    let (mut memory, reader, _) = service(by_time);
    let ask = |memory: &mut Memory, c: &CorrectMinutes| {
        memory.ask(Actor::Staff(HELPER), Command::CorrectMinutes(c.clone()), at(STARTS))
    };
    let activity = ActivityId(62);
    let worst = CorrectMinutes { activity, reader, member: Some(MemberId(5)), minutes: -1, reason: " ".into() };
    assert_eq!(ask(&mut memory, &worst), Err(Refusal::NoSuchActivity));
    let worst = CorrectMinutes { activity: ACTIVITY, ..worst };
    memory.is_not_for_others(&Command::CorrectMinutes(worst.clone()));
    memory.is_for_staff(TakeAttendance, &Command::CorrectMinutes(worst.clone()));
    memory.set(Activity { branch: BranchId(2), ..memory.activity() });
    assert_eq!(ask(&mut memory, &worst), Err(Refusal::OtherBranch));
    memory.set(Activity { branch: BRANCH, ..memory.activity() });
    assert_eq!(ask(&mut memory, &worst), Err(Refusal::ReasonMissing));
    let worst = CorrectMinutes { reason: "漏签退".into(), ..worst };
    for minutes in [-1, 1_441, i64::MAX, i64::MIN] {
        let worst = CorrectMinutes { minutes, ..worst.clone() };
        assert_eq!(ask(&mut memory, &worst), Err(Refusal::MinutesWrong));
    }
    let worst = CorrectMinutes { minutes: 1_440, ..worst };
    assert_eq!(ask(&mut memory, &worst), Err(Refusal::NotEnrolled));
    let worst = CorrectMinutes { member: None, ..worst };
    assert_eq!(ask(&mut memory, &worst), Err(Refusal::NotSignedIn));
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    assert_eq!(ask(&mut memory, &worst).unwrap().kind, ReplyKind::MinutesCorrected);
    let (mut readers_own, reader) = party(|rules| rules);
    readers_own.attend(reader, &ONESELF, STARTS).unwrap();
    assert_eq!(correct(&mut readers_own, reader, None, 60), Err(Refusal::NotSignedIn), "no service");
}

#[test]
fn corrected_hours_bring_points_and_totals_along() {
    let (mut memory, reader, _) = service(by_time);
    let total = |memory: &Memory| (hours(memory, reader, None), memory.balance(reader));
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    // Whoever forgot to sign out; also after the attendance was confirmed.
    memory.confirm(TIMES.ends).unwrap();
    let reply = correct(&mut memory, reader, None, 95);
    assert_eq!(reply, Ok(Reply { kind: ReplyKind::MinutesCorrected, a: 95, b: 15 }));
    assert_eq!((total(&memory), memory.one(reader, None).out_at), ((95, 15), STARTS + 95 * MINUTE));
    let Some(Record::Audit { note, .. }) = memory.records.last() else { panic!() };
    assert_eq!(note, "0 -> 95: 漏签退");
    assert_eq!(correct(&mut memory, reader, None, 95).unwrap().b, 0);
    assert_eq!(correct(&mut memory, reader, None, 40).unwrap().b, -10);
    assert_eq!(total(&memory), (40, 5));
    memory.adds_up();
    let card = memory.get::<Card>(Card::key(card_of(reader))).unwrap();
    memory.set(Card { balance: 4, ..card });
    assert_eq!(correct(&mut memory, reader, None, 0), Err(Refusal::TooFewPoints { short_by: 1 }));
    memory.set(card);
    assert_eq!(correct(&mut memory, reader, None, 0).unwrap().b, -5);
    assert_eq!(total(&memory), (0, 0));
    memory.adds_up();
}

#[test]
fn who_is_corrected_before_signing_out_does_not_sign_out_again() {
    let (mut memory, reader, _) = service(by_time);
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    correct(&mut memory, reader, None, 60).unwrap();
    assert_eq!(memory.leave(reader, &ONESELF, TIMES.ends), Err(Refusal::AlreadySignedOut));
}
