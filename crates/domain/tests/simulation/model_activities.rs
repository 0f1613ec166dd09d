//! The model's rules of activities: what staff announce, change and cancel.

use crate::model::{Activity, Announcement, Answer, Model, says};
use crate::model_places::exists;
use crate::model_texts::{ADDRESS, DESCRIPTION, REASON, TITLE, ends, explains, names, tells};
use crate::sights::Sight;
use domain::activities::announcements::{Announce, Deliver};
use domain::activities::{self, CancelActivity, Rules, SaveActivity};
use domain::core::asked::{Actor, Now};
use domain::core::refusal::{Common, Refused};
use domain::readers;
use domain::staff::Permission;
use domain::tables::{ActivityId, ActivityKind, ActivityState, AnnouncementId, Job};
use std::collections::BTreeMap;

impl Activity {
    pub fn taken(&self) -> i64 {
        self.people.values().filter(|one| one.placed && !one.companion).count() as i64
    }

    pub fn waiting(&self) -> i64 {
        (0..self.parties.len()).map(|party| self.waiting_of(party)).sum()
    }

    pub fn present(&self) -> i64 {
        self.people.values().filter(|one| one.is_present()).count() as i64
    }

    /// None: as many as come.
    pub fn left(&self) -> Option<i64> {
        if self.capacity == 0 { None } else { Some(self.capacity - self.taken()) }
    }

    pub fn has_begun(&self, at: i64) -> bool {
        at >= self.times.starts
    }
}

fn holds(c: &SaveActivity) -> Result<(), Refused> {
    names(&c.text.title)?;
    ends(&c.text.description, 5 * DESCRIPTION)?;
    ends(&c.text.place, ADDRESS)?;
    ends(&c.text.audience, ADDRESS)?;
    ends(&c.text.category, TITLE)?;
    ends(&c.text.questions, DESCRIPTION)?;
    ends(&c.text.picture, DESCRIPTION)?;
    ends(&c.news, REASON)?;
    let (t, r) = (c.times, c.rules);
    let after_the_end = [t.closes, t.withdraw_until, t.starts + 1].into_iter().any(|time| time > t.ends);
    if t.closes <= t.opens || after_the_end || t.starts < 1 || !exists(t.start_day) || !is_about(t.start_day, t.starts)
    {
        return Err(activities::Refusal::TimesWrong.into());
    }
    let limits = [
        (c.capacity, 0, 10_000),
        (r.points, 0, 1_000),
        (r.party_max, 1, 9),
        (r.minutes_min, 0, 1_440),
        (r.age_min, 0, 120),
        (r.age_max, 0, 120),
    ];
    let timed = r.block_minutes != 0 || r.minutes_min != 0;
    let of_other_kind = if c.kind == ActivityKind::Reader { timed } else { r.walk_ins };
    if of_other_kind || limits.into_iter().any(|(n, least, most)| n < least || n > most) {
        return Err(Common::NotPositive.into());
    }
    let upside_down = r.age_max != 0 && r.age_max < r.age_min;
    if upside_down { Err(activities::Refusal::AgesWrong.into()) } else { Ok(()) }
}

/// Whether a moment may be on that day, somewhere on earth.
fn is_about(day: i64, at: i64) -> bool {
    let hours = [-24, 0, 24].map(|hours| crate::support::day(at + hours * 3_600_000));
    hours.contains(&day)
}

/// What was published may move while it has not begun, and grow or shrink down to those who have places.
fn keeps_its_word(before: &Activity, c: &SaveActivity, rules: Rules, at: i64) -> Result<(), Refused> {
    let moved = before.times.starts != c.times.starts;
    match () {
        () if (before.rules, before.kind, before.branch) != (rules, c.kind, c.branch.0) => {
            Err(activities::Refusal::RulesPromised.into())
        }
        () if before.confirmed_at > 0 => Err(activities::Refusal::AlreadyConfirmed.into()),
        () if moved && (before.has_begun(at) || before.present() > 0) => Err(activities::Refusal::TimesWrong.into()),
        () if c.capacity > 0 && before.taken() > c.capacity => {
            Err(activities::Refusal::CapacityTooLow { taken: before.taken() }.into())
        }
        () => Ok(()),
    }
}

impl Model {
    pub fn theirs(&self, actor: Actor, id: i64, what: Permission) -> Result<(&Activity, i64), Refused> {
        let activity = self.activities.get(&id).ok_or(activities::Refusal::NoSuchActivity)?;
        let staff = self.may(actor, what, activity.branch)?;
        Ok((activity, staff))
    }

