//! Enrolment: who gets a place, and in which order it is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use ParticipantState::{Enrolled, Removed, Waiting, Withdrawn};
use domain::activities::enrolments::*;
use domain::core::asked::Actor;
use domain::rules::Rule;
use domain::slices::Command;
use domain::tables::*;
use domain::{activities, ledger, members};
use support::activities::*;
use support::rows::{DAY, STARTS, TIMES};
use support::*;

const OTHER: ActivityId = ActivityId(62);

fn signed_up(party: i64, waiting: i64) -> Heard {
    Ok(activities::Reply::SignedUp { party: PartyId(party), waiting }.into())
}

/// Another activity of the same kind, moved by so much.
fn another(memory: &mut Memory, by: Millis, rules: ActivityRules) {
    let activity = rows::activity(OTHER, 9);
    let (starts, ends) = (activity.starts + by, activity.ends + by);
    memory.open(Activity { starts, ends, ..activity }, ActivityRules { activity: OTHER, ..rules });
}

fn elsewhere(reader: ReaderId, members: &[Option<MemberId>]) -> SignUp {
    SignUp { activity: OTHER, ..wish(reader, members) }
}

#[test]
fn sign_ups_are_refused_in_order_of_precedence() {
    let (mut memory, reader) = house(1);
    let whole = rows::activity(ACTIVITY, 1);
    let rules = rows::activity_rules(ACTIVITY);
    let ask = |memory: &mut Memory, wish: &SignUp| memory.sign_up(reader, wish.clone(), MORNING);
    // Everything is wrong at once; each mending uncovers the next reason.
    let nobody = SignUp { activity: OTHER, card: CardId(99), waits: false, ..wish(reader, &[]) };
    memory.is_for_readers(reader, &Command::from(nobody.clone()));
    assert_eq!(ask(&mut memory, &nobody), Err(ledger::Refusal::NotYourCard.into()));
    memory.set(Card { reader: Some(reader), state: CardState::Ended, ..rows::card(card_of(reader)) });
    let nobody = SignUp { card: card_of(reader), ..nobody };
    assert_eq!(ask(&mut memory, &nobody), Err(activities::Refusal::NoSuchActivity.into()));
    let nobody = SignUp { activity: ACTIVITY, ..nobody };
    let (opens, closes) = (MORNING + 1, MORNING);
    let worst = Activity { kind: ActivityKind::Volunteer, state: ActivityState::Draft, opens, closes, ..whole };
    memory.set(worst);
    assert_eq!(ask(&mut memory, &nobody), Err(activities::Refusal::NoSuchActivity.into()));
    memory.set(Activity { state: ActivityState::Cancelled, ..worst });
    assert_eq!(ask(&mut memory, &nobody), Err(activities::Refusal::ActivityCancelled.into()));
    let worst = Activity { state: ActivityState::Published, ..worst };
    memory.set(worst);
    assert_eq!(ask(&mut memory, &nobody), Err(activities::Refusal::SignUpNotOpen { from: opens }.into()));
    memory.set(Activity { opens: MORNING, ..worst });
    assert_eq!(ask(&mut memory, &nobody), Err(activities::Refusal::SignUpClosed.into()));
    memory.set(Activity { confirmed_at: 1, kind: ActivityKind::Volunteer, ..whole });
    assert_eq!(ask(&mut memory, &nobody), Err(activities::Refusal::SignUpClosed.into()));
    memory.set(Activity { kind: ActivityKind::Volunteer, taken: 1, ..whole });
    assert_eq!(ask(&mut memory, &nobody), Err(ledger::Refusal::CardEnded.into()));
    // Where the library's rule says so, staff's freeze holds here too.
    memory.set(Card { reader: Some(reader), frozen: true, ..rows::card(card_of(reader)) });
    assert_eq!(ask(&mut memory, &nobody), Err(activities::Refusal::NobodyChosen.into()));
    memory.rule(Rule::FrozenSignsUp, 0);
    assert_eq!(ask(&mut memory, &nobody), Err(ledger::Refusal::CardFrozen.into()));
    memory.set(Card { reader: Some(reader), ..rows::card(card_of(reader)) });
    assert_eq!(ask(&mut memory, &nobody), Err(activities::Refusal::NobodyChosen.into()));
    let stranger = SignUp { members: vec![Some(MemberId(5)), Some(MemberId(6))], ..nobody };
    memory.set(ActivityRules { party_max: 1, age_min: 60, age_max: 70, series: Some(OTHER), ..rules });
    assert_eq!(ask(&mut memory, &stranger), Err(activities::Refusal::PartyTooLarge { most: 1 }.into()));
    memory.set(ActivityRules { age_min: 60, age_max: 70, series: Some(OTHER), ..rules });
    let removed = Member { state: MemberState::Removed, ..rows::member(reader, MemberId(5), ADULT) };
    assert_eq!(ask(&mut memory, &stranger), Err(members::Refusal::NoSuchMember.into()));
    memory.set(removed);
    assert_eq!(ask(&mut memory, &stranger), Err(members::Refusal::NoSuchMember.into()));
    let child = SignUp { members: family(reader, 1), ..stranger };
    let who = family(reader, 1)[0];
    another(&mut memory, 0, ActivityRules { series: Some(OTHER), ..rules });
    (1..=3)
        .for_each(|n| memory.set(NoShow { reader, member: who, activity: ActivityId(n), held: MORNING, at: MORNING }));
    memory.set(Engagement { reader, member: who, activity: OTHER, at: MORNING });
    let joined = memory.clone().one_of(reader, who);
    memory.set(joined);
    for state in [VolunteerState::Applied, VolunteerState::Declined] {
        assert_eq!(ask(&mut memory, &child), Err(activities::Refusal::NotApproved.into()));
        memory.set(rows::volunteer(reader, who, state));
    }
    memory.set(rows::volunteer(reader, who, VolunteerState::Approved));
    assert_eq!(
        ask(&mut memory, &child),
        Err(activities::Refusal::SignUpPaused { member: who, until: MORNING + 30 * DAY }.into())
    );
    memory.forget(Table::NoShow, NoShow::key(reader, who, ActivityId(2)));
    assert_eq!(ask(&mut memory, &child), Err(activities::Refusal::AlreadyEnrolled.into()));
    memory.set(Participant { state: Withdrawn, ..joined });
    assert_eq!(ask(&mut memory, &child), Err(activities::Refusal::SeriesTaken { member: who, activity: OTHER }.into()));
    memory.set(ActivityRules { age_min: 60, age_max: 70, ..rules });
    assert_eq!(ask(&mut memory, &child), Err(activities::Refusal::Overlaps { member: who, activity: OTHER }.into()));
    memory.forget(Table::Engagement, Engagement::key(reader, who, OTHER));
    assert_eq!(
        ask(&mut memory, &child),
        Err(activities::Refusal::AgeOutOfRange { member: who, from: 60, until: 70 }.into())
    );
    memory.set(rules);
    assert_eq!(ask(&mut memory, &child), Err(activities::Refusal::TooFewPlaces { left: 0 }.into()));
    memory.set(Activity { kind: ActivityKind::Volunteer, ..whole });
    assert!(ask(&mut memory, &child).is_ok());
}

