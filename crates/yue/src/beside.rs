//! The library as commands of the command line open it: a program may be serving it meanwhile.

use crate::clock::LibraryClock;
use crate::settings::{Secrets, Settings};
use domain::core::asked::Actor;
use domain::jobs::AcceptClock;
use domain::slices::{Command, Envelope};
use std::process::ExitCode;
use store::{Answer, Store};
use web::frame::keys::{Keys, seed};
use web::kit::calendar::Calendar;

pub async fn open(settings: &Settings) -> Result<Store, String> {
    let clock = LibraryClock::new(Calendar::new(&settings.library.time_zone));
    let location = settings.location()?;
    Store::open_beside(&location, Box::new(clock)).await.map_err(|fault| fault.to_string())
}

/// `yue clock accept`: the machine's clock is right, though the library's last change is ahead of it.
pub async fn accept_clock(settings: &Settings) -> Result<ExitCode, String> {
    let location = settings.location()?;
    let reads = location.reads().await.map_err(|fault| fault.to_string())?;
    let last = store::ledger::head(&reads).await.map_err(|fault| fault.to_string())?.at;
    let clock = LibraryClock::new(Calendar::new(&settings.library.time_zone));
    let ahead_ms = last - clock.now();
    if ahead_ms <= 0 {
        println!("ok: the clock is not behind the last change; there is nothing to accept");
        return Ok(ExitCode::SUCCESS);
    }
    let store = Store::open_trusting_clock(&location, Box::new(clock)).await.map_err(|fault| fault.to_string())?;
    let answer = ask(&store, AcceptClock { ahead_ms }).await;
    close(store).await?;
    answer?.map_err(|why| format!("the clock was not accepted: {why:?}"))?;
    println!("ok: the library goes on from now; its last change was {} minutes ahead", ahead_ms / 60_000);
    Ok(ExitCode::SUCCESS)
}

/// With the library's own keys: another secret's would make rows that nobody finds again.
pub async fn open_with_keys(settings: &Settings, secrets: &Secrets) -> Result<(Store, Keys), String> {
    let keys = crate::serve::keys(settings, secrets)?;
    let store = open(settings).await?;
    match crate::serve::prove(&store, &keys).await {
        Ok(()) => Ok((store, keys)),
        Err(why) => {
            close(store).await?;
            Err(why)
        }
    }
}

pub async fn close(store: Store) -> Result<(), String> {
    tokio::task::spawn_blocking(move || store.close()).await.map_err(|error| error.to_string())
}

/// As whoever runs the program on the server.
pub async fn ask(store: &Store, command: impl Into<Command>) -> Result<Answer, String> {
    let seed = seed().map_err(|fault| fault.0.to_string())?;
    Ok(store.door.ask(Envelope { actor: Actor::Job, key: None, command: command.into(), seed }).await)
}
