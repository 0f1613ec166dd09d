//! Enrolment: a party of oneself and members gets all its places or none, or waits for them.
//!
//! A place that frees goes at once to the first party that fits.

use crate::activities::admission::admitted;
use crate::activities::terms::{Terms, terms};
use crate::activities::waiting_list::{leave_turn, line_up, promote};
use crate::activities::{Answers, MessageKind, PARTY_MAX, Refusal, Reply, activity, rules, theirs};
use crate::core::asked::{Actor, Asked, Now, only_the_program};
use crate::core::record::Sealed;
use crate::core::row::{Cell as _, Row as _};
use crate::core::texts;
use crate::core::world::{Draft, FIRST_PAGE_ROWS, Halt, Need};
use crate::ledger;
use crate::messages::{tell, tell_if_open};
use crate::readers::reader;
use crate::staff::{Permission, audit};
use crate::tables::{
    Activity, ActivityId, ActivityRules, ActivityState, Card, CardId, Engagement, Member, MemberId, Millis, NoShow,
    Participant, ParticipantState, Party, PartyId, ReaderId, WaitingParty,
};

/// 立即报名
#[derive(Clone, Debug)]
pub struct SignUp {
    pub activity: ActivityId,
    /// Which card the points go to, unless a member has one of their own.
    pub card: CardId,
    /// None: the reader.
    pub members: Vec<Option<MemberId>>,
    /// 候补, where there are too few places.
    pub waits: bool,
    /// 接受部分递补
    pub accepts_part: bool,
    /// What the activity asked for.
    pub answers: Sealed,
}

/// 取消报名, or 取消此人 alone.
#[derive(Clone, Debug)]
pub struct Withdraw {
    pub activity: ActivityId,
    pub members: Vec<Option<MemberId>>,
}

/// By staff, with a reason.
#[derive(Clone, Debug)]
pub struct RemoveParticipant {
    pub activity: ActivityId,
    pub reader: ReaderId,
    pub member: Option<MemberId>,
    pub reason: String,
}

/// After the library cancelled: one participant's place is freed, and the reader told.
#[derive(Clone, Copy, Debug)]
pub struct FreeParticipants {
    pub activity: ActivityId,
    pub reader: ReaderId,
}

pub fn is_live(state: ParticipantState) -> bool {
    matches!(state, ParticipantState::Enrolled | ParticipantState::Waiting)
}

/// Who has a place, waits for one or is there.
pub fn comes(state: ParticipantState) -> bool {
    is_live(state) || state == ParticipantState::Attended
}

/// How many places are free; None: as many as anybody wants.
pub fn free(activity: &Activity) -> Option<i64> {
    (activity.capacity > 0).then(|| activity.capacity - activity.taken)
}

/// Whether sign-up is open now; the page and the decision both ask this.
pub fn sign_up_open(activity: &Activity, at: Millis) -> Result<(), Refusal> {
    match activity.state {
        ActivityState::Draft => return Err(Refusal::NoSuchActivity),
        ActivityState::Cancelled => return Err(Refusal::ActivityCancelled),
        ActivityState::Published => {}
    }
    if at < activity.opens {
        return Err(Refusal::SignUpNotOpen { from: activity.opens });
    }
    if at >= activity.closes || activity.confirmed_at != 0 { Err(Refusal::SignUpClosed) } else { Ok(()) }
}

