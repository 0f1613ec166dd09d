//! Announcements: who may speak, and that each reader hears it once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::activities::announcements::{Announce, Deliver};
use domain::activities::{self, AnnouncementText};
use domain::core::asked::Actor;
use domain::core::record::Record;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::core::texts::REASON_CHARS_MAX;
use domain::slices::Command;
use domain::staff;
use domain::staff::Permission::EditActivities;
use domain::tables::*;
use support::activities::{ACTIVITY, hall};
use support::asking::HELPER;
use support::*;

fn announce(memory: &mut Memory, activity: ActivityId, text: &str) -> Result<Replied, Refused> {
    let announce = Announce { activity, text: text.into() };
    memory.ask(Actor::Staff(HELPER), Command::from(announce), at(MORNING))
}

fn deliver(memory: &mut Memory, announcement: AnnouncementId, reader: Option<ReaderId>) -> Result<Replied, Refused> {
    memory.ask(Actor::Job, Command::from(Deliver { announcement, reader }), at(MORNING))
}

#[test]
fn announcing_is_refused_in_order_of_precedence() {
    let mut memory = hall(1);
    let command = Command::from(Announce { activity: ACTIVITY, text: " ".into() });
    memory.is_not_for_others(&command);
    memory.is_for_staff(EditActivities, &command);
    assert_eq!(announce(&mut memory, ActivityId(62), " "), Err(activities::Refusal::NoSuchActivity.into()));
    memory.set(Activity { branch: BranchId(2), ..memory.activity() });
    assert_eq!(announce(&mut memory, ACTIVITY, " "), Err(staff::Refusal::OtherBranch.into()));
    memory.set(Activity { branch: BRANCH, ..memory.activity() });
    assert_eq!(announce(&mut memory, ACTIVITY, " "), Err(Common::WordsMissing.into()));
    let (most, long) = (REASON_CHARS_MAX, "书".repeat(REASON_CHARS_MAX + 1));
    assert_eq!(announce(&mut memory, ACTIVITY, &long), Err(Common::TextTooLong { most: most as i64 }.into()));
    let reply = announce(&mut memory, ACTIVITY, " 请带水彩笔 ").unwrap();
    let id = reply.names(AnnouncementId);
    assert!(matches!(reply.of(), Some(activities::Reply::Announced { .. })));
    assert_eq!(memory.all::<Announcement>(), [Announcement { id, activity: ACTIVITY, done: false, at: MORNING }]);
    assert_eq!(memory.records[0], Record::from(AnnouncementText { announcement: id, text: "请带水彩笔".into() }));
    assert_eq!((memory.records[1..].len(), memory.last_audit().action.as_str()), (1, "activity.announce"));
    // The job that tells everybody is due at once.
    assert_eq!(memory.get::<JobRun>(JobRun::key(Job::Participants)).unwrap().next_at, 0);
}

#[test]
fn each_reader_hears_it_once() {
    let mut memory = hall(1);
    memory.staff_everywhere(HELPER, !0);
    let [first, second, closed] = [11, 12, 13].map(|n| memory.comes(n, 0));
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(closed) });
    let id = AnnouncementId(announce(&mut memory, ACTIVITY, "请带水彩笔").unwrap().cells[0]);
    memory.is_for_the_program(&Command::from(Deliver { announcement: id, reader: Some(first) }));
    assert_eq!(deliver(&mut memory, AnnouncementId(9), Some(first)), Err(activities::Refusal::NothingToDo.into()));
    for reader in [first, second, closed] {
        let delivered = Replied::from(activities::Reply::Delivered { announcement: id, reader: Some(reader) });
        assert_eq!(deliver(&mut memory, id, Some(reader)), Ok(delivered));
        assert_eq!(deliver(&mut memory, id, Some(reader)), Err(activities::Refusal::NothingToDo.into()), "once");
    }
    let heard: Vec<_> = memory.all::<Message>().iter().map(|m| (m.reader, m.kind, m.about)).collect();
    assert_eq!(heard, [first, second].map(|reader| (reader, activities::MessageKind::Announced.into(), id.0)));
    assert_eq!(
        deliver(&mut memory, id, None),
        Ok(activities::Reply::Delivered { announcement: id, reader: None }.into())
    );
    // Everybody has it: nobody who comes later.
    let late = memory.comes(14, 0);
    assert_eq!(deliver(&mut memory, id, Some(late)), Err(activities::Refusal::NothingToDo.into()));
    assert_eq!(deliver(&mut memory, id, None), Err(activities::Refusal::NothingToDo.into()));
    // Another announcement is heard beside it.
    let second_one = AnnouncementId(announce(&mut memory, ACTIVITY, "改到二楼").unwrap().cells[0]);
    assert!(deliver(&mut memory, second_one, Some(first)).is_ok());
}
