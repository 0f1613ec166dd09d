//! A command of the command line beside a program that serves: both write, and the chain stays one.

use crate::support::*;
use domain::core::asked::Actor;
use domain::jobs::AcceptClock;
use domain::staff::Role;
use store::testing::{Manual, both};
use store::{NoReply, Store};

const YEAR_MS: i64 = 365 * 24 * 60 * MINUTE_MS;

#[tokio::test(flavor = "multi_thread")]
async fn who_serves_and_who_comes_beside_take_turns() {
    both(async |location| {
        let library = Library::open(location).await;
        library.staff(1, "林馆员", Role::Administrator).await;
        let clock = Box::new(library.clock.clone());
        let beside = Store::open_beside(&library.location, clock).await.unwrap();
        for number in 2..6 {
            let add = add_staff(number, "馆员", Role::Desk);
            let answer = beside.door.ask(envelope(Actor::Job, None, add)).await;
            assert!(answer.is_ok(), "{answer:?}");
            library.staff(number + 10, "馆员", Role::Desk).await;
        }
        assert_eq!(number(library.reads(), "select count(*) from staff").await, 9);
        beside.close();
        assert_clean(library.reads()).await;
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_file_are_refused_and_a_newer_programs_database_too() {
    both(async |location| {
        let library = Library::open(location).await;
        let clock = || Box::new(Manual::new(MORNING));
        let is_file = matches!(library.location, store::Location::Lite(_));
        let second = Store::open(&library.location, clock()).await;
        assert_eq!(second.is_err(), is_file);
        second.into_iter().for_each(Store::close);
        let location = library.close().await;
        let newer = "insert into refinery_schema_history (version, name, applied_on, checksum) \
            values (99991231000000, 'of_a_newer_program', '2026-11-24T01:00:00Z', '0')";
        store::testing::plant(&location, newer).await;
        for refused in [Store::open(&location, clock()).await, Store::open_beside(&location, clock()).await] {
            let why = refused.map(|_| ()).unwrap_err().to_string();
            assert!(why.contains("newer program"), "{why}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_ahead_stops_writes_until_somebody_accepts_it() {
    both(async |location| {
        let library = Library::open(location).await;
        library.clock.pass(YEAR_MS);
        library.staff(1, "林馆员", Role::Administrator).await;
        library.clock.pass(-YEAR_MS);
        let add = || add_staff(2, "馆员", Role::Desk);
        assert_eq!(library.try_ask(Actor::Job, add()).await, Err(NoReply::Fault));
        let beside = Store::open_trusting_clock(&library.location, Box::new(library.clock.clone())).await.unwrap();
        let accept = AcceptClock { ahead_ms: YEAR_MS };
        let answer = beside.door.ask(envelope(Actor::Job, None, accept.into())).await;
        assert!(answer.is_ok(), "{answer:?}");
        beside.close();
        // Whoever serves goes on by itself.
        assert!(library.try_ask(Actor::Job, add()).await.is_ok());
        let noted = "select count(*) from audit where action = 'clock.accept'";
        assert_eq!(number(library.reads(), noted).await, 1);
        assert_clean(library.reads()).await;
        library.close().await;
    })
    .await;
}
