//! The invariants of members, activities and check-in: every one of them can fail.
// To plant is all that most closures here do.
#![allow(clippy::unit_arg)]

use crate::invariants_activities::overlooked;
use crate::planted::{Plant, planted, some};
use crate::planted_changes::{changed, is_unlawful};
use crate::support::Memory;
use crate::transitions;
use domain::core::record::Sealed;
use domain::members::MemberFace;
use domain::tables::*;
use domain::{activities, checkins};

const DAY: Millis = 86_400_000;

fn here(one: &Participant) -> bool {
    one.state == ParticipantState::Attended
}

fn waits(one: &Participant) -> bool {
    one.state == ParticipantState::Waiting && !one.companion
}

fn by(kind: PostingNumber) -> impl Fn(&Posting) -> bool {
    move |posting| posting.kind == kind
}

/// By the invariant that must find it.
pub const VIOLATIONS: &[(&str, Plant<Memory>)] = &[
    ("11: ", |m| some(m, |of: &Activity| of.taken > 1).map(|of| m.set(Activity { capacity: of.taken - 1, ..of }))),
    ("11: ", |m| some(m, |of: &Activity| of.taken > 0).map(|of| m.set(Activity { taken: of.taken - 1, ..of }))),
    ("11: ", |m| some(m, |_| true).map(|of: Activity| m.set(Activity { waiting: of.waiting + 1, ..of }))),
    ("11: ", |m| some(m, |_| true).map(|of: Activity| m.set(Activity { present: of.present + 1, ..of }))),
    ("11: ", |m| {
        let full = some(m, |of: &Activity| of.taken > 0)?;
        Some(m.set(Activity { state: ActivityState::Draft, ..full }))
    }),
    ("11: ", |m| some(m, |_| true).map(|of: Activity| m.forget(Table::ActivityRules, ActivityRules::key(of.id)))),
    ("11: participants of nothing", |m| {
        some(m, |_| true).map(|one: Participant| m.forget(Table::Activity, Activity::key(one.activity)))
    }),
    ("11: ", |m| {
        // In the party of somebody else.
        let one = some(m, |_: &Participant| true)?;
        let other = some(m, |party: &Party| party.reader != one.reader)?;
        Some(m.set(Participant { party: other.id, ..one }))
    }),
    ("11: ", |m| {
        some(m, |one: &Participant| one.settled_at == 0).map(|one| m.set(Participant { settled_at: 9, ..one }))
    }),
    ("11: ", |m| some(m, |party: &Party| party.waiting > 0).map(|party| m.set(Party { waiting: 0, ..party }))),
    ("11: ", |m| {
        some(m, |_| true).map(|party: Party| m.set(Party { id: PartyId(9), activity: ActivityId(9), ..party }))
    }),
    ("12: ", |m| {
        some(m, |_| true).map(|row: WaitingParty| {
            m.forget(Table::WaitingParty, WaitingParty::key(row.activity, row.need, row.party));
        })
    }),
    ("12: ", |m| some(m, |_| true).map(|row: WaitingParty| m.set(WaitingParty { need: row.need + 1, ..row }))),
    ("12: ", |m| some(m, |_| true).map(|row: WaitingParty| m.set(WaitingParty { size: row.size + 1, ..row }))),
    ("12: nobody", |m| some(m, |_| true).map(|row: WaitingParty| m.set(WaitingParty { party: PartyId(9), ..row }))),
    ("13: ", |m| some(m, here).map(|one| m.set(Participant { card: None, ..one }))),
    ("13: ", |m| some(m, here).map(|one| m.set(Participant { due: one.due + 1_000_000, ..one }))),
    ("13: ", |m| some(m, waits).map(|one| m.set(Participant { in_at: 9, ..one }))),
    ("13: ", |m| some(m, |_| true).map(|row: ActivityAward| m.set(ActivityAward { present: row.present + 1, ..row }))),
    ("13: ", |m| some(m, |_| true).map(|row: ActivityAward| m.set(ActivityAward { posted: row.posted + 1, ..row }))),
    ("13: ", |m| {
        let one = some(m, here)?;
        Some(m.forget(Table::ActivityAward, ActivityAward::key(one.activity, one.card?)))
    }),
    ("13: ", |m| {
        // Paid twice.
        let paid = some(m, by(activities::PostingKind::Attendance.into()))?;
        Some(m.set(Posting { id: PostingId(i64::MAX), ..paid }))
    }),
    ("13: ", |m| {
        some(m, by(activities::PostingKind::Attendance.into()))
            .map(|paid| m.set(Posting { account: Account::Manual, ..paid }))
    }),
    ("13: ", |m| {
        let back = some(m, by(activities::PostingKind::AttendanceCorrected.into()))?;
        Some(m.set(Posting { kind: activities::PostingKind::Attendance.into(), ..back }))
    }),
    ("13: paid for nothing", |m| {
        let row = some(m, |row: &ActivityAward| row.posted != 0)?;
        Some(m.forget(Table::ActivityAward, ActivityAward::key(row.activity, row.card)))
    }),
    ("20: ", |m| {
        some(m, by(checkins::PostingKind::CheckIn.into()))
            .map(|paid| m.set(Posting { id: PostingId(i64::MAX), ..paid }))
    }),
    ("20: ", |m| {
        some(m, by(checkins::PostingKind::CheckIn.into()))
            .map(|paid| m.set(Posting { account: Account::Manual, ..paid }))
    }),
    ("20: ", |m| some(m, |row: &CheckIn| row.points > 0).map(|row| m.set(CheckIn { points: row.points + 1, ..row }))),
    ("20: ", |m| some(m, |row: &CheckIn| row.points > 0).map(|row| m.set(CheckIn { made_up: true, ..row }))),
    ("20: ", |m| some(m, |_| true).map(|row: CheckIn| m.set(CheckIn { streak: row.streak + 1, ..row }))),
    ("20: paid without", |m| {
        let row = some(m, |row: &CheckIn| row.points > 0)?;
        Some(m.forget(Table::CheckIn, CheckIn::key(row.card, row.month, row.date)))
    }),
    ("20: ", |m| {
        // A month that was worth too much, with a posting for it.
        let row = some(m, |row: &CheckIn| row.points > 0)?;
        let day = row.month * 100 + row.date;
        let paid =
            some(m, |p: &Posting| (p.kind, p.card, p.cause) == (checkins::PostingKind::CheckIn.into(), row.card, day))?;
        m.set(Posting { points: 41, ..paid });
        Some(m.set(CheckIn { points: 41, ..row }))
    }),
    ("engaged: ", |m| {
        let gone = some(m, |one: &Participant| one.state == ParticipantState::Withdrawn)?;
        let Participant { reader, member, activity, at, .. } = gone;
        Some(m.set(Engagement { reader, member, activity, at }))
    }),
    ("engaged: ", |m| {
        let of_series = m.all::<ActivityRules>().into_iter().filter(|rules| rules.series.is_some());
        let series: Vec<ActivityId> = of_series.map(|rules| rules.activity).collect();
        let row = some(m, |row: &Engagement| series.contains(&row.activity))?;
        Some(m.forget(Table::Engagement, Engagement::key(row.reader, row.member, row.activity)))
    }),
    ("no-show: ", |m| {
        some(m, |_| true).map(|row: NoShow| m.forget(Table::NoShow, NoShow::key(row.reader, row.member, row.activity)))
    }),
    ("no-show: ", |m| some(m, |_| true).map(|row: NoShow| m.set(NoShow { at: row.at + 1, ..row }))),
    ("no-show: of nobody", |m| some(m, |_| true).map(|row: NoShow| m.set(NoShow { activity: ActivityId(9), ..row }))),
    ("no-show: ", |m| {
        let blamed = some(m, |one: &Participant| one.state == ParticipantState::NoShow)?;
        let of = m.get::<Activity>(Activity::key(blamed.activity))?;
        Some(m.set(Activity { confirmed_at: 0, ..of }))
    }),
    ("no-show: ", |m| {
        let blamed = some(m, |one: &Participant| one.state == ParticipantState::NoShow)?;
        Some(m.set(Participant { companion: true, ..blamed }))
    }),
    ("no-show: ", |m| {
        let blamed = some(m, |one: &Participant| one.state == ParticipantState::NoShow)?;
        Some(m.set(Participant { appealed_at: blamed.settled_at + 7 * DAY, ..blamed }))
    }),
    ("hours: ", |m| some(m, |_| true).map(|row: Volunteer| m.set(Volunteer { minutes: row.minutes + 1, ..row }))),
    ("hours: ", |m| {
        let applied = some(m, |row: &Volunteer| row.state == VolunteerState::Applied)?;
        Some(m.set(Volunteer { reviewed_at: 9, ..applied }))
    }),
    ("hours: ", |m| {
        let approved = some(m, |row: &Volunteer| row.state == VolunteerState::Approved)?;
        Some(m.set(Volunteer { reviewed_by: None, ..approved }))
    }),
    ("hours: served by no volunteer", |m| {
        let row = some(m, |row: &Volunteer| row.minutes > 0)?;
        Some(m.forget(Table::Volunteer, Volunteer::key(row.reader, row.member)))
    }),
    ("announced: ", |m| {
        some(m, |_| true).map(|row: Announced| m.forget(Table::Announcement, Announcement::key(row.announcement)))
    }),
    ("announced: ", |m| {
        let told = some(m, |message: &Message| message.kind == activities::MessageKind::Announced)?;
        Some(m.set(Message { id: MessageId(i64::MAX), ..told }))
    }),
    ("members: ", |m| {
        let removed = some(m, |row: &Member| row.state == MemberState::Removed)?;
        Some(m.set(Member { birth_day: 20100101, ..removed }))
    }),
    ("members: ", |m| {
        // Still shown by name.
        let removed = some(m, |row: &Member| row.state == MemberState::Removed)?;
        Some(m.records.push(MemberFace { member: removed.id, face: Some(Sealed::default()) }.into()))
    }),
    ("members: ", |m| {
        // A child whenever that is.
        let child = some(m, |row: &Member| row.guardian.is_some())?;
        Some(m.set(Member { guardian: None, consented_at: 0, birth_day: 21000101, ..child }))
    }),
    ("members: ", |m| {
        let known = some(m, |row: &Member| row.state == MemberState::Active)?;
        Some((1..=8).for_each(|n| m.set(Member { id: MemberId(n), ..known })))
    }),
    ("members: faces", |m| {
        some(m, |_| true).map(|row: Member| m.forget(Table::Member, Member::key(row.reader, row.id)))
    }),
];

