//! The waiting list: the first party that fits gets what is free, at once; nobody who comes later overtakes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use ParticipantState::{Enrolled, Waiting, Withdrawn};
use domain::activities::enrolments::{RemoveParticipant, SignUp};
use domain::activities::waiting_list::{PROMOTIONS_MAX, PromoteWaiting};
use domain::activities::{self, Times};
use domain::core::asked::Actor;
use domain::core::day::HOUR_MS;
use domain::slices::Command;
use domain::tables::*;
use support::activities::*;
use support::rows::{DAY, STARTS, TIMES, activity_form};
use support::*;

const STOPS: Millis = STARTS - 2 * HOUR_MS;

/// A full house: the reader 1 has all places. Then parties of these sizes wait, readers 11, 12 and so on.
fn queue(sizes: &[(i64, bool)]) -> Memory {
    let mut memory = hall(3);
    let first = memory.comes(1, 3);
    memory.sign_up(first, wish(first, &family(first, 3)), MORNING).unwrap();
    for (n, (size, accepts_part)) in (11..).zip(sizes) {
        let reader = memory.comes(n, *size);
        let wish = SignUp { accepts_part: *accepts_part, ..wish(reader, &family(reader, *size)) };
        assert_eq!(memory.sign_up(reader, wish, MORNING).unwrap().cells[1], *size);
        assert_eq!(memory.told(reader), Some((activities::MessageKind::WaitListed.into(), *size)));
    }
    memory.adds_up();
    memory
}

/// The first reader gives so many places back.
fn give_back(memory: &mut Memory, count: i64, when: Millis) {
    let first = ReaderId(1);
    let placed = family(first, 3).into_iter().filter(|who| memory.state(first, *who) == Enrolled);
    let back: Vec<_> = placed.take(count as usize).collect();
    memory.withdraw(first, &back, when).unwrap();
    memory.adds_up();
}

/// How many of each party have places, in the order of arrival.
fn placed(memory: &Memory, parties: i64) -> Vec<usize> {
    let of = |n| memory.all::<Participant>().iter().filter(|p| p.reader.0 == n && p.state == Enrolled).count();
    (11..11 + parties).map(of).collect()
}

fn raise(memory: &mut Memory, capacity: i64, when: Millis) -> Heard {
    memory.save(activity_form(Some(ACTIVITY), capacity), when)
}

#[test]
fn a_freed_place_goes_to_the_first_party_that_fits_wholly() {
    let mut memory = queue(&[(2, false), (1, false), (1, false), (2, false)]);
    give_back(&mut memory, 1, MORNING + 1);
    assert_eq!(placed(&memory, 4), [0, 1, 0, 0]);
    assert_eq!(memory.told(ReaderId(12)), Some((activities::MessageKind::Promoted.into(), 1)));
    assert_eq!(memory.one(ReaderId(12), family(ReaderId(12), 1)[0]).promoted_at, MORNING + 1);
    give_back(&mut memory, 2, MORNING + 2);
    assert_eq!(placed(&memory, 4), [2, 1, 0, 0]);
}

#[test]
fn several_parties_fit_into_what_is_freed_at_once() {
    let mut memory = queue(&[(3, false), (1, false), (2, false), (1, false)]);
    give_back(&mut memory, 2, MORNING);
    assert_eq!(placed(&memory, 4), [0, 1, 0, 1]);
    let mut memory = queue(&[(1, false), (3, false), (2, false)]);
    give_back(&mut memory, 3, MORNING);
    assert_eq!(placed(&memory, 3), [1, 0, 2]);
}

#[test]
fn a_party_that_accepts_part_takes_what_there_is_and_keeps_its_turn() {
    let mut memory = queue(&[(3, true), (1, false), (2, true)]);
    give_back(&mut memory, 1, MORNING);
    assert_eq!(placed(&memory, 3), [1, 0, 0]);
    assert_eq!(memory.states(ReaderId(11), &family(ReaderId(11), 3)), [Enrolled, Waiting, Waiting]);
    give_back(&mut memory, 1, MORNING);
    assert_eq!(placed(&memory, 3), [2, 0, 0]);
    assert_eq!(memory.told(ReaderId(11)), Some((activities::MessageKind::Promoted.into(), 1)));
    give_back(&mut memory, 1, MORNING);
    assert_eq!((placed(&memory, 3), memory.activity().waiting), (vec![3, 0, 0], 3));
}

