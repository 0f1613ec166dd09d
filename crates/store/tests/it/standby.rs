//! A standby that commits wait for: nobody is answered before it has what they are told.

use crate::support::*;
use domain::core::asked::Actor;
use domain::staff::Role;
use store::Location;
use store::engine::pg::connect;
use store::testing::pair;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

const WAITING: &str = "select pid from pg_stat_activity where wait_event = 'SyncRep'";

async fn client(location: &Location) -> Client {
    let Location::Pg(url) = location else { panic!("a pair is PostgreSQL") };
    connect(url).await.unwrap()
}

/// Who waits for the standby, apart from those who did before.
async fn waits(admin: &Client, before: &[i32]) -> Option<i32> {
    let rows = admin.query(WAITING, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).find(|pid| !before.contains(pid))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_was_looked_up_is_told_only_when_the_standby_has_it() {
    let mut pair = pair();
    let library = Library::open(pair.primary.clone()).await;
    let admin = client(&pair.primary).await;
    admin.batch_execute("alter system set synchronous_standby_names = '*'").await.unwrap();
    admin.batch_execute("select pg_reload_conf()").await.unwrap();
    library.staff(1, "林馆员", Role::Administrator).await;
    // The setting is read a moment after it was told: from here on the standby has what was acknowledged.
    let standby = client(&pair.standby).await;
    let has_it = async || {
        match standby.query_one("select count(*) from staff_name", &[]).await {
            Ok(row) => row.get::<_, i64>(0) == 1,
            // So far behind that it has not heard of the table.
            Err(fault) if fault.code() == Some(&SqlState::UNDEFINED_TABLE) => false,
            Err(fault) => panic!("{fault}"),
        }
    };
    while !has_it().await {}
    pair.tell("stop-standby");
    let door = library.store.door.clone();
    let add = envelope(Actor::Job, None, add_staff(2, "馆员", Role::Desk));
    let asked = tokio::spawn(async move { door.ask(add).await });
    let mut at_commit = None;
    while at_commit.is_none() {
        at_commit = waits(&admin, &[]).await;
    }
    let at_commit = at_commit.unwrap();
    // Its commit stands on the primary; that the standby lacks it, it cannot say any more.
    admin.execute("select pg_terminate_backend($1)", &[&at_commit]).await.unwrap();
    while waits(&admin, &[at_commit]).await.is_none() {
        assert!(!asked.is_finished(), "told before the standby had it");
    }
    assert_eq!(number(library.reads(), "select count(*) from staff").await, 2);
    assert!(!asked.is_finished());
    pair.tell("kill-primary");
    pair.tell("promote");
    let promoted = client(&pair.standby).await;
    // It answers while it still reads what came from the primary.
    const RECOVERS: &str = "select pg_is_in_recovery()";
    while promoted.query_one(RECOVERS, &[]).await.unwrap().get(0) {}
    let names: i64 = promoted.query_one("select count(*) from staff_name", &[]).await.unwrap().get(0);
    assert_eq!(names, 1, "what was acknowledged is there, and the other was not");
    asked.abort();
}
