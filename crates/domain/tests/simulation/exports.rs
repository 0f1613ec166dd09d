//! 导出我的数据 in the simulation: asked for, delivered, taken away.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::core::asked::{Actor, Now};
use domain::core::record::Sealed;
use domain::exports::{AskForExport, DeliverExport, DropExport, MessageKind, Reply};
use domain::slices::{Command, Envelope};
use domain::tables::{Export, ReaderId, Table};

pub const ROOM: Room = Room { next, follow, tables: &[Table::Export], violations };

fn next(script: &mut Script) -> (Actor, Command) {
    let known: Vec<i64> = script.model.readers.keys().copied().take(3).collect();
    let reader = ReaderId(script.dice.pick(known).filter(|_| !script.dice.one_in(12)).unwrap_or(NOBODY));
    let job = if script.dice.one_in(12) { script.reader() } else { Actor::Job };
    match script.dice.below(6) {
        0..2 => {
            let by = if script.dice.one_in(8) { script.reader() } else { Actor::Reader(reader) };
            (by, Command::from(AskForExport {}))
        }
        2..4 => (job, Command::from(DeliverExport { reader, body: Sealed(vec![1]) })),
        _ => (job, Command::from(DropExport { reader })),
    }
}

fn follow(model: &mut Model, e: &Envelope, _: Now, heard: &Answer) -> Option<Answer> {
    let Command::Exports(_) = &e.command else { return None };
    if let Some(Reply::ExportDelivered { reader }) = heard.as_ref().ok().and_then(|reply| reply.of::<Reply>()) {
        model.news(reader.0, MessageKind::ExportReady, 0, 3);
        model.audits += 1;
    }
    Some(*heard)
}

fn violations(memory: &Memory, found: &mut Findings) {
    for row in memory.all::<Export>() {
        claim(found, row.until == 0 || row.until > row.at, || format!("21: {row:?} is over before it began"));
    }
}
