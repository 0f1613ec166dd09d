//! A reader's members, with their sealed faces; volunteers among them.

use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use domain::tables::{BranchId, Member, Millis, Participant, ReaderId, Volunteer, VolunteerState};
use std::sync::LazyLock;

/// Of the list of volunteers.
pub const PAGE_ROWS: i64 = 50;
/// An export's most rows.
pub const SERVICE_ROWS_MAX: i64 = 20_000;

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
    /// Of the member; 0 for the reader.
    pub birth_day: i64,
}

/// Of a removed member nothing personal is read again.
fn volunteers_text(rest: &str) -> String {
    format!(
        "select {}, f.face, w.reason, m.face, c.masked_name, c.tail, coalesce(b.birth_day, 0) from volunteer v \
         join volunteer_face f on f.reader = v.reader and f.member = v.member \
         left join volunteer_review w on w.reader = v.reader and w.member = v.member \
         left join member b on b.reader = v.reader and b.id = v.member \
         left join member_face m on m.member = v.member left join reader r on r.id = v.reader \
         left join card_face c on c.card = r.card where (v.member = 0 or b.state = 1) and {rest}",
        columns::<Volunteer>("v")
    )
}

static OF_READER: LazyLock<String> = LazyLock::new(|| volunteers_text("v.reader = $1 order by v.member"));
static ONE: LazyLock<String> = LazyLock::new(|| volunteers_text("v.reader = $1 and v.member = $2"));
static LISTED: LazyLock<String> = LazyLock::new(|| {
    volunteers_text(
        "(v.state, v.at, v.reader, v.member) > ($1, $2, $3, $4) and v.state <= $5 \
         order by v.state, v.at, v.reader, v.member limit $6",
    )
});

pub fn volunteers_of(reader: ReaderId) -> Query {
    query(&OF_READER, [reader.0.into()])
}

pub fn volunteer(reader: i64, member: i64) -> Query {
    query(&ONE, [reader.into(), member.into()])
}

/// State, time, reader and member of the volunteer listed last; zeros: from the first on.
pub type Listed = [i64; 4];

pub fn listed(volunteer: &Volunteer) -> Listed {
    let member = volunteer.member.map_or(0, |member| member.0);
    [volunteer.state as i64, volunteer.at, volunteer.reader.0, member]
}

/// `state` None: of any; those who wait first, the longest wait first.
pub fn volunteers(state: Option<VolunteerState>, after: Listed, rows: i64) -> Query {
    // One range of the index in both cases.
    let (from, until) = state.map_or((0, i64::MAX), |state| (state as i64, state as i64));
    let [state, at, reader, member] = after.max([from, 0, 0, 0]);
    query(&LISTED, [state, at, reader, member, until, rows].map(Into::into))
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
                birth_day: row.int()?,
            });
        }
    }
    Ok(found)
}

/// Who invites a guardian: the reader's current card as it is shown. No row: no such reader, or one who has left.
pub fn inviter(reader: ReaderId) -> Query {
    const TEXT: &str = "select c.masked_name, c.tail from reader r left join card_face c on c.card = r.card \
        where r.id = $1 and r.state = 1";
    query(TEXT, [reader.0.into()])
}

/// A service that somebody has attended, as volunteers read it.
#[derive(Clone, Debug)]
pub struct Served {
    pub participant: Participant,
    pub starts: Millis,
    pub title: String,
}

static SERVED: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, a.starts, t.title from participant p join activity a on a.id = p.activity \
         join activity_text t on t.activity = a.id where p.reader = $1 and p.state = 6 and a.kind = 2 \
         order by a.starts desc, p.activity desc, p.member limit 1000",
        columns::<Participant>("p")
    )
});

/// What a reader and members have served, the last first.
pub fn served(reader: ReaderId) -> Query {
    query(&SERVED, [reader.0.into()])
}

pub fn services(rows: Vec<Row>) -> Done<Vec<Served>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(participant) = row.row()? {
            found.push(Served { participant, starts: row.int()?, title: row.text()? });
        }
    }
    Ok(found)
}

/// One service of one volunteer, for other volunteer platforms.
#[derive(Clone, Debug)]
pub struct ServedLine {
    pub served: Served,
    /// The form; empty: nobody is known any more.
    pub face: Vec<u8>,
}

static SERVED_BETWEEN: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, a.starts, t.title, f.face from participant p join activity a on a.id = p.activity \
         join activity_text t on t.activity = a.id left join member b on b.reader = p.reader and b.id = p.member \
         left join volunteer_face f on f.reader = p.reader and f.member = p.member and (p.member = 0 or b.state = 1) \
         where p.state = 6 and a.kind = 2 and (cast($1 as bigint) = 0 or a.branch = $1) and a.starts >= $2 and a.starts < $3 \
         order by a.starts, p.activity, p.reader, p.member limit $4",
        columns::<Participant>("p")
    )
});

/// Every service attended in a time; `branch` None: everywhere.
pub fn served_between(branch: Option<BranchId>, since: Millis, until: Millis, limit: i64) -> Query {
    let branch = branch.map_or(0, |branch| branch.0);
    query(&SERVED_BETWEEN, [branch.into(), since.into(), until.into(), limit.into()])
}

pub fn served_lines(rows: Vec<Row>) -> Done<Vec<ServedLine>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(participant) = row.row()? {
            let served = Served { participant, starts: row.int()?, title: row.text()? };
            found.push(ServedLine { served, face: row.bytes()? });
        }
    }
    Ok(found)
}
