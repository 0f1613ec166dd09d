//! The journal's hash chain, walked from its beginning.

mod invariants;

use crate::Slice;
use crate::chain::Link;
use crate::fault::Done;
use crate::read::{Reads, columns, query};
use domain::core::row::{Cells, Row as _};
use domain::tables::Posting;
use std::sync::LazyLock;

const PAGE_ROWS: i64 = 1_000;

/// Where the chain stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainHead {
    pub sequence: i64,
    pub at: i64,
    pub hash: Vec<u8>,
}

pub async fn head(reads: &Reads) -> Done<ChainHead> {
    let row = reads.one(query("select sequence, at, hash from head where one = 1", [])).await?;
    let Some(mut row) = row else { return Ok(ChainHead { sequence: 0, at: 0, hash: vec![] }) };
    Ok(ChainHead { sequence: row.int()?, at: row.int()?, hash: row.bytes()? })
}

#[derive(Debug, PartialEq, Eq)]
pub enum Walk {
    Whole {
        batches: i64,
        postings: i64,
    },
    /// The first batch whose hash does not follow from what is stored.
    Broken {
        sequence: i64,
    },
}

struct Batch {
    sequence: i64,
    at: i64,
    next_id: i64,
    hash: Vec<u8>,
}

/// Computes every hash again up to the head that stood at the beginning.
pub async fn walk(reads: &Reads) -> Done<Walk> {
    let end = head(reads).await?;
    let mut hash: Vec<u8> = vec![];
    // The first batch answers for everything below it too.
    let (mut sequence, mut counted, mut from) = (0, 0, i64::MIN);
    while sequence < end.sequence {
        let page = batches(reads, sequence, end.sequence).await?;
        if page.is_empty() {
            return Ok(Walk::Broken { sequence: sequence + 1 });
        }
        for batch in page {
            if batch.sequence != sequence + 1 {
                return Ok(Walk::Broken { sequence: sequence + 1 });
            }
            let mut link = Link::new(&hash, batch.sequence, batch.at);
            let postings = postings(reads, from, batch.next_id).await?;
            counted += postings.len() as i64;
            postings.iter().for_each(|posting| link.add(posting));
            hash = link.finish();
            if hash != batch.hash {
                return Ok(Walk::Broken { sequence: batch.sequence });
            }
            (sequence, from) = (batch.sequence, batch.next_id);
        }
    }
    if hash != end.hash {
        return Ok(Walk::Broken { sequence: end.sequence });
    }
    Ok(Walk::Whole { batches: sequence, postings: counted })
}

async fn batches(reads: &Reads, after: i64, upto: i64) -> Done<Vec<Batch>> {
    const TEXT: &str = "select sequence, at, next_id, hash from batch \
        where sequence > $1 and sequence <= $2 order by sequence limit $3";
    let rows = reads.all(query(TEXT, [after.into(), upto.into(), PAGE_ROWS.into()])).await?;
    let batch = |mut row: crate::read::Row| {
        let (sequence, at, next_id) = (row.int()?, row.int()?, row.int()?);
        Ok(Batch { sequence, at, next_id, hash: row.bytes()? })
    };
    rows.into_iter().map(batch).collect()
}

static POSTINGS: LazyLock<String> = LazyLock::new(|| {
    format!("select {} from posting p where p.id >= $1 and p.id < $2 order by p.id", columns::<Posting>("p"))
});

/// A batch's postings have the ids that it took: none can stand outside of every batch.
async fn postings(reads: &Reads, from: i64, next_id: i64) -> Done<Vec<Cells>> {
    let rows = reads.all(query(&POSTINGS, [from.into(), next_id.into()])).await?;
    let cells = |mut row: crate::read::Row| Ok(row.row::<Posting>()?.map(|posting| posting.cells()));
    Ok(rows.into_iter().map(cells).collect::<Done<Vec<_>>>()?.into_iter().flatten().collect())
}

pub(crate) const SLICE: Slice = Slice { invariants: invariants::INVARIANTS, message: None, posting: None };