impl Memory {
    /// As if this one had a place already.
    fn one_of(mut self, reader: ReaderId, member: Option<MemberId>) -> Participant {
        self.forget(Table::Engagement, Engagement::key(reader, member, OTHER));
        (1..=3).for_each(|n| self.forget(Table::NoShow, NoShow::key(reader, member, ActivityId(n))));
        self.set(rows::activity(ACTIVITY, 9));
        self.set(rows::activity_rules(ACTIVITY));
        self.sign_up(reader, wish(reader, &[member]), MORNING).unwrap();
        self.one(reader, member)
    }
}

#[test]
fn sign_up_is_open_from_its_first_to_its_last_millisecond() {
    let (memory, reader) = house(1);
    let ask = |when| memory.clone().sign_up(reader, wish(reader, &ONESELF), when).map(|reply| reply.cells[1]);
    assert_eq!(ask(TIMES.opens - 1), Err(activities::Refusal::SignUpNotOpen { from: TIMES.opens }.into()));
    assert_eq!([ask(TIMES.opens), ask(TIMES.closes - 1)], [Ok(0), Ok(0)]);
    assert_eq!(ask(TIMES.closes), Err(activities::Refusal::SignUpClosed.into()));
}

#[test]
fn a_party_gets_all_its_places_or_none() {
    let (mut memory, reader) = house(2);
    let three = SignUp { waits: false, ..wish(reader, &family(reader, 3)) };
    assert_eq!(
        memory.sign_up(reader, three.clone(), MORNING),
        Err(activities::Refusal::TooFewPlaces { left: 2 }.into())
    );
    assert_eq!((memory.all::<Participant>(), memory.all::<Party>(), memory.records.len()), (vec![], vec![], 0));
    let two = SignUp { members: family(reader, 2), ..three };
    let reply = memory.sign_up(reader, two, MORNING).unwrap();
    assert!(matches!(reply.of(), Some(activities::Reply::SignedUp { .. })));
    assert_eq!(reply.cells[1], 0);
    assert_eq!(memory.states(reader, &family(reader, 2)), [Enrolled; 2]);
    assert_eq!(
        (memory.activity().taken, memory.told(reader)),
        (2, Some((activities::MessageKind::Enrolled.into(), 2)))
    );
    let [answers] = &memory.records[..] else { panic!() };
    assert_eq!(answers.of::<activities::Answers>().unwrap().party.0, reply.cells[0]);
    memory.adds_up();
}

