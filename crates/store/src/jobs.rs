//! What jobs look for, and how they stand.

use crate::fault::Done;
use crate::read::{Query, Reads, Row, columns, digest, each, query};
use domain::core::row::Cell;
use domain::jobs::{OldCode, Sweep};
use domain::tables::{JobRun, Millis, Token};
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

/// What is older than this goes.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    pub outcomes: Millis,
    pub wishes: Millis,
    pub codes: Millis,
    pub pictures: Millis,
    /// Sessions that end before.
    pub now: Millis,
}

/// A part of what can go, a few hundred of each kind.
pub async fn sweepable(reads: &Reads, before: Before) -> Done<Sweep> {
    const OUTCOMES: &str = "select high, low from outcome where at <= $1 limit $2";
    const SESSIONS: &str = "select high, low from session where until <= $1 limit $2";
    const WISHES: &str = "select reader from phone_wish where at <= $1 limit $2";
    const REQUESTS: &str = "select high, low, at from code_request where at <= $1 limit $2";
    const OF_READERS: &str = "select reader, purpose from sms_code where at <= $1 limit $2";
    const OF_PHONES: &str = "select phone_high, phone_low from entry_code where at <= $1 limit $2";
    const OF_CHANGES: &str = "select reader, side from phone_code where at <= $1 limit $2";
    const FEEDBACK: &str = "select id from feedback where pictures > 0 and changed_at <= $1 \
        and state <> FeedbackState::Open limit $2";
    let part = |text: &'static str, before: Millis| query(text, [before.into(), PART_ROWS.into()]);
    let queries: [Query; 8] = [
        part(OUTCOMES, before.outcomes),
        part(SESSIONS, before.now),
        part(WISHES, before.wishes),
        part(REQUESTS, before.codes),
        part(OF_READERS, before.codes),
        part(OF_PHONES, before.codes),
        part(OF_CHANGES, before.codes),
        part(FEEDBACK, before.pictures),
    ];
    let [outcomes, sessions, wishes, requests, of_readers, of_phones, of_changes, feedback] =
        reads.read(queries).await?;
    let mut codes = each(requests, |row| Ok(OldCode::Request(digest(row)?, row.int()?)))?;
    codes.extend(each(of_readers, |row| Ok(OldCode::OfReader(row.cell()?, row.cell()?)))?);
    codes.extend(each(of_phones, |row| Ok(OldCode::OfPhone(digest(row)?)))?);
    codes.extend(each(of_changes, |row| Ok(OldCode::OfChange(row.cell()?, row.cell()?)))?);
    Ok(Sweep {
        outcomes: each(outcomes, digest)?,
        sessions: each(sessions, digest)?,
        wishes: each(wishes, Row::cell)?,
        codes,
        feedback: each(feedback, Row::cell)?,
    })
}
