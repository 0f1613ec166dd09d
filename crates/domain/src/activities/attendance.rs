//! Attendance: presence proven on site, by the venue's code or by staff. It earns points once, and only while it stands.

use crate::activities::admission::admitted;
use crate::activities::enrolments::{chosen, free, join, participant};
use crate::activities::terms::{Terms, terms};
use crate::activities::waiting_list::admit;
use crate::activities::{MessageKind, PostingKind, Refusal, Reply, activity, rules, theirs};
use crate::cards::replacements::stands_for;
use crate::core::asked::{Asked, Now};
use crate::core::day::MINUTE_MS;
use crate::core::texts;
use crate::core::world::{Draft, Halt};
use crate::ledger::{self, Entry, post};
use crate::messages::{tell, tell_if_open};
use crate::readers::reader;
use crate::staff::{Permission, audit};
use crate::tables::{
    Account, Activity, ActivityAward, ActivityId, ActivityKind, ActivityRules, ActivityState, Card, CardId, Member,
    MemberId, Millis, Minutes, Participant, ParticipantState, Party, PartyId, Points, ReaderId, Volunteer,
};
use crate::volunteers;

/// A scan's time counts; so long after it people may still be chosen.
pub const SCAN_LIFE_MS: Millis = 5 * MINUTE_MS;
/// A tick that waited for the network may be so old.
const TICK_LIFE_MS: Millis = 48 * 60 * MINUTE_MS;
pub const MINUTES_MAX: i64 = 24 * 60;

/// A reader has scanned the venue's code; when, the code itself has proven.
#[derive(Clone, Debug)]
pub struct Attend {
    pub activity: ActivityId,
    pub members: Vec<Option<MemberId>>,
    pub scanned_at: Millis,
    /// For those who come without having signed up, where that is allowed.
    pub card: CardId,
}

/// A volunteer signs out by the same code.
#[derive(Clone, Debug)]
pub struct Leave {
    pub activity: ActivityId,
    pub members: Vec<Option<MemberId>>,
    pub scanned_at: Millis,
}

/// Staff tick a name, or take that back.
#[derive(Clone, Copy, Debug)]
pub struct Tick {
    pub activity: ActivityId,
    pub reader: ReaderId,
    pub member: Option<MemberId>,
    pub present: bool,
    /// When it was ticked: the network may have been away since.
    pub ticked_at: Millis,
}

#[derive(Clone, Debug)]
pub struct CorrectMinutes {
    pub activity: ActivityId,
    pub reader: ReaderId,
    pub member: Option<MemberId>,
    pub minutes: Minutes,
    pub reason: String,
}

/// When people can be signed in; the venue's screen and the decision both ask this.
pub fn in_time(activity: &Activity, terms: &Terms, at: Millis) -> Result<(), Refusal> {
    doors_open(activity, terms.doors(activity), activity.ends, at)
}

/// And when they can sign out: whoever has served to the end is still there.
pub fn out_in_time(activity: &Activity, terms: &Terms, at: Millis) -> Result<(), Refusal> {
    doors_open(activity, terms.doors(activity), activity.ends.saturating_add(terms.doors_late), at)
}

fn doors_open(activity: &Activity, from: Millis, until: Millis, at: Millis) -> Result<(), Refusal> {
    match activity.state {
        ActivityState::Draft => Err(Refusal::NoSuchActivity),
        ActivityState::Cancelled => Err(Refusal::ActivityCancelled),
        ActivityState::Published if activity.confirmed_at != 0 => Err(Refusal::AlreadyConfirmed),
        ActivityState::Published if (from..until).contains(&at) => Ok(()),
        ActivityState::Published => Err(Refusal::NotInTime { from, until }),
    }
}

fn scan_is_good(scanned_at: Millis, now: Now) -> Result<(), Refusal> {
    if (0..SCAN_LIFE_MS).contains(&now.at.saturating_sub(scanned_at)) { Ok(()) } else { Err(Refusal::ScanExpired) }
}