#[test]
fn where_there_is_no_limit_everybody_comes() {
    let (mut memory, reader) = house(0);
    for who in [&ONESELF[..], &family(reader, 3)] {
        assert_eq!(memory.sign_up(reader, wish(reader, who), MORNING).unwrap().cells[1], 0);
    }
    assert_eq!((memory.activity().taken, memory.activity().waiting), (4, 0));
    memory.adds_up();
}

#[test]
fn nobody_is_enrolled_twice() {
    let (mut memory, reader) = house(9);
    let who = family(reader, 1)[0];
    // Named twice in one form is named once.
    memory.sign_up(reader, wish(reader, &[who, who, who, who]), MORNING).unwrap();
    assert_eq!(memory.activity().taken, 1);
    let again = memory.sign_up(reader, wish(reader, &[None, who]), MORNING);
    assert_eq!(again, Err(activities::Refusal::AlreadyEnrolled.into()), "and nobody beside them");
    assert_eq!(memory.all::<Participant>().len(), 1);
    memory.set(Activity { capacity: 1, ..memory.activity() });
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    assert_eq!(memory.state(reader, None), Waiting);
    assert_eq!(
        memory.sign_up(reader, wish(reader, &ONESELF), MORNING),
        Err(activities::Refusal::AlreadyEnrolled.into())
    );
    memory.forget(Table::Engagement, Engagement::key(reader, None, ACTIVITY));
    for state in ParticipantState::ALL {
        memory.set(Participant { state: *state, ..memory.one(reader, None) });
        let heard = memory.clone().sign_up(reader, wish(reader, &ONESELF), MORNING);
        let expected = match state {
            Withdrawn => None,
            Removed => Some(activities::Refusal::RemovedByStaff.into()),
            _ => Some(activities::Refusal::AlreadyEnrolled.into()),
        };
        assert_eq!(heard.err(), expected, "{state:?}");
    }
}

#[test]
fn ages_count_on_the_day_of_the_start() {
    let (mut memory, reader) = house(9);
    ruled(&mut memory, |rules| ActivityRules { age_min: 6, age_max: 8, ..rules });
    let who = family(reader, 1);
    let refused = Err(activities::Refusal::AgeOutOfRange { member: who[0], from: 6, until: 8 }.into());
    let ages = [
        (20201201, false), // six tomorrow
        (20201130, true),
        (20200229, true),
        (20171201, true), // nine tomorrow
        (20171130, false),
    ];
    for (birth_day, fits) in ages {
        memory.set(rows::member(reader, who[0].unwrap(), birth_day));
        let heard = memory.clone().sign_up(reader, wish(reader, &who), MORNING);
        assert_eq!(heard.map(|reply| reply.cells[1]), if fits { Ok(0) } else { refused }, "{birth_day}");
    }
    // Born on 29 February: older from 1 March on.
    memory.set(rows::member(reader, who[0].unwrap(), 20200229));
    for (start_day, fits) in [(20260228, false), (20260301, true), (20290228, true), (20290301, false)] {
        memory.set(Activity { start_day, ..memory.activity() });
        assert_eq!(memory.clone().sign_up(reader, wish(reader, &who), MORNING).is_ok(), fits, "{start_day}");
    }
}

