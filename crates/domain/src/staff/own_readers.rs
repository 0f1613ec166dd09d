//! Staff who are readers too: nobody decides on what is for their own good.

use super::{Reply, audit, require_active};
use crate::core::asked::Asked;
use crate::core::world::{Draft, Halt};
use crate::readers;
use crate::tables::{ReaderId, StaffId, StaffReader};

/// The account of a reader, who has shown staff their code, is the own one of whoever is signed in.
#[derive(Clone, Copy, Debug)]
pub struct LinkReader {
    pub reader: ReaderId,
}

/// Refusals: NoPermission, NoSuchReader, NoSuchStaff, StaffDisabled.
pub fn link(d: &mut Draft, asked: &Asked, c: &LinkReader) -> Result<Reply, Halt> {
    let staff = require_active(d, asked.actor)?.id;
    readers::known(d, c.reader)?;
    if !is_reader(d, staff, c.reader)? {
        d.put(StaffReader { staff, reader: c.reader, at: asked.now.at })?;
        audit(d, Some(staff), "staff.reader", staff.0, "", asked.now);
    }
    Ok(Reply::ReaderLinked { staff })
}

/// Whether this reader account is the member of staff's own.
pub fn is_reader(d: &Draft, staff: StaffId, reader: ReaderId) -> Result<bool, Halt> {
    Ok(d.get::<StaffReader>(StaffReader::key(staff, reader))?.is_some())
}
