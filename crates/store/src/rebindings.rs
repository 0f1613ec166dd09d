//! Requests for a card that another has bound, as those concerned see them.

use crate::fault::Done;
use crate::read::{Reads, columns, query};
use domain::tables::{ReaderId, Rebinding};
use std::sync::LazyLock;

static OF: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, f.masked_name, f.tail from rebinding r join card_face f on f.card = r.card \
         where r.reader = $1 or r.from_reader = $1 order by r.due",
        columns::<Rebinding>("r")
    )
});

/// With the card as it is shown.
pub async fn of(reads: &Reads, reader: ReaderId) -> Done<Vec<(Rebinding, String)>> {
    let mut found = vec![];
    for mut row in reads.all(query(&OF, [reader.0.into()])).await? {
        if let Some(rebinding) = row.row::<Rebinding>()? {
            let (name, tail) = (row.text()?, row.text()?);
            found.push((rebinding, format!("{name}（尾号{tail}）")));
        }
    }
    Ok(found)
}
