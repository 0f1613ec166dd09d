//! What jobs look for, and how they stand.

use crate::fault::Done;
use crate::read::{Query, Reads, Row, columns, query};
use domain::core::digest::Digest;
use domain::core::row::Cell;
use domain::tables::{JobRun, Millis, ReaderId, Token};
use std::sync::LazyLock;

/// A crowd of rows is worked off in parts of so many.
pub const PART_ROWS: i64 = 500;

static RUNS: LazyLock<String> =
    LazyLock::new(|| format!("select {} from job_run j order by j.job", columns::<JobRun>("j")));

pub async fn runs(reads: &Reads) -> Done<Vec<JobRun>> {
    let rows = reads.all(query(&RUNS, [])).await?;
    Ok(rows.into_iter().map(|mut row| row.row()).collect::<Done<Vec<_>>>()?.into_iter().flatten().collect())
}

/// What WeChat gave the account, sealed, and until when it is good.
pub async fn token(reads: &Reads, token: Token) -> Done<Option<(Vec<u8>, Millis)>> {
    let row = reads.one(query("select sealed, until from token where token = $1", [token.into_cell().into()])).await?;
    row.map(|mut row| Ok((row.bytes()?, row.int()?))).transpose()
}

/// Keys of outcomes and sessions that are over, and readers whose wish for another number is.
pub async fn sweepable(
    reads: &Reads,
    outcomes_before: Millis,
    wishes_before: Millis,
    at: Millis,
) -> Done<(Vec<Digest>, Vec<Digest>, Vec<ReaderId>)> {
    const OUTCOMES: &str = "select high, low from outcome where at < $1 limit $2";
    const SESSIONS: &str = "select high, low from session where until <= $1 limit $2";
    const WISHES: &str = "select reader from phone_wish where at <= $1 limit $2";
    let queries: [Query; 3] = [
        query(OUTCOMES, [outcomes_before.into(), PART_ROWS.into()]),
        query(SESSIONS, [at.into(), PART_ROWS.into()]),
        query(WISHES, [wishes_before.into(), PART_ROWS.into()]),
    ];
    let [outcomes, sessions, wishes] = reads.read(queries).await?;
    let keys = |rows: Vec<Row>| -> Done<Vec<Digest>> {
        rows.into_iter().map(|mut row| Ok(Digest { high: row.int()?, low: row.int()? })).collect()
    };
    let wishes = wishes.into_iter().map(|mut row| row.cell()).collect::<Done<_>>()?;
    Ok((keys(outcomes)?, keys(sessions)?, wishes))
}