#[test]
fn nobody_is_overlooked_unseen() {
    // Looked at before any activity has begun: everybody is called in.
    let plant = |m: &mut Memory| {
        let row = some(m, |_: &WaitingParty| true)?;
        let of = m.get::<Activity>(Activity::key(row.activity))?;
        let open = of.state == ActivityState::Published && of.confirmed_at == 0 && of.capacity > 0;
        let roomy = Activity { capacity: of.taken + row.need, ..of };
        open.then(|| m.set(roomy))
    };
    let run = planted("room for who waits", |run| plant(&mut run.memory));
    assert!(overlooked(&run.memory, 0).iter().any(|finding| finding.starts_with("12: ")));
}

#[test]
fn activities_go_one_way() {
    let published = |of: &Activity| of.state == ActivityState::Published;
    let cancelled = |of: &Activity| of.state == ActivityState::Cancelled;
    let confirmed = |of: &Activity| of.confirmed_at != 0;
    is_unlawful::<Activity>(
        "activity",
        &[
            (published, |of| Activity { state: ActivityState::Draft, ..of }, |of| of.at),
            (cancelled, |of| Activity { state: ActivityState::Published, ..of }, |of| of.at),
            (cancelled, |of| Activity { capacity: of.capacity + 1, ..of }, |of| of.at),
            (confirmed, |of| Activity { state: ActivityState::Cancelled, ..of }, |of| of.confirmed_at),
            (confirmed, |of| Activity { confirmed_at: 0, ..of }, |of| of.confirmed_at),
            (published, |of| Activity { starts: of.starts + 9, ..of }, |of| of.starts),
            (published, |of| Activity { branch: BranchId(of.branch.0 + 1), ..of }, |of| of.at),
            (|_| true, |of| Activity { at: of.at + 1, ..of }, |of| of.at),
        ],
    );
    let run = planted("an activity", |run| some(&run.memory, published).map(drop));
    let of = some(&run.memory, published).unwrap();
    let moved = changed(of, Activity { starts: of.starts + 9, ..of });
    assert!(transitions::broken(&[moved], of.starts - 1).is_empty() || of.confirmed_at != 0);
}

