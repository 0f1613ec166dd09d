//! A reader's members, with their sealed faces.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use crate::verify::Invariant;
use domain::tables::{Member, ReaderId};
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub struct MemberView {
    pub member: Member,
    pub face: Vec<u8>,
}

static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, f.face from member m join member_face f on f.member = m.id where m.reader = $1 and m.state = MemberState::Active \
         order by m.id",
        columns::<Member>("m")
    )
});

pub fn list(reader: ReaderId) -> Query {
    query(&LIST, [reader.0.into()])
}

pub fn views(rows: Vec<Row>) -> Done<Vec<MemberView>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(member) = row.row()? {
            found.push(MemberView { member, face: row.bytes()? });
        }
    }
    Ok(found)
}

/// Who invites a guardian: the reader's current card as it is shown. No row: no such reader, or one who has left.
pub fn inviter(reader: ReaderId) -> Query {
    const TEXT: &str = "select c.masked_name, c.tail from reader r left join card_face c on c.card = r.card \
        where r.id = $1 and r.state = ReaderState::Active";
    query(TEXT, [reader.0.into()])
}

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "a removed member has no personal data",
    violations: "select m.id from member m left join member_face f on f.member = m.id where m.state = MemberState::Removed \
            and (m.birth_day <> 0 or m.card <> 0 or m.guardian <> 0 or m.consented_at <> 0 or f.face is not null) \
            union all select m.id from member m left join member_face f on f.member = m.id \
            where m.state = MemberState::Active and (m.birth_day = 0 or f.face is null)",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
