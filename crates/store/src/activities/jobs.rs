//! What the jobs of activities look for.

use crate::fault::Done;
use crate::jobs::PART_ROWS;
use crate::read::{Reads, ids, query};
use domain::tables::{ActivityId, AnnouncementId, MemberId, Millis, ReaderId};

// These run every minute. Their states are written out, so that partial indexes serve them; each activity is asked by
// itself, so that neither engine walks all there have been.
pub const UNFREED: &str = "select distinct p.activity, p.reader from participant p where p.state in (ParticipantState::Enrolled, ParticipantState::Waiting) \
    and (select a.state from activity a where a.id = p.activity) = ActivityState::Cancelled limit $1";
pub const UNMARKED: &str = "select p.activity, p.reader, p.member from participant p where p.state in (ParticipantState::Enrolled, ParticipantState::Waiting) \
    and (select a.confirmed_at from activity a where a.id = p.activity and a.state = ActivityState::Published) <> 0 limit $1";
/// Activities whose list goes on behind those whom one command has helped.
pub const UNPROMOTED: &str = "select a.id from activity a where a.waiting > 0 and a.state = ActivityState::Published \
    and a.confirmed_at = 0 and a.starts > $1 and exists (select 1 from waiting_party w where w.activity = a.id \
    and (a.capacity = 0 or w.need <= a.capacity - a.taken))";
pub const UNDELIVERED: &str = "select id from announcement where done = 0 order by id";

/// Readers with participants of cancelled activities who have not been freed and told.
pub async fn unfreed(reads: &Reads) -> Done<Vec<(ActivityId, ReaderId)>> {
    let rows = reads.all(query(UNFREED, [PART_ROWS.into()])).await?;
    rows.into_iter().map(|mut row| Ok((row.cell()?, row.cell()?))).collect()
}

/// Participants of confirmed activities who were enrolled, or waited, and were not there.
pub async fn unmarked(reads: &Reads) -> Done<Vec<(ActivityId, ReaderId, Option<MemberId>)>> {
    let rows = reads.all(query(UNMARKED, [PART_ROWS.into()])).await?;
    rows.into_iter().map(|mut row| Ok((row.cell()?, row.cell()?, row.cell()?))).collect()
}

pub async fn unpromoted(reads: &Reads, now: Millis) -> Done<Vec<ActivityId>> {
    ids(reads.all(query(UNPROMOTED, [now.into()])).await?, ActivityId)
}

pub async fn undelivered(reads: &Reads) -> Done<Vec<AnnouncementId>> {
    ids(reads.all(query(UNDELIVERED, [])).await?, AnnouncementId)
}

/// Readers who take part, or would have if the library had not cancelled, and have not heard an announcement.
pub async fn unannounced(reads: &Reads, announcement: AnnouncementId) -> Done<Vec<ReaderId>> {
    const TEXT: &str = "select distinct p.reader from announcement n join participant p on p.activity = n.activity \
        where n.id = $1 and p.state in (ParticipantState::Enrolled, ParticipantState::Waiting, ParticipantState::Freed, \
        ParticipantState::Attended) and not exists (select 1 from announced d \
        where d.announcement = n.id and d.reader = p.reader) limit $2";
    ids(reads.all(query(TEXT, [announcement.0.into(), PART_ROWS.into()])).await?, ReaderId)
}
