//! Attendance: who is signed in when, and that points are earned once and only while the presence stands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use ParticipantState::{Attended, Enrolled, Waiting};
use domain::activities::attendance::*;
use domain::core::asked::Actor;
use domain::core::day::HOUR_MS;
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

fn scan(memory: &mut Memory, reader: ReaderId, scanned_at: Millis, when: Millis) -> Heard {
    let attend = Attend { activity: ACTIVITY, members: vec![None], scanned_at, card: card_of(reader) };
    memory.ask(Actor::Reader(reader), Command::from(attend), at(when))
}

#[test]
fn sign_ins_are_refused_in_order_of_precedence() {
    let (mut memory, reader) = party(|rules| rules);
    let stranger = memory.comes(12, 0);
    let whole = memory.activity();
    let attend = |activity, members: &[Option<MemberId>], scanned_at, card| {
        Command::from(Attend { activity, members: members.to_vec(), scanned_at, card })
    };
    let ask = |memory: &mut Memory, who, command| memory.ask(Actor::Reader(who), command, at(STARTS));
    let (early, nobody) = (DOORS - 1, CardId(99));
    memory.is_for_readers(reader, &attend(ActivityId(62), &[], early, nobody));
    assert_eq!(
        ask(&mut memory, reader, attend(ActivityId(62), &[], early, nobody)),
        Err(activities::Refusal::NoSuchActivity.into())
    );
    let worst = attend(ACTIVITY, &[], early, nobody);
    memory.set(Activity { state: ActivityState::Draft, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, reader, worst.clone()), Err(activities::Refusal::NoSuchActivity.into()));
    memory.set(Activity { state: ActivityState::Cancelled, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, reader, worst.clone()), Err(activities::Refusal::ActivityCancelled.into()));
    memory.set(Activity { confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, reader, worst.clone()), Err(activities::Refusal::AlreadyConfirmed.into()));
    memory.set(whole);
    let not_in_time = Err(activities::Refusal::NotInTime { from: DOORS, until: TIMES.ends }.into());
    assert_eq!(ask(&mut memory, reader, worst), not_in_time);
    let old = STARTS - SCAN_LIFE_MS;
    assert_eq!(
        ask(&mut memory, reader, attend(ACTIVITY, &[], old, nobody)),
        Err(activities::Refusal::ScanExpired.into())
    );
    assert_eq!(
        ask(&mut memory, reader, attend(ACTIVITY, &[], STARTS, nobody)),
        Err(activities::Refusal::NobodyChosen.into())
    );
    let me = attend(ACTIVITY, &ONESELF, STARTS, nobody);
    assert_eq!(ask(&mut memory, stranger, me.clone()), Err(activities::Refusal::NotEnrolled.into()));
    memory.set(ActivityRules { walk_ins: true, age_max: 6, ..rows::activity_rules(ACTIVITY) });
    assert_eq!(ask(&mut memory, stranger, me), Err(ledger::Refusal::NotYourCard.into()));
    let theirs = attend(ACTIVITY, &ONESELF, STARTS, card_of(reader));
    assert_eq!(ask(&mut memory, stranger, theirs), Err(ledger::Refusal::NotYourCard.into()));
    let me = attend(ACTIVITY, &ONESELF, STARTS, card_of(stranger));
    let state = CardState::Ended;
    memory.set(Card { reader: Some(stranger), state, ..rows::card(card_of(stranger)) });
    assert_eq!(ask(&mut memory, stranger, me.clone()), Err(ledger::Refusal::CardEnded.into()));
    memory.comes(12, 0);
    assert_eq!(
        ask(&mut memory, stranger, me.clone()),
        Err(activities::Refusal::AgeOutOfRange { member: None, from: 0, until: 6 }.into())
    );
    memory.set(ActivityRules { walk_ins: true, ..rows::activity_rules(ACTIVITY) });
    memory.set(Activity { capacity: whole.taken, ..whole });
    assert_eq!(ask(&mut memory, stranger, me), Err(activities::Refusal::TooFewPlaces { left: 0 }.into()));
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    let again = memory.attend(reader, &[None, family(reader, 1)[0]], STARTS);
    assert_eq!(again, signed_in(1, 0), "who is there already keeps nobody else out");
    assert_eq!(memory.state(reader, family(reader, 1)[0]), Attended);
    let whole_party = [None, family(reader, 1)[0]];
    assert_eq!(memory.attend(reader, &whole_party, STARTS), Err(activities::Refusal::AlreadySignedIn.into()));
}