    pub fn save_activity(&mut self, actor: Actor, c: &SaveActivity, heard: &Answer) -> Answer {
        self.may(actor, Permission::EditActivities, c.branch.0)?;
        holds(c)?;
        let new = || Activity {
            branch: c.branch.0,
            kind: c.kind,
            state: ActivityState::Draft,
            times: c.times,
            capacity: 0,
            rules: c.rules,
            confirmed_at: 0,
            parties: vec![],
            people: BTreeMap::new(),
        };
        let before = match c.activity {
            None => new(),
            Some(id) => self.theirs(actor, id.0, Permission::EditActivities)?.0.clone(),
        };
        if before.state == ActivityState::Cancelled {
            return Err(activities::Refusal::ActivityCancelled.into());
        }
        let joined = c.rules.series.filter(|named| c.activity != Some(*named));
        let begun_by_it = before.rules.series.filter(|first| c.activity == Some(*first));
        let stays = c.activity.is_some() && before.rules.series == joined;
        let series = match joined {
            Some(named) if stays => Some(named),
            Some(named) => Some(self.series_of(actor, named, begun_by_it)?),
            None => begun_by_it,
        };
        let rules = Rules { series, ..c.rules };
        if before.state == ActivityState::Published {
            keeps_its_word(&before, c, rules, self.at)?;
        }
        if let (Some(first), Some(named)) = (series, joined)
            && first == named
        {
            self.activities.entry(named.0).and_modify(|of| of.rules.series = Some(first));
            self.seen.push(Sight::SeriesJoined);
        }
        let id = c.activity.map_or_else(|| self.fresh(heard), |id| id.0);
        let same_time = (before.times.starts, before.times.ends) == (c.times.starts, c.times.ends);
        let moved = before.state == ActivityState::Published && (!same_time || c.place_moved);
        let (branch, kind, times, capacity) = (c.branch.0, c.kind, c.times, c.capacity);
        self.activities.insert(id, Activity { branch, kind, times, capacity, rules, ..before });
        self.wrote("activity");
        self.audits += 1;
        if moved {
            self.seen.push(Sight::ActivityMoved);
            self.announcement(id, 0);
        }
        self.fill(id);
        says(activities::Reply::ActivitySaved { activity: ActivityId(id), moved })
    }

    /// The first of the series that one of them names.
    fn series_of(
        &self,
        actor: Actor,
        named: ActivityId,
        begun_by_it: Option<ActivityId>,
    ) -> Result<ActivityId, Refused> {
        let (of, _) = self.theirs(actor, named.0, Permission::EditActivities)?;
        let over = of.times.ends <= self.at || of.state == ActivityState::Cancelled;
        let first = of.rules.series.unwrap_or(named);
        match of.rules.series {
            _ if begun_by_it.is_some_and(|own| own != first) => Err(activities::Refusal::SeriesHasOthers.into()),
            None if over => Err(activities::Refusal::SeriesOver.into()),
            _ => Ok(first),
        }
    }

    pub fn publish(&mut self, actor: Actor, id: i64) -> Answer {
        let (activity, _) = self.theirs(actor, id, Permission::EditActivities)?;
        match activity.state {
            ActivityState::Published => return Err(activities::Refusal::AlreadyPublished.into()),
            ActivityState::Cancelled => return Err(activities::Refusal::ActivityCancelled.into()),
            ActivityState::Draft if self.at >= activity.times.ends => {
                return Err(activities::Refusal::ActivityNotOpen.into());
            }
            ActivityState::Draft => {}
        }
        self.activities.entry(id).and_modify(|activity| activity.state = ActivityState::Published);
        self.audits += 1;
        says(activities::Reply::ActivityPublished { activity: ActivityId(id) })
    }

    pub fn cancel_activity(&mut self, actor: Actor, c: &CancelActivity) -> Answer {
        let id = c.activity.0;
        let (activity, _) = self.theirs(actor, id, Permission::EditActivities)?;
        explains(&c.reason)?;
        match activity.state {
            ActivityState::Cancelled => return Err(activities::Refusal::ActivityCancelled.into()),
            ActivityState::Draft => return Err(activities::Refusal::ActivityNotOpen.into()),
            ActivityState::Published => {}
        }
        if activity.confirmed_at > 0 {
            return Err(activities::Refusal::AlreadyConfirmed.into());
        }
        if activity.present() > 0 {
            self.seen.push(Sight::CancelledWhileSomeAreThere);
        }
        self.activities.entry(id).and_modify(|activity| activity.state = ActivityState::Cancelled);
        self.wrote("cancel reason");
        self.wake(Job::Participants);
        self.audits += 1;
        says(activities::Reply::ActivityCancelled { activity: ActivityId(id) })
    }

    /// The job is due at once.
    pub fn wake(&mut self, job: Job) {
        self.jobs.entry(job).or_default().next_at = 0;
    }

    /// What is known by its id already, or will be when the batch is committed.
    fn announcement(&mut self, activity: i64, id: i64) {
        let at = self.at;
        self.announcements.push(Announcement { id, activity, done: false, at, heard: BTreeMap::new() });
        self.wrote("announcement");
        self.wake(Job::Participants);
    }

    pub fn announce(&mut self, actor: Actor, c: &Announce, heard: &Answer) -> Answer {
        self.theirs(actor, c.activity.0, Permission::EditActivities)?;
        tells(&c.text)?;
        let id = self.fresh(heard);
        self.announcement(c.activity.0, id);
        self.audits += 1;
        says(activities::Reply::Announced { announcement: AnnouncementId(id) })
    }

    pub fn deliver(&mut self, actor: Actor, c: &Deliver, now: Now) -> Answer {
        self.program(actor)?;
        let id = c.announcement.0;
        let open = |known: &&mut Announcement| known.id == id && id > 0 && !known.done;
        let row = self.announcements.iter_mut().find(open).ok_or(activities::Refusal::NothingToDo)?;
        let Some(reader) = c.reader else {
            row.done = true;
            self.seen.push(Sight::EverybodyHasHeard);
            return says(activities::Reply::Delivered { announcement: AnnouncementId(id), reader: None });
        };
        if row.heard.contains_key(&reader.0) {
            return Err(activities::Refusal::NothingToDo.into());
        }
        if !self.readers.contains_key(&reader.0) {
            return Err(readers::Refusal::NoSuchReader.into());
        }
        row.heard.insert(reader.0, now.at);
        self.news(reader.0, activities::MessageKind::Announced, id, 0);
        says(activities::Reply::Delivered { announcement: AnnouncementId(id), reader: Some(reader) })
    }
}