#[test]
fn whoever_accepts_part_gets_part_at_once() {
    let mut memory = hall(2);
    let reader = memory.comes(11, 3);
    let part = SignUp { accepts_part: true, ..wish(reader, &family(reader, 3)) };
    let not_waiting = SignUp { waits: false, ..part.clone() };
    assert_eq!(memory.sign_up(reader, not_waiting, MORNING), Err(activities::Refusal::TooFewPlaces { left: 2 }.into()));
    assert_eq!(memory.sign_up(reader, part, MORNING).unwrap().cells[1], 1);
    assert_eq!(memory.states(reader, &family(reader, 3)), [Enrolled, Enrolled, Waiting]);
    let told: Vec<_> = memory.all::<Message>().iter().map(|m| (m.kind, m.detail)).collect();
    assert_eq!(told, [(activities::MessageKind::Enrolled.into(), 2), (activities::MessageKind::WaitListed.into(), 1)]);
    assert_eq!(memory.one(reader, family(reader, 1)[0]).promoted_at, 0, "signed up, not promoted");
    memory.adds_up();
}

#[test]
fn a_party_that_shrinks_may_fit_and_keeps_its_turn() {
    let mut memory = queue(&[(3, false), (3, false), (2, false)]);
    give_back(&mut memory, 1, MORNING);
    assert_eq!(placed(&memory, 3), [0, 0, 0]);
    let second = ReaderId(12);
    memory.withdraw(second, &family(second, 2), MORNING).unwrap();
    assert_eq!(placed(&memory, 3), [0, 1, 0]);
    assert_eq!(memory.states(second, &family(second, 3)), [Withdrawn, Withdrawn, Enrolled]);
    memory.adds_up();
}

#[test]
fn who_comes_later_does_not_overtake() {
    let mut memory = queue(&[(1, false), (1, false)]);
    let late = memory.comes(30, 1);
    // Withdrawn and signed up again: at the end of the line.
    let eleven = ReaderId(11);
    memory.withdraw(eleven, &family(eleven, 1), MORNING).unwrap();
    memory.sign_up(eleven, wish(eleven, &family(eleven, 1)), MORNING).unwrap();
    memory.sign_up(late, wish(late, &family(late, 1)), MORNING).unwrap();
    for expected in [[0, 1, 0], [1, 1, 0], [1, 1, 1]] {
        give_back(&mut memory, 1, MORNING);
        let state = |n: i64| memory.state(ReaderId(n), family(ReaderId(n), 1)[0]) == Enrolled;
        assert_eq!([11, 12, 30].map(|n| usize::from(state(n))), expected);
    }
}

#[test]
fn a_removal_promotes_too() {
    let mut memory = queue(&[(1, false)]);
    let reason = "重复报名".into();
    let (reader, member) = (ReaderId(1), family(ReaderId(1), 1)[0]);
    let removal = RemoveParticipant { activity: ACTIVITY, reader, member, reason };
    memory.ask(STAFF, Command::from(removal), at(MORNING)).unwrap();
    assert_eq!((placed(&memory, 1), memory.activity().taken), (vec![1], 3));
    memory.adds_up();
}

#[test]
fn more_places_promote_at_once() {
    let mut memory = queue(&[(2, false), (2, false), (1, false), (3, true)]);
    assert!(raise(&mut memory, 3, MORNING).is_ok());
    assert_eq!(placed(&memory, 4), [0; 4]);
    raise(&mut memory, 6, MORNING).unwrap();
    assert_eq!(placed(&memory, 4), [2, 0, 1, 0]);
    raise(&mut memory, 7, MORNING).unwrap();
    assert_eq!(placed(&memory, 4), [2, 0, 1, 1]);
    assert_eq!(raise(&mut memory, 6, MORNING), Err(activities::Refusal::CapacityTooLow { taken: 7 }.into()));
    memory.adds_up();
    // 0: as many as anybody wants.
    raise(&mut memory, 0, MORNING).unwrap();
    assert_eq!((placed(&memory, 4), memory.activity().waiting), (vec![2, 2, 1, 3], 0));
    memory.adds_up();
}

