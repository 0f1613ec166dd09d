//! Announcements: what staff tell everybody who takes part in an activity; each reader hears it once.

use crate::activities::{AnnouncementText, MessageKind, Refusal, Reply, theirs};
use crate::core::asked::{Asked, Now, only_the_program};
use crate::core::texts;
use crate::core::world::{Draft, Halt};
use crate::jobs::wake_up;
use crate::messages::tell_if_open;
use crate::staff::{Permission, audit};
use crate::tables::{ActivityId, Announced, Announcement, AnnouncementId, Job, ReaderId};

#[derive(Clone, Debug)]
pub struct Announce {
    pub activity: ActivityId,
    pub text: String,
}

/// One reader hears it (Some), or everybody has (None).
#[derive(Clone, Copy, Debug)]
pub struct Deliver {
    pub announcement: AnnouncementId,
    pub reader: Option<ReaderId>,
}

/// Refusals: NoPermission, NoSuchActivity, NoSuchStaff, OtherBranch, StaffDisabled, TextTooLong, WordsMissing.
pub fn announce(d: &mut Draft, asked: &Asked, c: &Announce) -> Result<Reply, Halt> {
    let (activity, staff) = theirs(d, asked.actor, c.activity, Permission::EditActivities)?;
    texts::words(&c.text)?;
    let id = say(d, activity.id, &c.text, asked.now)?;
    audit(d, Some(staff), "activity.announce", activity.id.0, &c.text, asked.now);
    Ok(Reply::Announced { announcement: id })
}

/// Written down now, told by the job.
pub fn say(d: &mut Draft, activity: ActivityId, text: &str, now: Now) -> Result<AnnouncementId, Halt> {
    let id = d.new_id(AnnouncementId);
    d.add(Announcement { id, activity, done: false, at: now.at });
    d.emit(AnnouncementText { announcement: id, text: text.trim().into() });
    wake_up(d, Job::Participants)?;
    Ok(id)
}

/// Refusals: NoPermission, NoSuchReader, NothingToDo.
pub fn deliver(d: &mut Draft, asked: &Asked, c: &Deliver) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let row = d.get::<Announcement>(Announcement::key(c.announcement))?.ok_or(Refusal::NothingToDo)?;
    if row.done {
        return Err(Refusal::NothingToDo.into());
    }
    let Some(reader) = c.reader else {
        d.put(Announcement { done: true, ..row })?;
        return Ok(Reply::Delivered { announcement: row.id, reader: None });
    };
    if d.get::<Announced>(Announced::key(row.id, reader))?.is_some() {
        return Err(Refusal::NothingToDo.into());
    }
    d.put(Announced { announcement: row.id, reader, at: asked.now.at })?;
    tell_if_open(d, reader, MessageKind::Announced, row.id.0, 0, asked.now)?;
    Ok(Reply::Delivered { announcement: row.id, reader: Some(reader) })
}
