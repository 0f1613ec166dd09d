//! Whom a guardian has consented for: their own members, and other readers'.

use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use domain::tables::{Member, MemberId, ReaderId};
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub struct ConsentView {
    pub member: Member,
    pub face: Vec<u8>,
    /// The current card, as it is shown, of the reader whose member the child is; empty: none.
    pub masked_name: String,
    pub tail: String,
}

const FROM: &str = "f.face, c.masked_name, c.tail from member m join member_face f on f.member = m.id \
    join reader r on r.id = m.reader left join card_face c on c.card = r.card \
    where m.guardian = $1 and m.state = MemberState::Active";

static OF_OTHERS: LazyLock<String> =
    LazyLock::new(|| format!("select {}, {FROM} and m.reader <> $1 order by m.id", columns::<Member>("m")));

static ONE: LazyLock<String> =
    LazyLock::new(|| format!("select {}, {FROM} and m.reader = $2 and m.id = $3", columns::<Member>("m")));

/// Children whom other readers have as members.
pub fn of_others(guardian: ReaderId) -> Query {
    query(&OF_OTHERS, [guardian.0.into()])
}

pub fn one(guardian: ReaderId, reader: ReaderId, member: MemberId) -> Query {
    query(&ONE, [guardian.0.into(), reader.0.into(), member.0.into()])
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
