//! The invariants of activities: places, the waiting list, awards, no-shows.

use crate::invariants::{Findings, claim};
use crate::support::Memory;
use domain::activities;
use domain::rules::Rule;
use domain::tables::*;
use std::collections::{BTreeMap, BTreeSet};

type Who = (ReaderId, Option<MemberId>);

pub fn violations(memory: &Memory, found: &mut Findings) {
    let mut people: BTreeMap<ActivityId, Vec<Participant>> = BTreeMap::new();
    for one in memory.all::<Participant>() {
        people.entry(one.activity).or_default().push(one);
    }
    let activities: BTreeMap<ActivityId, Activity> =
        memory.all::<Activity>().into_iter().map(|of| (of.id, of)).collect();
    for activity in activities.values() {
        let of = people.remove(&activity.id).unwrap_or_default();
        let rules = memory.get::<ActivityRules>(ActivityRules::key(activity.id));
        claim(found, rules.is_some(), || format!("11: {activity:?} without rules"));
        places(activity, &of, found);
        of.iter().for_each(|one| participant(memory, activity, one, found));
        awards(memory, activity, rules.as_ref(), &of, found);
    }
    claim(found, people.is_empty(), || format!("11: participants of nothing {people:?}"));
    waiting(memory, &activities, found);
    engagements(memory, found);
    no_shows(memory, found);
    hours(memory, found);
    announcements(memory, &activities, found);
}

/// 11: never more than there are places; and whoever counts is counted. Some of the excused had a place.
fn places(activity: &Activity, of: &[Participant], found: &mut Findings) {
    use ParticipantState::{Attended, Enrolled, Excused, NoShow, Waiting};
    let count = |states: &[ParticipantState]| {
        of.iter().filter(|one| !one.companion && states.contains(&one.state)).count() as i64
    };
    let full = activity.capacity > 0 && activity.taken > activity.capacity;
    claim(found, !full, || format!("11: {activity:?} has more than it has places"));
    let least = count(&[Enrolled, Attended, NoShow]);
    let counted =
        (least..=least + count(&[Excused])).contains(&activity.taken) && activity.waiting == count(&[Waiting]);
    claim(found, counted, || format!("11: {activity:?}, but {least} and {} wait", count(&[Waiting])));
    let present = of.iter().filter(|one| one.state == Attended).count() as i64;
    claim(found, activity.present == present, || format!("11: {activity:?}, but {present} are there"));
    let draft = activity.state == ActivityState::Draft;
    claim(found, !draft || of.is_empty(), || format!("11: {activity:?} is a draft with people"));
}

/// What a participant's state says: who is there came in, and has a card; nobody else has.
fn participant(memory: &Memory, activity: &Activity, one: &Participant, found: &mut Findings) {
    let party = memory.get::<Party>(Party::key(one.party));
    let of = party.is_some_and(|party| (party.activity, party.reader) == (one.activity, one.reader));
    claim(found, of, || format!("11: {one:?} in {party:?}"));
    let here = one.state == ParticipantState::Attended;
    let served = one.out_at == 0 || activity.kind == ActivityKind::Volunteer && one.out_at >= one.in_at;
    let there = one.in_at > 0 && one.card.is_some() && served;
    let away = (one.in_at, one.out_at, one.minutes, one.due, one.card) == (0, 0, 0, 0, None);
    claim(found, if here { there } else { away }, || format!("13: {one:?} is neither here nor there"));
    let live = matches!(one.state, ParticipantState::Enrolled | ParticipantState::Waiting);
    claim(found, live == (one.settled_at == 0), || format!("11: {one:?} is settled otherwise"));
}

/// 13: an award once a rule: what those present are worth, and what the ledger has paid.
fn awards(
    memory: &Memory,
    activity: &Activity,
    rules: Option<&ActivityRules>,
    of: &[Participant],
    found: &mut Findings,
) {
    let Some(rules) = rules else { return };
    let mut due: BTreeMap<CardId, (i64, Points)> = BTreeMap::new();
    for one in of {
        let fixed = if one.companion { 0 } else { rules.points };
        let volunteers = activity.kind == ActivityKind::Volunteer;
        let bound = if volunteers { one.minutes.max(1) * rules.points } else { fixed };
        let right = if volunteers { (0..=bound.max(rules.points)).contains(&one.due) } else { one.due == fixed };
        let here = one.state == ParticipantState::Attended;
        claim(found, !here || right, || format!("13: {one:?} is worth {fixed}"));
        if let Some(card) = one.card {
            let sum = due.entry(card).or_default();
            *sum = (sum.0 + 1, sum.1 + one.due);
        }
    }
    let once = activity.kind == ActivityKind::Reader && !rules.per_participant;
    let begins = domain::core::world::Need::children(Table::ActivityAward, [activity.id.0]);
    for cells in memory.answer(&begins) {
        let Some(row) = <ActivityAward as domain::core::row::Row>::of(&cells) else { continue };
        let (present, sum) = due.remove(&row.card).unwrap_or_default();
        let worth = if once { sum.min(rules.points) } else { sum };
        let right = (row.present, row.due, row.posted) == (present, sum, worth);
        claim(found, right, || format!("13: {row:?}, but {present} are worth {worth}"));
    }
    claim(found, due.is_empty(), || format!("13: {due:?} without an award of {}", activity.id));
}

