//! Pauses: several no-shows close together keep somebody from signing up for a while, as the library's rules say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::activities::{self, terms::Terms};
use domain::rules::Rule;
use domain::tables::*;
use support::activities::*;
use support::rows::DAY;
use support::*;

#[test]
fn a_third_no_show_within_90_days_pauses_for_30() {
    let (memory, reader) = house(9);
    let (span, pause) = (90 * DAY, 30 * DAY);
    let ask = |who: Option<MemberId>, times: &[Millis], when| {
        let mut memory = memory.clone();
        for (n, at) in (70..).zip(times) {
            // What was held long ago and is recorded late counts when it was held, and pauses from when it is known.
            memory.set(NoShow { reader, member: None, activity: ActivityId(n), held: *at - 9 * span, at: *at });
        }
        memory.sign_up(reader, wish(reader, &[who]), when).map(|reply| reply.cells[1])
    };
    let until = MORNING - 9 + pause;
    let paused = Err(activities::Refusal::SignUpPaused { member: None, until }.into());
    let last = MORNING - 9;
    assert_eq!(ask(None, &[last - 5, last], MORNING), Ok(0), "two");
    assert_eq!(ask(None, &[last - span + 1, last - 5, last], MORNING), paused);
    assert_eq!(ask(None, &[last - span, last - 5, last], MORNING), Ok(0), "not within 90 days");
    assert_eq!(ask(None, &[last - 9 * span, last - 2, last - 1, last], MORNING), paused);
    assert_eq!(ask(family(reader, 1)[0], &[last - 2, last - 1, last], MORNING), Ok(0), "another participant");
    // To the millisecond.
    let ends = |shift| ask(None, &[MORNING - pause - 2, MORNING - pause - 1, MORNING - pause + shift], MORNING);
    assert_eq!(
        (ends(1), ends(0)),
        (Err(activities::Refusal::SignUpPaused { member: None, until: MORNING + 1 }.into()), Ok(0))
    );
    let shows = |times: [(Millis, Millis); 3]| {
        times.map(|(held, at)| NoShow { reader, member: None, activity: ACTIVITY, held, at })
    };
    let terms = Terms::of(&[], 20261123);
    assert_eq!(terms.paused_until(&shows([(9, 9), (3, 3), (6, 6)]), 9), Some(9 + pause));
    assert_eq!(terms.paused_until(&[], 9), None);
    // Recorded together, but held in three quarters; or held together and recorded in three quarters.
    assert_eq!(terms.paused_until(&shows([(0, 3 * span), (span, 3 * span), (2 * span, 3 * span)]), 3 * span), None);
    assert_eq!(terms.paused_until(&shows([(0, 3 * span), (1, 1), (2, 2)]), 3 * span), Some(3 * span + pause));
}

#[test]
fn the_librarys_rules_say_how_many_how_close_and_how_long() {
    let set = |(rule, value): (Rule, i64)| RuleValue { rule: rule.into(), since: 20261123, value, set_by: None, at: 0 };
    let rules = [(Rule::NoShowsMax, 2), (Rule::NoShowDays, 10), (Rule::PauseDays, 5)].map(set);
    let shows = |times: [Millis; 2]| {
        times.map(|at| NoShow { reader: ReaderId(1), member: None, activity: ACTIVITY, held: at, at })
    };
    let terms = Terms::of(&rules, 20261123);
    assert_eq!(terms.paused_until(&shows([0, 10 * DAY - 1]), 11 * DAY), Some(15 * DAY - 1));
    assert_eq!(terms.paused_until(&shows([0, 10 * DAY]), 11 * DAY), None);
    assert_eq!(Terms::of(&rules, 20261122), Terms::of(&[], 20261122), "not in force yet");
}