#[test]
fn a_reader_comes_as_an_adult() {
    let (mut memory, reader) = house(9);
    for (age_min, age_max, fits) in [(0, 17, false), (0, 18, true), (60, 0, true), (18, 18, true)] {
        ruled(&mut memory, |rules| ActivityRules { age_min, age_max, ..rules });
        let heard = memory.clone().sign_up(reader, wish(reader, &ONESELF), MORNING);
        assert_eq!(heard.is_ok(), fits, "{age_min} to {age_max}");
    }
}

#[test]
fn who_was_approved_as_a_volunteer_is_as_old_as_they_said() {
    let (mut memory, reader) = house(9);
    // Fifteen on the day of the start.
    let born = 20111123;
    for (age_min, age_max, state, fits) in [
        (0, 17, VolunteerState::Approved, true),
        (16, 0, VolunteerState::Approved, false),
        (18, 0, VolunteerState::Approved, false),
        // What was only said is not known yet.
        (18, 0, VolunteerState::Applied, true),
        (0, 17, VolunteerState::Declined, false),
    ] {
        ruled(&mut memory, |rules| ActivityRules { age_min, age_max, ..rules });
        memory.set(Volunteer { birth_day: born, ..rows::volunteer(reader, None, state) });
        let heard = memory.clone().sign_up(reader, wish(reader, &ONESELF), MORNING);
        assert_eq!(heard.is_ok(), fits, "{age_min} to {age_max}, {state:?}");
    }
}

#[test]
fn touching_times_do_not_overlap() {
    let length = TIMES.ends - TIMES.starts;
    for (by, overlaps) in [(-length, false), (1 - length, true), (0, true), (length - 1, true), (length, false)] {
        let (mut memory, reader) = house(9);
        another(&mut memory, by, rows::activity_rules(OTHER));
        memory.sign_up(reader, elsewhere(reader, &ONESELF), MORNING).unwrap();
        let heard = memory.sign_up(reader, wish(reader, &ONESELF), MORNING).map(|reply| reply.cells[1]);
        assert_eq!(
            heard,
            if overlaps { Err(activities::Refusal::Overlaps { member: None, activity: OTHER }.into()) } else { Ok(0) },
            "{by}"
        );
        // Others of the family are free.
        assert!(memory.sign_up(reader, wish(reader, &family(reader, 1)), MORNING).is_ok());
    }
}

#[test]
fn being_present_elsewhere_or_waiting_overlaps_too() {
    let (mut memory, reader) = house(9);
    another(&mut memory, 0, ActivityRules { walk_ins: true, ..rows::activity_rules(OTHER) });
    let overlaps = Err(activities::Refusal::Overlaps { member: None, activity: ACTIVITY }.into());
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    memory.set(Activity { closes: TIMES.ends, ..memory.get(Activity::key(OTHER)).unwrap() });
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    assert_eq!(memory.sign_up(reader, elsewhere(reader, &ONESELF), STARTS), overlaps);
    // Nor does one scan earn at two places at once.
    let attend = domain::activities::attendance::Attend {
        activity: OTHER,
        members: vec![None],
        scanned_at: STARTS,
        card: card_of(reader),
    };
    assert_eq!(memory.ask(Actor::Reader(reader), Command::from(attend), at(STARTS)), overlaps);
    // Ticked by mistake and taken back: still so.
    memory.tick(reader, None, false).unwrap();
    assert_eq!(memory.sign_up(reader, elsewhere(reader, &ONESELF), STARTS), overlaps);
    let (mut memory, reader) = house(1);
    another(&mut memory, 0, rows::activity_rules(OTHER));
    memory.sign_up(reader, wish(reader, &family(reader, 1)), MORNING).unwrap();
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    assert_eq!(memory.sign_up(reader, elsewhere(reader, &ONESELF), MORNING), overlaps, "waiting");
}

