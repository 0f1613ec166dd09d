//! Slices that came after the model. Each brings its script, what follows from an answer in the model, and its
//! invariants; its own rows are watched by these and by the precedence tests, not by a second statement of its rules.

use crate::ROOMS;
use crate::invariants::Findings;
use crate::model::{Answer, Model};
use crate::script::Script;
use crate::support::Memory;
use domain::core::asked::{Actor, Now};
use domain::slices::{Command, Envelope};
use domain::tables::Table;

pub struct Room {
    /// Which of a slice's commands comes next, and who asks.
    pub next: fn(&mut Script) -> (Actor, Command),
    /// None: not a command of this room. Else what the model believes: as a rule what was heard, after it has noted
    /// the messages, postings and audit rows that follow.
    pub follow: fn(&mut Model, &Envelope, Now, &Answer) -> Option<Answer>,
    pub tables: &'static [Table],
    pub violations: fn(&Memory, &mut Findings),
}

pub fn follow(model: &mut Model, e: &Envelope, now: Now, heard: &Answer) -> Option<Answer> {
    ROOMS.iter().find_map(|room| (room.follow)(model, e, now, heard))
}

/// Whether the model leaves a table to its room.
pub fn has(table: Table) -> bool {
    ROOMS.iter().any(|room| room.tables.contains(&table))
}
