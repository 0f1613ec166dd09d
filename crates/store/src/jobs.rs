//! What jobs look for, and how they stand.

use crate::fault::Done;
use crate::read::{Query, Reads, Row, columns, query};
use domain::core::digest::Digest;
use domain::core::row::Cell;
use domain::tables::{
    ActivityId, AnnouncementId, CardId, JobRun, MemberId, Millis, OutboxState, ReaderId, Rebinding, RedemptionId, Token,
};
use std::sync::LazyLock;

/// A crowd of rows is worked off in parts of so many.
pub const PART_ROWS: i64 = 500;

static RUNS: LazyLock<String> =
    LazyLock::new(|| format!("select {} from job_run j order by j.job", columns::<JobRun>("j")));

pub async fn runs(reads: &Reads) -> Done<Vec<JobRun>> {
    let rows = reads.all(query(&RUNS, [])).await?;
    Ok(rows.into_iter().map(|mut row| row.row()).collect::<Done<Vec<_>>>()?.into_iter().flatten().collect())
}

fn ids<I>(rows: Vec<Row>, id: impl Fn(i64) -> I) -> Done<Vec<I>> {
    rows.into_iter().map(|mut row| row.int().map(&id)).collect()
}

/// Redemptions that wait although their last day is over, after an id.
pub async fn expired(reads: &Reads, today: i64, after: RedemptionId) -> Done<Vec<RedemptionId>> {
    const TEXT: &str = "select id from redemption where state = 1 and last_day < $1 and id > $2 order by id limit $3";
    ids(reads.all(query(TEXT, [today.into(), after.0.into(), PART_ROWS.into()])).await?, RedemptionId)
}

/// Redemptions that end within the days given and were reminded less often than they should have been by then.
pub async fn unreminded(
    reads: &Reads,
    from: i64,
    until: i64,
    reminded: i64,
    after: RedemptionId,
) -> Done<Vec<RedemptionId>> {
    const TEXT: &str = "select id from redemption where state = 1 and last_day >= $1 and last_day <= $2 \
        and reminded < $3 and id > $4 order by id limit $5";
    let arguments = [from.into(), until.into(), reminded.into(), after.0.into(), PART_ROWS.into()];
    ids(reads.all(query(TEXT, arguments)).await?, RedemptionId)
}

static DUE_REBINDINGS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, f.barcode from rebinding r join card_face f on f.card = r.card where r.due <= $1 \
         order by r.due limit {PART_ROWS}",
        columns::<Rebinding>("r")
    )
});

/// With the card's sealed barcode.
pub async fn due_rebindings(reads: &Reads, at: Millis) -> Done<Vec<(Rebinding, Vec<u8>)>> {
    let mut due = vec![];
    for mut row in reads.all(query(&DUE_REBINDINGS, [at.into()])).await? {
        if let Some(rebinding) = row.row()? {
            due.push((rebinding, row.bytes()?));
        }
    }
    Ok(due)
}

/// Bound cards after an id, with their sealed barcodes.
pub async fn bound_cards(reads: &Reads, after: CardId, limit: i64) -> Done<Vec<(CardId, Vec<u8>)>> {
    const TEXT: &str = "select c.id, f.barcode from card c join card_face f on f.card = c.id \
        where c.reader <> 0 and c.id > $1 order by c.id limit $2";
    let rows = reads.all(query(TEXT, [after.0.into(), limit.into()])).await?;
    rows.into_iter().map(|mut row| Ok((row.cell()?, row.bytes()?))).collect()
}

/// What WeChat gave the account, sealed, and until when it is good.
pub async fn token(reads: &Reads, token: Token) -> Done<Option<(Vec<u8>, Millis)>> {
    let row = reads.one(query("select sealed, until from token where token = $1", [token.into_cell().into()])).await?;
    row.map(|mut row| Ok((row.bytes()?, row.int()?))).transpose()
}

/// Keys of outcomes and sessions that are over.
pub async fn sweepable(reads: &Reads, outcomes_before: Millis, at: Millis) -> Done<[Vec<Digest>; 2]> {
    const OUTCOMES: &str = "select high, low from outcome where at < $1 limit $2";
    const SESSIONS: &str = "select high, low from session where until <= $1 limit $2";
    let queries: [Query; 2] =
        [query(OUTCOMES, [outcomes_before.into(), PART_ROWS.into()]), query(SESSIONS, [at.into(), PART_ROWS.into()])];
    let [outcomes, sessions] = reads.read(queries).await?;
    let keys = |rows: Vec<Row>| -> Done<Vec<Digest>> {
        rows.into_iter().map(|mut row| Ok(Digest { high: row.int()?, low: row.int()? })).collect()
    };
    Ok([keys(outcomes)?, keys(sessions)?])
}

/// How many outgoing messages there are of each channel and state, of the last days.
pub async fn outbox_counts(reads: &Reads, since: Millis) -> Done<Vec<(domain::tables::Channel, OutboxState, i64)>> {
    const TEXT: &str = "select channel, state, count(*) from outbox where at >= $1 group by channel, state \
        order by channel, state";
    let rows = reads.all(query(TEXT, [since.into()])).await?;
    rows.into_iter().map(|mut row| Ok((row.cell()?, row.cell()?, row.int()?))).collect()
}

// These run every minute. Their states are written out, so that partial indexes serve them; each activity is asked by
// itself, so that neither engine walks all there have been.
pub const UNFREED: &str = "select distinct p.activity, p.reader from participant p where p.state in (1, 2) \
    and (select a.state from activity a where a.id = p.activity) = 3 limit $1";
pub const UNMARKED: &str = "select p.activity, p.reader, p.member from participant p where p.state in (1, 2) \
    and (select a.confirmed_at from activity a where a.id = p.activity and a.state = 2) <> 0 limit $1";
pub const UNDELIVERED: &str = "select id from announcement where done = 0 order by id";

/// Readers with participants of cancelled activities who have not been freed and told.
pub async fn unfreed(reads: &Reads) -> Done<Vec<(ActivityId, ReaderId)>> {
    let rows = reads.all(query(UNFREED, [PART_ROWS.into()])).await?;
    rows.into_iter().map(|mut row| Ok((row.cell()?, row.cell()?))).collect()
}

/// Participants of confirmed activities who were enrolled, or waited, and were not there.
pub async fn unmarked(reads: &Reads) -> Done<Vec<(ActivityId, ReaderId, Option<MemberId>)>> {
    let rows = reads.all(query(UNMARKED, [PART_ROWS.into()])).await?;
    rows.into_iter().map(|mut row| Ok((row.cell()?, row.cell()?, row.cell()?))).collect()
}

pub async fn undelivered(reads: &Reads) -> Done<Vec<AnnouncementId>> {
    ids(reads.all(query(UNDELIVERED, [])).await?, AnnouncementId)
}

/// Readers who take part, or would have if the library had not cancelled, and have not heard an announcement.
pub async fn unannounced(reads: &Reads, announcement: AnnouncementId) -> Done<Vec<ReaderId>> {
    const TEXT: &str = "select distinct p.reader from announcement n join participant p on p.activity = n.activity \
        where n.id = $1 and p.state in (1, 2, 5, 6) and not exists (select 1 from announced d \
        where d.announcement = n.id and d.reader = p.reader) limit $2";
    ids(reads.all(query(TEXT, [announcement.0.into(), PART_ROWS.into()])).await?, ReaderId)
}
