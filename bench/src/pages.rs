//! W3 and W8: the program over HTTP, with sessions, tokens and keys, beside its own static answer.

use crate::http::{Connection, get, post};
use crate::library::{Machine, prize, session_token};
use crate::peers;
use crate::report::{ROUNDS, at_most, heading, line, median, rate, ratio};
use crate::site::Site;
use crate::w1::{Stage, lived_in};
use futures_util::future::join_all;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use store::{Location, Store};
use web::frame::keys::Keys;

const CONNECTIONS: usize = 64;
const SECONDS: f64 = 1.5;
const FLASH_CONNECTIONS: usize = 2_000;
const FLASH_REQUESTS: usize = 10_000;
const FLASH_STOCK: i64 = 100;
const IDLE_MB_MAX: f64 = 25.0;
const START_MS_MAX: f64 = 100.0;

pub fn cookie(n: usize) -> String {
    format!("yue={}", session_token(n as i64))
}

pub fn csrf(keys: &Keys, n: usize) -> String {
    keys.signature("csrf", &session_token(n as i64))
}

fn redeem(keys: &Keys, stage: &Stage, n: usize, prize: i64, key: &str) -> Vec<u8> {
    let card = stage.people[n].card;
    post("/redemptions", &cookie(n), &format!("csrf={}&key={key}&card={card}&prize={prize}&points=1", csrf(keys, n)))
}

/// Clients that ask for a while, the nth with the request that `make` gives for it and its turn: answers a second.
async fn load(site: &Site, make: impl Fn(usize, usize) -> Vec<u8>, wanted: u16) -> Result<f64, String> {
    let (done, started) = (AtomicUsize::new(0), Instant::now());
    let client = async |n: usize| {
        let mut connection = Connection::open(site.address).await?;
        let mut turn = 0;
        while started.elapsed().as_secs_f64() < SECONDS {
            let status = connection.ask(&make(n, turn)).await?;
            if status != wanted {
                return Err(format!("{status} instead of {wanted}"));
            }
            turn += 1;
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    join_all((0..CONNECTIONS).map(client)).await.into_iter().collect::<Result<(), String>>()?;
    Ok(done.into_inner() as f64 / started.elapsed().as_secs_f64())
}

pub async fn run(name: &str, location: Location, keys: &Keys) -> Result<(), String> {
    heading(&format!("W8 on {name}: pages over HTTP, {CONNECTIONS} connections"));
    peers::of_pages();
    let stage = lived_in(location, keys).await?;
    let site = Site::start(&stage.location).await?;
    if name == "SQLite" {
        // A second start finds the WAL that a kill left, as after a crash.
        at_most("start on an existing database", site.up_ms, "ms", START_MS_MAX);
        at_most("resident memory, idle", site.resident_mb().unwrap_or(f64::NAN), "MB", IDLE_MB_MAX);
    }
    let (mut fixed, mut home, mut posts) = (vec![], vec![], vec![]);
    let people = stage.people.len();
    for round in 0..ROUNDS {
        fixed.push(load(&site, |_, _| get("/healthz", ""), 200).await?);
        home.push(load(&site, |n, turn| get("/", &cookie((n + turn * CONNECTIONS) % people)), 200).await?);
        let buy = |n: usize, turn: usize| {
            let who = (n + turn * CONNECTIONS) % people;
            redeem(keys, &stage, who, stage.prize.0, &format!("round-{round}-{n:04}-{turn:08}"))
        };
        posts.push(load(&site, buy, 303).await?);
    }
    let (fixed, home, posts) = (median(fixed), median(home), median(posts));
    rate("static answer", fixed);
    rate("signed-in home page", home);
    ratio("  ÷ static (goal of the whole product: 0.4)", home / fixed, 0.2);
    rate("redemption POST", posts);
    ratio("  ÷ static", posts / fixed, 0.14);
    at_most("resident memory, after the load", site.resident_mb().unwrap_or(f64::NAN), "MB", 64.0);
    site.stop().await;
    flash(name, &stage, keys).await
}

/// 10,000 requests on 2,000 connections for 100 prizes, and the same crowd with forms that are turned away unread.
async fn flash(name: &str, stage: &Stage, keys: &Keys) -> Result<(), String> {
    heading(&format!(
        "W3 on {name}: {FLASH_REQUESTS} redemptions on {FLASH_CONNECTIONS} connections for {FLASH_STOCK}"
    ));
    peers::of_flash_sales();
    let (mut judged, mut unread) = (vec![], vec![]);
    for round in 0..ROUNDS {
        let store = Store::open(&stage.location, Box::new(Machine)).await.map_err(|fault| fault.to_string())?;
        let staff = staff(&store).await?;
        let prize = prize(&store.door, staff, 1, FLASH_STOCK).await?.0;
        store.close();
        let site = Site::start(&stage.location).await?;
        let buy = |n: usize, turn: usize| redeem(keys, stage, n, prize, &format!("flash-{round}-{n:05}-{turn:05}"));
        let (seconds, granted) = crowd(&site, buy).await?;
        judged.push(FLASH_REQUESTS as f64 / seconds);
        if granted != FLASH_STOCK as usize {
            return Err(format!("{granted} were granted of {FLASH_STOCK}"));
        }
        // A key that is too short: the session is looked up, the form is refused.
        let (seconds, _) = crowd(&site, |n, _| redeem(keys, stage, n, prize, "short")).await?;
        unread.push(FLASH_REQUESTS as f64 / seconds);
        line("resident memory after the crowd", &format!("{:>12.1} MB", site.resident_mb().unwrap_or(f64::NAN)));
        site.stop().await;
    }
    line("granted in each round", &format!("{FLASH_STOCK:>12}     exactly"));
    let (judged, unread) = (median(judged), median(unread));
    rate("answered through decide", judged);
    rate("authenticated no-op POST", unread);
    ratio("  ÷ no-op", judged / unread, 0.7);
    Ok(())
}

async fn staff(store: &Store) -> Result<domain::tables::StaffId, String> {
    let row = store.reads.one(store::read::query("select min(id) from staff", [])).await;
    let row = row.map_err(|fault| fault.to_string())?.ok_or("nobody")?;
    let mut row = row;
    row.cell().map_err(|fault| fault.to_string())
}

/// Seconds until all are answered, and how many got what they wanted.
async fn crowd(site: &Site, make: impl Fn(usize, usize) -> Vec<u8>) -> Result<(f64, usize), String> {
    let opened = join_all((0..FLASH_CONNECTIONS).map(|_| Connection::open(site.address))).await;
    let connections = opened.into_iter().collect::<Result<Vec<_>, _>>()?;
    let (granted, started) = (AtomicUsize::new(0), Instant::now());
    let client = async |(n, mut connection): (usize, Connection)| {
        for turn in 0..FLASH_REQUESTS / FLASH_CONNECTIONS {
            let status = connection.ask(&make(n, turn)).await?;
            if status == 303 {
                granted.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    };
    let all = join_all(connections.into_iter().enumerate().map(client)).await;
    all.into_iter().collect::<Result<(), String>>()?;
    Ok((started.elapsed().as_secs_f64(), granted.into_inner()))
}
