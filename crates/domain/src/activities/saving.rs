//! An activity as staff write it, and what may still be changed once it was promised.

use crate::activities::announcements::say;
use crate::activities::attendance::MINUTES_MAX;
use crate::activities::waiting_list::promote;
use crate::activities::{
    AGE_MAX, ActivityText, CAPACITY_MAX, PARTY_MAX, POINTS_MAX, Refusal, Reply, TextOfActivity, rules, theirs,
};
use crate::core::asked::{Actor, Asked, Now};
use crate::core::day::{self, DAY_MS, is_day};
use crate::core::record::Picture;
use crate::core::refusal::{Common, Refused};
use crate::core::texts;
use crate::core::world::{Draft, Halt};
use crate::staff::{Permission, audit, require};
use crate::tables::{
    Activity, ActivityId, ActivityKind, ActivityRules, ActivityState, BranchId, Day, Millis, Minutes, Points, VenueCode,
};

/// Of a description, with its marks.
pub const HTML_CHARS_MAX: usize = texts::DESCRIPTION_CHARS_MAX * 5;

/// Creates an activity as a draft (`activity` None) or edits one.
#[derive(Clone, Debug)]
pub struct SaveActivity {
    pub activity: Option<ActivityId>,
    pub branch: BranchId,
    pub kind: ActivityKind,
    pub times: Times,
    /// 0: no limit.
    pub capacity: i64,
    pub rules: Rules,
    pub text: ActivityText,
    /// Pictures that are new.
    pub pictures: Vec<Picture>,
    /// The words say another place than before. Only who has read them knows.
    pub place_moved: bool,
    /// What everybody is told if the time or the place has moved.
    pub news: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When sign-up begins and ends.
    pub opens: Millis,
    pub closes: Millis,
    pub withdraw_until: Millis,
    pub starts: Millis,
    pub ends: Millis,
    /// The calendar day of the start.
    pub start_day: Day,
}

/// As `ActivityRules` keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    pub points: Points,
    pub per_participant: bool,
    /// The points are for each full so many minutes served; 0: once.
    pub block_minutes: Minutes,
    pub minutes_min: Minutes,
    pub code: VenueCode,
    pub walk_ins: bool,
    pub age_min: i64,
    pub age_max: i64,
    pub companions: bool,
    pub escorted: bool,
    pub party_max: i64,
    pub series: Option<ActivityId>,
}

impl Rules {
    pub fn row(&self, activity: ActivityId) -> ActivityRules {
        let Rules { points, per_participant, block_minutes, minutes_min, code, walk_ins, .. } = *self;
        let Rules { age_min, age_max, companions, escorted, party_max, series, .. } = *self;
        ActivityRules {
            activity,
            points,
            per_participant,
            block_minutes,
            minutes_min,
            code,
            walk_ins,
            age_min,
            age_max,
            companions,
            escorted,
            party_max,
            series,
        }
    }
}

/// What most activities promise: ten points once a card, three people at once, a code that renews itself.
impl Default for Rules {
    fn default() -> Self {
        Rules {
            points: 10,
            per_participant: false,
            block_minutes: 0,
            minutes_min: 0,
            code: VenueCode::Renewing,
            walk_ins: false,
            age_min: 0,
            age_max: 0,
            companions: false,
            escorted: false,
            party_max: 3,
            series: None,
        }
    }
}

/// Refusals: ActivityCancelled, AgesWrong, AlreadyConfirmed, CapacityTooLow, NoPermission, NoSuchActivity,
/// NoSuchStaff, NotPositive, OtherBranch, RulesPromised, SeriesHasOthers, SeriesOver, StaffDisabled, TextTooLong,
/// TimesWrong, TitleMissing.
pub fn save(d: &mut Draft, asked: &Asked, c: &SaveActivity) -> Result<Reply, Halt> {
    let staff = require(d, asked.actor, Permission::EditActivities, c.branch)?;
    sound(c)?;
    let (before, action) = match c.activity {
        Some(id) => (theirs(d, asked.actor, id, Permission::EditActivities)?.0, "activity.edit"),
        None => (draft(d, c, asked.now), "activity.create"),
    };
    let id = before.id;
    let known = if c.activity.is_some() { Some(rules(d, id)?) } else { None };
    if before.state == ActivityState::Cancelled {
        return Err(Refusal::ActivityCancelled.into());
    }
    let rules = Rules { series: series(d, asked.actor, c, known.as_ref(), asked.now)?, ..c.rules };
    if before.state == ActivityState::Published {
        still_promised(&before, known.as_ref(), &rules, c, asked.now)?;
    }
    let Times { opens, closes, withdraw_until, starts, ends, start_day } = c.times;
    let other_time = (before.starts, before.ends) != (starts, ends);
    let moved = before.state == ActivityState::Published && (other_time || c.place_moved);
    let mut row = Activity { opens, closes, withdraw_until, starts, ends, start_day, ..before };
    (row.branch, row.kind, row.capacity) = (c.branch, c.kind, c.capacity);
    if c.activity.is_some() {
        d.put(row)?
    } else {
        d.add(row)
    }
    write_rules(d, id, &rules, known.is_some())?;
    c.pictures.iter().for_each(|picture| d.emit(picture.clone()));
    d.emit(TextOfActivity { activity: id, text: c.text.clone() });
    audit(d, Some(staff), action, id.0, &c.text.title, asked.now);
    if moved {
        say(d, id, &c.news, asked.now)?;
    }
    // More places than before: whoever waits gets them at once.
    promote(d, id, None, asked.now)?;
    Ok(Reply::ActivitySaved { activity: id, moved })
}

