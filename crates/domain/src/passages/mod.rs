//! Passages: the library's own words at fixed places of the site, every version kept.

mod words;

pub use words::{PassageText, Refusal, Reply};

use crate::core::asked::{Actor, Asked, commands};
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::staff::{Permission, audit, require_everywhere};
use crate::tables::{Passage, PassageVersion};

commands! {
    SavePassage => save,
}

/// Rare: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// A new version of a passage; empty: nothing is shown there any more.
#[derive(Clone, Debug)]
pub struct SavePassage {
    pub passage: Passage,
    /// The version that was shown where it was written; 0: there was none.
    pub seen: i64,
    pub text: String,
}

/// Refusals: NewerVersion, NoPermission, OtherBranch, TextTooLong.
pub fn save(d: &mut Draft, asked: &Asked, c: &SavePassage) -> Result<Reply, Halt> {
    let staff = require_everywhere(d, asked.actor, Permission::EditContent)?;
    let passage = c.passage;
    let known = d.get::<PassageVersion>(PassageVersion::key(passage))?.map_or(0, |known| known.version);
    if c.seen != known {
        return Err(Refusal::NewerVersion.into());
    }
    texts::fits(&c.text, texts::DESCRIPTION_CHARS_MAX)?;
    let (version, at) = (known + 1, asked.now.at);
    d.put(PassageVersion { passage, version })?;
    d.emit(PassageText { passage, version, by: staff, at, text: c.text.trim().into() });
    audit(d, Some(staff), "passage.save", passage as i64, "", asked.now);
    Ok(Reply::PassageSaved { passage, version })
}
