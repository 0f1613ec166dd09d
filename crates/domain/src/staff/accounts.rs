//! Accounts that are there: a new password, a pause, the end of a lock.

use super::{Permission, Refusal, Reply, StaffFace, audit, require, rights, roles};
use crate::core::asked::{Actor, Asked};
use crate::core::digest::Digest;
use crate::core::world::{Draft, Halt};
use crate::tables::{Staff, StaffName, StaffState};

#[derive(Clone, Debug)]
pub struct ChangeStaff {
    /// Keyed hash of the sign-in name.
    pub name_hash: Digest,
    pub name: String,
    pub change: StaffChange,
}

#[derive(Clone, Debug)]
pub enum StaffChange {
    /// A new password ends every session, and a lock.
    Password {
        hash: String,
    },
    Pause,
    Resume,
    Unlock,
}

impl StaffChange {
    fn word(&self) -> &'static str {
        match self {
            StaffChange::Password { .. } => "staff.password",
            StaffChange::Pause => "staff.pause",
            StaffChange::Resume => "staff.resume",
            StaffChange::Unlock => "staff.unlock",
        }
    }
}

/// `Job` is whoever runs the program on the server. Nobody pauses themselves, nor changes an account that may do more.
///
/// Refusals: MoreThanYourOwn, NoPermission, NoSuchStaff, OtherBranch, StaffDisabled, Yourself.
pub fn change(d: &mut Draft, asked: &Asked, c: &ChangeStaff) -> Result<Reply, Halt> {
    let Digest { high, low } = c.name_hash;
    let named = d.get::<StaffName>(StaffName::key(high, low))?.ok_or(Refusal::NoSuchStaff)?;
    let mut staff = d.get::<Staff>(Staff::key(named.staff))?.ok_or(Refusal::NoSuchStaff)?;
    let by = match asked.actor {
        Actor::Job => None,
        actor => {
            let by = require(d, actor, Permission::ManageStaff, staff.branch)?;
            for (may, branch) in rights(d, staff.id)?.0 {
                roles::require_hold(d, actor, may, branch)?;
            }
            Some(by)
        }
    };
    match &c.change {
        StaffChange::Password { hash } => {
            let (name, password_hash) = (c.name.clone(), hash.clone());
            d.emit(StaffFace { staff: staff.id, name, password_hash });
            (staff.since, staff.failures, staff.locked_until) = (asked.now.at, 0, 0);
        }
        StaffChange::Pause if by == Some(staff.id) => return Err(Refusal::Yourself.into()),
        StaffChange::Pause => (staff.state, staff.since) = (StaffState::Disabled, asked.now.at),
        StaffChange::Resume => staff.state = StaffState::Active,
        StaffChange::Unlock => (staff.failures, staff.locked_until) = (0, 0),
    }
    let id = staff.id;
    d.put(staff)?;
    audit(d, by, c.change.word(), id.0, &c.name, asked.now);
    Ok(Reply::StaffChanged { staff: id })
}
