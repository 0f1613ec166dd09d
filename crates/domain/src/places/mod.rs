//! Places: where prizes are handed over, and when.

pub mod pickup;
mod words;

pub use words::{PlaceText, Refusal, Reply, TextOfPlace};

use crate::core::asked::{Actor, Asked, commands};
use crate::core::day::is_day;
use crate::core::refusal::Common;
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::places::pickup::{Hours, MINUTES_A_DAY, Opening, SpecialDay};
use crate::staff::{Permission, audit, require};
use crate::tables::{BranchId, Day, Place, PlaceDay, PlaceHours, PlaceId, PlaceState, StaffId, Table};

commands! {
    SavePlace => save,
    SetPlaceDay => set_day,
}

/// Rare, or of rows that only the decision knows: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

const OPENINGS_MAX: usize = 50;
const DAYS_A_WEEK: i64 = 7;

/// Creates a place (`place` None) or edits one; its week is given whole.
#[derive(Clone, Debug)]
pub struct SavePlace {
    pub place: Option<PlaceId>,
    pub branch: BranchId,
    pub state: PlaceState,
    pub week: Vec<Opening>,
    pub text: PlaceText,
}

/// Closed days and extra opening days (调休).
#[derive(Clone, Debug)]
pub struct SetPlaceDay {
    pub place: PlaceId,
    pub day: Day,
    pub plan: DayPlan,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayPlan {
    /// As its weekday says.
    AsUsual,
    Closed,
    /// From and until, in minutes of the day: one opening at least.
    Open(Vec<(i64, i64)>),
}

/// All opening hours: small tables, and before a decision the place is not known yet.
pub const HOURS: [Need; 2] = [Need::children(Table::PlaceHours, []), Need::children(Table::PlaceDay, [])];

/// The hours of a place. Without a place, or before any hours were set, nothing is restricted.
pub fn hours(d: &Draft, place: Option<PlaceId>) -> Result<Option<Hours>, Halt> {
    // Whole tables, because they are small: so they can be loaded before the place is known.
    let week = d.children::<PlaceHours, 0>([])?;
    let days = d.children::<PlaceDay, 0>([])?;
    let Some(place) = place else { return Ok(None) };
    let week = week.into_iter().filter(|hours| hours.place == place);
    let week: Vec<Opening> = week.map(|h| Opening { weekday: h.weekday, from: h.opens, until: h.closes }).collect();
    let special = days.into_iter().filter(|day| day.place == place);
    let special: Vec<SpecialDay> = special.map(|d| SpecialDay { day: d.day, from: d.opens, until: d.closes }).collect();
    Ok((!week.is_empty() || !special.is_empty()).then_some(Hours { week, special }))
}

/// `Job` is the program itself, which puts the places of the settings into an empty library.
fn keeper(d: &Draft, actor: Actor, branch: BranchId) -> Result<Option<StaffId>, Halt> {
    match actor {
        Actor::Job => Ok(None),
        _ => require(d, actor, Permission::EditPlaces, branch).map(Some),
    }
}

/// Refusals: HoursOverlap, NoPermission, NoSuchPlace, NoSuchStaff, OtherBranch, StaffDisabled, TextTooLong,
/// TitleMissing.
pub fn save(d: &mut Draft, asked: &Asked, c: &SavePlace) -> Result<Reply, Halt> {
    let staff = keeper(d, asked.actor, c.branch)?;
    let place = match c.place {
        Some(id) => d.get::<Place>(Place::key(id))?.ok_or(Refusal::NoSuchPlace)?,
        None => Place { id: d.new_id(PlaceId), branch: c.branch, state: c.state, at: asked.now.at },
    };
    keeper(d, asked.actor, place.branch)?;
    let week: Vec<(i64, i64, i64)> = c.week.iter().map(|o| (o.weekday, o.from, o.until)).collect();
    are_apart(&week)?;
    if !week.iter().all(|(weekday, ..)| (1..=DAYS_A_WEEK).contains(weekday)) {
        return Err(Refusal::HoursOverlap.into());
    }
    texts::title(&c.text.name)?;
    texts::fits(&c.text.address, texts::ADDRESS_CHARS_MAX)?;
    let (branch, state) = (c.branch, c.state);
    if c.place.is_some() {
        d.put(Place { branch, state, ..place })?;
    } else {
        d.add(place);
    }
    let known = d.children::<PlaceHours, 0>([])?;
    for old in known.into_iter().filter(|hours| hours.place == place.id) {
        d.remove(old)?;
    }
    for (weekday, opens, closes) in week {
        d.get::<PlaceHours>(PlaceHours::key(place.id, weekday, opens))?;
        d.put(PlaceHours { place: place.id, weekday, opens, closes })?;
    }
    d.emit(TextOfPlace { place: place.id, text: c.text.clone() });
    audit(d, staff, "place.save", place.id.0, &c.text.name, asked.now);
    Ok(Reply::PlaceSaved { place: place.id })
}

/// Openings as (day, from, until): within a day, not empty, none into another.
fn are_apart(openings: &[(i64, i64, i64)]) -> Result<(), Refusal> {
    let mut sorted = openings.to_vec();
    sorted.sort_unstable();
    let sound = |(_, from, until): &(i64, i64, i64)| 0 <= *from && from < until && *until <= MINUTES_A_DAY;
    let apart = sorted.windows(2).all(|two| two[0].0 != two[1].0 || two[0].2 <= two[1].1);
    if openings.len() > OPENINGS_MAX || !apart || !sorted.iter().all(sound) {
        return Err(Refusal::HoursOverlap);
    }
    Ok(())
}

/// Refusals: DatesReversed, HoursOverlap, NoPermission, NoSuchPlace, NoSuchStaff, OtherBranch, StaffDisabled.
pub fn set_day(d: &mut Draft, asked: &Asked, c: &SetPlaceDay) -> Result<Reply, Halt> {
    let place = d.get::<Place>(Place::key(c.place))?.ok_or(Refusal::NoSuchPlace)?;
    let staff = keeper(d, asked.actor, place.branch)?;
    if !is_day(c.day) {
        return Err(Common::DatesReversed.into());
    }
    let openings: Vec<(i64, i64)> = match &c.plan {
        DayPlan::AsUsual => vec![],
        DayPlan::Closed => vec![(0, 0)],
        // Without a row the day would be as usual, which is not what was asked for.
        DayPlan::Open(openings) if openings.is_empty() => return Err(Refusal::HoursOverlap.into()),
        DayPlan::Open(openings) => {
            are_apart(&openings.iter().map(|(from, until)| (0, *from, *until)).collect::<Vec<_>>())?;
            openings.clone()
        }
    };
    for old in d.children::<PlaceDay, 0>([])?.into_iter().filter(|old| (old.place, old.day) == (c.place, c.day)) {
        d.remove(old)?;
    }
    for (opens, closes) in openings {
        d.get::<PlaceDay>(PlaceDay::key(c.place, c.day, opens))?;
        d.put(PlaceDay { place: c.place, day: c.day, opens, closes })?;
    }
    audit(d, staff, "place.day", c.place.0, &c.day.to_string(), asked.now);
    Ok(Reply::PlaceDaySet { place: c.place, day: c.day })
}
