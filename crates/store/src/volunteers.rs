//! 志愿者: who has registered, and what they have served.

use crate::Slice;
use crate::fault::Done;
use crate::messages::About;
use crate::read::{Query, Row, columns, query};
use crate::verify::Invariant;
use domain::tables::{BranchId, Millis, Participant, ReaderId, Volunteer, VolunteerState};
use std::sync::LazyLock;

/// Of the list of volunteers.
pub const PAGE_ROWS: i64 = 50;
/// An export's most rows.
pub const SERVICE_ROWS_MAX: i64 = 20_000;

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
fn text(rest: &str) -> String {
    format!(
        "select {}, f.face, w.reason, m.face, c.masked_name, c.tail, coalesce(b.birth_day, 0) from volunteer v \
         join volunteer_face f on f.reader = v.reader and f.member = v.member \
         left join volunteer_review w on w.reader = v.reader and w.member = v.member \
         left join member b on b.reader = v.reader and b.id = v.member \
         left join member_face m on m.member = v.member left join reader r on r.id = v.reader \
         left join card_face c on c.card = r.card where (v.member = 0 or b.state = MemberState::Active) and {rest}",
        columns::<Volunteer>("v")
    )
}

static OF_READER: LazyLock<String> = LazyLock::new(|| text("v.reader = $1 order by v.member"));
static ONE: LazyLock<String> = LazyLock::new(|| text("v.reader = $1 and v.member = $2"));
static LISTED: LazyLock<String> = LazyLock::new(|| {
    text(
        "(v.state, v.at, v.reader, v.member) > ($1, $2, $3, $4) and v.state <= $5 \
         order by v.state, v.at, v.reader, v.member limit $6",
    )
});

pub fn of(reader: ReaderId) -> Query {
    query(&OF_READER, [reader.0.into()])
}

pub fn one(reader: i64, member: i64) -> Query {
    query(&ONE, [reader.into(), member.into()])
}

/// State, time, reader and member of the volunteer listed last; zeros: from the first on.
pub type Listed = [i64; 4];

pub fn listed(volunteer: &Volunteer) -> Listed {
    let member = volunteer.member.map_or(0, |member| member.0);
    [volunteer.state as i64, volunteer.at, volunteer.reader.0, member]
}

/// `state` None: of any; those who wait first, the longest wait first.
pub fn list(state: Option<VolunteerState>, after: Listed, rows: i64) -> Query {
    // One range of the index in both cases.
    let (from, until) = state.map_or((0, i64::MAX), |state| (state as i64, state as i64));
    let [state, at, reader, member] = after.max([from, 0, 0, 0]);
    query(&LISTED, [state, at, reader, member, until, rows].map(Into::into))
}

pub fn views(rows: Vec<Row>) -> Done<Vec<VolunteerView>> {
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
         join activity_text t on t.activity = a.id where p.reader = $1 and p.state = ParticipantState::Attended and a.kind = ActivityKind::Volunteer \
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
         left join volunteer_face f on f.reader = p.reader and f.member = p.member and (p.member = 0 or b.state = MemberState::Active) \
         where p.state = ParticipantState::Attended and a.kind = ActivityKind::Volunteer and (cast($1 as bigint) = 0 or a.branch = $1) and a.starts >= $2 and a.starts < $3 \
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

const ABOUT: About = About {
    joins: "left join message_text w on m.kind in (volunteers::MessageKind::*) and w.message = m.id",
    title: "",
    words: &["w.text"],
    member: "when m.kind in (volunteers::MessageKind::*) then m.about",
};

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "a volunteer's minutes are those served",
        violations: "select v.reader from volunteer v left join (select p.reader, p.member, sum(p.minutes) as minutes \
            from participant p join activity a on a.id = p.activity where a.kind = ActivityKind::Volunteer group by p.reader, p.member) s \
            on s.reader = v.reader and s.member = v.member where v.minutes <> coalesce(s.minutes, 0) \
            union all select p.reader from participant p join activity a on a.id = p.activity where a.kind = ActivityKind::Volunteer \
            and p.minutes <> 0 and not exists (select 1 from volunteer v where v.reader = p.reader and v.member = p.member)",
    },
    Invariant {
        name: "a volunteer who was reviewed says when and by whom",
        violations: "select reader from volunteer where (state = VolunteerState::Applied) <> (reviewed_by = 0) or (state = VolunteerState::Applied) <> (reviewed_at = 0)",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: Some(ABOUT), posting: None };
