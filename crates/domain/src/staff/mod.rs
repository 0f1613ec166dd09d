//! Staff: who may do what, and where.

mod accounts;
mod own_readers;
mod roles;
mod words;

pub use accounts::{ChangeStaff, StaffChange};
pub use own_readers::{LinkReader, is_reader};
use roles::require_hold;
pub use roles::{Permission, Rights, Role, SaveRole, bits, has, has_any, rights};
pub use words::{Audit, Refusal, Reply, RoleName, StaffFace};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::digest::Digest;
use crate::core::refusal::Common;
use crate::core::world::{Draft, Halt, Need};
use crate::tables::{BranchId, RoleNumber, Staff, StaffId, StaffName, StaffRole, StaffState};

commands! {
    AddStaff => add,
    ChangeStaff => accounts::change,
    SaveRole => roles::save,
    NoteExport => note_export,
    LinkReader => own_readers::link,
}

/// Rare, or of rows that only the decision knows: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// The member of staff who may do this in this branch.
pub fn require(d: &Draft, actor: Actor, permission: Permission, branch: BranchId) -> Result<StaffId, Halt> {
    let (staff, rights) = able(d, actor, permission)?;
    if !rights.may(permission, branch) {
        return Err(Refusal::OtherBranch.into());
    }
    Ok(staff.id)
}

/// The member of staff who may do this, where no branch is concerned.
pub fn require_anywhere(d: &Draft, actor: Actor, permission: Permission) -> Result<Staff, Halt> {
    Ok(able(d, actor, permission)?.0)
}

/// The member of staff who may do this in every branch.
pub fn require_everywhere(d: &Draft, actor: Actor, permission: Permission) -> Result<StaffId, Halt> {
    let (staff, rights) = able(d, actor, permission)?;
    if rights.may_everywhere(permission) { Ok(staff.id) } else { Err(Refusal::OtherBranch.into()) }
}

/// Whatever they may do.
fn require_active(d: &Draft, actor: Actor) -> Result<Staff, Halt> {
    let Actor::Staff(id) = actor else { return Err(Common::NoPermission.into()) };
    let staff = d.get::<Staff>(Staff::key(id))?.ok_or(Refusal::NoSuchStaff)?;
    if staff.state == StaffState::Active { Ok(staff) } else { Err(Refusal::StaffDisabled.into()) }
}

fn able(d: &Draft, actor: Actor, permission: Permission) -> Result<(Staff, Rights), Halt> {
    let staff = require_active(d, actor)?;
    let rights = rights(d, staff.id)?;
    if has(rights.anywhere(), permission) { Ok((staff, rights)) } else { Err(Common::NoPermission.into()) }
}

/// One audit row: who did what to which row, and a note without personal data. None: the program itself.
pub fn audit(d: &mut Draft, staff: Option<StaffId>, action: &'static str, about: i64, note: &str, now: Now) {
    let id = d.new_id(|id| id);
    d.emit(Audit { id, staff, action: action.into(), about, note: note.into(), at: now.at });
}

/// Who took which rows out of the house, by which filter.
#[derive(Clone, Debug)]
pub struct NoteExport {
    pub what: &'static str,
    pub filter: String,
    pub rows: i64,
}

/// Refusals: NoPermission, NoSuchStaff, StaffDisabled.
pub fn note_export(d: &mut Draft, asked: &Asked, c: &NoteExport) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::Read)?;
    audit(d, Some(staff.id), c.what, c.rows, &c.filter, asked.now);
    Ok(Reply::ExportNoted { rows: c.rows })
}

#[derive(Clone, Debug)]
pub struct AddStaff {
    /// Keyed hash of the sign-in name.
    pub name_hash: Digest,
    pub name: String,
    pub password_hash: String,
    pub branch: BranchId,
    pub role: RoleNumber,
    /// For all branches, not for this one alone.
    pub everywhere: bool,
}

/// `Job` is whoever runs the program on the server: the first account can come from nobody else.
/// Refuses to give for all branches what somebody has for one, and more than they have themselves.
///
/// Refusals: MoreThanYourOwn, NameTaken, NoPermission, NoSuchRole, NoSuchStaff, OtherBranch, StaffDisabled.
pub fn add(d: &mut Draft, asked: &Asked, c: &AddStaff) -> Result<Reply, Halt> {
    let by = match asked.actor {
        Actor::Job => None,
        actor => {
            let by = require(d, actor, Permission::ManageStaff, c.branch)?;
            if c.everywhere {
                require_everywhere(d, actor, Permission::ManageStaff)?;
            }
            Some(by)
        }
    };
    let branch = (!c.everywhere).then_some(c.branch);
    require_hold(d, asked.actor, roles::allowed(d, c.role)?, branch)?;
    let Digest { high, low } = c.name_hash;
    if d.get::<StaffName>(StaffName::key(high, low))?.is_some() {
        return Err(Refusal::NameTaken.into());
    }
    let (id, at) = (d.new_id(StaffId), asked.now.at);
    d.put(StaffName { high, low, staff: id })?;
    d.add(Staff { id, state: StaffState::Active, branch: c.branch, failures: 0, locked_until: 0, at, since: 0 });
    d.add(StaffRole { staff: id, role: c.role, branch, given_by: by, at });
    d.emit(StaffFace { staff: id, name: c.name.clone(), password_hash: c.password_hash.clone() });
    audit(d, by, "staff.add", id.0, &c.name, asked.now);
    Ok(Reply::StaffAdded { staff: id })
}
