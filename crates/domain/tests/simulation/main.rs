//! The core under attack: seeded commands and faults over a strict in-memory database, against a naive model.
//!
//! `YUE_SEEDS` and `YUE_STEPS` say how much; `YUE_SEED` replays one run and says what it reached.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod agreement;
mod agreement_activities;
mod agreement_rows;
mod books;
mod bulletins;
mod closings;
mod consents;
mod deadlines;
mod dice;
mod donations;
mod exports;
mod feedback;
mod hand;
mod hand_imports;
mod invariants;
mod invariants_activities;
mod invariants_codes;
mod invariants_desk;
mod invariants_members;
mod invitations;
mod model;
mod model_activities;
mod model_activity_rows;
mod model_admission;
mod model_attendance;
mod model_cards;
mod model_checkins;
mod model_desk;
mod model_doors;
mod model_enrolments;
mod model_entry;
mod model_hours;
mod model_jobs;
mod model_members;
mod model_no_shows;
mod model_places;
mod model_post;
mod model_redemptions;
mod model_rows;
mod model_rules;
mod model_texts;
mod model_volunteers;
mod model_wishes;
mod near;
mod passages;
mod phones;
mod planted;
mod planted_activities;
mod planted_changes;
mod post;
mod questions;
mod refusals;
mod rooms;
mod rounds;
mod run;
mod script;
mod script_activities;
mod script_afterwards;
mod script_cards;
mod script_desk;
mod script_doors;
mod script_enrolments;
mod script_members;
mod script_program;
mod script_rules;
mod script_texts;
mod sights;
mod sights_refused;
mod stock_alerts;
#[path = "../support/mod.rs"]
mod support;
mod tally;
mod transfers;
mod transitions;
mod transitions_activities;
mod watched;
mod weather;

use rooms::Room;
use run::Run;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tally::Tally;

/// The slices that bring their own script and invariants: a line for each.
const ROOMS: &[Room] = &[
    books::ROOM,
    bulletins::ROOM,
    closings::ROOM,
    consents::ROOM,
    donations::ROOM,
    exports::ROOM,
    feedback::ROOM,
    invitations::ROOM,
    passages::ROOM,
    phones::ROOM,
    questions::ROOM,
    stock_alerts::ROOM,
    transfers::ROOM,
];

const SEEDS: u64 = 1_000;
const STEPS: u64 = 2_000;

/// How much is tried is no business of the core: the environment may say.
#[allow(clippy::disallowed_methods)]
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.replace('_', "").parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// Runs one seed; a run that fails says how to see it again.
fn attack(seed: u64, steps: u64) -> Tally {
    let mut run = Run::new(seed);
    let outcome = catch_unwind(AssertUnwindSafe(|| run.steps(steps)));
    let replay =
        format!("seed {seed}: YUE_SEED={seed} YUE_STEPS={steps} cargo test -p domain --test simulation the_core");
    match outcome {
        Ok(Ok(())) => run.tally,
        Ok(Err(why)) => panic!("{replay}\n{why}"),
        Err(panicked) => {
            eprintln!("{replay}");
            resume_unwind(panicked)
        }
    }
}

#[test]
fn the_core_holds_in_all_weathers() {
    let steps = setting("YUE_STEPS").unwrap_or(STEPS);
    if let Some(seed) = setting("YUE_SEED") {
        println!("{}", attack(seed, steps).report());
        return;
    }
    let mut reached = Tally::default();
    for seed in 0..setting("YUE_SEEDS").unwrap_or(SEEDS) {
        reached.add(&attack(seed, steps));
    }
    println!("{}", reached.report());
    assert!(reached.gaps().is_empty(), "not reached, or reached against all reason: {:?}", reached.gaps());
}

#[test]
fn the_same_seed_ends_the_same() {
    let end = |seed| {
        let mut run = Run::new(seed);
        run.steps(500).unwrap();
        run.hash()
    };
    let ends: Vec<u64> = (0..8).map(end).collect();
    assert_eq!(ends, (0..8).map(end).collect::<Vec<_>>());
    assert!(ends.windows(2).all(|two| two[0] != two[1]));
}
