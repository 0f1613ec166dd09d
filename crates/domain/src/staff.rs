//! Staff: who may do what, and where.

use crate::envelope::Actor;
use crate::refusal::Refusal;
use crate::tables::{BranchId, Staff, StaffId, StaffState};
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

pub fn has(permissions: i64, permission: Permission) -> bool {
    permissions & permission as i64 != 0
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
    if staff.branch != branch && !has(staff.permissions, Permission::AllBranches) {
        return Err(Refusal::OtherBranch.into());
    }
    Ok(id)
}
