//! What a batch may do to rows of members, activities, check-in and volunteers.

use crate::transitions::both;
use domain::core::row::Row;
use domain::core::world::Slot;
use domain::tables::*;

pub fn lawful(table: Table, slot: &Slot, at: Millis) -> bool {
    match table {
        // Written once.
        Table::Announced | Table::NoShow => slot.base.is_none(),
        Table::Member => holds::<Member>(slot, |before, now| {
            let gone = before.state == MemberState::Removed;
            before.at == now.at && (!gone || before == now)
        }),
        Table::Invitation => holds::<Invitation>(slot, |before, now| {
            let waits = Invitation { accepted_by: None, accepted_at: 0, ..*now };
            waits == *before && now.accepted_at == at
        }),
        Table::Activity => holds::<Activity>(slot, |before, now| activity(before, now, at)),
        Table::Party => holds::<Party>(slot, |before, now| {
            now.waiting < before.waiting && Party { waiting: before.waiting, ..*now } == *before
        }),
        Table::Participant => holds::<Participant>(slot, |before, now| participant(before, now, at)),
        Table::Engagement => holds::<Engagement>(slot, |before, now| now.at > before.at && now.at == at),
        Table::Announcement => {
            holds::<Announcement>(slot, |before, now| !before.done && Announcement { done: false, ..*now } == *before)
        }
        // Another row may have joined it; nothing else changes.
        Table::CheckIn => holds::<CheckIn>(slot, |before, now| {
            now.streak > before.streak && CheckIn { streak: before.streak, ..*now } == *before
        }),
        Table::Volunteer => holds::<Volunteer>(slot, |before, now| volunteer(before, now, at)),
        _ => true,
    }
}

fn holds<R: Row>(slot: &Slot, lawful: impl FnOnce(&R, &R) -> bool) -> bool {
    both::<R>(slot).is_none_or(|(before, now)| lawful(&before, &now))
}

/// Draft, published, cancelled; what has begun begins when it did, and what is confirmed stays so.
fn activity(before: &Activity, now: &Activity, at: Millis) -> bool {
    let published = before.state != ActivityState::Draft;
    let moved = before.starts != now.starts;
    let promised = (before.kind, before.branch) == (now.kind, now.branch);
    let times = |of: &Activity| (of.opens, of.closes, of.withdraw_until, of.starts, of.ends, of.capacity);
    let settled = before.confirmed_at != 0 || before.state == ActivityState::Cancelled;
    now.state >= before.state
        && now.at == before.at
        && (!published || promised && !(moved && before.starts <= at))
        && (!settled || (times(before), before.confirmed_at) == (times(now), now.confirmed_at))
        && (before.confirmed_at == 0 || now.state == before.state)
}

/// Who has left may come again, in a new party; blame goes one way. Whoever is unticked can go on in the same batch.
/// Companions go with another party of the family when theirs stays away.
fn participant(before: &Participant, now: &Participant, at: Millis) -> bool {
    use ParticipantState::{Attended, Enrolled, Excused, Freed, NoShow, Removed, Waiting, Withdrawn};
    let joins = before.companion && now.companion && now.party != before.party;
    let goes = match (before.state, now.state) {
        (before, now) if before == now => !joins || matches!(now, Waiting | Enrolled | Attended),
        (Enrolled | Attended, Waiting) if joins => true,
        (Waiting, NoShow) | (Enrolled, Waiting) => false,
        (Waiting | Enrolled, _) => true,
        (Attended, Enrolled | Withdrawn | Removed | Freed | NoShow | Excused) => true,
        (NoShow, Excused) => true,
        _ => false,
    };
    let again = now.party > before.party && now.at == at;
    let settled = matches!(now.state, Freed | NoShow | Excused);
    again
        || goes
            && (joins || before.party == now.party)
            && before.at == now.at
            && (!settled || before == now || now.settled_at > 0)
}

/// Whoever was approved may pause, be suspended and leave; who was declined or has left stays so, until they ask again.
fn volunteer(before: &Volunteer, now: &Volunteer, at: Millis) -> bool {
    use VolunteerState::{Applied, Approved, Left, Paused};
    let same_review = (now.reviewed_at, now.reviewed_by) == (before.reviewed_at, before.reviewed_by);
    let by_themselves = matches!((before.state, now.state), (Approved | Paused, Approved | Paused | Left));
    match now.state {
        Applied => (now.at == at && now.reviewed_at == 0) || (before.state == Applied && same_review),
        Left if before.state != Applied => same_review,
        // Staff have said something in this millisecond; after that the volunteer may have gone on.
        _ if now.reviewed_at == at => true,
        _ => same_review && (by_themselves || before.state == now.state),
    }
}
