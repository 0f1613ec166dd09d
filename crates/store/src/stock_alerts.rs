//! 到货提醒: who waits for which prize, and for what is back.

use crate::Slice;
use crate::fault::Done;
use crate::jobs::PART_ROWS;
use crate::messages::About;
use crate::read::{Query, Reads, each, query};
use crate::verify::Invariant;
use domain::tables::{Millis, PrizeId, ReaderId};

/// What a reader waits for.
pub fn of(reader: Option<ReaderId>) -> Query {
    query("select prize from stock_alert where reader = $1", [reader.map_or(0, |reader| reader.0).into()])
}

/// So many readers are told at a time of each prize that there is: who asked first hears first.
const READERS_A_PRIZE: i64 = 10;

/// Readers whose turn it is: of a prize that can be had now, the first who asked.
pub async fn due(reads: &Reads, at: Millis) -> Done<Vec<(ReaderId, PrizeId)>> {
    const TEXT: &str = "select w.reader, w.prize from (select a.reader, a.prize, a.at, p.on_hand, \
        row_number() over (partition by a.prize order by a.at, a.reader) as turn from prize p join stock_alert a on a.prize = p.id \
        where p.on_hand > 0 and p.state = PrizeState::Shown and p.visible_from <= $1 \
        and (p.visible_until = 0 or p.visible_until > $1)) w where w.turn <= w.on_hand * $2 order by w.at, w.reader limit $3";
    let rows = reads.all(query(TEXT, [at, READERS_A_PRIZE, PART_ROWS].map(Into::into))).await?;
    each(rows, |row| Ok((row.cell()?, row.cell()?)))
}

const ABOUT: About = About {
    joins: "left join prize_text back on m.kind in (stock_alerts::MessageKind::*) and back.prize = m.about",
    title: "back.title",
    words: &[],
    member: "",
};

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "it is a reader who waits, and for a prize",
    violations: "select a.prize from stock_alert a left join prize p on p.id = a.prize \
        left join reader r on r.id = a.reader where p.id is null or r.id is null",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: Some(ABOUT), posting: None };
