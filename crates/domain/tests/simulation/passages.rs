//! Passages: a room of its own.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model, says};
use crate::model_texts::{DESCRIPTION, ends};
use crate::rooms::Room;
use crate::script::Script;
use crate::support::Memory;
use domain::core::asked::{Actor, Now};
use domain::passages::{Command as Passages, PassageText, Refusal, Reply, SavePassage};
use domain::slices::{Command, Envelope};
use domain::staff::Permission;
use domain::tables::{Passage, PassageVersion, Table};

pub const ROOM: Room = Room { next, follow, tables: &[Table::PassageVersion], violations };

fn next(script: &mut Script) -> (Actor, Command) {
    let passage = Passage::ALL[script.dice.below(Passage::ALL.len() as i64) as usize];
    let known = script.model.passages.get(&passage).copied().unwrap_or(0);
    let seen = if script.dice.one_in(5) { known - 1 } else { known };
    let text = "读".repeat([0, 5, 2_001][script.dice.below(3) as usize]);
    (script.staff(), Command::from(SavePassage { passage, seen, text }))
}

fn follow(model: &mut Model, e: &Envelope, _: Now, _: &Answer) -> Option<Answer> {
    let Command::Passages(Passages::SavePassage(c)) = &e.command else { return None };
    Some(save(model, e.actor, c))
}

fn save(model: &mut Model, actor: Actor, c: &SavePassage) -> Answer {
    // Of no branch, so only who may everywhere.
    model.may(actor, Permission::EditContent, 0)?;
    let known = model.passages.entry(c.passage).or_default();
    if *known != c.seen {
        return Err(Refusal::NewerVersion.into());
    }
    ends(&c.text, DESCRIPTION)?;
    *known += 1;
    let version = *known;
    model.audits += 1;
    model.wrote("passage");
    says(Reply::PassageSaved { passage: c.passage, version })
}

fn violations(memory: &Memory, found: &mut Findings) {
    for row in memory.all::<PassageVersion>() {
        let texts = memory.records.iter().filter_map(|record| record.of::<PassageText>());
        let versions: Vec<i64> = texts.filter(|text| text.passage == row.passage).map(|text| text.version).collect();
        claim(found, versions.iter().copied().eq(1..=row.version), || format!("{row:?} has {versions:?}"));
    }
}
