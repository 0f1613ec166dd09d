//! The waiting list: parties in the order of arrival, in a line for each number of places that would help them.
//!
//! So the first that fits is found at the heads of a few lines, however long they are.

use crate::activities::enrolments::{free, participant};
use crate::activities::terms::terms;
use crate::activities::{MessageKind, PARTY_MAX, Refusal, Reply, activity};
use crate::core::asked::{Asked, Now, only_the_program};
use crate::core::row::Row as _;
use crate::core::world::{Draft, Halt, Need};
use crate::jobs::wake_up;
use crate::messages::{need_to_tell, tell_if_open};
use crate::tables::{
    Activity, ActivityId, ActivityState, Job, Millis, Participant, ParticipantState, Party, PartyId, WaitingParty,
};
use std::collections::VecDeque;

/// So many parties at most get places by one command; a job goes on with those behind them.
pub const PROMOTIONS_MAX: usize = 500;

/// The program goes on with a long list.
#[derive(Clone, Copy, Debug)]
pub struct PromoteWaiting {
    pub activity: ActivityId,
}

/// Refusals: NoPermission, NoSuchActivity, NothingToDo.
pub fn promote_waiting(d: &mut Draft, asked: &Asked, c: &PromoteWaiting) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let before = activity(d, c.activity)?.waiting;
    promote(d, c.activity, None, asked.now)?;
    let places = before - activity(d, c.activity)?.waiting;
    if places == 0 {
        return Err(Refusal::NothingToDo.into());
    }
    Ok(Reply::WaitingPromoted { activity: c.activity, places })
}

/// How many places must be free at least before a party can be helped.
fn need(party: &Party) -> i64 {
    if party.accepts_part { 1 } else { party.waiting }
}

pub fn line_up(d: &mut Draft, party: &Party) -> Result<(), Halt> {
    let row = WaitingParty { activity: party.activity, need: need(party), party: party.id, size: party.waiting };
    d.get::<WaitingParty>(WaitingParty::key(row.activity, row.need, row.party))?;
    d.put(row)
}

fn leave_line(d: &mut Draft, party: &Party) -> Result<(), Halt> {
    d.clear::<WaitingParty>(WaitingParty::key(party.activity, need(party), party.id))
}

/// Gives what is free to those who wait: the first party that fits, again and again, up to `PROMOTIONS_MAX`. How many places `fresh` got,
/// which has only just come and is told otherwise.
pub fn promote(d: &mut Draft, id: ActivityId, fresh: Option<PartyId>, now: Now) -> Result<i64, Halt> {
    let activity = activity(d, id)?;
    if activity.state != ActivityState::Published || activity.waiting == 0 || activity.confirmed_at != 0 {
        return Ok(0);
    }
    let stopped = !terms(d, now)?.list_is_open(&activity, now.at);
    let mut are_left = false;
    let chosen = match fresh {
        // Whoever waited before stays behind, even where there is no limit any more.
        Some(fresh) if stopped => {
            let party = d.get::<Party>(Party::key(fresh))?.ok_or(Refusal::NoSuchActivity)?;
            vec![(fresh, party.waiting)]
        }
        None if stopped => vec![],
        // Others who fit are those whom a job is about to help: they keep their turn, and whoever comes now waits for no crowd.
        Some(fresh) => {
            let fitting = first_that_fit(d, &activity)?;
            are_left = fitting.iter().any(|(party, _)| *party != fresh);
            fitting.into_iter().filter(|(party, _)| *party == fresh).collect()
        }
        None => first_that_fit(d, &activity)?,
    };
    if are_left || chosen.len() == PROMOTIONS_MAX {
        wake_up(d, Job::Participants)?;
    }
    d.want(chosen.iter().map(|(party, _)| Need::Row(Party::TABLE, Party::key(*party))))?;
    let mut of_fresh = 0;
    let mut ready = vec![];
    for (party, places) in chosen {
        let party = d.get::<Party>(Party::key(party))?.ok_or(Refusal::NoSuchActivity)?;
        ready.push((party, places));
    }
    let needs = ready.iter().map(|(party, _)| {
        [need_to_tell(party.reader), Need::children(Participant::TABLE, [party.activity.0, party.reader.0])]
    });
    d.want(needs.flatten())?;
    for (party, places) in ready {
        give_places(d, &party, places, fresh == Some(party.id), now)?;
        if fresh == Some(party.id) {
            of_fresh = places;
        } else {
            tell_if_open(d, party.reader, MessageKind::Promoted, id.0, places, now)?;
        }
    }
    Ok(of_fresh)
}