#[test]
fn promotion_stops_two_hours_before_the_start() {
    let mut memory = queue(&[(1, false), (1, false)]);
    memory.set(Activity { withdraw_until: STARTS, ..memory.activity() });
    give_back(&mut memory, 1, STOPS - 1);
    assert_eq!(placed(&memory, 2), [1, 0]);
    give_back(&mut memory, 1, STOPS);
    assert_eq!((placed(&memory, 2), memory.activity().taken), (vec![1, 0], 2));
    // Nor does somebody else get that place while anybody waits.
    let late = memory.comes(30, 0);
    for waits in [true, false] {
        let wish = SignUp { waits, ..wish(late, &ONESELF) };
        assert_eq!(memory.sign_up(late, wish, STOPS), Err(activities::Refusal::TooFewPlaces { left: 0 }.into()));
    }
    let twelve = ReaderId(12);
    memory.withdraw(twelve, &family(twelve, 1), STOPS).unwrap();
    assert_eq!(memory.sign_up(late, wish(late, &ONESELF), STOPS).unwrap().cells[1], 0);
    memory.adds_up();
}

#[test]
fn nobody_begins_to_wait_once_promotion_has_stopped() {
    let mut memory = queue(&[]);
    let late = memory.comes(30, 0);
    assert_eq!(memory.clone().sign_up(late, wish(late, &ONESELF), STOPS - 1).unwrap().cells[1], 1);
    assert_eq!(
        memory.sign_up(late, wish(late, &ONESELF), STOPS),
        Err(activities::Refusal::TooFewPlaces { left: 0 }.into())
    );
}

#[test]
fn places_without_end_that_come_too_late_are_counted_right() {
    let mut memory = queue(&[(3, false), (2, false)]);
    let form = domain::activities::SaveActivity {
        times: Times { withdraw_until: STARTS, ..TIMES },
        ..activity_form(Some(ACTIVITY), 0)
    };
    memory.save(form, STOPS).unwrap();
    assert_eq!((placed(&memory, 2), memory.activity().waiting), (vec![0, 0], 5));
    let late = memory.comes(30, 0);
    assert_eq!(memory.sign_up(late, wish(late, &ONESELF), STOPS).unwrap().cells[1], 0);
    assert_eq!((memory.activity().taken, memory.activity().waiting), (4, 5));
    memory.adds_up();
}

#[test]
fn a_start_that_moves_away_opens_the_list_again() {
    let mut memory = queue(&[(1, false)]);
    memory.set(Activity { withdraw_until: STARTS, ..memory.activity() });
    give_back(&mut memory, 1, STOPS);
    assert_eq!(placed(&memory, 1), [0]);
    let times = Times { starts: STARTS + DAY, ends: TIMES.ends + DAY, start_day: 20261201, ..TIMES };
    let form = domain::activities::SaveActivity { times, ..activity_form(Some(ACTIVITY), 3) };
    memory.save(form, STOPS).unwrap();
    assert_eq!(placed(&memory, 1), [1]);
    memory.adds_up();
}

#[test]
fn companions_are_promoted_with_whom_they_accompany() {
    let mut memory = hall(1);
    memory.set(ActivityRules { age_max: 6, companions: true, ..rows::activity_rules(ACTIVITY) });
    let readers = [11, 12].map(|n| memory.comes(n, 2));
    for reader in readers {
        (1..=2).for_each(|n| memory.set(rows::member(reader, member(reader, n), 20220101)));
    }
    let [first, second] = readers;
    memory.sign_up(first, wish(first, &family(first, 1)), MORNING).unwrap();
    let party = [vec![None], family(second, 2)].concat();
    let accepting = SignUp { accepts_part: true, ..wish(second, &party) };
    memory.sign_up(second, accepting, MORNING).unwrap();
    assert_eq!(memory.states(second, &party), [Waiting; 3]);
    memory.withdraw(first, &family(first, 1), MORNING).unwrap();
    assert_eq!(memory.states(second, &party), [Enrolled, Enrolled, Waiting]);
    memory.adds_up();
    // Who still waits may leave, and the companion stays for the other.
    memory.withdraw(second, &party[2..], MORNING).unwrap();
    assert_eq!(memory.states(second, &party), [Enrolled, Enrolled, Withdrawn]);
    memory.adds_up();
}

#[test]
fn who_has_closed_the_account_is_promoted_in_silence() {
    let mut memory = queue(&[(1, false)]);
    let reader = ReaderId(11);
    let account = memory.get::<Reader>(Reader::key(reader)).unwrap();
    memory.set(Reader { state: ReaderState::Closed, ..account });
    give_back(&mut memory, 1, MORNING);
    assert_eq!(
        (placed(&memory, 1), memory.told(reader)),
        (vec![1], Some((activities::MessageKind::WaitListed.into(), 1)))
    );
}