fn draft(d: &mut Draft, c: &SaveActivity, now: Now) -> Activity {
    Activity {
        id: d.new_id(ActivityId),
        branch: c.branch,
        kind: c.kind,
        state: ActivityState::Draft,
        opens: 0,
        closes: 0,
        withdraw_until: 0,
        starts: 0,
        ends: 0,
        start_day: 0,
        capacity: 0,
        taken: 0,
        waiting: 0,
        present: 0,
        confirmed_at: 0,
        at: now.at,
    }
}

/// All of a series name its first activity, that one too, whichever of them staff have named.
fn series(
    d: &mut Draft,
    actor: Actor,
    c: &SaveActivity,
    known: Option<&ActivityRules>,
    now: Now,
) -> Result<Option<ActivityId>, Halt> {
    let first = known.filter(|known| known.series == Some(known.activity)).map(|known| known.activity);
    let Some(named) = c.rules.series.filter(|named| c.activity != Some(*named)) else { return Ok(first) };
    if known.is_some_and(|known| known.series == Some(named)) {
        // It stays where it is: whoever put it there was asked then, its first may be of another branch.
        return Ok(Some(named));
    }
    let (activity, _) = theirs(d, actor, named, Permission::EditActivities)?;
    let of_named = rules(d, named)?;
    let series = of_named.series.unwrap_or(named);
    if first.is_some_and(|first| first != series) {
        // Others have joined this one; it cannot go elsewhere without them.
        return Err(Refusal::SeriesHasOthers.into());
    }
    if of_named.series.is_none() {
        if activity.ends <= now.at || activity.state == ActivityState::Cancelled {
            // Who came to it is forgotten already.
            return Err(Refusal::SeriesOver.into());
        }
        d.put(ActivityRules { series: Some(named), ..of_named })?;
    }
    Ok(Some(series))
}

fn write_rules(d: &mut Draft, activity: ActivityId, rules: &Rules, known: bool) -> Result<(), Halt> {
    if known {
        return d.put(rules.row(activity));
    }
    d.add(rules.row(activity));
    Ok(())
}

fn sound(c: &SaveActivity) -> Result<(), Refused> {
    texts::title(&c.text.title)?;
    texts::fits(&c.text.description, HTML_CHARS_MAX)?;
    texts::fits(&c.text.place, texts::ADDRESS_CHARS_MAX)?;
    texts::fits(&c.text.audience, texts::ADDRESS_CHARS_MAX)?;
    texts::fits(&c.text.category, texts::TITLE_CHARS_MAX)?;
    texts::fits(&c.text.questions, texts::DESCRIPTION_CHARS_MAX)?;
    texts::fits(&c.text.picture, texts::DESCRIPTION_CHARS_MAX)?;
    texts::fits(&c.news, texts::REASON_CHARS_MAX)?;
    let (t, r) = (&c.times, &c.rules);
    let in_order = t.opens < t.closes && t.closes <= t.ends && t.starts < t.ends && t.withdraw_until <= t.ends;
    // The library's day may begin up to 14 hours before the one of UTC, or 12 after.
    let is_near = (t.starts.div_euclid(DAY_MS) - day::number(t.start_day)).abs() <= 1;
    if !in_order || t.starts <= 0 || !is_day(t.start_day) || !is_near {
        return Err(Refusal::TimesWrong.into());
    }
    let counts = (0..=POINTS_MAX).contains(&r.points)
        && (0..=CAPACITY_MAX).contains(&c.capacity)
        && (1..=PARTY_MAX).contains(&r.party_max)
        && (0..=AGE_MAX).contains(&r.age_min)
        && (0..=MINUTES_MAX).contains(&r.minutes_min)
        && (0..=MINUTES_MAX).contains(&r.block_minutes);
    let by_kind = match c.kind {
        ActivityKind::Reader => r.block_minutes == 0 && r.minutes_min == 0,
        ActivityKind::Volunteer => !r.walk_ins,
    };
    match r.age_max == 0 || (r.age_min..=AGE_MAX).contains(&r.age_max) {
        _ if !counts || !by_kind => Err(Common::NotPositive.into()),
        true => Ok(()),
        false => Err(Refusal::AgesWrong.into()),
    }
}

/// Times, places and words may change; kind, branch and rules were promised.
fn still_promised(
    before: &Activity,
    known: Option<&ActivityRules>,
    rules: &Rules,
    c: &SaveActivity,
    now: Now,
) -> Result<(), Refusal> {
    let same = known.is_some_and(|known| of_row(known) == *rules);
    if !same || before.kind != c.kind || before.branch != c.branch {
        return Err(Refusal::RulesPromised);
    }
    if before.confirmed_at != 0 {
        return Err(Refusal::AlreadyConfirmed);
    }
    // What has begun cannot be made to begin later: attendance and points follow its times.
    let has_begun = before.starts <= now.at || before.present > 0;
    if has_begun && before.starts != c.times.starts {
        return Err(Refusal::TimesWrong);
    }
    if c.capacity != 0 && c.capacity < before.taken {
        return Err(Refusal::CapacityTooLow { taken: before.taken });
    }
    Ok(())
}

pub fn of_row(row: &ActivityRules) -> Rules {
    Rules {
        points: row.points,
        per_participant: row.per_participant,
        block_minutes: row.block_minutes,
        minutes_min: row.minutes_min,
        code: row.code,
        walk_ins: row.walk_ins,
        age_min: row.age_min,
        age_max: row.age_max,
        companions: row.companions,
        escorted: row.escorted,
        party_max: row.party_max,
        series: row.series,
    }
}
