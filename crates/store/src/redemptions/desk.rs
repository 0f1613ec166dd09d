//! The desk: the last hand-overs, and what waits.

use crate::cards::card_words;
use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use crate::redemptions::{RedemptionView, view};
use domain::tables::{BranchId, Redemption, RedemptionState};
use std::sync::LazyLock;

/// A hand-over as the desk's list shows it.
#[derive(Clone, Debug)]
pub struct HandOver {
    pub view: RedemptionView,
    pub reader: String,
    pub staff: String,
}

fn handed_over(rest: &str) -> String {
    format!(
        "select {}, t.title, t.description, t.picture, p.place, f.masked_name, f.tail, g.name from redemption r \
         join prize p on p.id = r.prize join prize_text t on t.prize = r.prize \
         left join card_face f on f.card = r.card left join staff_face g on g.staff = r.settled_by \
         where r.settled_at > 0 and r.state = {} and (p.branch = $1 or $1 = 0) {rest}",
        columns::<Redemption>("r"),
        RedemptionState::Collected as i64,
    )
}

static LAST: LazyLock<String> = LazyLock::new(|| handed_over("order by r.settled_at desc limit 10"));
static BETWEEN: LazyLock<String> =
    LazyLock::new(|| handed_over("and r.settled_at >= $2 and r.settled_at < $3 order by r.settled_at limit 2000"));

/// The last ten of a branch, or of all (None).
pub fn last(branch: Option<BranchId>) -> Query {
    query(&LAST, [branch.map_or(0, |branch| branch.0).into()])
}

pub fn hand_overs(rows: Vec<Row>) -> Done<Vec<HandOver>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        let Some(view) = view(&mut row)? else { continue };
        let reader = card_words(&row.text()?, &row.text()?);
        found.push(HandOver { view, reader, staff: row.text()? });
    }
    Ok(found)
}

/// 今日核销单: what was handed over from one moment to another, by prize, with what is left.
#[derive(Clone, Debug)]
pub struct SheetLine {
    pub title: String,
    pub picture: String,
    pub count: i64,
    pub points: i64,
    pub on_hand: i64,
    pub reserved: i64,
}

pub fn sheet(branch: Option<BranchId>, since: i64, until: i64) -> Query {
    const TEXT: &str = "select t.title, t.picture, s.count, s.points, p.on_hand, p.reserved from (\
        select r.prize, count(*) as count, cast(sum(r.points) as bigint) as points from redemption r \
        where r.settled_at >= $2 and r.settled_at < $3 and r.settled_at > 0 and r.state = RedemptionState::Collected group by r.prize) s \
        join prize p on p.id = s.prize join prize_text t on t.prize = p.id \
        where p.branch = $1 or $1 = 0 order by p.position, p.id";
    query(TEXT, [branch.map_or(0, |branch| branch.0).into(), since.into(), until.into()])
}

pub fn sheet_lines(rows: Vec<Row>) -> Done<Vec<SheetLine>> {
    let line = |mut row: Row| {
        let (title, picture) = (row.text()?, row.text()?);
        let (count, points, on_hand) = (row.int()?, row.int()?, row.int()?);
        Ok(SheetLine { title, picture, count, points, on_hand, reserved: row.int()? })
    };
    rows.into_iter().map(line).collect()
}

/// Who handed what over in that time, first to last.
pub fn between(branch: Option<BranchId>, since: i64, until: i64) -> Query {
    query(&BETWEEN, [branch.map_or(0, |branch| branch.0).into(), since.into(), until.into()])
}

/// Prizes that wait at the desk and prizes that are nearly gone, of a branch or of all.
pub fn counts(branch: Option<BranchId>) -> Query {
    const TEXT: &str = "select cast(coalesce(sum(reserved), 0) as bigint), \
        cast(coalesce(sum(case when state = PrizeState::Shown and on_hand <= 3 then 1 else 0 end), 0) as bigint), count(*) \
        from prize where branch = $1 or $1 = 0";
    query(TEXT, [branch.map_or(0, |branch| branch.0).into()])
}
