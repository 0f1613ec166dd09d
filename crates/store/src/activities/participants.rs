//! Who takes part in an activity, as staff and they themselves see it.

use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use domain::tables::{ActivityId, Member, Participant, Party, ReaderId};
use std::sync::LazyLock;

pub const PARTICIPANT_ROWS_MAX: i64 = 20_000;

/// One participant with what is known of them.
#[derive(Clone, Debug)]
pub struct ParticipantView {
    pub participant: Participant,
    pub party: Party,
    pub member: Option<Member>,
    /// Sealed name and relation of a member; empty: the reader, or gone.
    pub face: Vec<u8>,
    /// The card that signed up.
    pub masked_name: String,
    pub tail: String,
    /// How many parties wait before this one; 0 where it has its places.
    pub ahead: i64,
    /// Sealed.
    pub answers: Vec<u8>,
    pub appeal: Vec<u8>,
    /// Why staff have declined it.
    pub answer: String,
}

/// `ahead`: how many parties wait before one that waits.
fn participant_columns(ahead: &str) -> String {
    format!(
        "{}, {}, {}, f.face, c.masked_name, c.tail, case when p.state <> ParticipantState::Waiting then 0 else {ahead} end, w.answers, e.text, \
         e.answer",
        columns::<Participant>("p"),
        columns::<Party>("q"),
        columns::<Member>("m"),
    )
}

const PARTICIPANT_JOINS: &str = "participant p join party q on q.id = p.party \
    left join member m on m.reader = p.reader and m.id = p.member left join member_face f on f.member = p.member \
    left join card_face c on c.card = q.card left join party_answers w on w.party = p.party \
    left join appeal e on e.activity = p.activity and e.reader = p.reader and e.member = p.member";

fn participant(row: &mut Row) -> Done<Option<ParticipantView>> {
    let (participant, party, member) = (row.row()?, row.row()?, row.row()?);
    let (face, masked_name, tail) = (row.bytes()?, row.text()?, row.text()?);
    let (ahead, answers, appeal, answer) = (row.int()?, row.bytes()?, row.bytes()?, row.text()?);
    let both: Option<(Participant, Party)> = participant.zip(party);
    Ok(both.map(|(participant, party)| ParticipantView {
        participant,
        party,
        member,
        face,
        masked_name,
        tail,
        ahead,
        answers,
        appeal,
        answer,
    }))
}

pub fn participants(rows: Vec<Row>) -> Done<Vec<ParticipantView>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        found.extend(participant(&mut row)?);
    }
    Ok(found)
}

static OWN: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from {PARTICIPANT_JOINS} where p.activity = $1 and p.reader = $2 order by p.party, p.member",
        participant_columns(
            "(select count(*) from waiting_party l where l.activity = p.activity and l.party < p.party)"
        )
    )
});
// The whole line is counted once, not once for each who waits. In line are the parties that wait for places.
static OF_ACTIVITY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from {PARTICIPANT_JOINS} where p.activity = $1 order by p.state, p.party, p.member \
         limit {PARTICIPANT_ROWS_MAX}",
        participant_columns("dense_rank() over (partition by p.state, q.waiting > 0 order by p.party) - 1")
    )
});

/// A reader's participants of an activity.
pub fn own(activity: ActivityId, reader: ReaderId) -> Query {
    query(&OWN, [activity.0.into(), reader.0.into()])
}

/// What an activity has earned so far those who are there with a reader.
pub fn earned(activity: ActivityId, reader: ReaderId) -> Query {
    const TEXT: &str = "select cast(coalesce(sum(posted), 0) as bigint) from activity_award where activity = $1 \
        and card in (select card from participant where activity = $1 and reader = $2)";
    query(TEXT, [activity.0.into(), reader.0.into()])
}

/// Everybody who takes part, or did.
pub fn of_activity(activity: ActivityId) -> Query {
    query(&OF_ACTIVITY, [activity.0.into()])
}
