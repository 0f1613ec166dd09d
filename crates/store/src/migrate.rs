//! Migrations at start: one text for both engines, with tokens where types differ.

use crate::engine::{lite, pg};
use crate::fault::{Done, Fault};
pub use refinery_core::Target;
use refinery_core::{Migration, Runner};
use rusqlite::Connection;
use std::path::Path;
use tokio_postgres::Client;

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
    "20261211090000_staff_since",
    "20261212090000_create_suggestions",
    "20261213090000_create_donations",
    "20261214090000_imported_books",
    "20261215090000_message_topics",
    "20261216090000_donated_copies",
    "20261217090000_create_questions",
    "20261218090000_create_feedback",
    "20261219090000_create_transfers",
    "20261220090000_phone_changes",
    "20261221090000_create_closings",
    "20261222090000_create_exports",
    "20261223090000_privacy",
    "20261224090000_retention",
    "20261225090000_consents",
    "20261226090000_stock_alerts",
    "20261227090000_passages",
    "20261228090000_bulletins",
];

#[derive(Clone, Copy)]
enum Dialect {
    Lite,
    Pg,
}

/// {id}: on SQLite only `integer primary key` is the rowid itself. {text}: byte order on both. {hex}: sixteen digits.
fn translate(text: &str, dialect: Dialect) -> String {
    let tokens = match dialect {
        Dialect::Lite => [
            ("{id}", "integer primary key"),
            ("{bytes}", "blob"),
            ("{text}", "text"),
            ("{keyed}", "without rowid"),
            ("{hex}", "printf('%016x', "),
            ("{/hex}", ")"),
        ],
        Dialect::Pg => [
            ("{id}", "bigint primary key"),
            ("{bytes}", "bytea"),
            ("{text}", "text collate \"C\""),
            ("{keyed}", ""),
            ("{hex}", "lpad(to_hex("),
            ("{/hex}", "), 16, '0')"),
        ],
    };
    tokens.iter().fold(text.to_string(), |text, (token, words)| text.replace(token, words))
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
    Ok(Runner::new(&migrations).set_grouped(true).set_target(target))
}

fn failed(error: refinery_core::Error) -> Fault {
    Fault::Failed(error.to_string())
}

/// How a database stands to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Older,
    Ours,
}

/// Refuses a newer program's: what this one does not know of, it would leave out of what it writes.
fn form(last: Option<Migration>) -> Done<Form> {
    let ours = MIGRATIONS.last().and_then(|(name, _)| name.split_once('_')?.0.parse().ok()).unwrap_or(0);
    match last.map_or(0, |last| last.version()) {
        last if last > ours => {
            Err(Fault::Failed(format!("a newer program has made this database (its form is {last}): use that one")))
        }
        last => Ok(if last == ours { Form::Ours } else { Form::Older }),
    }
}

pub fn form_of_lite(path: &Path) -> Done<Form> {
    form(last_of_lite(&mut lite::open(path)?)?)
}

/// None: nothing was ever migrated here.
fn last_of_lite(connection: &mut Connection) -> Done<Option<Migration>> {
    const KNOWN: &str = "select exists (select 1 from sqlite_master where name = 'refinery_schema_history')";
    if !connection.query_row(KNOWN, [], |row| row.get::<_, bool>(0))? {
        return Ok(None);
    }
    runner(Dialect::Lite, Target::Latest)?.get_last_applied_migration(connection).map_err(failed)
}

async fn last_of_pg(client: &mut Client) -> Done<Option<Migration>> {
    let known = client.query_one("select to_regclass('refinery_schema_history') is not null", &[]).await?;
    if !known.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    runner(Dialect::Pg, Target::Latest)?.get_last_applied_migration_async(client).await.map_err(failed)
}

pub async fn form_of_pg(url: &str) -> Done<Form> {
    form(last_of_pg(&mut pg::connect(url).await?).await?)
}

pub fn lite(path: &Path, target: Target) -> Done<()> {
    let mut connection = lite::open(path)?;
    form(last_of_lite(&mut connection)?)?;
    runner(Dialect::Lite, target)?.run(&mut connection).map_err(failed)?;
    connection.execute(HEAD, [&[] as &[u8]])?;
    Ok(())
}

/// Held while migrating, so that several instances can start at once.
const LOCK: i64 = 0x79_75_65;

pub async fn pg(url: &str, target: Target) -> Done<()> {
    let mut client = pg::connect(url).await?;
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let done = migrate_pg(&mut client, target).await;
    if done.is_ok() {
        client.execute(HEAD, &[&(&[] as &[u8])]).await?;
    }
    client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    done
}

async fn migrate_pg(client: &mut Client, target: Target) -> Done<()> {
    form(last_of_pg(client).await?)?;
    runner(Dialect::Pg, target)?.run_async(client).await.map_err(failed)?;
    Ok(())
}

const HEAD: &str = "insert into head (one, sequence, at, next_id, content, hash) \
    values (1, 0, 0, 1000, 0, $1) on conflict (one) do nothing";
