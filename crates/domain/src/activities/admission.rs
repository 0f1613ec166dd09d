//! Admission: who may come to an activity, and whether as a companion who needs no place.

use crate::activities::terms::terms;
use crate::activities::{Refusal, activity, rules};
use crate::core::asked::Now;
use crate::core::day::{ADULT_AGE, age};
use crate::core::row::{Cell as _, Row as _};
use crate::core::world::{Draft, Halt, Need};
use crate::members::own;
use crate::tables::{
    Activity, ActivityKind, ActivityRules, ActivityState, Day, Engagement, MemberId, NoShow, Participant,
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
    let volunteer = d.get::<Volunteer>(Volunteer::key(reader, member))?;
    let volunteer = volunteer.filter(|known| known.state == VolunteerState::Approved);
    if activity.kind == ActivityKind::Volunteer && volunteer.is_none() {
        return Err(Refusal::NotApproved.into());
    }
    let birth_day = row.map_or(volunteer.map_or(0, |known| known.birth_day), |member| member.birth_day);
    not_paused(d, reader, member, now)?;
    let known = d.get::<Participant>(Participant::key(activity.id, reader, member))?;
    match known.map(|known| known.state) {
        // What staff have decided, only staff take back.
        Some(ParticipantState::Removed) => return Err(Refusal::RemovedByStaff.into()),
        Some(state) if !may_come_again(state) => return Err(Refusal::AlreadyEnrolled.into()),
        _ => {}
    }
    not_engaged(d, reader, member, activity, rules, now)?;
    Ok(audience(member, birth_day, activity, rules)?)
}

/// Who has left may come again, also at the door.
pub fn may_come_again(state: ParticipantState) -> bool {
    state == ParticipantState::Withdrawn
}

/// Whether somebody is of the audience, and comes as a companion; the page asks this, too.
/// `birth_day` 0: nobody has said how old a reader is, so they come as an adult. Who was approved as a volunteer has said.
pub fn audience(
    member: Option<MemberId>,
    birth_day: Day,
    activity: &Activity,
    rules: &ActivityRules,
) -> Result<bool, Refusal> {
    let (from, until) = (rules.age_min, rules.age_max);
    let (fits, is_adult) = match birth_day {
        0 => (until == 0 || until >= ADULT_AGE, true),
        birth_day => {
            let age = age(birth_day, activity.start_day);
            (age >= from && (until == 0 || age <= until), age >= ADULT_AGE)
        }
    };
    match (fits, rules.companions && is_adult) {
        (true, _) => Ok(false),
        (false, true) => Ok(true),
        (false, false) => Err(Refusal::AgeOutOfRange { member, from, until }),
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
