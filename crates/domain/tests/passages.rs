//! Passages: who writes them, and that nobody overwrites what they have not seen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::core::texts::DESCRIPTION_CHARS_MAX;
use domain::passages::{PassageText, Refusal, Reply, SavePassage};
use domain::slices::Command;
use domain::staff::{self, Permission, bits};
use domain::tables::*;
use support::*;

const WRITER: StaffId = StaffId(2);
const OF_A_BRANCH: StaffId = StaffId(3);
const PASSAGE: Passage = Passage::Donations;

fn library() -> Memory {
    let mut memory = Memory::default();
    memory.staff_everywhere(WRITER, bits(&[Permission::EditContent]));
    memory.staff(OF_A_BRANCH, bits(&[Permission::EditContent]));
    memory
}

fn save(memory: &mut Memory, by: StaffId, seen: i64, text: &str) -> Result<Replied, Refused> {
    let command = SavePassage { passage: PASSAGE, seen, text: text.into() };
    memory.ask(Actor::Staff(by), Command::from(command), at(MORNING))
}

#[test]
fn only_who_edits_content_everywhere_writes_and_only_over_what_they_saw() {
    let mut memory = library();
    let long = "字".repeat(DESCRIPTION_CHARS_MAX + 1);
    assert_eq!(save(&mut memory, LIBRARIAN, 1, &long), Err(Common::NoPermission.into()));
    assert_eq!(save(&mut memory, OF_A_BRANCH, 1, &long), Err(staff::Refusal::OtherBranch.into()));
    assert_eq!(save(&mut memory, WRITER, 1, &long), Err(Refusal::NewerVersion.into()));
    assert!(save(&mut memory, WRITER, 0, &long).is_err());
    assert!(save(&mut memory, WRITER, 0, &"字".repeat(DESCRIPTION_CHARS_MAX)).is_ok());
    assert_eq!(save(&mut memory, WRITER, 0, "又一版"), Err(Refusal::NewerVersion.into()));
}

#[test]
fn every_version_is_kept_with_who_wrote_it_and_empty_is_a_version() {
    let mut memory = library();
    for (seen, text) in [(0, " 请提前洗手。 "), (1, "")] {
        let said = save(&mut memory, WRITER, seen, text).unwrap();
        assert_eq!(said.of(), Some(Reply::PassageSaved { passage: PASSAGE, version: seen + 1 }));
        assert_eq!(memory.last_audit().action, "passage.save");
    }
    let kept: Vec<PassageText> = memory.records.iter().filter_map(|record| record.of()).collect();
    let version =
        |version, text: &str| PassageText { passage: PASSAGE, version, by: WRITER, at: MORNING, text: text.into() };
    assert_eq!(kept, [version(1, "请提前洗手。"), version(2, "")]);
    assert_eq!(memory.all::<PassageVersion>(), [PassageVersion { passage: PASSAGE, version: 2 }]);
}
