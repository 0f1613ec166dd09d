//! The outbox as its sender sees it.

use crate::fault::Done;
use crate::read::{Reads, columns, query};
use domain::tables::Outbox;
use std::sync::LazyLock;

const DUE_ROWS_MAX: i64 = 64;

static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, p.sealed from outbox o join payload p on p.outbox = o.id \
         where o.state in (1, 5) and o.next_at <= $1 order by o.next_at, o.id limit {DUE_ROWS_MAX}",
        columns::<Outbox>("o")
    )
});

/// What is due, with its sealed payload.
pub async fn due(reads: &Reads, at: i64) -> Done<Vec<(Outbox, Vec<u8>)>> {
    let mut due = vec![];
    for mut row in reads.all(query(&DUE, [at.into()])).await? {
        if let Some(outbox) = row.row::<Outbox>()? {
            due.push((outbox, row.bytes()?));
        }
    }
    Ok(due)
}
