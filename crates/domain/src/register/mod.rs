//! The register: the library's patrons as a file gave them, for libraries whose system speaks no protocol.

mod words;

pub use words::{Patron, Reply};

use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::staff::audit;

commands! {
    ImportPatrons => import,
}

/// Rare, or of rows that only the decision knows: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

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

/// Refusals: NoPermission.
pub fn import(d: &mut Draft, asked: &Asked, c: &ImportPatrons) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    for row in &c.rows {
        d.emit(Patron { barcode: row.barcode, sealed: row.sealed.clone() });
    }
    let rows = c.rows.len() as i64;
    audit(d, None, "patrons.import", rows, "", asked.now);
    Ok(Reply::PatronsImported { rows })
}