#[test]
fn participants_go_one_way() {
    is_unlawful::<Participant>(
        "participant",
        &[
            (
                |one| one.state == ParticipantState::NoShow,
                |one| state_of(one, ParticipantState::Attended),
                |one| one.settled_at,
            ),
            (
                |one| one.state == ParticipantState::Excused,
                |one| state_of(one, ParticipantState::NoShow),
                |one| one.settled_at,
            ),
            (
                |one| one.state == ParticipantState::Freed,
                |one| state_of(one, ParticipantState::Enrolled),
                |one| one.settled_at,
            ),
            (
                |one| one.state == ParticipantState::Withdrawn,
                |one| state_of(one, ParticipantState::Enrolled),
                |one| one.settled_at,
            ),
            (
                |one| one.state == ParticipantState::Enrolled,
                |one| state_of(one, ParticipantState::Waiting),
                |one| one.at,
            ),
            (waits, |one| state_of(one, ParticipantState::NoShow), |one| one.at),
            (|_| true, |one| Participant { party: PartyId(one.party.0 - 1), ..one }, |one| one.at + 1),
        ],
    );
    let run = planted("a place", |run| some(&run.memory, here).map(drop));
    let one = some(&run.memory, here).unwrap();
    let back = state_of(one, ParticipantState::Enrolled);
    assert!(transitions::broken(&[changed(one, back)], one.settled_at).is_empty());
}

