//! 导出我的数据: asked for, put together by a job, there for three days.

mod words;

pub use words::{ExportFile, ExportGone, MessageKind, Refusal, Reply};

use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::day::DAY_MS;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::messages::tell_if_open;
use crate::readers::reader;
use crate::staff::audit;
use crate::tables::{Export, Millis, ReaderId};

commands! {
    AskForExport => ask,
    DeliverExport => deliver,
    DropExport => discard,
}

/// Rare: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// How long it is there.
pub const EXPORT_DAYS: i64 = 3;
/// One a day: it takes many questions to put together.
pub const PAUSE_MS: Millis = DAY_MS;

#[derive(Clone, Copy, Debug)]
pub struct AskForExport {}

#[derive(Clone, Debug)]
pub struct DeliverExport {
    pub reader: ReaderId,
    pub body: Sealed,
}

#[derive(Clone, Copy, Debug)]
pub struct DropExport {
    pub reader: ReaderId,
}

/// Refusals: AccountClosed, ExportedLately, SignedOut.
pub fn ask(d: &mut Draft, asked: &Asked, _: &AskForExport) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    if let Some(last) = d.get::<Export>(Export::key(reader))? {
        let again_at = last.at + PAUSE_MS;
        if last.until == 0 || asked.now.at < again_at {
            return Err(Refusal::ExportedLately { again_at }.into());
        }
    }
    d.put(Export { reader, until: 0, at: asked.now.at })?;
    Ok(Reply::ExportAsked)
}

/// Refusals: NoPermission, NoSuchExport.
pub fn deliver(d: &mut Draft, asked: &Asked, c: &DeliverExport) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let row = d.get::<Export>(Export::key(c.reader))?.filter(|row| row.until == 0).ok_or(Refusal::NoSuchExport)?;
    d.put(Export { until: asked.now.at + EXPORT_DAYS * DAY_MS, ..row })?;
    d.emit(ExportFile { reader: c.reader, body: c.body.clone() });
    tell_if_open(d, c.reader, MessageKind::ExportReady, 0, EXPORT_DAYS, asked.now)?;
    audit(d, None, "reader.export", c.reader.0, "", asked.now);
    Ok(Reply::ExportDelivered { reader: c.reader })
}

/// Refusals: ExportNotOver, NoPermission, NoSuchExport.
pub fn discard(d: &mut Draft, asked: &Asked, c: &DropExport) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let row = d.get::<Export>(Export::key(c.reader))?.ok_or(Refusal::NoSuchExport)?;
    if row.until == 0 || asked.now.at < row.until {
        return Err(Refusal::ExportNotOver.into());
    }
    forget(d, c.reader)?;
    Ok(Reply::ExportDropped { reader: c.reader })
}

/// With the account, too.
pub fn forget(d: &mut Draft, reader: ReaderId) -> Result<(), Halt> {
    d.clear::<Export>(Export::key(reader))?;
    d.emit(ExportGone { reader });
    Ok(())
}