#[test]
fn the_doors_open_an_hour_before_the_start_and_close_at_the_end() {
    let (memory, reader) = party(|rules| rules);
    let ask = |when| memory.clone().attend(reader, &ONESELF, when);
    let closed = Err(activities::Refusal::NotInTime { from: DOORS, until: TIMES.ends }.into());
    assert_eq!([ask(DOORS - 1), ask(TIMES.ends)], [closed; 2]);
    assert_eq!([ask(DOORS), ask(TIMES.ends - 1)], [signed_in(1, 10); 2]);
}

#[test]
fn a_scan_counts_from_when_it_was_made_and_for_five_minutes() {
    let (memory, reader) = party(|rules| rules);
    let ask = |scanned_at, when| scan(&mut memory.clone(), reader, scanned_at, when);
    assert!(ask(STARTS, STARTS + SCAN_LIFE_MS - 1).is_ok());
    assert_eq!(ask(STARTS, STARTS + SCAN_LIFE_MS), Err(activities::Refusal::ScanExpired.into()));
    assert_eq!(ask(STARTS + 1, STARTS), Err(activities::Refusal::ScanExpired.into()), "of the future");
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
    assert_eq!(memory.told(reader), Some((activities::MessageKind::SignedIn.into(), 10)));
    assert_eq!(memory.attend(reader, &[two], STARTS), signed_in(1, 0));
    assert_eq!(memory.attend(reader, &[three], STARTS), signed_in(1, 10), "a card of their own");
    assert_eq!((memory.balance(reader), memory.activity().present), (10, 4));
    assert_eq!(memory.get::<Card>(Card::key(own)).unwrap().balance, 10);
    let postings: Vec<_> = memory.all::<Posting>().iter().map(|p| (p.account, p.kind, p.cause, p.points)).collect();
    assert_eq!(postings, [(Account::Activity, activities::PostingKind::Attendance.into(), ACTIVITY.0, 10); 2]);
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
    let full = Err(activities::Refusal::TooFewPlaces { left: 0 }.into());
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
    assert_eq!(enter(&mut memory, one), Err(activities::Refusal::StillWaiting.into()), "only staff give places out");
    assert_eq!(memory.tick(waits, one, true), Err(activities::Refusal::TooFewPlaces { left: 0 }.into()));
    memory.set(Activity { capacity: 2, ..memory.activity() });
    assert_eq!(memory.tick(waits, None, true), Err(activities::Refusal::NotEnrolled.into()), "with whom?");
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
    let ask = |memory: &mut Memory, c: Tick, when| memory.ask(Actor::Staff(HELPER), Command::from(c), at(when));
    let nobody = Tick { reader: ReaderId(99), ..tick(true, STARTS) };
    let nowhere = Command::from(Tick { activity: ActivityId(62), ..nobody });
    assert_eq!(memory.ask(Actor::Visitor, nowhere, at(STARTS)), Err(activities::Refusal::NoSuchActivity.into()));
    memory.is_not_for_others(&Command::from(nobody));
    memory.is_for_staff(TakeAttendance, &Command::from(nobody));
    let whole = memory.activity();
    memory.set(Activity { branch: BranchId(2), state: ActivityState::Cancelled, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, nobody, DOORS - 1), Err(staff::Refusal::OtherBranch.into()));
    memory.set(Activity { state: ActivityState::Cancelled, confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, nobody, DOORS - 1), Err(activities::Refusal::ActivityCancelled.into()));
    memory.set(Activity { confirmed_at: 1, ..whole });
    assert_eq!(ask(&mut memory, nobody, DOORS - 1), Err(activities::Refusal::AlreadyConfirmed.into()));
    memory.set(whole);
    let not_in_time = Err(activities::Refusal::NotInTime { from: DOORS, until: TIMES.ends }.into());
    assert_eq!(ask(&mut memory, nobody, DOORS - 1), not_in_time);
    memory.set(Activity { state: ActivityState::Draft, ..whole });
    assert_eq!(ask(&mut memory, nobody, STARTS), not_in_time);
    memory.set(whole);
    assert_eq!(ask(&mut memory, nobody, DOORS), Err(activities::Refusal::NotEnrolled.into()));
    assert_eq!(ask(&mut memory, tick(false, DOORS), DOORS), Err(activities::Refusal::NotSignedIn.into()));
    assert_eq!(
        ask(&mut memory, tick(true, DOORS), DOORS),
        Ok(activities::Reply::Ticked { present: true, points: 10 }.into())
    );
    assert_eq!(ask(&mut memory, tick(true, DOORS), DOORS), Err(activities::Refusal::AlreadySignedIn.into()));
    assert_eq!(memory.last_audit().action, "participant.tick");
    for state in ParticipantState::ALL.iter().filter(|state| !matches!(state, Enrolled | Attended | Waiting)) {
        memory.set(Participant { state: *state, ..memory.one(reader, None) });
        assert_eq!(
            ask(&mut memory, tick(true, DOORS), DOORS),
            Err(activities::Refusal::NotEnrolled.into()),
            "{state:?}"
        );
        assert_eq!(
            ask(&mut memory, tick(false, DOORS), DOORS),
            Err(activities::Refusal::NotSignedIn.into()),
            "{state:?}"
        );
    }
}

