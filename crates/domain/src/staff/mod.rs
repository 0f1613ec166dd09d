//! Staff: who may do what, and where.

mod words;

pub use words::{Audit, Refusal, Reply, StaffFace};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::digest::Digest;
use crate::core::refusal::Common;
use crate::core::world::{Draft, Halt, Need};
use crate::tables::{BranchId, Staff, StaffId, StaffName, StaffState};

commands! {
    AddStaff => add,
    NoteExport => note_export,
}

/// Rare, or of rows that only the decision knows: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

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
    CancelRedemptions = 32,
    /// Hands prizes over outside the hours of the place.
    OverrideHours = 64,
    EditPlaces = 128,
    /// Binds a card to a reader whose identity was seen.
    BindCards = 256,
    /// Jobs and outside parties.
    ManageSystem = 512,
    /// Activities of readers and volunteers.
    EditActivities = 1024,
    /// Says who was there.
    TakeAttendance = 2048,
    ReviewVolunteers = 4096,
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
        use Permission::{
            AllBranches, BindCards, CancelRedemptions, EditActivities, EditPlaces, EditPrizes, HandOver, ManageStaff,
            ManageSystem, OverrideHours, Read, ReviewVolunteers, TakeAttendance,
        };
        let of: &[Permission] = match self {
            Role::Administrator => &[
                EditPrizes,
                HandOver,
                ManageStaff,
                AllBranches,
                Read,
                CancelRedemptions,
                OverrideHours,
                EditPlaces,
                BindCards,
                ManageSystem,
                EditActivities,
                TakeAttendance,
                ReviewVolunteers,
            ],
            Role::Director => &[
                EditPrizes,
                HandOver,
                AllBranches,
                Read,
                CancelRedemptions,
                OverrideHours,
                EditPlaces,
                BindCards,
                EditActivities,
                TakeAttendance,
                ReviewVolunteers,
            ],
            Role::Activities => &[Read, EditActivities, TakeAttendance, ReviewVolunteers],
            Role::Acquisitions => &[Read],
            // A reader who has come on the wrong day is helped all the same; the audit says so.
            Role::Desk => &[HandOver, Read, CancelRedemptions, OverrideHours, BindCards, TakeAttendance],
            Role::Auditor => &[AllBranches, Read],
        };
        of.iter().map(|permission| *permission as i64).sum()
    }
}

pub fn has(permissions: i64, permission: Permission) -> bool {
    permissions & permission as i64 != 0
}

pub fn has_any(permissions: i64, any: &[Permission]) -> bool {
    any.iter().any(|permission| has(permissions, *permission))
}

/// Whether a branch's things are this member of staff's to work on.
pub fn works_for(staff: &Staff, branch: BranchId) -> bool {
    staff.branch == branch || has(staff.permissions, Permission::AllBranches)
}

/// The member of staff who may do this in this branch.
pub fn require(d: &Draft, actor: Actor, permission: Permission, branch: BranchId) -> Result<StaffId, Halt> {
    let staff = require_anywhere(d, actor, permission)?;
    if !works_for(&staff, branch) {
        return Err(Refusal::OtherBranch.into());
    }
    Ok(staff.id)
}

/// The member of staff who may do this, where no branch is concerned.
pub fn require_anywhere(d: &Draft, actor: Actor, permission: Permission) -> Result<Staff, Halt> {
    let Actor::Staff(id) = actor else { return Err(Common::NoPermission.into()) };
    let staff = d.get::<Staff>(Staff::key(id))?.ok_or(Refusal::NoSuchStaff)?;
    if staff.state != StaffState::Active {
        return Err(Refusal::StaffDisabled.into());
    }
    if !has(staff.permissions, permission) {
        return Err(Common::NoPermission.into());
    }
    Ok(staff)
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
    pub permissions: i64,
}

/// `Job` is whoever runs the program on the server: the first account can come from nobody else.
pub fn add(d: &mut Draft, asked: &Asked, c: &AddStaff) -> Result<Reply, Halt> {
    let by = match asked.actor {
        Actor::Job => None,
        _ => Some(require(d, asked.actor, Permission::ManageStaff, c.branch)?),
    };
    let Digest { high, low } = c.name_hash;
    if d.get::<StaffName>(StaffName::key(high, low))?.is_some() {
        return Err(Refusal::NameTaken.into());
    }
    let id = d.new_id(StaffId);
    d.put(StaffName { high, low, staff: id })?;
    let (branch, permissions) = (c.branch, c.permissions);
    let state = StaffState::Active;
    d.add(Staff { id, state, branch, permissions, failures: 0, locked_until: 0, at: asked.now.at });
    d.emit(StaffFace { staff: id, name: c.name.clone(), password_hash: c.password_hash.clone() });
    audit(d, by, "staff.add", id.0, &c.name, asked.now);
    Ok(Reply::StaffAdded { staff: id })
}