/// Refusals: AccountClosed, ActivityCancelled, AgeOutOfRange, AlreadyConfirmed, AlreadySignedIn, CardEnded, CardFrozen,
/// NoSuchActivity, NoSuchMember, NobodyChosen, NotEnrolled, NotInTime, NotYourCard, Overlaps, RemovedByStaff,
/// ScanExpired, SeriesTaken, SignUpPaused, SignedOut, StillWaiting, TooFewPlaces.
pub fn attend(d: &mut Draft, asked: &Asked, c: &Attend) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let activity = activity(d, c.activity)?;
    in_time(&activity, &terms(d, asked.now)?, c.scanned_at)?;
    scan_is_good(c.scanned_at, asked.now)?;
    let (mut came, mut points, mut along) = (0, 0, None);
    for member in chosen(&c.members)? {
        let one = match d.get::<Participant>(Participant::key(c.activity, reader, member))? {
            // By staff, meanwhile: the others of the party still sign in.
            Some(one) if one.state == ParticipantState::Attended => continue,
            Some(one) if one.state == ParticipantState::Enrolled => one,
            Some(one) if one.state == ParticipantState::Waiting => at_the_door(d, &one, asked.now)?,
            _ => {
                let one = walk_in(d, reader, member, c, asked.now)?;
                along = along.or(one.companion.then_some(one));
                one
            }
        };
        points += arrive(d, &one, c.scanned_at, asked.now)?;
        came += 1;
    }
    if came == 0 {
        return Err(Refusal::AlreadySignedIn.into());
    }
    if let Some(companion) = along {
        accompanies(d, &companion)?;
    }
    tell(d, reader, MessageKind::SignedIn, c.activity.0, points, asked.now)?;
    Ok(Reply::SignedIn { participants: came, points })
}

/// Companions alone accompany nobody, at the door neither.
fn accompanies(d: &mut Draft, companion: &Participant) -> Result<(), Halt> {
    let of_reader = d.children::<Participant, 2>([companion.activity.0, companion.reader.0])?;
    let comes = |one: &Participant| matches!(one.state, ParticipantState::Enrolled | ParticipantState::Attended);
    if of_reader.iter().any(|one| !one.companion && comes(one)) {
        return Ok(());
    }
    let rules = rules(d, companion.activity)?;
    Err(Refusal::AgeOutOfRange { member: companion.member, from: rules.age_min, until: rules.age_max }.into())
}

/// Who waits may come in as anybody may who has not signed up.
fn at_the_door(d: &mut Draft, one: &Participant, now: Now) -> Result<Participant, Halt> {
    if rules(d, one.activity)?.walk_ins { admit(d, one, now) } else { Err(Refusal::StillWaiting.into()) }
}

/// Somebody who has not signed up takes a free place at the door, where the activity allows that.
fn walk_in(
    d: &mut Draft,
    reader: ReaderId,
    member: Option<MemberId>,
    c: &Attend,
    now: Now,
) -> Result<Participant, Halt> {
    let (activity, rules) = (activity(d, c.activity)?, rules(d, c.activity)?);
    if !rules.walk_ins {
        return Err(Refusal::NotEnrolled.into());
    }
    let card = d.get::<Card>(Card::key(c.card))?.filter(|card| card.reader == Some(reader));
    let card = card.ok_or(ledger::Refusal::NotYourCard)?;
    ledger::may_sign_up(d, &card, now)?;
    let companion = admitted(d, reader, member, &activity, &rules, now)?;
    // Whoever waits was first; once it has begun, no place is kept for those who have not come.
    let are_kept = now.at < activity.starts && activity.waiting > 0;
    if !companion && free(&activity).is_some_and(|left| are_kept || left < 1) {
        return Err(Refusal::TooFewPlaces { left: 0 }.into());
    }
    let party = Party {
        id: d.new_id(PartyId),
        activity: activity.id,
        reader,
        card: card.id,
        accepts_part: false,
        waiting: 0,
        at: now.at,
    };
    d.add(party);
    d.put(Activity { taken: activity.taken + i64::from(!companion), ..activity })?;
    join(d, &party, member, companion, ParticipantState::Enrolled, now)
}

/// Somebody enrolled is there now; what that has earned their card.
fn arrive(d: &mut Draft, one: &Participant, in_at: Millis, now: Now) -> Result<Points, Halt> {
    let (activity, rules) = (activity(d, one.activity)?, rules(d, one.activity)?);
    let card = card_of(d, one)?;
    let worth = if activity.kind == ActivityKind::Reader && !one.companion { rules.points } else { 0 };
    let state = ParticipantState::Attended;
    let after = Participant { state, in_at, card: Some(card), due: worth, settled_at: now.at, ..*one };
    d.put(after)?;
    d.put(Activity { present: activity.present + 1, ..activity })?;
    award(d, &rules, &after, Change { present: 1, due: worth }, now)
}

/// The participant's own card, else the one that signed up.
fn card_of(d: &Draft, one: &Participant) -> Result<CardId, Halt> {
    if let Some(member) = one.member
        && let Some(card) = d.get::<Member>(Member::key(one.reader, member))?.and_then(|member| member.card)
        && let card = stands_for(d, card)?
        && card.reader == Some(one.reader)
    {
        return Ok(card.id);
    }
    Ok(d.get::<Party>(Party::key(one.party))?.ok_or(Refusal::NotEnrolled)?.card)
}