#[test]
fn a_tick_counts_from_when_it_was_made_within_reason() {
    const TWO_DAYS: Millis = 48 * 3_600_000;
    let (memory, reader) = party(|rules| rules);
    let in_at = |ticked_at, when| {
        let mut memory = memory.clone();
        let tick = Tick { activity: ACTIVITY, reader, member: None, present: true, ticked_at };
        memory.ask(STAFF, Command::from(tick), at(when)).unwrap();
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
    assert_eq!(memory.tick(reader, None, false), Ok(activities::Reply::Ticked { present: false, points: -10 }.into()));
    assert_eq!(memory.one(reader, None), before);
    assert_eq!((memory.balance(reader), memory.activity().present), (0, 0));
    assert_eq!(memory.told(reader), Some((activities::MessageKind::AttendanceUndone.into(), 10)));
    let kinds: Vec<_> = memory.all::<Posting>().iter().map(|posting| (posting.kind, posting.points)).collect();
    assert_eq!(
        kinds,
        [(activities::PostingKind::Attendance.into(), 10), (activities::PostingKind::AttendanceCorrected.into(), -10)]
    );
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
    assert_eq!(memory.tick(reader, None, false).unwrap().cells[1], 0);
    assert_eq!(memory.balance(reader), 10);
    assert_eq!(memory.tick(reader, one, false).unwrap().cells[1], -10);
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
    assert_eq!(memory.tick(reader, None, false), Err(ledger::Refusal::TooFewPoints { short_by: 1 }.into()));
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
    assert_eq!(memory.tick(reader, one, false).unwrap().cells[1], -10);
    assert_eq!(memory.balance(reader), 0);
    memory.tick(reader, one, true).unwrap();
    assert_eq!(memory.get::<Card>(Card::key(own)).unwrap().balance, 10);
    memory.adds_up();
}

#[test]
fn an_activity_without_points_posts_nothing() {
    let (mut memory, reader) = party(|rules| ActivityRules { points: 0, ..rules });
    assert_eq!(memory.attend(reader, &ONESELF, STARTS), signed_in(1, 0));
    assert_eq!(memory.tick(reader, None, false).unwrap().cells[1], 0);
    assert_eq!(memory.all::<Posting>(), []);
}
