//! Migrations at start: one text for both engines, with tokens where types differ.

use crate::engine::{lite, pg};
use crate::fault::{Done, Fault};
pub use refinery_core::Target;
use refinery_core::{Migration, Runner};
use std::path::Path;

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../migrations/", $name, ".sql")))),+]
    };
}

const MIGRATIONS: &[(&str, &str)] = migrations![
    "20261123090000_create_ledger_and_redemptions",
    "20261124090000_create_places_and_jobs",
    "20261125090000_create_people_and_phone_entry",
    "20261126090000_create_activities",
    "20261128090000_answer_appeals",
    "20261129090000_index_what_jobs_and_lists_read",
    "20261130090000_create_rules",
    "20261201090000_block_minutes",
    "20261202090000_create_roles",
    "20261203090000_message_detail",
    "20261204090000_index_waiting",
    "20261205090000_outbox_by_channel",
    "20261206090000_job_place",
    "20261207090000_rule_history",
    "20261208090000_proof",
    "20261209090000_volunteer_birth_day",
    "20261210090000_create_invitations",
];

#[derive(Clone, Copy)]
enum Dialect {
    Lite,
    Pg,
}

/// {id}: on SQLite only `integer primary key` is the rowid itself. {text}: byte order on both.
fn translate(text: &str, dialect: Dialect) -> String {
    let (id, bytes, kind, keyed) = match dialect {
        Dialect::Lite => ("integer primary key", "blob", "text", "without rowid"),
        Dialect::Pg => ("bigint primary key", "bytea", "text collate \"C\"", ""),
    };
    text.replace("{id}", id).replace("{bytes}", bytes).replace("{text}", kind).replace("{keyed}", keyed)
}

fn runner(dialect: Dialect, target: Target) -> Done<Runner> {
    let migrations: Result<Vec<_>, _> = MIGRATIONS
        .iter()
        .map(|(name, text)| {
            let (version, words) = name.split_once('_').unwrap_or((name, ""));
            Migration::unapplied(&format!("V{version}__{words}"), &translate(text, dialect))
        })
        .collect();
    let migrations = migrations.map_err(|error| Fault::Failed(error.to_string()))?;
    // A newer program has migrated this database: the older one leaves it alone, but may run beside it.
    Ok(Runner::new(&migrations).set_abort_missing(false).set_grouped(true).set_target(target))
}

pub fn lite(path: &Path, target: Target) -> Done<()> {
    let mut connection = lite::open(path)?;
    runner(Dialect::Lite, target)?.run(&mut connection).map_err(|error| Fault::Failed(error.to_string()))?;
    connection.execute(HEAD, [&[] as &[u8]])?;
    Ok(())
}

/// Held while migrating, so that several instances can start at once.
const LOCK: i64 = 0x79_75_65;

pub async fn pg(url: &str, target: Target) -> Done<()> {
    let mut client = pg::connect(url).await?;
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let done =
        runner(Dialect::Pg, target)?.run_async(&mut client).await.map_err(|error| Fault::Failed(error.to_string()));
    if done.is_ok() {
        client.execute(HEAD, &[&(&[] as &[u8])]).await?;
    }
    client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    done.map(|_| ())
}

const HEAD: &str = "insert into head (one, sequence, at, next_id, content, hash) \
    values (1, 0, 0, 1000, 0, $1) on conflict (one) do nothing";
