//! A reader's members, with their sealed faces; volunteers among them.

use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use domain::tables::{Member, ReaderId, Volunteer};
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub struct MemberView {
    pub member: Member,
    pub face: Vec<u8>,
}

static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, f.face from member m join member_face f on f.member = m.id where m.reader = $1 and m.state = 1 \
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

/// Who has registered, with the sealed form and what staff said.
#[derive(Clone, Debug)]
pub struct VolunteerView {
    pub volunteer: Volunteer,
    /// The form.
    pub face: Vec<u8>,
    pub reason: String,
    /// Of the member; empty for the reader.
    pub member_face: Vec<u8>,
    /// The reader's current card.
    pub masked_name: String,
    pub tail: String,
}

fn volunteers_text(rest: &str) -> String {
    format!(
        "select {}, f.face, w.reason, m.face, c.masked_name, c.tail from volunteer v \
         join volunteer_face f on f.reader = v.reader and f.member = v.member \
         left join volunteer_review w on w.reader = v.reader and w.member = v.member \
         left join member_face m on m.member = v.member left join reader r on r.id = v.reader \
         left join card_face c on c.card = r.card where {rest}",
        columns::<Volunteer>("v")
    )
}

static OF_READER: LazyLock<String> = LazyLock::new(|| volunteers_text("v.reader = $1 order by v.member"));
static ONE: LazyLock<String> = LazyLock::new(|| volunteers_text("v.reader = $1 and v.member = $2"));
static OF_STATE: LazyLock<String> = LazyLock::new(|| {
    volunteers_text("(cast($1 as bigint) = 0 or v.state = $1) order by v.state, v.at, v.reader, v.member limit 500")
});

pub fn volunteers_of(reader: ReaderId) -> Query {
    query(&OF_READER, [reader.0.into()])
}

pub fn volunteer(reader: i64, member: i64) -> Query {
    query(&ONE, [reader.into(), member.into()])
}

/// 0: of any state; those who wait first, the longest wait first.
pub fn volunteers(state: i64) -> Query {
    query(&OF_STATE, [state.into()])
}

pub fn volunteer_views(rows: Vec<Row>) -> Done<Vec<VolunteerView>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(volunteer) = row.row()? {
            found.push(VolunteerView {
                volunteer,
                face: row.bytes()?,
                reason: row.text()?,
                member_face: row.bytes()?,
                masked_name: row.text()?,
                tail: row.text()?,
            });
        }
    }
    Ok(found)
}