/// Refusals: AccountClosed, ActivityCancelled, AgeOutOfRange, AlreadyEnrolled, CardEnded, CardFrozen, NoSuchActivity,
/// NoSuchMember, NobodyChosen, NotApproved, NotYourCard, Overlaps, PartyTooLarge, RemovedByStaff, SeriesTaken,
/// SignUpClosed, SignUpNotOpen, SignUpPaused, SignedOut, TooFewPlaces.
pub fn sign_up(d: &mut Draft, asked: &Asked, c: &SignUp) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let card = d
        .get::<Card>(Card::key(c.card))?
        .filter(|card| card.reader == Some(reader))
        .ok_or(ledger::Refusal::NotYourCard)?;
    let (activity, rules) = (activity(d, c.activity)?, rules(d, c.activity)?);
    sign_up_open(&activity, asked.now.at)?;
    ledger::may_sign_up(d, &card, asked.now)?;
    let members = chosen(&c.members)?;
    if members.len() as i64 > rules.party_max {
        return Err(Refusal::PartyTooLarge { most: rules.party_max }.into());
    }
    let mut counting = 0;
    let mut companions = vec![];
    for member in &members {
        let is_companion = admitted(d, reader, *member, &activity, &rules, asked.now)?;
        companions.push(is_companion);
        counting += i64::from(!is_companion);
    }
    if counting == 0 {
        // Companions alone accompany nobody.
        return Err(Refusal::AgeOutOfRange { member: members[0], from: rules.age_min, until: rules.age_max }.into());
    }
    has_places(&activity, &terms(d, asked.now)?, counting, c, asked.now)?;
    let (id, accepts_part) = (d.new_id(PartyId), c.accepts_part);
    let party =
        Party { id, activity: activity.id, reader, card: c.card, accepts_part, waiting: counting, at: asked.now.at };
    d.add(party);
    for (member, companion) in members.iter().zip(companions) {
        join(d, &party, *member, companion, ParticipantState::Waiting, asked.now)?;
    }
    // Everybody waits first, and who fits is promoted at once: one way to a place, so that none is given twice.
    line_up(d, &party)?;
    d.put(Activity { waiting: activity.waiting + counting, ..activity })?;
    d.emit(Answers { party: id, answers: c.answers.clone() });
    let enrolled = promote(d, activity.id, Some(id), asked.now)?;
    if enrolled < counting && !c.waits {
        // What is free is spoken for: a long list is being worked off.
        return Err(Refusal::TooFewPlaces { left: 0 }.into());
    }
    if enrolled > 0 {
        tell(d, reader, MessageKind::Enrolled, activity.id.0, enrolled, asked.now)?;
    }
    if enrolled < counting {
        tell(d, reader, MessageKind::WaitListed, activity.id.0, counting - enrolled, asked.now)?;
    }
    Ok(Reply::SignedUp { party: id, waiting: counting - enrolled })
}

/// Everything that deciding a sign-up looks at, as far as the form tells.
pub fn needs(actor: Actor, c: &SignUp) -> Vec<Need> {
    let Actor::Reader(reader) = actor else { return vec![] };
    let mut needs = vec![
        Need::Row(Card::TABLE, Card::key(c.card)),
        Need::Row(Activity::TABLE, Activity::key(c.activity)),
        Need::Row(ActivityRules::TABLE, ActivityRules::key(c.activity)),
        Need::children(Participant::TABLE, [c.activity.0, reader.0]),
    ];
    for member in &c.members {
        let who = [reader.0, member.into_cell()];
        needs.push(Need::children(NoShow::TABLE, who));
        needs.push(Need::children(Engagement::TABLE, who));
        needs.push(Need::Row(Participant::TABLE, Participant::key(c.activity, reader, *member)));
        needs.push(Need::Row(Engagement::TABLE, Engagement::key(reader, *member, c.activity)));
        needs.extend(member.map(|member| Need::Row(Member::TABLE, Member::key(reader, member))));
    }
    let lines = 1..=PARTY_MAX;
    needs.extend(lines.map(|need| Need::heads(WaitingParty::TABLE, [c.activity.0, need], FIRST_PAGE_ROWS)));
    needs
}

/// A reader's participants of an activity.
pub fn need_of_reader(actor: Actor, activity: ActivityId) -> Option<Need> {
    match actor {
        Actor::Reader(reader) => Some(Need::children(Participant::TABLE, [activity.0, reader.0])),
        _ => None,
    }
}

/// Each once: the reader first, then the members in the order in which they became members.
pub fn chosen(members: &[Option<MemberId>]) -> Result<Vec<Option<MemberId>>, Refusal> {
    let mut chosen = members.to_vec();
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.is_empty() { Err(Refusal::NobodyChosen) } else { Ok(chosen) }
}

fn has_places(activity: &Activity, terms: &Terms, wanted: i64, c: &SignUp, now: Now) -> Result<(), Refusal> {
    match places_left(activity, terms, now.at) {
        Some(left) if wanted > left && !(c.waits && terms.list_is_open(activity, now.at)) => {
            Err(Refusal::TooFewPlaces { left })
        }
        _ => Ok(()),
    }
}