/// Whom the free places go to, and how many each gets, from the heads of the lines alone.
fn first_that_fit(d: &Draft, activity: &Activity) -> Result<Vec<(PartyId, i64)>, Halt> {
    let mut left = free(activity).unwrap_or(i64::MAX);
    let mut lines = vec![];
    for need in 1..=left.min(PARTY_MAX) {
        // No line gives more parties than there are places.
        let most = usize::try_from((left / need).min(activity.waiting)).unwrap_or(0).min(PROMOTIONS_MAX);
        let line: VecDeque<WaitingParty> = d.heads([activity.id.0, need], most)?.into();
        lines.push(line);
    }
    let mut chosen = vec![];
    while left > 0 && chosen.len() < PROMOTIONS_MAX {
        let fitting = lines.iter_mut().take(usize::try_from(left).unwrap_or(usize::MAX));
        let Some(line) = fitting.filter(|line| !line.is_empty()).min_by_key(|line| line[0].party) else { break };
        let Some(head) = line.pop_front() else { break };
        let places = head.size.min(left);
        chosen.push((head.party, places));
        left -= places;
    }
    Ok(chosen)
}

/// The first of a party who wait get places.
fn give_places(d: &mut Draft, party: &Party, places: i64, is_fresh: bool, now: Now) -> Result<(), Halt> {
    let mut lucky: Vec<Participant> = waiting(d, party)?;
    lucky.retain(|one| !one.companion);
    lucky.truncate(usize::try_from(places).unwrap_or(0));
    seat(d, party, &lucky, if is_fresh { 0 } else { now.at })
}

/// Who waits and has come gets a place that is free, out of turn: the others on the list are not there.
pub fn admit(d: &mut Draft, one: &Participant, now: Now) -> Result<Participant, Halt> {
    if one.companion {
        // Companions come along with those who have places, not before them.
        return Err(Refusal::NotEnrolled.into());
    }
    if free(&activity(d, one.activity)?).is_some_and(|left| left < 1) {
        return Err(Refusal::TooFewPlaces { left: 0 }.into());
    }
    let party = d.get::<Party>(Party::key(one.party))?.ok_or(Refusal::NotEnrolled)?;
    seat(d, &party, &[*one], now.at)?;
    participant(d, one.activity, one.reader, one.member)
}

fn waiting(d: &Draft, party: &Party) -> Result<Vec<Participant>, Halt> {
    let mut of_party: Vec<Participant> = d.children::<Participant, 2>([party.activity.0, party.reader.0])?;
    of_party.retain(|one| one.party == party.id && one.state == ParticipantState::Waiting);
    Ok(of_party)
}

/// From the list to places; the party's companions come along.
fn seat(d: &mut Draft, party: &Party, lucky: &[Participant], promoted_at: Millis) -> Result<(), Halt> {
    let companions = waiting(d, party)?.into_iter().filter(|one| one.companion);
    for one in lucky.iter().copied().chain(companions) {
        d.put(Participant { state: ParticipantState::Enrolled, promoted_at, ..one })?;
    }
    let places = lucky.len() as i64;
    leave_turn(d, party, places)?;
    let activity = activity(d, party.activity)?;
    d.put(Activity { taken: activity.taken + places, ..activity })
}

/// So many of a party wait no longer.
pub fn leave_turn(d: &mut Draft, party: &Party, places: i64) -> Result<(), Halt> {
    leave_line(d, party)?;
    let rest = Party { waiting: party.waiting - places, ..*party };
    d.put(rest)?;
    if rest.waiting > 0 {
        line_up(d, &rest)?;
    }
    let activity = activity(d, party.activity)?;
    d.put(Activity { waiting: activity.waiting - places, ..activity })
}
