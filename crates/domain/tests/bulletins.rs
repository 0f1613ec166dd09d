//! 公告: who writes them, what they need, and that nobody overwrites what they have not seen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::bulletins::{BulletinText, BulletinWords, Refusal, Reply, SaveBulletin, Saved, SeedBulletins};
use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::slices::Command;
use domain::staff::{self, Permission, bits};
use domain::tables::*;
use support::*;

const WRITER: StaffId = StaffId(2);
const OF_A_BRANCH: StaffId = StaffId(3);

fn library() -> Memory {
    let mut memory = Memory::default();
    memory.staff_everywhere(WRITER, bits(&[Permission::EditContent]));
    memory.staff(OF_A_BRANCH, bits(&[Permission::EditContent]));
    memory
}

fn saved() -> Saved {
    let words = BulletinWords { title: "闭馆通知".into(), body: "12月13日上午闭馆。".into() };
    Saved { shown: true, since: 20261201, until: 0, words }
}

fn save(memory: &mut Memory, by: StaffId, of: Option<BulletinId>, seen: i64, saved: Saved) -> Result<Replied, Refused> {
    let command = SaveBulletin { bulletin: of, seen, saved };
    memory.ask(Actor::Staff(by), Command::from(command), at(MORNING))
}

fn seed(memory: &mut Memory, by: Actor, saved: Saved) -> Result<Replied, Refused> {
    memory.ask(by, Command::from(SeedBulletins { bulletins: vec![saved] }), at(MORNING))
}

#[test]
fn refusals_come_in_order() {
    let mut memory = library();
    let wrong =
        Saved { since: 20261301, until: 5, words: BulletinWords { title: " ".into(), body: " ".into() }, ..saved() };
    let gone = Some(BulletinId(99));
    assert_eq!(save(&mut memory, LIBRARIAN, gone, 1, wrong.clone()), Err(Common::NoPermission.into()));
    assert_eq!(save(&mut memory, OF_A_BRANCH, gone, 1, wrong.clone()), Err(staff::Refusal::OtherBranch.into()));
    assert_eq!(save(&mut memory, WRITER, gone, 1, wrong.clone()), Err(Refusal::NoSuchBulletin.into()));
    assert_eq!(save(&mut memory, WRITER, None, 1, wrong.clone()), Err(Refusal::NewerBulletin.into()));
    let refused = |memory: &mut Memory, saved: Saved| save(memory, WRITER, None, 0, saved);
    let wrong = Saved { since: 20261201, ..wrong };
    assert_eq!(refused(&mut memory, wrong.clone()), Err(Refusal::BulletinDayWrong.into()));
    let wrong = Saved { until: 20261130, ..wrong };
    assert_eq!(refused(&mut memory, wrong.clone()), Err(Common::DatesReversed.into()));
    let wrong = Saved { until: 20261201, ..wrong };
    assert_eq!(refused(&mut memory, wrong.clone()), Err(Common::TitleMissing.into()));
    let titled = |body: String| Saved { words: BulletinWords { title: "通知".into(), body }, ..saved() };
    assert_eq!(refused(&mut memory, titled(" ".into())), Err(Common::WordsMissing.into()));
    assert!(refused(&mut memory, titled("字".repeat(2_001))).is_err());
    assert!(refused(&mut memory, titled("字".repeat(2_000))).is_ok());
}

#[test]
fn every_version_is_kept_and_written_over_only_by_who_saw_it() {
    let mut memory = library();
    let said = save(&mut memory, WRITER, None, 0, saved()).unwrap();
    let Some(Reply::BulletinSaved { bulletin }) = said.of() else { panic!("{said:?}") };
    let later = Saved { shown: false, until: 20261231, ..saved() };
    assert!(save(&mut memory, WRITER, Some(bulletin), 1, later).is_ok());
    assert_eq!(save(&mut memory, WRITER, Some(bulletin), 1, saved()), Err(Refusal::NewerBulletin.into()));
    let row: Bulletin = memory.get(Bulletin::key(bulletin)).unwrap();
    assert_eq!((row.version, row.shown, row.since, row.until), (2, false, 20261201, 20261231));
    let kept = memory.records.iter().filter_map(|record| record.of::<BulletinText>());
    assert_eq!(kept.map(|text| (text.version, text.by)).collect::<Vec<_>>(), [(1, WRITER), (2, WRITER)]);
    assert_eq!(memory.last_audit().action, "bulletin.save");
}

#[test]
fn the_settings_file_counts_while_there_is_none() {
    let mut memory = library();
    assert_eq!(seed(&mut memory, Actor::Staff(WRITER), saved()), Err(Common::NoPermission.into()));
    assert_eq!(seed(&mut memory, Actor::Job, Saved { since: 0, ..saved() }), Err(Refusal::BulletinDayWrong.into()));
    assert_eq!(seed(&mut memory, Actor::Job, saved()).unwrap().of(), Some(Reply::BulletinsSeeded));
    assert_eq!(seed(&mut memory, Actor::Job, saved()), Err(Refusal::BulletinsThere.into()));
}