#[test]
fn of_a_series_everybody_comes_to_one() {
    let (mut memory, reader) = house(9);
    let series = |rules: ActivityRules| ActivityRules { series: Some(ACTIVITY), ..rules };
    ruled(&mut memory, series);
    another(&mut memory, DAY, series(rows::activity_rules(OTHER)));
    memory.set(Activity { opens: 0, closes: STARTS + DAY, ..memory.get(Activity::key(OTHER)).unwrap() });
    let taken = Err(activities::Refusal::SeriesTaken { member: None, activity: ACTIVITY }.into());
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    assert_eq!(memory.sign_up(reader, elsewhere(reader, &ONESELF), MORNING), taken);
    // Others may, and it may be given back or be called off.
    assert!(memory.clone().sign_up(reader, elsewhere(reader, &family(reader, 1)), MORNING).is_ok());
    let mut given_back = memory.clone();
    given_back.withdraw(reader, &ONESELF, MORNING).unwrap();
    assert!(given_back.sign_up(reader, elsewhere(reader, &ONESELF), MORNING).is_ok());
    let mut called_off = memory.clone();
    called_off.set(Activity { state: ActivityState::Cancelled, ..memory.activity() });
    assert!(called_off.sign_up(reader, elsewhere(reader, &ONESELF), MORNING).is_ok());
    // Having come to one, also after it is over.
    memory.attend(reader, &ONESELF, STARTS).unwrap();
    for when in [STARTS, TIMES.ends + 1] {
        assert_eq!(memory.sign_up(reader, elsewhere(reader, &ONESELF), when), taken, "{when}");
    }
    // Nor is that forgotten on the way to something else.
    let other = ActivityId(63);
    let (starts, ends) = (STARTS + 2 * DAY, TIMES.ends + 2 * DAY);
    memory.open(Activity { starts, ends, closes: ends, ..rows::activity(other, 9) }, rows::activity_rules(other));
    let third = SignUp { activity: other, ..wish(reader, &ONESELF) };
    assert!(memory.sign_up(reader, third, TIMES.ends + 1).is_ok());
    assert_eq!(memory.sign_up(reader, elsewhere(reader, &ONESELF), TIMES.ends + 1), taken);
}

#[test]
fn what_is_over_is_forgotten_on_the_way() {
    let (mut memory, reader) = house(9);
    memory.sign_up(reader, wish(reader, &ONESELF), MORNING).unwrap();
    another(&mut memory, DAY, rows::activity_rules(OTHER));
    memory.set(Activity { closes: STARTS + DAY, ..memory.get(Activity::key(OTHER)).unwrap() });
    memory.sign_up(reader, elsewhere(reader, &ONESELF), TIMES.ends - 1).unwrap();
    assert_eq!(memory.all::<Engagement>().len(), 2);
    let withdraw = Withdraw { activity: OTHER, members: vec![None] };
    memory.set(Activity { withdraw_until: STARTS + DAY, ..memory.get(Activity::key(OTHER)).unwrap() });
    memory.ask(Actor::Reader(reader), Command::from(withdraw), at(TIMES.ends)).unwrap();
    memory.sign_up(reader, elsewhere(reader, &ONESELF), TIMES.ends).unwrap();
    assert_eq!(memory.all::<Engagement>().iter().map(|row| row.activity).collect::<Vec<_>>(), [OTHER]);
}

#[test]
fn a_double_tap_signs_up_once() {
    let (mut memory, reader) = house(9);
    let command = Command::from(wish(reader, &ONESELF));
    let envelope = domain::slices::Envelope { actor: Actor::Reader(reader), key: keyed(1, 1), command, seed: 1 };
    let first = memory.run(&envelope, at(MORNING));
    assert_eq!(first, signed_up(first.unwrap().cells[0], 0));
    assert_eq!(memory.run(&envelope, at(MORNING + 5)), first);
    assert_eq!(memory.activity().taken, 1);
}
