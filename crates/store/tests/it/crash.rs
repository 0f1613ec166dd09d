//! kill -9 under load, again and again: what was acknowledged is there, and nothing is there twice.
//! This test runs itself as the program that is killed.

use crate::support::load::{Chance, Journal, Load, judge, run};
use crate::support::*;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command as Process, Stdio};
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};
use store::testing::{lite, pg};
use store::{Location, Store};

const OPENINGS_MAX: usize = 200;
const KILLS: i64 = 20;
const CLIENTS: usize = 24;
const ACKNOWLEDGED_MAX: u64 = 160;
/// A kill comes at any moment of a batch.
const FUSE_US_MAX: u64 = 4_000;
/// Numbers of different runs never meet.
const NUMBERS_A_RUN: i64 = 10_000;
const LOCATION: &str = "YUE_CRASH_LOCATION";
const FIRST: &str = "YUE_CRASH_FIRST";

#[tokio::test(flavor = "multi_thread")]
async fn killed_on_sqlite() {
    killed(lite(), 7).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_on_postgresql() {
    killed(pg(), 8).await;
}

async fn killed(location: Location, seed: u64) {
    let library = Library::open(location.clone()).await;
    Load::stage(&library).await;
    library.close().await;
    let (mut chance, mut journal) = (Chance::new(seed), Journal::new());
    for kill in 0..KILLS {
        let first = kill * NUMBERS_A_RUN;
        let heard = one_life(&location, first, &mut chance);
        assert!(!heard.is_empty());
        journal.extend(&heard);
        let library = Library::open(location.clone()).await;
        judge(library.reads(), &journal).await;
        journal.extend(retry(&library, &heard, first).await);
        library.close().await;
    }
    let reads = location.reads().await.unwrap();
    judge(&reads, &journal).await;
}

/// Starts the program, lets it acknowledge a few redemptions and kills it; what it had said is heard to the end.
fn one_life(location: &Location, first: i64, chance: &mut Chance) -> Journal {
    let text = match location {
        Location::Lite(path) => path.display().to_string(),
        Location::Pg(url) => url.clone(),
    };
    let mut program = Process::new(std::env::current_exe().unwrap());
    program.args(["crash::program", "--exact", "--nocapture"]).env(LOCATION, text).env(FIRST, first.to_string());
    let mut program = program.stdout(Stdio::piped()).spawn().unwrap();
    let (fuse, lines) = (1 + chance.below(ACKNOWLEDGED_MAX), BufReader::new(program.stdout.take().unwrap()).lines());
    let mut heard = Journal::new();
    for line in lines.map_while(Result::ok) {
        let Some((number, id)) = line.strip_prefix("done ").and_then(|said| said.split_once(' ')) else { continue };
        heard.insert(number.parse().unwrap(), id.parse().unwrap());
        if heard.len() as u64 == fuse {
            kill(&mut program, Duration::from_micros(chance.below(FUSE_US_MAX)));
        }
    }
    assert!(heard.len() as u64 >= fuse, "the program ended by itself after {} of {fuse}", heard.len());
    program.wait().unwrap();
    heard
}

fn kill(program: &mut Child, after: Duration) {
    let lit = Instant::now();
    while lit.elapsed() < after {
        std::hint::spin_loop();
    }
    program.kill().unwrap();
}

/// The clients ask again: for what they have heard, and for what they have not.
async fn retry(library: &Library, heard: &Journal, first: i64) -> Journal {
    let load = Load::find(library.reads()).await;
    let last = heard.keys().last().copied().unwrap_or(first);
    let mut answers = Journal::new();
    for number in (first..=last + CLIENTS as i64).rev().take(2 * CLIENTS) {
        let id = library.send(load.form(number)).await.unwrap().cells[0];
        assert!(heard.get(&number).is_none_or(|before| *before == id), "{number} has another answer");
        answers.insert(number, id);
    }
    answers
}

/// Not a test but the program that is killed; without a location it has nothing to do.
#[tokio::test(flavor = "multi_thread")]
async fn program() {
    let (Ok(location), Ok(first)) = (std::env::var(LOCATION), std::env::var(FIRST)) else { return };
    let clock = store::testing::Manual::new(MORNING);
    let location = Location::of(&location).unwrap();
    let open = || Store::open(&location, Box::new(clock.clone()));
    // A program that another test starts just now holds copies of all files of ours until it runs, the lock among them.
    let mut opened = open().await;
    for _ in 0..OPENINGS_MAX {
        if opened.is_ok() {
            break;
        }
        opened = open().await;
    }
    let store = opened.unwrap();
    let load = Load::find(&store.reads).await;
    println!();
    let next = AtomicI64::new(first.parse().unwrap());
    let done = |number, id| println!("done {number} {id}");
    run(&store.door, |number| load.form(number), CLIENTS, &next, || true, done).await;
}
