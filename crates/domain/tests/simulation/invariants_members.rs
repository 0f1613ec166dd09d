//! The invariants of members and of check-in.

use crate::invariants::{Findings, claim};
use crate::model_members::birthdays;
use crate::model_places::yesterday;
use crate::support::{Memory, day};
use domain::checkins;
use domain::core::record::Record;
use domain::members::MemberFace;
use domain::tables::*;
use std::collections::{BTreeMap, BTreeSet};

pub fn violations(memory: &Memory, found: &mut Findings) {
    members(memory, found);
    stamps(memory, found);
}

/// Of who was removed nothing personal is kept, and of a child nothing without a guardian's consent.
fn members(memory: &Memory, found: &mut Findings) {
    let mut faces: BTreeMap<MemberId, bool> = BTreeMap::new();
    for MemberFace { member, face } in memory.records.iter().filter_map(Record::of) {
        faces.insert(member, face.is_some());
    }
    let messages = memory.all::<Message>().into_iter().map(|row| row.at);
    let outcomes = memory.all::<Outcome>().into_iter().map(|row| row.at);
    let newest = messages.chain(outcomes).chain(memory.all::<Member>().into_iter().map(|row| row.at)).max();
    let mut of_reader: BTreeMap<ReaderId, usize> = BTreeMap::new();
    for row in memory.all::<Member>() {
        let removed = row.state == MemberState::Removed;
        let nothing = (row.birth_day, row.card, row.guardian, row.consented_at) == (0, None, None, 0);
        claim(found, !removed || nothing, || format!("members: {row:?} is removed and known"));
        let face = faces.remove(&row.id);
        claim(found, face == Some(!removed), || format!("members: {row:?} has a face: {face:?}"));
        let consent = row.guardian.is_some() == (row.consented_at > 0);
        // Whoever is still a child now was one when this was saved; not every change is dated, so with years to spare.
        let child = !removed && newest.is_some_and(|newest| birthdays(row.birth_day, day(newest)) < 12);
        let right = consent && (!child || row.guardian.is_some());
        claim(found, right, || format!("members: {row:?} without a guardian"));
        *of_reader.entry(row.reader).or_default() += usize::from(!removed);
    }
    for (reader, members) in of_reader {
        claim(found, members <= 8, || format!("members: {reader:?} has {members}"));
    }
    claim(found, faces.is_empty(), || format!("members: faces of nobody {faces:?}"));
}

/// 20: one stamp a card and day, which is what the ledger has paid, 40 a month at most; and rows of days are rows.
fn stamps(memory: &Memory, found: &mut Findings) {
    let mut paid: BTreeMap<(CardId, i64), Vec<Points>> = BTreeMap::new();
    for posting in memory.all::<Posting>().into_iter().filter(|posting| posting.kind == checkins::PostingKind::CheckIn)
    {
        let right = posting.account == Account::CheckIn;
        claim(found, right, || format!("20: {posting:?} is booked wrongly"));
        paid.entry((posting.card, posting.cause)).or_default().push(posting.points);
    }
    let rows = memory.all::<CheckIn>();
    let stamped: BTreeMap<(CardId, i64), i64> =
        rows.iter().map(|row| ((row.card, row.month * 100 + row.date), row.streak)).collect();
    let mut months: BTreeMap<(CardId, i64), (Points, usize)> = BTreeMap::new();
    let mut days = BTreeSet::new();
    for row in rows {
        let on = row.month * 100 + row.date;
        claim(found, days.insert((row.card, on)), || format!("20: {row:?} once more"));
        let posted = paid.remove(&(row.card, on)).unwrap_or_default();
        let expected = if row.points == 0 { vec![] } else { vec![row.points] };
        let free = !row.made_up || row.points == 0;
        claim(found, posted == expected && free, || format!("20: {row:?} was paid {posted:?}"));
        let carried = memory.get::<CarriedStreak>(CarriedStreak::key(row.card));
        let carried = carried.filter(|carried| carried.day == yesterday(on)).map_or(0, |carried| carried.streak);
        let before = stamped.get(&(row.card, yesterday(on))).copied().unwrap_or(0).max(carried);
        claim(found, row.streak == before + 1, || format!("20: {row:?} after a row of {before}"));
        let month = months.entry((row.card, row.month)).or_default();
        *month = (month.0 + row.points, month.1 + usize::from(row.made_up));
    }
    for (month, (points, made_up)) in months {
        let right = (0..=40).contains(&points) && made_up <= 2;
        claim(found, right, || format!("20: {month:?} has {points} points and {made_up} made up"));
    }
    claim(found, paid.is_empty(), || format!("20: paid without a stamp {paid:?}"));
}
