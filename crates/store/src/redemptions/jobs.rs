//! What the jobs of redemptions look for.

use crate::fault::Done;
use crate::jobs::PART_ROWS;
use crate::read::{Reads, ids, query};
use domain::tables::RedemptionId;

/// Redemptions that wait although their last day is over, after an id.
pub async fn expired(reads: &Reads, today: i64, after: RedemptionId) -> Done<Vec<RedemptionId>> {
    const TEXT: &str = "select id from redemption where state = RedemptionState::Pending and last_day < $1 and id > $2 order by id limit $3";
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
    const TEXT: &str = "select id from redemption where state = RedemptionState::Pending and last_day >= $1 and last_day <= $2 \
        and reminded < $3 and id > $4 order by id limit $5";
    let arguments = [from.into(), until.into(), reminded.into(), after.0.into(), PART_ROWS.into()];
    ids(reads.all(query(TEXT, arguments)).await?, RedemptionId)
}
