//! The register: the library's patrons as a file gave them, for libraries whose system speaks no protocol.

use crate::core::digest::Digest;
use crate::core::record::{Record, Sealed};
use crate::core::world::{Draft, Halt};
use crate::envelope::{Actor, Now, Reply, ReplyKind};
use crate::jobs::only_the_program;
use crate::staff::audit;

/// Some rows of a file; a barcode that is known already is told anew.
#[derive(Clone, Debug)]
pub struct ImportPatrons {
    pub rows: Vec<PatronRow>,
}

#[derive(Clone, Debug)]
pub struct PatronRow {
    pub barcode: Digest,
    pub sealed: Sealed,
}

pub fn import(d: &mut Draft, actor: Actor, c: &ImportPatrons, now: Now) -> Result<Reply, Halt> {
    only_the_program(actor)?;
    for row in &c.rows {
        d.emit(Record::Patron { barcode: row.barcode, sealed: row.sealed.clone() });
    }
    let rows = c.rows.len() as i64;
    audit(d, None, "patrons.import", rows, "", now);
    Ok(Reply { kind: ReplyKind::PatronsImported, a: rows, b: 0 })
}
