//! 导出我的数据: one a day, delivered once, there for three days and not a moment longer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::record::Sealed;
use domain::core::refusal::Refused;
use domain::exports::{
    self, AskForExport, DeliverExport, DropExport, EXPORT_DAYS, ExportFile, ExportGone, MessageKind, PAUSE_MS,
};
use domain::slices::Command;
use domain::tables::*;
use support::*;

const READER: ReaderId = ReaderId(11);
const BY: Actor = Actor::Reader(READER);
const OVER: Millis = MORNING + EXPORT_DAYS * rows::DAY;

fn ask(memory: &mut Memory, by: Actor, command: impl Into<Command>, when: Millis) -> Result<(), Refused> {
    memory.ask(by, command.into(), at(when)).map(drop)
}

#[test]
fn a_file_is_asked_for_delivered_and_gone() {
    let mut memory = Memory::default();
    memory.set(rows::reader(READER));
    memory.is_for_readers(READER, &Command::from(AskForExport {}));
    let deliver = DeliverExport { reader: READER, body: Sealed(vec![7]) };
    memory.is_for_the_program(&Command::from(deliver.clone()));
    memory.is_for_the_program(&Command::from(DropExport { reader: READER }));
    let nothing = Err(exports::Refusal::NoSuchExport.into());
    assert_eq!(ask(&mut memory, Actor::Job, deliver.clone(), MORNING), nothing);
    assert_eq!(ask(&mut memory, Actor::Job, DropExport { reader: READER }, MORNING), nothing);
    ask(&mut memory, BY, AskForExport {}, MORNING).unwrap();
    let again_at = MORNING + PAUSE_MS;
    let lately = Err(exports::Refusal::ExportedLately { again_at }.into());
    assert_eq!(ask(&mut memory, BY, AskForExport {}, MORNING), lately);
    // Not delivered yet, a day is no reason to ask once more.
    assert_eq!(ask(&mut memory, BY, AskForExport {}, again_at), lately);
    let early = Err(exports::Refusal::ExportNotOver.into());
    assert_eq!(ask(&mut memory, Actor::Job, DropExport { reader: READER }, MORNING), early);
    ask(&mut memory, Actor::Job, deliver.clone(), MORNING).unwrap();
    assert_eq!(ask(&mut memory, Actor::Job, deliver, MORNING), nothing);
    assert_eq!(memory.all::<Export>(), [Export { reader: READER, until: OVER, at: MORNING }]);
    let told = memory.all::<Message>().pop().unwrap();
    assert_eq!(
        (told.kind, told.detail, memory.last_audit().action.as_str()),
        (MessageKind::ExportReady.into(), 3, "reader.export")
    );
    assert!(memory.records.iter().any(|record| record.of::<ExportFile>().is_some_and(|file| file.body.0 == [7])));
    assert_eq!(ask(&mut memory, Actor::Job, DropExport { reader: READER }, OVER - 1), early);
    // A day later another one may be asked for, while this one is still there.
    ask(&mut memory, BY, AskForExport {}, again_at).unwrap();
    ask(&mut memory, Actor::Job, DeliverExport { reader: READER, body: Sealed(vec![8]) }, again_at).unwrap();
    ask(&mut memory, Actor::Job, DropExport { reader: READER }, OVER + PAUSE_MS).unwrap();
    assert_eq!(memory.all::<Export>(), []);
    assert!(memory.records.iter().any(|record| record.of::<ExportGone>().is_some()));
}
