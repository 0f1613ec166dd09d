//! 申诉: what staff have yet to answer, over all activities.

use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use domain::tables::{BranchId, Participant};
use std::sync::LazyLock;

/// Whoever asked first is answered first; one more tells that others wait their turn.
pub const QUEUE_ROWS: i64 = 100;

#[derive(Clone, Debug)]
pub struct AppealView {
    pub participant: Participant,
    pub title: String,
    pub starts: i64,
    /// Sealed name of the member; empty: the reader.
    pub face: Vec<u8>,
    /// The card that signed up.
    pub masked_name: String,
    pub tail: String,
    /// Sealed.
    pub text: Vec<u8>,
    /// How often this participant was recorded as a no-show.
    pub no_shows: i64,
}

// The condition is the index's.
static QUEUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, t.title, a.starts, f.face, c.masked_name, c.tail, e.text, \
         (select count(*) from no_show n where n.reader = p.reader and n.member = p.member) \
         from participant p join activity a on a.id = p.activity join activity_text t on t.activity = p.activity \
         join party q on q.id = p.party left join card_face c on c.card = q.card \
         left join member_face f on f.member = p.member left join appeal e on e.activity = p.activity \
         and e.reader = p.reader and e.member = p.member \
         where p.state = ParticipantState::NoShow and p.appealed_at > 0 and p.declined_at = 0 \
         and (cast($1 as bigint) = 0 or a.branch = $1) order by p.appealed_at limit {}",
        columns::<Participant>("p"),
        QUEUE_ROWS + 1,
    )
});

/// Of one branch, or of all.
pub fn queue(branch: Option<BranchId>) -> Query {
    query(&QUEUE, [branch.map_or(0, |branch| branch.0).into()])
}

pub fn views(rows: Vec<Row>) -> Done<Vec<AppealView>> {
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(participant) = row.row()? {
            views.push(AppealView {
                participant,
                title: row.text()?,
                starts: row.int()?,
                face: row.bytes()?,
                masked_name: row.text()?,
                tail: row.text()?,
                text: row.bytes()?,
                no_shows: row.int()?,
            });
        }
    }
    Ok(views)
}

/// What waits for staff: volunteers to review, appeals to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub volunteers: i64,
    pub appeals: i64,
}

pub fn waiting(branch: Option<BranchId>) -> Query {
    const TEXT: &str = "select (select count(*) from volunteer v where v.state = VolunteerState::Applied), \
        (select count(*) from participant p join activity a on a.id = p.activity \
        where p.state = ParticipantState::NoShow and p.appealed_at > 0 and p.declined_at = 0 \
        and (cast($1 as bigint) = 0 or a.branch = $1))";
    query(TEXT, [branch.map_or(0, |branch| branch.0).into()])
}

pub fn counts(rows: Vec<Row>) -> Done<Waiting> {
    let Some(mut row) = rows.into_iter().next() else { return Ok(Waiting::default()) };
    Ok(Waiting { volunteers: row.int()?, appeals: row.int()? })
}