/// Places for who signs up now; None: as many as anybody wants. The page asks this, too.
pub fn places_left(activity: &Activity, terms: &Terms, at: Millis) -> Option<i64> {
    // Whoever waits was first: places that free after the list has stopped go to nobody who comes later.
    let are_kept = !terms.list_is_open(activity, at) && activity.waiting > 0;
    // While anybody waits, so many free places are those that a job is about to give to the list.
    let spoken_for = |left: i64| if left >= PARTY_MAX { activity.waiting } else { 0 };
    free(activity).map(|left| if are_kept { 0 } else { (left - spoken_for(left)).max(0) })
}

pub fn join(
    d: &mut Draft,
    party: &Party,
    member: Option<MemberId>,
    companion: bool,
    state: ParticipantState,
    now: Now,
) -> Result<Participant, Halt> {
    let (activity, reader) = (party.activity, party.reader);
    let participant = Participant {
        activity,
        reader,
        member,
        party: party.id,
        state,
        companion,
        // A place got at the door is no promise: whoever staff find not there after all has missed nothing.
        promoted_at: if state == ParticipantState::Enrolled { now.at } else { 0 },
        in_at: 0,
        out_at: 0,
        minutes: 0,
        card: None,
        due: 0,
        settled_at: 0,
        appealed_at: 0,
        declined_at: 0,
        at: now.at,
    };
    d.get::<Participant>(Participant::key(activity, reader, member))?;
    d.put(participant)?;
    engage(d, &participant, now)?;
    Ok(participant)
}

fn engage(d: &mut Draft, one: &Participant, now: Now) -> Result<(), Halt> {
    let Participant { reader, member, activity, .. } = *one;
    d.get::<Engagement>(Engagement::key(reader, member, activity))?;
    d.put(Engagement { reader, member, activity, at: now.at })
}

/// Takes a participant's place or turn away; the caller promotes.
pub fn take_off(d: &mut Draft, one: &Participant, state: ParticipantState, now: Now) -> Result<(), Halt> {
    d.put(Participant { state, settled_at: now.at, ..*one })?;
    disengage(d, one)?;
    if one.companion {
        return Ok(());
    }
    let activity = activity(d, one.activity)?;
    if one.state == ParticipantState::Enrolled {
        return d.put(Activity { taken: activity.taken - 1, ..activity });
    }
    let party = d.get::<Party>(Party::key(one.party))?.ok_or(Refusal::NotEnrolled)?;
    leave_turn(d, &party, 1)
}

pub fn disengage(d: &mut Draft, one: &Participant) -> Result<(), Halt> {
    d.clear::<Engagement>(Engagement::key(one.reader, one.member, one.activity))
}

pub fn participant(
    d: &Draft,
    activity: ActivityId,
    reader: ReaderId,
    member: Option<MemberId>,
) -> Result<Participant, Halt> {
    Ok(d.get::<Participant>(Participant::key(activity, reader, member))?.ok_or(Refusal::NotEnrolled)?)
}

/// Refusals: AccountClosed, ActivityCancelled, NoSuchActivity, NobodyChosen, NotEnrolled, SignedOut,
/// TooLateToWithdraw.
pub fn withdraw(d: &mut Draft, asked: &Asked, c: &Withdraw) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let activity = activity(d, c.activity)?;
    if activity.state == ActivityState::Cancelled {
        return Err(Refusal::ActivityCancelled.into());
    }
    let members = chosen(&c.members)?;
    for member in &members {
        let one = participant(d, c.activity, reader, *member)?;
        if !is_live(one.state) {
            return Err(Refusal::NotEnrolled.into());
        }
        withdrawable(&activity, one.state, asked.now.at)?;
        take_off(d, &one, ParticipantState::Withdrawn, asked.now)?;
    }
    leave_no_companions_alone(d, &activity, reader, asked.now)?;
    promote(d, c.activity, None, asked.now)?;
    let count = members.len() as i64;
    tell(d, reader, MessageKind::ParticipantsWithdrawn, c.activity.0, count, asked.now)?;
    Ok(Reply::Withdrawn { activity: c.activity, participants: count })
}