/// 13: the ledger has paid what the awards say, of the right account.
pub fn paid(memory: &Memory, found: &mut Findings) {
    let mut sums: BTreeMap<(i64, CardId), Points> = BTreeMap::new();
    for posting in memory.all::<Posting>() {
        let sign = match posting.kind {
            kind if kind == activities::PostingKind::Attendance => 1,
            kind if kind == activities::PostingKind::AttendanceCorrected => -1,
            _ => continue,
        };
        let kind = memory.get::<Activity>(Activity::key(ActivityId(posting.cause))).map(|of| of.kind);
        let account =
            kind.map(|kind| if kind == ActivityKind::Reader { Account::Activity } else { Account::Volunteer });
        let right = posting.points * sign > 0 && account == Some(posting.account);
        claim(found, right, || format!("13: {posting:?} is booked wrongly"));
        *sums.entry((posting.cause, posting.card)).or_default() += posting.points;
    }
    for row in memory.all::<ActivityAward>() {
        let sum = sums.remove(&(row.activity.0, row.card)).unwrap_or(0);
        claim(found, sum == row.posted, || format!("13: {row:?}, but {sum} were posted"));
    }
    claim(found, sums.is_empty(), || format!("13: paid for nothing {sums:?}"));
}

/// 11: whoever waits stands in line, by what the party needs.
fn waiting(memory: &Memory, activities: &BTreeMap<ActivityId, Activity>, found: &mut Findings) {
    let mut lines: BTreeMap<PartyId, Vec<(ActivityId, i64, i64)>> = BTreeMap::new();
    for row in memory.all::<WaitingParty>() {
        lines.entry(row.party).or_default().push((row.activity, row.need, row.size));
    }
    let mut wait: BTreeMap<PartyId, i64> = BTreeMap::new();
    let waits = |one: &Participant| one.state == ParticipantState::Waiting && !one.companion;
    for one in memory.all::<Participant>().into_iter().filter(waits) {
        *wait.entry(one.party).or_default() += 1;
    }
    for party in memory.all::<Party>() {
        let counted = wait.remove(&party.id).unwrap_or(0);
        claim(found, party.waiting == counted, || format!("11: {party:?}, but {counted} wait"));
        let need = if party.accepts_part { 1 } else { counted };
        let expected = if counted > 0 { vec![(party.activity, need, counted)] } else { vec![] };
        let line = lines.remove(&party.id).unwrap_or_default();
        claim(found, line == expected, || format!("12: {party:?} stands in {line:?}, not {expected:?}"));
        claim(found, activities.contains_key(&party.activity), || format!("11: {party:?} of nothing"));
    }
    claim(found, lines.is_empty(), || format!("12: nobody stands in {lines:?}"));
}

/// 12: while anybody is called in, nobody waits for whom there is room. Only the clock knows whether somebody is.
pub fn overlooked(memory: &Memory, at: Millis) -> Findings {
    let mut found = vec![];
    // A list that stopped earlier once, by the rule of that day, promotes again when something happens.
    let rules = memory.all::<RuleValue>().into_iter().filter(|value| value.rule == Rule::ListStopsHours);
    let stops = rules.map(|value| value.value).chain([Rule::ListStopsHours.about().default]).max().unwrap_or(0);
    for row in memory.all::<WaitingParty>() {
        let Some(of) = memory.get::<Activity>(Activity::key(row.activity)) else { continue };
        let called_in =
            of.state == ActivityState::Published && of.confirmed_at == 0 && at < of.starts - stops * 3_600_000;
        let room = of.capacity == 0 || of.capacity - of.taken >= row.need;
        claim(&mut found, !(called_in && room), || format!("12: {row:?} is overlooked by {of:?}"));
    }
    found
}

