//! Roles and what they allow. An account has roles; what it may do is computed when it is asked, so an account made
//! before a permission existed has it too.

use crate::core::asked::{Actor, Asked};
use crate::core::refusal::Common;
use crate::core::texts;
use crate::core::world::{Draft, Halt};
use crate::staff::{Refusal, Reply, RoleName, audit, require_everywhere};
use crate::tables::{BranchId, OwnRole, RoleNumber, StaffId, StaffRole};

macro_rules! permissions {
    ($($(#[$doc:meta])* $Permission:ident = $bit:literal, $word:literal;)+) => {
        /// One thing that staff may do: a bit, so that a role of the library's own is a number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(i64)]
        pub enum Permission { $($(#[$doc])* $Permission = 1 << $bit),+ }
        impl Permission {
            pub const ALL: &[Permission] = &[$(Permission::$Permission),+];
            /// As the command line calls it.
            pub fn word(self) -> &'static str {
                match self { $(Permission::$Permission => $word),+ }
            }
        }
    };
}

// Bit 3 once stood for all branches.
permissions! {
    EditPrizes = 0, "edit-prizes";
    HandOver = 1, "hand-over";
    ManageStaff = 2, "manage-staff";
    Read = 4, "read";
    CancelRedemptions = 5, "cancel-redemptions";
    /// Hands prizes over outside the hours of the place.
    OverrideHours = 6, "override-hours";
    EditPlaces = 7, "edit-places";
    /// Binds a card to a reader whose identity was seen.
    BindCards = 8, "bind-cards";
    /// Jobs and outside parties.
    ManageSystem = 9, "manage-system";
    /// Activities of readers and volunteers.
    EditActivities = 10, "edit-activities";
    /// Says who was there.
    TakeAttendance = 11, "take-attendance";
    ReviewVolunteers = 12, "review-volunteers";
    /// Decides on suggestions, orders books.
    AcquireBooks = 13, "acquire-books";
    /// What readers read about the library: questions and their answers.
    EditContent = 14, "edit-content";
    AnswerFeedback = 15, "answer-feedback";
    ReviewTransfers = 16, "review-transfers";
}

/// The built-in roles.
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

    /// As it is stored. Negative: the library's own roles have ids, which are not.
    pub const fn number(self) -> RoleNumber {
        RoleNumber(match self {
            Role::Administrator => -1,
            Role::Director => -2,
            Role::Activities => -3,
            Role::Acquisitions => -4,
            Role::Desk => -5,
            Role::Auditor => -6,
        })
    }

    pub fn of(number: RoleNumber) -> Option<Self> {
        Role::ALL.into_iter().find(|role| role.number() == number)
    }

    /// Whether it is given for all branches rather than for one, unless somebody says otherwise.
    pub fn is_everywhere(self) -> bool {
        matches!(self, Role::Administrator | Role::Director | Role::Auditor)
    }

    pub fn permissions(self) -> i64 {
        use Permission::{
            AcquireBooks, BindCards, CancelRedemptions, EditActivities, HandOver, ManageStaff, ManageSystem,
            OverrideHours, Read, ReviewVolunteers, TakeAttendance,
        };
        match self {
            Role::Administrator => bits(Permission::ALL),
            Role::Director => bits(Permission::ALL) & !bits(&[ManageStaff, ManageSystem]),
            Role::Activities => bits(&[Read, EditActivities, TakeAttendance, ReviewVolunteers]),
            Role::Acquisitions => bits(&[Read, AcquireBooks]),
            Role::Auditor => bits(&[Read]),
            // A reader who has come on the wrong day is helped all the same; the audit says so.
            Role::Desk => bits(&[HandOver, Read, CancelRedemptions, OverrideHours, BindCards, TakeAttendance]),
        }
    }
}

pub fn bits(of: &[Permission]) -> i64 {
    of.iter().fold(0, |bits, permission| bits | *permission as i64)
}

pub fn has(permissions: i64, permission: Permission) -> bool {
    permissions & permission as i64 != 0
}

pub fn has_any(permissions: i64, any: &[Permission]) -> bool {
    any.iter().any(|permission| has(permissions, *permission))
}

/// What somebody may do, and where: for each of their roles what it allows, and for which branch; None: for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights(pub Vec<(i64, Option<BranchId>)>);

impl Rights {
    /// `own`: the library's own roles among them. One that is gone allows nothing.
    pub fn of(roles: &[StaffRole], own: &[OwnRole]) -> Self {
        let allowed = |role: RoleNumber| match Role::of(role) {
            Some(role) => role.permissions(),
            None => own.iter().find(|own| own.role == role).map_or(0, |own| own.permissions),
        };
        Rights(roles.iter().map(|role| (allowed(role.role), role.branch)).collect())
    }

    /// All that they may do in one branch or another.
    pub fn anywhere(&self) -> i64 {
        self.0.iter().fold(0, |all, (permissions, _)| all | permissions)
    }

    pub fn may(&self, permission: Permission, branch: BranchId) -> bool {
        self.0.iter().any(|(may, of)| has(*may, permission) && of.is_none_or(|of| of == branch))
    }

    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.0.iter().any(|(may, of)| has(*may, permission) && of.is_none())
    }

    /// Whether a branch's things are theirs to look at, by any of these permissions.
    pub fn covers(&self, any: &[Permission], branch: BranchId) -> bool {
        any.iter().any(|permission| self.may(*permission, branch))
    }

    /// The branches in which they have any of these permissions; None: in all.
    pub fn branches(&self, any: &[Permission]) -> Option<Vec<BranchId>> {
        self.0.iter().filter(|(may, _)| has_any(*may, any)).map(|(_, of)| *of).collect()
    }

    /// Whether all of these bits are theirs, in a branch or (None) in all of them.
    pub fn hold(&self, bits: i64, branch: Option<BranchId>) -> bool {
        let there = self.0.iter().filter(|(_, of)| of.is_none() || *of == branch);
        bits & !there.fold(0, |all, (may, _)| all | may) == 0
    }
}

/// What a role allows; one of the library's own must be there.
pub fn allowed(d: &Draft, role: RoleNumber) -> Result<i64, Halt> {
    match Role::of(role) {
        Some(role) => Ok(role.permissions()),
        None => Ok(d.get::<OwnRole>(OwnRole::key(role))?.ok_or(Refusal::NoSuchRole)?.permissions),
    }
}

/// Refuses to give anybody more than the giver has, in a branch or (None) in all of them. Job: whoever runs the program.
pub fn require_hold(d: &Draft, actor: Actor, bits: i64, branch: Option<BranchId>) -> Result<(), Halt> {
    match actor {
        Actor::Staff(giver) if !rights(d, giver)?.hold(bits, branch) => Err(Refusal::MoreThanYourOwn.into()),
        _ => Ok(()),
    }
}

/// For decisions.
pub fn rights(d: &Draft, staff: StaffId) -> Result<Rights, Halt> {
    let roles = d.children::<StaffRole, 1>([staff.0])?;
    let mut own = vec![];
    for role in roles.iter().filter(|role| Role::of(role.role).is_none()) {
        own.extend(d.get::<OwnRole>(OwnRole::key(role.role))?);
    }
    Ok(Rights::of(&roles, &own))
}

fn words(permissions: i64) -> String {
    let held = Permission::ALL.iter().filter(|permission| has(permissions, **permission));
    let words: Vec<&str> = held.map(|permission| permission.word()).collect();
    words.join(",")
}

/// Makes a role of the library's own (`role` None), or changes what it allows.
#[derive(Clone, Debug)]
pub struct SaveRole {
    pub role: Option<RoleNumber>,
    pub name: String,
    pub permissions: i64,
}

/// Refuses what is no permission, more than the giver has, and to change a built-in role: the program does that.
///
/// Refusals: MoreThanYourOwn, NoPermission, NoSuchRole, NoSuchStaff, NotPositive, OtherBranch, StaffDisabled,
/// TitleMissing.
pub fn save(d: &mut Draft, asked: &Asked, c: &SaveRole) -> Result<Reply, Halt> {
    let by = match asked.actor {
        Actor::Job => None,
        actor => Some(require_everywhere(d, actor, Permission::ManageStaff)?),
    };
    texts::title(&c.name)?;
    if c.permissions & !bits(Permission::ALL) != 0 {
        return Err(Common::NotPositive.into());
    }
    require_hold(d, asked.actor, c.permissions, None)?;
    let at = asked.now.at;
    let (role, before) = match c.role {
        Some(role) => {
            let before = d.get::<OwnRole>(OwnRole::key(role))?.ok_or(Refusal::NoSuchRole)?;
            d.put(OwnRole { permissions: c.permissions, at, ..before })?;
            (role, before.permissions)
        }
        None => {
            let role = d.new_id(RoleNumber);
            d.add(OwnRole { role, permissions: c.permissions, at });
            (role, 0)
        }
    };
    let name = c.name.trim();
    d.emit(RoleName { role, name: name.into() });
    let note = format!("{name}：{} → {}", words(before), words(c.permissions));
    audit(d, by, "role.save", role.0, &note, asked.now);
    Ok(Reply::RoleSaved { role })
}
