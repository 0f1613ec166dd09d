//! Whom a guardian has consented for: their own members, and other readers'.

use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use domain::tables::{Member, ReaderId};
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub struct ConsentView {
    pub member: Member,
    pub face: Vec<u8>,
    /// The current card, as it is shown, of the reader whose member the child is; empty: none.
    pub masked_name: String,
    pub tail: String,
}

static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, f.face, c.masked_name, c.tail from member m join member_face f on f.member = m.id \
         join reader r on r.id = m.reader left join card_face c on c.card = r.card \
         where m.guardian = $1 and m.state = MemberState::Active order by m.id",
        columns::<Member>("m")
    )
});

pub fn list(guardian: ReaderId) -> Query {
    query(&LIST, [guardian.0.into()])
}

pub fn views(rows: Vec<Row>) -> Done<Vec<ConsentView>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(member) = row.row()? {
            let (face, masked_name, tail) = (row.bytes()?, row.text()?, row.text()?);
            found.push(ConsentView { member, face, masked_name, tail });
        }
    }
    Ok(found)
}