/// A place until the deadline, a turn on the waiting list until the start; the page asks this, too.
pub fn withdrawable(activity: &Activity, state: ParticipantState, at: Millis) -> Result<(), Refusal> {
    let until = if state == ParticipantState::Waiting { activity.starts } else { activity.withdraw_until };
    if at >= until { Err(Refusal::TooLateToWithdraw) } else { Ok(()) }
}

/// Who accompanied a party of which nobody comes any more goes with another one of the family; with none, they do not
/// come either.
fn leave_no_companions_alone(d: &mut Draft, activity: &Activity, reader: ReaderId, now: Now) -> Result<(), Halt> {
    let of_reader: Vec<Participant> = d.children::<Participant, 2>([activity.id.0, reader.0])?;
    let led: Vec<&Participant> = of_reader.iter().filter(|one| comes(one.state) && !one.companion).collect();
    let seated = led.iter().find(|one| one.state != ParticipantState::Waiting);
    for companion in of_reader.iter().filter(|one| one.companion && is_live(one.state)) {
        if led.iter().any(|one| one.party == companion.party) {
            continue;
        }
        let (state, other) = match (seated, led.first()) {
            (Some(other), _) => (ParticipantState::Enrolled, other),
            (None, Some(other)) => (ParticipantState::Waiting, other),
            (None, None) => {
                take_off(d, companion, ParticipantState::Withdrawn, now)?;
                continue;
            }
        };
        d.put(Participant { party: other.party, state, ..*companion })?;
    }
    Ok(())
}

/// Every place and turn of a member in what has not ended, however late it is; how many that were.
pub fn give_up(d: &mut Draft, reader: ReaderId, member: MemberId, now: Now) -> Result<i64, Halt> {
    let mut count = 0;
    for engaged in d.children::<Engagement, 2>([reader.0, member.0])? {
        let activity = activity(d, engaged.activity)?;
        let one = participant(d, engaged.activity, reader, Some(member))?;
        if now.at >= activity.ends || !is_live(one.state) {
            continue;
        }
        take_off(d, &one, ParticipantState::Withdrawn, now)?;
        leave_no_companions_alone(d, &activity, reader, now)?;
        promote(d, engaged.activity, None, now)?;
        count += 1;
    }
    Ok(count)
}

/// Refusals: NoPermission, NoSuchActivity, NoSuchStaff, NotEnrolled, OtherBranch, ReasonMissing, StaffDisabled,
/// TextTooLong.
pub fn remove(d: &mut Draft, asked: &Asked, c: &RemoveParticipant) -> Result<Reply, Halt> {
    let (activity, staff) = theirs(d, asked.actor, c.activity, Permission::EditActivities)?;
    texts::reason(&c.reason)?;
    let one = participant(d, c.activity, c.reader, c.member)?;
    if !is_live(one.state) || activity.confirmed_at != 0 || activity.state == ActivityState::Cancelled {
        return Err(Refusal::NotEnrolled.into());
    }
    take_off(d, &one, ParticipantState::Removed, asked.now)?;
    leave_no_companions_alone(d, &activity, c.reader, asked.now)?;
    promote(d, c.activity, None, asked.now)?;
    tell_if_open(d, c.reader, MessageKind::ParticipantRemoved, c.activity.0, 1, asked.now)?;
    audit(d, Some(staff), "participant.remove", c.activity.0, &c.reason, asked.now);
    Ok(Reply::ParticipantRemoved { activity: c.activity, participants: 1 })
}

/// Refusals: NoPermission, NoSuchActivity, NothingToDo.
pub fn free_participants(d: &mut Draft, asked: &Asked, c: &FreeParticipants) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let activity = activity(d, c.activity)?;
    if activity.state != ActivityState::Cancelled {
        return Err(Refusal::NothingToDo.into());
    }
    let of_reader: Vec<Participant> = d.children::<Participant, 2>([c.activity.0, c.reader.0])?;
    let live: Vec<Participant> = of_reader.into_iter().filter(|one| is_live(one.state)).collect();
    if live.is_empty() {
        return Err(Refusal::NothingToDo.into());
    }
    for one in &live {
        take_off(d, one, ParticipantState::Freed, asked.now)?;
    }
    tell_if_open(d, c.reader, MessageKind::ActivityCancelled, c.activity.0, live.len() as i64, asked.now)?;
    Ok(Reply::ParticipantsFreed { activity: c.activity, participants: live.len() as i64 })
}
