//! The desk: the last hand-overs, and what waits.

use crate::fault::Done;
use crate::prizes::text;
use crate::read::{Query, Row, columns, query};
use crate::redemptions::RedemptionView;
use domain::tables::{BranchId, Redemption, RedemptionState};
use std::sync::LazyLock;

/// A hand-over as the desk's list shows it.
#[derive(Clone, Debug)]
pub struct HandOver {
    pub view: RedemptionView,
    pub reader: String,
    pub staff: String,
}

static LAST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, t.title, t.description, t.picture, f.masked_name, f.tail, g.name from redemption r \
         join prize p on p.id = r.prize join prize_text t on t.prize = r.prize \
         left join card_face f on f.card = r.card left join staff_face g on g.staff = r.settled_by \
         where r.settled_at > 0 and r.state = {} and (p.branch = $1 or $1 = 0) \
         order by r.settled_at desc limit 10",
        columns::<Redemption>("r"),
        RedemptionState::Collected as i64,
    )
});

/// The last ten of a branch, or of all (None).
pub fn last(branch: Option<BranchId>) -> Query {
    query(&LAST, [branch.map_or(0, |branch| branch.0).into()])
}

pub fn hand_overs(rows: Vec<Row>) -> Done<Vec<HandOver>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        let Some(redemption) = row.row::<Redemption>()? else { continue };
        let view = RedemptionView { redemption, text: text(&mut row)? };
        let reader = format!("{}（尾号{}）", row.text()?, row.text()?);
        found.push(HandOver { view, reader, staff: row.text()? });
    }
    Ok(found)
}

/// Prizes that wait at the desk and prizes that are nearly gone, of a branch or of all.
pub fn counts(branch: Option<BranchId>) -> Query {
    const TEXT: &str = "select cast(coalesce(sum(reserved), 0) as bigint), \
        cast(coalesce(sum(case when state = 1 and on_hand <= 3 then 1 else 0 end), 0) as bigint), count(*) \
        from prize where branch = $1 or $1 = 0";
    query(TEXT, [branch.map_or(0, |branch| branch.0).into()])
}
