//! Companions: adults beside those of the audience, who need no place and accompany somebody.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use ParticipantState::{Enrolled, Waiting, Withdrawn};
use domain::activities;
use domain::tables::*;
use support::activities::*;
use support::rows::{STARTS, TIMES};
use support::*;

#[test]
fn companions_take_no_place_but_accompany_somebody() {
    let (mut memory, reader) = house(1);
    ruled(&mut memory, |rules| ActivityRules { age_min: 3, age_max: 6, companions: true, ..rules });
    let family = family(reader, 3);
    let [child, youth] = [family[0], family[1]];
    memory.set(rows::member(reader, child.unwrap(), 20220101));
    // 18 on the day after the start: neither of the audience nor an adult.
    memory.set(rows::member(reader, youth.unwrap(), 20081201));
    let refused = |member| Err(activities::Refusal::AgeOutOfRange { member, from: 3, until: 6 }.into());
    assert_eq!(memory.sign_up(reader, wish(reader, &[None, family[2]]), MORNING), refused(None));
    assert_eq!(memory.sign_up(reader, wish(reader, &[child, youth]), MORNING), refused(youth));
    assert_eq!(memory.sign_up(reader, wish(reader, &[None, child, family[2]]), MORNING).unwrap().cells[1], 0);
    assert_eq!(memory.activity().taken, 1);
    let companions: Vec<bool> = memory.all::<Participant>().iter().map(|one| one.companion).collect();
    assert_eq!(companions, [true, false, true]);
    assert_eq!(memory.told(reader), Some((activities::MessageKind::Enrolled.into(), 1)));
    memory.adds_up();
    // Whom nobody is left to accompany does not come either.
    memory.withdraw(reader, &[child], MORNING).unwrap();
    assert_eq!(memory.states(reader, &[None, child, family[2]]), [Withdrawn; 3]);
    assert_eq!((memory.activity().taken, memory.all::<Engagement>()), (0, vec![]));
    memory.adds_up();
    // A companion may stay away alone.
    memory.sign_up(reader, wish(reader, &[None, child]), MORNING).unwrap();
    memory.withdraw(reader, &ONESELF, MORNING).unwrap();
    assert_eq!((memory.state(reader, child), memory.activity().taken), (Enrolled, 1));
}

#[test]
fn a_companion_goes_with_whoever_of_the_family_still_comes() {
    let (mut memory, reader) = house(2);
    ruled(&mut memory, |rules| ActivityRules { age_min: 3, age_max: 6, companions: true, ..rules });
    let children = family(reader, 3);
    children.iter().for_each(|child| memory.set(rows::member(reader, child.unwrap(), 20220101)));
    let [one, two, three] = children[..] else { panic!() };
    // The mother has come with the first; the others are signed up later, the last of them waits.
    memory.sign_up(reader, wish(reader, &[None, one]), MORNING).unwrap();
    memory.sign_up(reader, wish(reader, &[two]), MORNING).unwrap();
    memory.sign_up(reader, wish(reader, &[three]), MORNING).unwrap();
    memory.set(Activity { capacity: 1, taken: 2, ..memory.activity() });
    memory.withdraw(reader, &[one], MORNING).unwrap();
    assert_eq!(memory.states(reader, &[None, one, two, three]), [Enrolled, Withdrawn, Enrolled, Waiting]);
    assert_eq!(memory.one(reader, None).party, memory.one(reader, two).party);
    memory.adds_up();
    memory.set(Activity { capacity: 0, ..memory.activity() });
    memory.withdraw(reader, &[two], MORNING).unwrap();
    assert_eq!(memory.states(reader, &[None, two, three]), [Enrolled, Withdrawn, Enrolled]);
    memory.adds_up();
    memory.withdraw(reader, &[three], MORNING).unwrap();
    assert_eq!(memory.state(reader, None), Withdrawn);
}

#[test]
fn whom_somebody_present_is_with_keeps_their_place() {
    let (mut memory, reader) = house(3);
    ruled(&mut memory, |rules| ActivityRules { age_min: 3, age_max: 6, companions: true, ..rules });
    let [one, two] = [family(reader, 1)[0], family(reader, 2)[1]];
    [one, two].iter().for_each(|child| memory.set(rows::member(reader, child.unwrap(), 20220101)));
    memory.sign_up(reader, wish(reader, &[None, one, two]), MORNING).unwrap();
    memory.set(Activity { withdraw_until: TIMES.ends, ..memory.activity() });
    memory.attend(reader, &[one], STARTS).unwrap();
    memory.withdraw(reader, &[two], STARTS).unwrap();
    assert_eq!(memory.state(reader, None), Enrolled);
}
