//! 公告: what the library tells everybody, from a day on and as a rule until another; every version is kept.

mod words;

pub use words::{BulletinText, BulletinWords, Refusal, Reply};

use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::day::is_day;
use crate::core::refusal::Common;
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::staff::{Permission, audit, require_everywhere};
use crate::tables::{Bulletin, BulletinId, Day, Millis, StaffId};

commands! {
    SaveBulletin => save,
    SeedBulletins => seed,
}

/// Rare: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

const SEEDED_MAX: usize = 50;

/// A new bulletin (`bulletin` None), or another version of one that there is.
#[derive(Clone, Debug)]
pub struct SaveBulletin {
    pub bulletin: Option<BulletinId>,
    /// The version that was shown where it was written; 0: a new one.
    pub seen: i64,
    pub saved: Saved,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub shown: bool,
    pub since: Day,
    /// The last day on which it stands on home; 0: no end.
    pub until: Day,
    pub words: BulletinWords,
}

/// What a new library begins with, from its settings.
#[derive(Clone, Debug)]
pub struct SeedBulletins {
    pub bulletins: Vec<Saved>,
}

/// Refusals: BulletinDayWrong, DatesReversed, NewerBulletin, NoPermission, NoSuchBulletin, NoSuchStaff, OtherBranch,
/// StaffDisabled, TextTooLong, TitleMissing, WordsMissing.
pub fn save(d: &mut Draft, asked: &Asked, c: &SaveBulletin) -> Result<Reply, Halt> {
    let staff = require_everywhere(d, asked.actor, Permission::EditContent)?;
    let known = match c.bulletin {
        Some(id) => Some(d.get::<Bulletin>(Bulletin::key(id))?.ok_or(Refusal::NoSuchBulletin)?),
        None => None,
    };
    if c.seen != known.map_or(0, |known| known.version) {
        return Err(Refusal::NewerBulletin.into());
    }
    fits(&c.saved)?;
    let id = match known {
        Some(known) => {
            let Saved { shown, since, until, .. } = c.saved;
            let version = known.version + 1;
            d.put(Bulletin { shown, since, until, version, ..known })?;
            record(d, known.id, version, (staff, asked.now.at), &c.saved);
            known.id
        }
        None => add(d, staff, asked.now.at, &c.saved),
    };
    audit(d, Some(staff), "bulletin.save", id.0, "", asked.now);
    Ok(Reply::BulletinSaved { bulletin: id })
}

/// Refusals: BulletinDayWrong, BulletinsThere, DatesReversed, NoPermission, TextTooLong, TitleMissing, WordsMissing.
pub fn seed(d: &mut Draft, asked: &Asked, c: &SeedBulletins) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    if !d.heads::<Bulletin, 0>([], 1)?.is_empty() {
        return Err(Refusal::BulletinsThere.into());
    }
    for saved in c.bulletins.iter().take(SEEDED_MAX) {
        fits(saved)?;
        add(d, StaffId(0), asked.now.at, saved);
    }
    Ok(Reply::BulletinsSeeded)
}

fn add(d: &mut Draft, by: StaffId, at: Millis, saved: &Saved) -> BulletinId {
    let id = d.new_id(BulletinId);
    let Saved { shown, since, until, .. } = *saved;
    d.add(Bulletin { id, shown, since, until, version: 1, at });
    record(d, id, 1, (by, at), saved);
    id
}

fn record(d: &mut Draft, bulletin: BulletinId, version: i64, (by, at): (StaffId, Millis), saved: &Saved) {
    let Saved { shown, since, until, words } = saved.clone();
    d.emit(BulletinText { bulletin, version, by, at, shown: i64::from(shown), since, until, words });
}

fn fits(saved: &Saved) -> Result<(), Halt> {
    if !is_day(saved.since) || saved.until != 0 && !is_day(saved.until) {
        return Err(Refusal::BulletinDayWrong.into());
    }
    if saved.until != 0 && saved.until < saved.since {
        return Err(Common::DatesReversed.into());
    }
    texts::title(&saved.words.title)?;
    if saved.words.body.trim().is_empty() {
        return Err(Common::WordsMissing.into());
    }
    Ok(texts::fits(&saved.words.body, texts::DESCRIPTION_CHARS_MAX)?)
}