/// What changes about a participant's presence.
struct Change {
    present: i64,
    due: Points,
}

/// Brings what is in the ledger to what the presences of a card are worth: once a card, or for each participant.
/// Volunteers earn each for themselves.
fn award(d: &mut Draft, rules: &ActivityRules, one: &Participant, change: Change, now: Now) -> Result<Points, Halt> {
    let card = one.card.ok_or(Refusal::NotSignedIn)?;
    let none = ActivityAward { activity: one.activity, card, present: 0, due: 0, posted: 0 };
    let before = d.get::<ActivityAward>(ActivityAward::key(one.activity, card))?.unwrap_or(none);
    let (present, due) = (before.present + change.present, before.due + change.due);
    let kind = activity(d, one.activity)?.kind;
    let once_a_card = kind == ActivityKind::Reader && !rules.per_participant;
    let worth = if once_a_card { due.min(rules.points) } else { due };
    let difference = worth - before.posted;
    d.put(ActivityAward { present, due, posted: worth, ..before })?;
    if difference != 0 {
        let account = account(kind);
        let kind = if difference > 0 { PostingKind::Attendance } else { PostingKind::AttendanceCorrected };
        post(d, card, difference, Entry { account, kind: kind.into(), cause: one.activity.0 }, now)?;
    }
    Ok(difference)
}

fn account(kind: ActivityKind) -> Account {
    match kind {
        ActivityKind::Reader => Account::Activity,
        ActivityKind::Volunteer => Account::Volunteer,
    }
}

/// What served minutes are worth.
pub fn worth(rules: &ActivityRules, minutes: Minutes) -> Points {
    match () {
        () if minutes < rules.minutes_min.max(1) => 0,
        () if rules.block_minutes > 0 => rules.points * (minutes / rules.block_minutes),
        () => rules.points,
    }
}

/// Refusals: AccountClosed, ActivityCancelled, AlreadyConfirmed, AlreadySignedOut, NoSuchActivity, NobodyChosen,
/// NotEnrolled, NotInTime, NotSignedIn, ScanExpired, SignedOut.
pub fn leave(d: &mut Draft, asked: &Asked, c: &Leave) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let activity = activity(d, c.activity)?;
    out_in_time(&activity, &terms(d, asked.now)?, c.scanned_at)?;
    scan_is_good(c.scanned_at, asked.now)?;
    let mut points = 0;
    for member in chosen(&c.members)? {
        let one = participant(d, c.activity, reader, member)?;
        let is_in = activity.kind == ActivityKind::Volunteer && one.state == ParticipantState::Attended;
        if !is_in || c.scanned_at < one.in_at {
            return Err(Refusal::NotSignedIn.into());
        }
        if one.out_at != 0 {
            return Err(Refusal::AlreadySignedOut.into());
        }
        let minutes = served(&activity, one.in_at, c.scanned_at);
        points += record_minutes(d, &Participant { out_at: c.scanned_at, ..one }, minutes, asked.now)?;
    }
    tell(d, reader, MessageKind::HoursRecorded, c.activity.0, points, asked.now)?;
    Ok(Reply::HoursServed { points })
}

/// Minutes from sign-in to sign-out, within the service's own times: what was done before or after it, staff add.
fn served(activity: &Activity, from: Millis, until: Millis) -> i64 {
    let (from, until) = (from.max(activity.starts), until.min(activity.ends));
    ((until - from) / MINUTE_MS).clamp(0, MINUTES_MAX)
}

/// Served time, its points, and the volunteer's total follow each other.
fn record_minutes(d: &mut Draft, one: &Participant, minutes: Minutes, now: Now) -> Result<Points, Halt> {
    let rules = rules(d, one.activity)?;
    let due = worth(&rules, minutes);
    d.put(Participant { minutes, due, settled_at: now.at, ..*one })?;
    let volunteer =
        d.get::<Volunteer>(Volunteer::key(one.reader, one.member))?.ok_or(volunteers::Refusal::NoSuchVolunteer)?;
    d.put(Volunteer { minutes: volunteer.minutes + minutes - one.minutes, ..volunteer })?;
    award(d, &rules, one, Change { present: 0, due: due - one.due }, now)
}