fn state_of(one: Participant, state: ParticipantState) -> Participant {
    Participant { state, ..one }
}

#[test]
fn what_was_stamped_approved_or_told_stays() {
    is_unlawful::<CheckIn>(
        "stamp",
        &[
            (|_| true, |row| CheckIn { points: row.points + 1, ..row }, |row| row.at),
            (|row| row.streak > 1, |row| CheckIn { streak: row.streak - 1, ..row }, |row| row.at),
            (|row| row.made_up, |row| CheckIn { made_up: false, ..row }, |row| row.at),
        ],
    );
    let approved = |row: &Volunteer| row.state == VolunteerState::Approved;
    let applied = |row: Volunteer| Volunteer { state: VolunteerState::Applied, ..row };
    let declined = |row: &Volunteer| row.state == VolunteerState::Declined;
    is_unlawful::<Volunteer>("volunteer", &[(approved, applied, |row| row.at), (declined, applied, |row| row.at + 1)]);
    is_unlawful::<Announcement>(
        "announcement",
        &[(|row| row.done, |row| Announcement { done: false, ..row }, |row| row.at)],
    );
    is_unlawful::<Member>(
        "member",
        &[(|row| row.state == MemberState::Removed, |row| Member { state: MemberState::Active, ..row }, |row| row.at)],
    );
    is_unlawful::<Party>("party", &[(|_| true, |row| Party { waiting: row.waiting + 1, ..row }, |row| row.at)]);
    is_unlawful::<NoShow>("no-show", &[(|_| true, |row| NoShow { at: row.at + 1, ..row }, |row| row.at)]);
    is_unlawful::<Announced>("told", &[(|_| true, |row| Announced { at: row.at + 1, ..row }, |row| row.at)]);
}
