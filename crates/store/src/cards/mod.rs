//! Cards: requests for one that another has bound, and what the jobs of cards look for.

mod invariants;

use crate::Slice;
use crate::fault::Done;
use crate::jobs::PART_ROWS;
use crate::messages::About;
use crate::read::{Reads, columns, query};
use domain::tables::{CardId, Millis, ReaderId, Rebinding};
use std::sync::LazyLock;

/// How a card is named to people: 王*萌（尾号0001）.
pub fn card_words(masked_name: &str, tail: &str) -> String {
    format!("{masked_name}（尾号{tail}）")
}

/// The cards of the reader `$1`: bound ones, and those for which they stand.
pub(crate) const OF_READER: &str = "(select b.card from binding b where b.reader = $1 \
    union all select x.card from binding b join replaced x on x.successor = b.card where b.reader = $1)";

/// Beside a card `k`: as `c` the one that stands for it, its successor or itself.
pub(crate) const STANDS_FOR: &str = "join card c on c.id = case k.successor when 0 then k.id else k.successor end";

static OF: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, f.masked_name, f.tail from rebinding r join card_face f on f.card = r.card \
         where r.reader = $1 or r.from_reader = $1 order by r.due",
        columns::<Rebinding>("r")
    )
});

/// Rebindings that concern a reader, with the card as it is shown.
pub async fn rebindings_of(reads: &Reads, reader: ReaderId) -> Done<Vec<(Rebinding, String)>> {
    let mut found = vec![];
    for mut row in reads.all(query(&OF, [reader.0.into()])).await? {
        if let Some(rebinding) = row.row::<Rebinding>()? {
            found.push((rebinding, card_words(&row.text()?, &row.text()?)));
        }
    }
    Ok(found)
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

/// The card as it is shown.
const ABOUT: About = About {
    joins: "left join card_face f on m.kind in (cards::MessageKind::*) and f.card = m.about",
    title: "",
    words: &[],
    member: "",
};

pub(crate) const SLICE: Slice = Slice { invariants: invariants::INVARIANTS, message: Some(ABOUT), posting: None };