#[test]
fn five_hundred_for_thirty_places_give_thirty_and_the_rest_in_order() {
    let mut memory = hall(30);
    for n in 1..=500 {
        let reader = memory.comes(n, 0);
        let waits = memory.sign_up(reader, wish(reader, &ONESELF), MORNING + n).unwrap().cells[1];
        assert_eq!(waits, i64::from(n > 30), "{n}");
    }
    assert_eq!((memory.activity().taken, memory.activity().waiting), (30, 470));
    let line: Vec<PartyId> = memory.all::<WaitingParty>().iter().map(|turn| turn.party).collect();
    let readers = line.iter().map(|party| memory.get::<Party>(Party::key(*party)).unwrap().reader.0);
    assert_eq!(readers.collect::<Vec<_>>(), (31..=500).collect::<Vec<_>>());
    memory.adds_up();
    memory.withdraw(ReaderId(7), &ONESELF, MORNING + DAY).unwrap();
    assert_eq!((memory.state(ReaderId(31), None), memory.state(ReaderId(32), None)), (Enrolled, Waiting));
    raise(&mut memory, 100, MORNING + DAY).unwrap();
    let enrolled = memory.all::<Participant>().into_iter().filter(|one| one.state == Enrolled);
    assert_eq!(
        enrolled.map(|one| one.reader.0).collect::<Vec<_>>(),
        [(1..7).collect(), (8..=101).collect::<Vec<_>>()].concat()
    );
    memory.adds_up();
}

#[test]
fn behind_a_crowd_the_program_goes_on() {
    let most = PROMOTIONS_MAX as i64;
    let mut memory = queue(&vec![(1, false); PROMOTIONS_MAX + 2]);
    let go_on = |memory: &mut Memory| {
        memory.ask(Actor::Job, Command::from(PromoteWaiting { activity: ACTIVITY }), at(MORNING + 2))
    };
    assert_eq!(go_on(&mut memory), Err(activities::Refusal::NothingToDo.into()), "nothing is free");
    // Without a limit everybody may come; one command helps the first of them.
    raise(&mut memory, 0, MORNING + 1).unwrap();
    let helped = placed(&memory, most + 2);
    assert!(helped[..PROMOTIONS_MAX].iter().all(|places| *places == 1));
    assert_eq!(helped[PROMOTIONS_MAX..], [0, 0]);
    assert_eq!(memory.get::<JobRun>(JobRun::key(Job::Participants)).unwrap().next_at, 0);
    let reply = activities::Reply::WaitingPromoted { activity: ACTIVITY, places: 2 };
    assert_eq!(go_on(&mut memory), Ok(reply.into()));
    assert_eq!(placed(&memory, most + 2)[PROMOTIONS_MAX..], [1, 1]);
    assert_eq!(go_on(&mut memory), Err(activities::Refusal::NothingToDo.into()));
    memory.adds_up();
}

#[test]
fn nobody_is_put_on_a_list_unasked_while_it_is_worked_off() {
    let mut memory = queue(&vec![(1, false); PROMOTIONS_MAX + 2]);
    let taken = raise(&mut memory, 1_000, MORNING + 1).map(|_| memory.activity().taken).unwrap();
    // Places are free, and two parties wait for the job, which comes soon: they keep their turn.
    let mut comes = |reader, size, waits, free| {
        memory.set(Activity { capacity: taken + free, ..memory.activity() });
        let reader = memory.comes(reader, size);
        let heard = memory.sign_up(reader, SignUp { waits, ..wish(reader, &family(reader, size)) }, MORNING + 2);
        memory.adds_up();
        heard.map(|reply| reply.cells[1])
    };
    let full = activities::Refusal::TooFewPlaces { left: 0 };
    assert_eq!(comes(9_001, 1, false, 2), Err(full.into()));
    assert_eq!(comes(9_002, 1, true, 2), Ok(1));
    assert_eq!(comes(9_003, 2, false, 400), Ok(0), "there is room for all of them");
    assert_eq!(memory.activity().waiting, 3);
}

#[test]
fn only_the_program_goes_on_with_a_list() {
    queue(&[(1, false)]).is_for_the_program(&Command::from(PromoteWaiting { activity: ACTIVITY }));
}
