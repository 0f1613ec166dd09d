//! Prizes: their rows with stock, and their words.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Query, Reads, Row, columns, query};
use crate::verify::Invariant;
use domain::prizes::PrizeText;
use domain::tables::{CardId, Prize, PrizeId, StockMovementKind};
use std::collections::HashMap;
use std::sync::LazyLock;

pub const PRIZES_MAX: i64 = 1_000;

#[derive(Clone, Debug)]
pub struct PrizeView {
    pub prize: Prize,
    pub text: PrizeText,
}

static ALL: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, t.title, t.description, t.picture from prize p join prize_text t on t.prize = p.id \
         order by p.position, p.id limit {PRIZES_MAX}",
        columns::<Prize>("p")
    )
});
static ONE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, t.title, t.description, t.picture from prize p join prize_text t on t.prize = p.id where p.id = $1",
        columns::<Prize>("p")
    )
});

pub fn all() -> Query {
    query(&ALL, [])
}

pub fn one(prize: PrizeId) -> Query {
    query(&ONE, [prize.0.into()])
}

pub(crate) fn text(row: &mut Row) -> Done<PrizeText> {
    Ok(PrizeText { title: row.text()?, description: row.text()?, picture: row.text()? })
}

pub fn views(rows: Vec<Row>) -> Done<Vec<PrizeView>> {
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(prize) = row.row::<Prize>()? {
            views.push(PrizeView { prize, text: text(&mut row)? });
        }
    }
    Ok(views)
}

/// How often a card has taken each prize that is limited per card.
pub fn taken(card: CardId) -> Query {
    query("select prize, count from prize_taken where card = $1", [card.0.into()])
}

pub fn counts(rows: Vec<Row>) -> Done<HashMap<PrizeId, i64>> {
    rows.into_iter().map(|mut row| Ok((row.cell()?, row.int()?))).collect()
}

/// One stock movement with its reason, newest first.
#[derive(Clone, Debug)]
pub struct MovementView {
    pub kind: StockMovementKind,
    pub count: i64,
    pub staff: String,
    pub reason: String,
    pub at: i64,
}

const MOVEMENTS: &str = "select m.kind, m.count, f.name, a.note, m.at from stock_movement m \
    left join staff_face f on f.staff = m.staff left join audit a on a.id = m.id + 1 \
    where m.prize = $1 order by m.id desc limit 50";

pub async fn movements(reads: &Reads, prize: PrizeId) -> Done<Vec<MovementView>> {
    let rows = reads.all(query(MOVEMENTS, [prize.0.into()])).await?;
    let view = |mut row: Row| {
        let (kind, count) = (row.cell()?, row.int()?);
        Ok(MovementView { kind, count, staff: row.text()?, reason: row.text()?, at: row.int()? })
    };
    rows.into_iter().map(view).collect()
}

/// Those that readers see and cannot have.
pub fn sold_out() -> Query {
    query("select id from prize where state = PrizeState::Shown and on_hand < 1", [])
}

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "stock: received = on hand + reserved + handed over + written off",
        violations: "select id from prize where received <> on_hand + reserved + handed_over + written_off \
            or received < 0 or on_hand < 0 or reserved < 0 or handed_over < 0 or written_off < 0",
    },
    Invariant {
        name: "stock movements add up",
        violations: "select p.id from prize p left join (select prize, \
            sum(case when kind = StockMovementKind::Received then count else 0 end) as received, \
            sum(case when kind = StockMovementKind::WrittenOff then count else 0 end) as written_off from stock_movement group by prize) m \
            on m.prize = p.id where p.received <> coalesce(m.received, 0) or p.written_off <> coalesce(m.written_off, 0)",
    },
    Invariant {
        name: "a prize is picked up at a place that exists",
        violations: "select p.id from prize p left join place q on q.id = p.place where p.place <> 0 and q.id is null",
    },
    Invariant {
        name: "every stock movement has its audit row",
        violations: "select m.id from stock_movement m where not exists (select 1 from audit a \
            where a.id = m.id + 1 and a.about = m.prize and a.staff = m.staff)",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
