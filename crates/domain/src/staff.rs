//! Staff: who may do what, and where.

use crate::digest::Digest;
use crate::envelope::{Actor, Now, Reply, ReplyKind};
use crate::record::Record;
use crate::refusal::Refusal;
use crate::tables::{BranchId, Staff, StaffId, StaffName, StaffState};
use crate::world::{Draft, Halt};

/// Permissions are bits, roles are sets of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum Permission {
    EditPrizes = 1,
    HandOver = 2,
    ManageStaff = 4,
    /// Works for every branch of the library.
    AllBranches = 8,
    Read = 16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Administrator,
    Director,
    Activities,
    Acquisitions,
    Desk,
    Auditor,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::Administrator, Role::Director, Role::Activities, Role::Acquisitions, Role::Desk, Role::Auditor];

    pub fn permissions(self) -> i64 {
        use Permission::{AllBranches, EditPrizes, HandOver, ManageStaff, Read};
        let of: &[Permission] = match self {
            Role::Administrator => &[EditPrizes, HandOver, ManageStaff, AllBranches, Read],
            Role::Director => &[EditPrizes, HandOver, AllBranches, Read],
            Role::Activities | Role::Acquisitions => &[Read],
            Role::Desk => &[HandOver, Read],
            Role::Auditor => &[AllBranches, Read],
        };
        of.iter().map(|permission| *permission as i64).sum()
    }
}

pub fn has(permissions: i64, permission: Permission) -> bool {
    permissions & permission as i64 != 0
}

/// Whether a branch's things are this member of staff's to work on.
pub fn works_for(staff: &Staff, branch: BranchId) -> bool {
    staff.branch == branch || has(staff.permissions, Permission::AllBranches)
}

/// The member of staff who may do this in this branch.
pub fn require(d: &Draft, actor: Actor, permission: Permission, branch: BranchId) -> Result<StaffId, Halt> {
    let Actor::Staff(id) = actor else { return Err(Refusal::NoPermission.into()) };
    let staff = d.get::<Staff>(Staff::key(id))?.ok_or(Refusal::NoSuchStaff)?;
    if staff.state != StaffState::Active {
        return Err(Refusal::StaffDisabled.into());
    }
    if !has(staff.permissions, permission) {
        return Err(Refusal::NoPermission.into());
    }
    if !works_for(&staff, branch) {
        return Err(Refusal::OtherBranch.into());
    }
    Ok(id)
}

#[derive(Clone, Debug)]
pub struct AddStaff {
    /// Keyed hash of the sign-in name.
    pub name_hash: Digest,
    pub name: String,
    pub password_hash: String,
    pub branch: BranchId,
    pub permissions: i64,
}

/// `Job` is whoever runs the program on the server: the first account can come from nobody else.
pub fn add(d: &mut Draft, actor: Actor, c: &AddStaff, now: Now) -> Result<Reply, Halt> {
    let by = match actor {
        Actor::Job => None,
        _ => Some(require(d, actor, Permission::ManageStaff, c.branch)?),
    };
    let Digest { high, low } = c.name_hash;
    if d.get::<StaffName>(StaffName::key(high, low))?.is_some() {
        return Err(Refusal::NameTaken.into());
    }
    let id = d.new_id(StaffId);
    d.put(StaffName { high, low, staff: id })?;
    let (branch, permissions) = (c.branch, c.permissions);
    let state = StaffState::Active;
    d.add(Staff { id, state, branch, permissions, failures: 0, locked_until: 0, at: now.at });
    d.emit(Record::StaffFace { staff: id, name: c.name.clone(), password_hash: c.password_hash.clone() });
    let audit = d.new_id(|id| id);
    let (action, note) = ("staff.add", c.name.clone());
    d.emit(Record::Audit { id: audit, staff: by, action, about: id.0, note, at: now.at });
    Ok(Reply { kind: ReplyKind::StaffAdded, a: id.0, b: 0 })
}