/// Whoever is engaged has a place, waits or is there; and of a series everybody who does is engaged.
fn engagements(memory: &Memory, found: &mut Findings) {
    use ParticipantState::{Attended, Enrolled, Waiting};
    let comes = |one: &Participant| matches!(one.state, Enrolled | Waiting | Attended);
    for row in memory.all::<Engagement>() {
        let one = memory.get::<Participant>(Participant::key(row.activity, row.reader, row.member));
        claim(found, one.is_some_and(|one| comes(&one)), || format!("engaged: {row:?}, but {one:?}"));
    }
    for one in memory.all::<Participant>().into_iter().filter(comes) {
        let rules = memory.get::<ActivityRules>(ActivityRules::key(one.activity));
        let series = rules.is_some_and(|rules| rules.series.is_some());
        let engaged = memory.get::<Engagement>(Engagement::key(one.reader, one.member, one.activity)).is_some();
        claim(found, engaged || !series, || format!("engaged: {one:?} is not"));
    }
}

/// A no-show is a participant's, and counts until it is excused; nobody is blamed before the attendance is confirmed.
fn no_shows(memory: &Memory, found: &mut Findings) {
    let mut rows: BTreeMap<(ActivityId, Who), Millis> =
        memory.all::<NoShow>().into_iter().map(|row| ((row.activity, (row.reader, row.member)), row.at)).collect();
    for one in memory.all::<Participant>() {
        let blamed = one.state == ParticipantState::NoShow;
        let row = rows.remove(&(one.activity, (one.reader, one.member)));
        let right = row == blamed.then_some(one.settled_at);
        claim(found, right, || format!("no-show: {row:?} of {one:?}"));
        let activity = memory.get::<Activity>(Activity::key(one.activity));
        let excused = one.state == ParticipantState::Excused;
        let confirmed = activity.is_some_and(|of| of.confirmed_at >= of.ends && of.state == ActivityState::Published);
        claim(found, !(blamed || excused) || confirmed, || format!("no-show: {one:?} before it was confirmed"));
        let absent = activity.is_some_and(|of| {
            of.present > 0 && !one.companion && (one.promoted_at == 0 || of.starts - one.promoted_at >= 86_400_000)
        });
        claim(found, !blamed || absent, || format!("no-show: {one:?} is not to blame"));
        let appealed = one.appealed_at != 0 && one.appealed_at - one.settled_at >= 7 * 86_400_000;
        claim(found, !(blamed && appealed), || format!("no-show: {one:?} appealed too late"));
    }
    claim(found, rows.is_empty(), || format!("no-show: of nobody {rows:?}"));
}

/// A volunteer's hours are the sum of what was served.
fn hours(memory: &Memory, found: &mut Findings) {
    let mut served: BTreeMap<Who, i64> = BTreeMap::new();
    for one in memory.all::<Participant>() {
        *served.entry((one.reader, one.member)).or_default() += one.minutes;
    }
    for row in memory.all::<Volunteer>() {
        let sum = served.remove(&(row.reader, row.member)).unwrap_or(0);
        claim(found, row.minutes == sum, || format!("hours: {row:?}, but {sum} were served"));
        let reviewed = row.state != VolunteerState::Applied;
        let by =
            (row.reviewed_at >= row.at && row.reviewed_by.is_some(), row.reviewed_at == 0 && row.reviewed_by.is_none());
        claim(found, if reviewed { by.0 } else { by.1 }, || format!("hours: {row:?} was reviewed otherwise"));
    }
    served.retain(|_, minutes| *minutes != 0);
    claim(found, served.is_empty(), || format!("hours: served by no volunteer {served:?}"));
}

/// Each reader hears an announcement once: one message for each who was told, unless they had left.
fn announcements(memory: &Memory, activities: &BTreeMap<ActivityId, Activity>, found: &mut Findings) {
    let known: BTreeSet<AnnouncementId> = memory.all::<Announcement>().iter().map(|row| row.id).collect();
    for row in memory.all::<Announcement>() {
        claim(found, activities.contains_key(&row.activity), || format!("announced: {row:?} of nothing"));
    }
    let told: BTreeSet<(i64, ReaderId)> =
        memory.all::<Announced>().iter().map(|row| (row.announcement.0, row.reader)).collect();
    for row in memory.all::<Announced>() {
        claim(found, known.contains(&row.announcement), || format!("announced: {row:?} of nothing"));
    }
    let mut heard = BTreeSet::new();
    for message in
        memory.all::<Message>().into_iter().filter(|message| message.kind == activities::MessageKind::Announced)
    {
        let once = heard.insert((message.about, message.reader));
        let right = once && told.contains(&(message.about, message.reader));
        claim(found, right, || format!("announced: {message:?} once more, or without a cause"));
    }
}
