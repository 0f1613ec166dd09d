//! Connections to PostgreSQL that end in the middle: nothing acknowledged is lost, nothing is done twice.

use crate::support::load::{Chance, Load, judge_all, note, run};
use crate::support::proxy::{Cut, Schedule, proxied};
use crate::support::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use store::engine::pg::connect;
use store::testing::pg;
use tokio::sync::watch;

const CUTS: u64 = 20;
const CLIENTS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_cut_at_its_commit() {
    let location = pg();
    let staged = Library::open(location.clone()).await;
    let load = Load::stage(&staged).await;
    staged.close().await;
    let mut chance = Chance::new(20_261_123);
    let cuts = [Cut::Before, Cut::After, Cut::Inside];
    let planned = (0..CUTS).map(|n| (chance.below(6), cuts[n as usize % cuts.len()])).collect();
    let schedule: Schedule = Arc::new(Mutex::new(planned));
    let library = Library::open(proxied(&location, schedule.clone()).await).await;
    let (journal, next) = (Mutex::default(), AtomicI64::new(1));
    let more = || !schedule.lock().unwrap().is_empty();
    run(&library.store.door, |number| load.bare(number), CLIENTS, &next, more, note(&journal)).await;
    assert!(journal.lock().unwrap().len() >= CUTS as usize, "each cut stood in the way of somebody");
    judge_all(library.reads(), &journal.into_inner().unwrap()).await;
    library.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_is_looked_up() {
    let location = pg();
    let staged = Library::open(location.clone()).await;
    let load = Load::stage(&staged).await;
    staged.close().await;
    let schedule = Schedule::default();
    let library = Library::open(proxied(&location, schedule.clone()).await).await;
    let mut batches = BTreeMap::new();
    for (number, cut) in (1..).zip([Cut::Before, Cut::Inside, Cut::After]) {
        let before = store::ledger::head(library.reads()).await.unwrap();
        schedule.lock().unwrap().push_back((0, cut));
        library.send(load.bare(number)).await.unwrap();
        assert!(schedule.lock().unwrap().is_empty(), "{cut:?} has happened");
        let after = store::ledger::head(library.reads()).await.unwrap();
        batches.insert(cut, after.sequence - before.sequence);
    }
    assert!(batches.values().all(|batches| *batches == 1), "{batches:?}");
    assert_eq!(number(library.reads(), "select count(*) from redemption").await, 3);
    assert_clean(library.reads()).await;
    library.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backends_are_terminated_under_load() {
    const PAUSE: u64 = 40;
    let library = Library::open(pg()).await;
    let load = Load::stage(&library).await;
    let store::Location::Pg(url) = &library.location else { panic!("pg() is PostgreSQL") };
    let killer = connect(url).await.unwrap();
    let (heard, mut hear) = watch::channel(0);
    let (journal, next) = (Mutex::default(), AtomicI64::new(1));
    let done = |number, id| {
        note(&journal)(number, id);
        heard.send_modify(|count| *count += 1);
    };
    let ended = AtomicBool::new(false);
    let more = || !ended.load(Ordering::Relaxed);
    let kills = async {
        let mut chance = Chance::new(11);
        for _ in 0..CUTS {
            let target = *hear.borrow() + chance.below(PAUSE);
            hear.wait_for(|count| *count >= target).await.unwrap();
            let text = "select pg_terminate_backend(pid) from pg_stat_activity \
                where datname = current_database() and pid <> pg_backend_pid()";
            killer.execute(text, &[]).await.unwrap();
        }
        ended.store(true, Ordering::Relaxed);
    };
    tokio::join!(run(&library.store.door, |number| load.bare(number), CLIENTS, &next, more, done), kills);
    let again = library.location.reads().await.unwrap();
    judge_all(&again, &journal.into_inner().unwrap()).await;
    library.close().await;
}
