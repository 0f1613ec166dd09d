//! The writer's face of a database: begin, load, commit, roll back. SQLite and PostgreSQL behind it.

pub mod lite;
pub mod pg;
pub mod pg_address;
#[cfg(feature = "testing")]
pub mod text;
#[cfg(not(feature = "testing"))]
mod text;

use crate::fault::Done;
use domain::core::record::Record;
use domain::core::row::Cells;
use domain::core::world::Need;
use domain::tables::Table;
pub use text::Verb;

/// The baton: one row that every writer locks first.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub sequence: i64,
    pub at: i64,
    pub next_id: i64,
    /// Counts changes of what pages cache.
    pub content: i64,
    pub hash: Vec<u8>,
}

const HEAD_COLUMNS: &str = "sequence, at, next_id, content, hash";
const HEAD_UPDATE: &str = "update head set sequence = $1, at = $2, next_id = $3, content = $4, hash = $5 where one = 1";
const BATCH_INSERT: &str = "insert into batch (sequence, at, commands, next_id, hash) values ($1, $2, $3, $4, $5)";
const BATCH_HASH: &str = "select hash from batch where sequence = $1";

/// One batch's effects in flush order, and the head after it.
pub struct Flush<'a> {
    pub sets: Vec<(Table, Verb, Vec<Cells>)>,
    pub records: &'a [Record],
    pub head: Head,
    pub commands: i64,
}

pub enum Engine {
    Lite(lite::Lite),
    Pg(Box<pg::Pg>),
}

impl Engine {
    /// Takes the baton, and what can be loaded with it.
    pub async fn begin(&mut self, needs: &[Need]) -> Done<(Head, Vec<Vec<Cells>>)> {
        match self {
            Engine::Lite(lite) => lite.begin(needs),
            Engine::Pg(pg) => pg.begin(needs).await,
        }
    }

    /// Commits something that changes nothing, under the baton: when that is acknowledged, so is all before it, also by a
    /// standby that commits wait for. SQLite has none.
    pub async fn confirm(&mut self) -> Done<()> {
        match self {
            Engine::Lite(lite) => lite.roll_back(),
            Engine::Pg(pg) => pg.confirm().await,
        }
    }

    /// The same without the baton in hand.
    pub async fn confirm_anew(&mut self) -> Done<()> {
        match self {
            Engine::Lite(_) => Ok(()),
            Engine::Pg(pg) => {
                pg.begin(&[]).await?;
                pg.confirm().await
            }
        }
    }

    /// The rows that answer each need, in the order of the needs.
    pub async fn load(&mut self, needs: &[Need]) -> Done<Vec<Vec<Cells>>> {
        match self {
            Engine::Lite(lite) => lite.load(needs),
            Engine::Pg(pg) => pg.load(needs).await,
        }
    }

    /// Writes everything and commits. A fault of kind `Unknown` leaves open whether it happened.
    pub async fn commit(&mut self, flush: &Flush<'_>) -> Done<()> {
        match self {
            Engine::Lite(lite) => lite.commit(flush),
            Engine::Pg(pg) => pg.commit(flush).await,
        }
    }

    pub async fn roll_back(&mut self) -> Done<()> {
        match self {
            Engine::Lite(lite) => lite.roll_back(),
            Engine::Pg(pg) => pg.roll_back().await,
        }
    }

    pub async fn reconnect(&mut self) -> Done<()> {
        match self {
            Engine::Lite(lite) => lite.reconnect(),
            Engine::Pg(pg) => pg.reconnect().await,
        }
    }

    /// After an unknown outcome: a new connection, the baton, and a look for the batch.
    pub async fn committed(&mut self, head: &Head) -> Done<bool> {
        self.reconnect().await?;
        self.begin(&[]).await?;
        let found = match self {
            Engine::Lite(lite) => lite.batch_hash(head.sequence)?,
            Engine::Pg(pg) => pg.batch_hash(head.sequence).await?,
        };
        self.roll_back().await?;
        Ok(found.is_some_and(|hash| hash == head.hash))
    }
}
