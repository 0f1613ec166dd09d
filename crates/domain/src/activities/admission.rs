//! Admission: who may come to an activity, and whether as a companion who needs no place.

use crate::activities::terms::terms;
use crate::activities::{Refusal, activity, rules};
use crate::core::asked::Now;
use crate::core::day::{ADULT_AGE, age};
use crate::core::row::{Cell as _, Row as _};
use crate::core::world::{Draft, Halt, Need};
use crate::members::own;
use crate::tables::{
    Activity, ActivityKind, ActivityRules, ActivityState, Engagement, Member, MemberId, NoShow, Participant,
    ParticipantState, ReaderId, Volunteer, VolunteerState,
};

/// Whether somebody may come, and whether they come as a companion who needs no place.
pub fn admitted(
    d: &mut Draft,
    reader: ReaderId,
    member: Option<MemberId>,
    activity: &Activity,
    rules: &ActivityRules,
    now: Now,
) -> Result<bool, Halt> {
    let row = member.map(|member| own(d, reader, member)).transpose()?;
    if activity.kind == ActivityKind::Volunteer {
        let volunteer = d.get::<Volunteer>(Volunteer::key(reader, member))?;
        volunteer.filter(|known| known.state == VolunteerState::Approved).ok_or(Refusal::NotApproved)?;
    }
    not_paused(d, reader, member, now)?;
    let known = d.get::<Participant>(Participant::key(activity.id, reader, member))?;
    if known.is_some_and(|known| !may_come_again(known.state)) {
        return Err(Refusal::AlreadyEnrolled.into());
    }
    not_engaged(d, reader, member, activity, rules, now)?;
    Ok(audience(row.as_ref(), activity, rules)?)
}

/// Who has left may come again, also at the door.
pub fn may_come_again(state: ParticipantState) -> bool {
    matches!(state, ParticipantState::Withdrawn | ParticipantState::Removed)
}

/// Whether somebody is of the audience, and comes as a companion; the page asks this, too.
/// How old a reader is nobody has said: they come as an adult.
pub fn audience(member: Option<&Member>, activity: &Activity, rules: &ActivityRules) -> Result<bool, Refusal> {
    let (from, until) = (rules.age_min, rules.age_max);
    let (fits, is_adult) = match member {
        Some(member) => {
            let age = age(member.birth_day, activity.start_day);
            (age >= from && (until == 0 || age <= until), age >= ADULT_AGE)
        }
        None => (until == 0 || until >= ADULT_AGE, true),
    };
    match (fits, rules.companions && is_adult) {
        (true, _) => Ok(false),
        (false, true) => Ok(true),
        (false, false) => Err(Refusal::AgeOutOfRange { member: member.map(|member| member.id), from, until }),
    }
}

fn not_paused(d: &Draft, reader: ReaderId, member: Option<MemberId>, now: Now) -> Result<(), Halt> {
    let shows = d.children::<NoShow, 2>([reader.0, member.into_cell()])?;
    match terms(d, now)?.paused_until(&shows, now.at) {
        Some(until) => Err(Refusal::SignUpPaused { member, until }.into()),
        None => Ok(()),
    }
}

/// No overlap with another place of one's own, and one of a series; what is over is forgotten on the way.
fn not_engaged(
    d: &mut Draft,
    reader: ReaderId,
    member: Option<MemberId>,
    wanted: &Activity,
    rules_of_wanted: &ActivityRules,
    now: Now,
) -> Result<(), Halt> {
    let engagements = d.children::<Engagement, 2>([reader.0, member.into_cell()])?;
    let needs = engagements.iter().flat_map(|engaged| {
        [
            (Activity::TABLE, Activity::key(engaged.activity)),
            (ActivityRules::TABLE, ActivityRules::key(engaged.activity)),
        ]
    });
    d.want(needs.map(|(table, key)| Need::Row(table, key)))?;
    for engaged in engagements {
        let other = activity(d, engaged.activity)?;
        let series = rules(d, engaged.activity)?.series;
        let is_cancelled = other.state == ActivityState::Cancelled;
        if rules_of_wanted.series.is_some() && series == rules_of_wanted.series && !is_cancelled {
            return Err(Refusal::SeriesTaken { member, activity: other.id }.into());
        }
        let is_over = other.ends <= now.at || is_cancelled;
        if is_over && series.is_none() {
            d.remove(engaged)?;
        } else if !is_over && other.starts < wanted.ends && wanted.starts < other.ends {
            return Err(Refusal::Overlaps { member, activity: other.id }.into());
        }
    }
    Ok(())
}
