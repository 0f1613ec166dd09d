//! A reader's members, with their sealed faces.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Query, Reads, Row, columns, query};
use crate::verify::Invariant;
use domain::tables::{Invitation, InvitationId, Member, ReaderId};
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

/// 邀请监护人确认, as whoever opens the link finds it.
#[derive(Clone, Debug)]
pub struct InvitationView {
    pub invitation: Invitation,
    /// The inviter's current card as it is shown; empty: none.
    pub masked_name: String,
    pub tail: String,
}

static INVITATION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, c.masked_name, c.tail from invitation i join reader r on r.id = i.reader \
         left join card_face c on c.card = r.card where i.reader = $1 and i.id = $2 and r.state = ReaderState::Active",
        columns::<Invitation>("i")
    )
});

pub async fn invitation(reads: &Reads, reader: ReaderId, id: InvitationId) -> Done<Option<InvitationView>> {
    let Some(mut row) = reads.one(query(&INVITATION, [reader.0.into(), id.0.into()])).await? else { return Ok(None) };
    let found: Option<Invitation> = row.row()?;
    let (masked_name, tail) = (row.text()?, row.text()?);
    Ok(found.map(|invitation| InvitationView { invitation, masked_name, tail }))
}

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "an invitation is accepted once, in its time and not by who sent it",
        violations: "select id from invitation where (accepted_by = 0) <> (accepted_at = 0) or accepted_by = reader \
            or accepted_at >= until or until <= at",
    },
    Invariant {
        name: "a removed member has no personal data",
        violations: "select m.id from member m left join member_face f on f.member = m.id where m.state = MemberState::Removed \
            and (m.birth_day <> 0 or m.card <> 0 or m.guardian <> 0 or m.consented_at <> 0 or f.face is not null) \
            union all select m.id from member m left join member_face f on f.member = m.id \
            where m.state = MemberState::Active and (m.birth_day = 0 or f.face is null)",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