/// Hours as staff know them, before or after the attendance was confirmed.
///
/// Refusals: MinutesWrong, NoPermission, NoSuchActivity, NoSuchStaff, NotEnrolled, NotSignedIn, OtherBranch,
/// ReasonMissing, StaffDisabled, TextTooLong, TooFewPoints.
pub fn correct_minutes(d: &mut Draft, asked: &Asked, c: &CorrectMinutes) -> Result<Reply, Halt> {
    let (activity, staff) = theirs(d, asked.actor, c.activity, Permission::TakeAttendance)?;
    texts::reason(&c.reason)?;
    if !(0..=MINUTES_MAX).contains(&c.minutes) {
        return Err(Refusal::MinutesWrong.into());
    }
    let one = participant(d, c.activity, c.reader, c.member)?;
    if activity.kind != ActivityKind::Volunteer || one.state != ParticipantState::Attended {
        return Err(Refusal::NotSignedIn.into());
    }
    let out_at = if one.out_at == 0 { one.in_at + c.minutes * MINUTE_MS } else { one.out_at };
    let points = record_minutes(d, &Participant { out_at, ..one }, c.minutes, asked.now)?;
    tell_if_open(d, c.reader, MessageKind::HoursRecorded, c.activity.0, points, asked.now)?;
    let note = format!("{} -> {}: {}", one.minutes, c.minutes, c.reason.trim());
    audit(d, Some(staff), "participant.minutes", c.activity.0, &note, asked.now);
    Ok(Reply::MinutesCorrected { minutes: c.minutes, points })
}

/// Refusals: ActivityCancelled, AlreadyConfirmed, AlreadySignedIn, NoPermission, NoSuchActivity, NoSuchStaff,
/// NotEnrolled, NotInTime, NotSignedIn, OtherBranch, StaffDisabled, TooFewPlaces, TooFewPoints.
pub fn tick(d: &mut Draft, asked: &Asked, c: &Tick) -> Result<Reply, Halt> {
    let (activity, staff) = theirs(d, asked.actor, c.activity, Permission::TakeAttendance)?;
    if activity.state == ActivityState::Cancelled {
        return Err(Refusal::ActivityCancelled.into());
    }
    if activity.confirmed_at != 0 {
        return Err(Refusal::AlreadyConfirmed.into());
    }
    let (from, until) = (terms(d, asked.now)?.doors(&activity), asked.now.at + 1);
    if activity.state == ActivityState::Draft || asked.now.at < from {
        return Err(Refusal::NotInTime { from, until: activity.ends }.into());
    }
    let one = participant(d, c.activity, c.reader, c.member)?;
    let in_at = c.ticked_at.clamp((asked.now.at - TICK_LIFE_MS).max(from), until - 1);
    let points = match (c.present, one.state) {
        (true, ParticipantState::Attended) => return Err(Refusal::AlreadySignedIn.into()),
        (true, ParticipantState::Enrolled) => arrive(d, &one, in_at, asked.now)?,
        (true, ParticipantState::Waiting) => {
            let seated = admit(d, &one, asked.now)?;
            arrive(d, &seated, in_at, asked.now)?
        }
        (true, _) => return Err(Refusal::NotEnrolled.into()),
        (false, ParticipantState::Attended) => go_back(d, &one, asked.now)?,
        (false, _) => return Err(Refusal::NotSignedIn.into()),
    };
    let kind = if c.present { MessageKind::SignedIn } else { MessageKind::AttendanceUndone };
    tell_if_open(d, c.reader, kind, c.activity.0, points.abs(), asked.now)?;
    let action = if c.present { "participant.tick" } else { "participant.untick" };
    audit(d, Some(staff), action, c.activity.0, "", asked.now);
    Ok(Reply::Ticked { present: c.present, points })
}

/// Staff were wrong: as if nobody had come. What was earned by it goes back.
fn go_back(d: &mut Draft, one: &Participant, now: Now) -> Result<Points, Halt> {
    let (activity, rules) = (activity(d, one.activity)?, rules(d, one.activity)?);
    if one.minutes != 0 {
        let key = Volunteer::key(one.reader, one.member);
        let volunteer = d.get::<Volunteer>(key)?.ok_or(volunteers::Refusal::NoSuchVolunteer)?;
        d.put(Volunteer { minutes: volunteer.minutes - one.minutes, ..volunteer })?;
    }
    let points = award(d, &rules, one, Change { present: -1, due: -one.due }, now)?;
    let state = ParticipantState::Enrolled;
    d.put(Participant { state, in_at: 0, out_at: 0, minutes: 0, card: None, due: 0, settled_at: 0, ..*one })?;
    d.put(Activity { present: activity.present - 1, ..activity })?;
    Ok(points)
}
