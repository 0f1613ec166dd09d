//! W1: commands through the writer, in batches and through the queue.

use crate::library::{self, Machine, Person, crowd, people, prize, redemption};
use crate::report::{ROUNDS, heading, line, median, rate, ratio};
use crate::{bare, disk, peers};
use domain::tables::PrizeId;
use futures_util::future::join_all;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;
use store::engine::Engine;
use store::engine::lite::Lite;
use store::engine::pg::Pg;
use store::writer::Writer;
use store::{Door, Location, Store, testing};
use web::frame::keys::Keys;

const PEOPLE: i64 = 20_000;
const BATCHES: [usize; 5] = [1, 16, 64, 256, 1_024];
const IN_FLIGHT: [usize; 4] = [1, 64, 1_024, 4_096];
/// So short that a million points last.
const SECONDS: f64 = 0.8;

pub struct Stage {
    pub location: Location,
    pub people: Vec<Person>,
    pub prize: PrizeId,
}

pub async fn stage(location: Location, keys: &Keys) -> Result<Stage, String> {
    let store = Store::open(&location, Box::new(Machine)).await.map_err(|fault| fault.to_string())?;
    let library::People { staff, people } = people(&store.door, keys, 0, PEOPLE).await?;
    let prize = prize(&store.door, staff, 1, 1_000_000).await?;
    store.close();
    Ok(Stage { location, people, prize })
}

/// Redemptions go round all cards: each has its own postings and its own list.
fn redemptions(stage: &Stage, next: &mut i64, count: usize) -> Vec<domain::slices::Envelope> {
    let of = |n: i64| redemption(stage.people[n as usize % stage.people.len()], stage.prize, n);
    let batch = (*next..*next + count as i64).map(of).collect();
    *next += count as i64;
    batch
}

/// Batches of one size for a while: redemptions a second.
async fn batches(writer: &mut Writer, stage: &Stage, next: &mut i64, size: usize) -> Result<f64, String> {
    let (mut done, started) = (0, Instant::now());
    while started.elapsed().as_secs_f64() < SECONDS {
        let answers = writer.batch(&redemptions(stage, next, size)).await;
        if let Some(Err(why)) = answers.iter().find(|answer| answer.is_err()) {
            return Err(format!("a redemption failed: {why:?}"));
        }
        done += size;
    }
    Ok(done as f64 / started.elapsed().as_secs_f64())
}

fn lite(path: &Path, synchronous: &str) -> Result<Writer, String> {
    let mut lite = Lite::open(path).map_err(|fault| fault.to_string())?;
    let pragma = format!("pragma synchronous = {synchronous}");
    lite.connection().execute_batch(&pragma).map_err(|error| error.to_string())?;
    Ok(Writer::new(Engine::Lite(lite), Box::new(Machine)))
}

pub async fn sqlite(keys: &Keys) -> Result<(), String> {
    heading("W1 on SQLite: redemptions through the writer");
    peers::of_ledgers();
    for size in BATCHES {
        let stage = stage(testing::lite(), keys).await?;
        let Location::Lite(path) = &stage.location else { return Err("a file".into()) };
        disk::note(path.parent().unwrap_or(Path::new(".")));
        let (mut full, mut off, mut next) = (vec![], vec![], 0);
        for _ in 0..ROUNDS {
            full.push(batches(&mut lite(path, "full")?, &stage, &mut next, size).await?);
            off.push(batches(&mut lite(path, "off")?, &stage, &mut next, size).await?);
        }
        let (full, off) = (median(full), median(off));
        rate(&format!("batches of {size}"), full);
        let name = format!("  ÷ the same with synchronous=OFF ({off:.0} /s)");
        if size >= 64 { ratio(&name, full / off, 0.6) } else { line(&name, &format!("{:>12.3}", full / off)) }
    }
    through_the_queue(&stage(testing::lite(), keys).await?).await
}

/// Clients who each wait for their answer.
async fn through_the_queue(stage: &Stage) -> Result<(), String> {
    let mut next = 0;
    for clients in IN_FLIGHT {
        let store = Store::open(&stage.location, Box::new(Machine)).await.map_err(|fault| fault.to_string())?;
        let counter = AtomicI64::new(next);
        let per_second = clients_for_a_while(&store.door, stage, clients, &counter).await?;
        next = counter.into_inner();
        store.close();
        rate(&format!("through the queue, {clients} in flight"), per_second);
    }
    Ok(())
}

async fn clients_for_a_while(door: &Door, stage: &Stage, clients: usize, next: &AtomicI64) -> Result<f64, String> {
    let (first, started) = (next.load(Ordering::Relaxed), Instant::now());
    let client = async || {
        while started.elapsed().as_secs_f64() < SECONDS {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let person = stage.people[n as usize % stage.people.len()];
            door.ask(redemption(person, stage.prize, n)).await.map_err(|why| format!("{why:?}"))?;
        }
        Ok::<(), String>(())
    };
    join_all((0..clients).map(|_| client())).await.into_iter().collect::<Result<(), String>>()?;
    let done = next.load(Ordering::Relaxed) - first;
    Ok(done as f64 / started.elapsed().as_secs_f64())
}

pub async fn postgres(keys: &Keys) -> Result<(), String> {
    heading("W1 on PostgreSQL (fsync and synchronous_commit on)");
    peers::of_ledgers();
    let stage = stage(testing::durable_pg(), keys).await?;
    let Location::Pg(url) = &stage.location else { return Err("a PostgreSQL".into()) };
    disk::note(&std::env::temp_dir());
    let mut next = 0;
    let mut writer = writer_on(url).await?;
    for size in [1, 64] {
        rate(&format!("batches of {size}"), batches(&mut writer, &stage, &mut next, size).await?);
    }
    let (mut ours, mut theirs) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        ours.push(batches(&mut writer, &stage, &mut next, bare::BATCH).await?);
        theirs.push(bare::run(url, &stage, &mut next, SECONDS).await?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    rate(&format!("batches of {}", bare::BATCH), ours);
    ratio(&format!("  ÷ the bare driver with the same SQL ({theirs:.0} /s)"), ours / theirs, 0.85);
    disk::note(&std::env::temp_dir());
    through_the_queue(&self::stage(testing::durable_pg(), keys).await?).await
}

async fn writer_on(url: &str) -> Result<Writer, String> {
    let pg = Pg::open(url).await.map_err(|fault| fault.to_string())?;
    Ok(Writer::new(Engine::Pg(Box::new(pg)), Box::new(Machine)))
}

/// A stage that pages can be read on: the same people, with a few redemptions each.
pub async fn lived_in(location: Location, keys: &Keys) -> Result<Stage, String> {
    let stage = stage(location, keys).await?;
    let store = Store::open(&stage.location, Box::new(Machine)).await.map_err(|fault| fault.to_string())?;
    crowd(&store.door, redemptions(&stage, &mut 0, 2 * PEOPLE as usize)).await?;
    store.close();
    Ok(stage)
}
