//! W2: everybody wants the same prize, or each another. W5: how long one client waits for an acknowledgement.

use crate::disk;
use crate::library::{Machine, prize, redemption};
use crate::report::{ROUNDS, at_most, heading, line, median, rate, ratio};
use crate::w1::stage;
use domain::tables::PrizeId;
use std::path::Path;
use std::time::Instant;
use store::engine::{Engine, lite::Lite};
use store::writer::Writer;
use store::{Location, Store, testing};
use web::frame::keys::Keys;

const BATCH: usize = 64;
const PRIZES: usize = 256;
const SECONDS: f64 = 0.6;
const LONELY: i64 = 3_000;

pub async fn hot(keys: &Keys) -> Result<(), String> {
    heading("W2 on SQLite: one hot prize against many");
    let stage = stage(testing::lite(), keys).await?;
    let Location::Lite(path) = &stage.location else { return Err("a file".into()) };
    let store = Store::open(&stage.location, Box::new(Machine)).await.map_err(|fault| fault.to_string())?;
    let row = store.reads.one(store::read::query("select min(id) from staff", [])).await;
    let mut row = row.map_err(|fault| fault.to_string())?.ok_or("nobody")?;
    let staff = row.cell().map_err(|fault| fault.to_string())?;
    let mut prizes = vec![];
    for _ in 0..PRIZES {
        prizes.push(prize(&store.door, staff, 1, 1_000_000).await?);
    }
    store.close();
    let lite = Lite::open(path).map_err(|fault| fault.to_string())?;
    let mut writer = Writer::new(Engine::Lite(lite), Box::new(Machine));
    let (mut next, mut hot, mut many) = (0, vec![], vec![]);
    for _ in 0..ROUNDS {
        hot.push(run(&mut writer, &stage.people, &prizes[..1], &mut next).await?);
        many.push(run(&mut writer, &stage.people, &prizes, &mut next).await?);
    }
    let (hot, many) = (median(hot), median(many));
    rate(&format!("batches of {BATCH}, one prize"), hot);
    ratio(&format!("  ÷ {PRIZES} prizes ({many:.0} /s)"), hot / many, 1.0);
    Ok(())
}

async fn run(
    writer: &mut Writer,
    people: &[crate::library::Person],
    prizes: &[PrizeId],
    next: &mut i64,
) -> Result<f64, String> {
    let (mut done, started) = (0, Instant::now());
    while started.elapsed().as_secs_f64() < SECONDS {
        let of = |n: i64| redemption(people[n as usize % people.len()], prizes[n as usize % prizes.len()], n);
        let batch: Vec<_> = (*next..*next + BATCH as i64).map(of).collect();
        *next += BATCH as i64;
        if let Some(Err(why)) = writer.batch(&batch).await.into_iter().find(Result::is_err) {
            return Err(format!("a redemption failed: {why:?}"));
        }
        done += BATCH;
    }
    Ok(done as f64 / started.elapsed().as_secs_f64())
}

pub async fn alone(keys: &Keys) -> Result<(), String> {
    heading("W5 on SQLite: one client at a time");
    let stage = stage(testing::lite(), keys).await?;
    let Location::Lite(path) = &stage.location else { return Err("a file".into()) };
    let store = Store::open(&stage.location, Box::new(Machine)).await.map_err(|fault| fault.to_string())?;
    let (_, disk_p99) = disk::fdatasync(path.parent().unwrap_or(Path::new("."))).map_err(|error| error.to_string())?;
    let mut took_ms = vec![];
    for n in 0..LONELY {
        let began = Instant::now();
        let person = stage.people[n as usize % stage.people.len()];
        store.door.ask(redemption(person, stage.prize, n)).await.map_err(|why| format!("{why:?}"))?;
        took_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    store.close();
    took_ms.sort_by(f64::total_cmp);
    let p = |percent: usize| took_ms[took_ms.len() * percent / 100];
    line("acknowledged p50, p99", &format!("{:>12.3} ms, {:.3} ms; fdatasync p99 {disk_p99:.3} ms", p(50), p(99)));
    at_most("  p99 ÷ fdatasync p99", p(99) / disk_p99, "", 1.5);
    Ok(())
}
