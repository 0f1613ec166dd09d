//! The model's rules of sessions and staff.

use crate::model::{Answer, Model, Reader, Session, Staff, says};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::refusal::{Common, Refused};
use domain::readers;
use domain::sessions::{self, Enter, SignInStaff};
use domain::staff::{self, AddStaff, ChangeStaff, Permission, Role, SaveRole, StaffChange};
use domain::tables::{ReaderId, RoleNumber, StaffId};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

impl Session {
    pub fn until(&self) -> i64 {
        self.at + if self.staff { 12 * HOUR } else { 30 * 24 * HOUR }
    }

    pub fn is_live(&self, at: i64) -> bool {
        let idle = self.staff && self.seen + 30 * MINUTE <= at;
        !idle && at < self.until()
    }
}

impl Model {
    pub fn enter(&mut self, c: &Enter, at: i64, heard: &Answer) -> Answer {
        let joined = c.union.and_then(|union| self.wechat.get(&union).copied());
        let known = self.wechat.get(&c.wechat).copied();
        let who = match known.or(joined) {
            Some(known) if self.readers.get(&known).is_some_and(|reader| reader.closed) => {
                return Err(readers::Refusal::AccountClosed.into());
            }
            Some(who) => {
                if known.is_none() {
                    self.wechat.insert(c.wechat, who);
                }
                who
            }
            None if !c.consented => return Err(readers::Refusal::NotRegistered.into()),
            None => {
                let new = self.fresh(heard);
                self.wechat.insert(c.wechat, new);
                self.readers.insert(new, Reader::default());
                new
            }
        };
        if let Some(union) = c.union.filter(|_| joined.is_none()) {
            self.wechat.insert(union, who);
        }
        self.rotate(c.replaces, c.session, Session { staff: false, who, at, seen: at });
        says(sessions::Reply::Entered { reader: ReaderId(who) })
    }

    pub fn agree_to_privacy(&mut self, actor: Actor) -> Answer {
        let reader = self.reader(actor)?;
        self.readers.entry(reader).or_default().privacy = 1;
        says(sessions::Reply::PrivacyAgreed { version: 1 })
    }

    pub fn rotate(&mut self, old: Option<Digest>, new: Digest, session: Session) {
        if let Some(old) = old {
            self.sessions.remove(&old);
        }
        self.sessions.insert(new, session);
    }

    pub fn sign_in_staff(&mut self, c: &SignInStaff, at: i64) -> Answer {
        let staff = self.staff.get_mut(&c.staff.0).ok_or(staff::Refusal::NoSuchStaff)?;
        if staff.locked_until > at && !c.known_browser {
            return Err(staff::Refusal::LockedOut { until: staff.locked_until }.into());
        }
        if !c.right && c.known_browser {
            return says(sessions::Reply::WrongPassword { tries_left: 5 - staff.wrong });
        }
        if !c.right {
            staff.wrong += 1;
            let left = 5 - staff.wrong;
            if left == 0 {
                *staff = Staff { wrong: 0, locked_until: at + 15 * MINUTE, ..*staff };
            }
            return says(sessions::Reply::WrongPassword { tries_left: left });
        }
        if staff.disabled {
            return Err(staff::Refusal::StaffDisabled.into());
        }
        staff.wrong = 0;
        self.rotate(c.replaces, c.session, Session { staff: true, who: c.staff.0, at, seen: at });
        says(sessions::Reply::StaffSignedIn { staff: c.staff })
    }

    pub fn sign_out(&mut self, session: Digest) -> Answer {
        self.sessions.remove(&session);
        says(sessions::Reply::SignedOut)
    }

    pub fn touch(&mut self, session: Digest, at: i64) -> Answer {
        let session = self.sessions.get_mut(&session).filter(|session| session.is_live(at));
        let session = session.ok_or(readers::Refusal::SignedOut)?;
        // Fresh for five minutes.
        if at - session.seen >= 5 * 60_000 {
            session.seen = at;
        }
        says(sessions::Reply::Touched)
    }

    pub fn may(&self, actor: Actor, what: Permission, branch: i64) -> Result<i64, Refused> {
        let id = self.may_anywhere(actor, what)?;
        let elsewhere = self.staff[&id].branch != branch && !self.staff[&id].everywhere;
        if elsewhere { Err(staff::Refusal::OtherBranch.into()) } else { Ok(id) }
    }

    pub fn may_anywhere(&self, actor: Actor, what: Permission) -> Result<i64, Refused> {
        let Actor::Staff(id) = actor else { return Err(Common::NoPermission.into()) };
        let staff = self.staff.get(&id.0).ok_or(staff::Refusal::NoSuchStaff)?;
        match () {
            () if staff.disabled => Err(staff::Refusal::StaffDisabled.into()),
            () if self.allowed(staff) & what as i64 == 0 => Err(Common::NoPermission.into()),
            () => Ok(id.0),
        }
    }

    pub fn note_export(&mut self, actor: Actor, rows: i64) -> Answer {
        self.may_anywhere(actor, Permission::Read)?;
        self.audits += 1;
        says(staff::Reply::ExportNoted { rows })
    }

    /// A built-in role allows what the program says.
    pub fn allowed(&self, staff: &Staff) -> i64 {
        match Role::of(RoleNumber(staff.role)) {
            Some(role) => role.permissions(),
            None => self.own_roles.get(&staff.role).copied().unwrap_or(0),
        }
    }

    pub fn may_everywhere(&self, actor: Actor, what: Permission) -> Result<i64, Refused> {
        let id = self.may_anywhere(actor, what)?;
        if self.staff[&id].everywhere { Ok(id) } else { Err(staff::Refusal::OtherBranch.into()) }
    }

    /// Whoever may manage staff there has one role, and gives no more than that allows.
    fn has_all(&self, actor: Actor, bits: i64) -> Result<(), Refused> {
        match actor {
            Actor::Staff(id) if bits & !self.allowed(&self.staff[&id.0]) != 0 => {
                Err(staff::Refusal::MoreThanYourOwn.into())
            }
            _ => Ok(()),
        }
    }

    pub fn save_role(&mut self, actor: Actor, c: &SaveRole, heard: &Answer) -> Answer {
        if actor != Actor::Job {
            self.may_everywhere(actor, Permission::ManageStaff)?;
        }
        match () {
            () if c.name.trim().is_empty() => return Err(Common::TitleMissing.into()),
            () if c.permissions & !Role::Administrator.permissions() != 0 => return Err(Common::NotPositive.into()),
            () => {}
        }
        self.has_all(actor, c.permissions)?;
        let id = match c.role {
            Some(RoleNumber(known)) if self.own_roles.contains_key(&known) => known,
            Some(_) => return Err(staff::Refusal::NoSuchRole.into()),
            None => self.fresh(heard),
        };
        self.own_roles.insert(id, c.permissions);
        self.audits += 1;
        says(staff::Reply::RoleSaved { role: RoleNumber(id) })
    }

    pub fn change_staff(&mut self, actor: Actor, c: &ChangeStaff, at: i64) -> Answer {
        let id = *self.names.get(&c.name_hash).ok_or(staff::Refusal::NoSuchStaff)?;
        let of = self.staff[&id];
        if actor != Actor::Job {
            let by = self.may(actor, Permission::ManageStaff, of.branch)?;
            let there = !of.everywhere || self.staff[&by].everywhere;
            if !there && self.allowed(&of) != 0 {
                return Err(staff::Refusal::MoreThanYourOwn.into());
            }
            self.has_all(actor, self.allowed(&of))?;
            if by == id && matches!(c.change, StaffChange::Pause) {
                return Err(staff::Refusal::Yourself.into());
            }
        }
        let changed = match c.change {
            StaffChange::Password { .. } => Staff { wrong: 0, locked_until: 0, since: at, ..of },
            StaffChange::Pause => Staff { disabled: true, since: at, ..of },
            StaffChange::Resume => Staff { disabled: false, ..of },
            StaffChange::Unlock => Staff { wrong: 0, locked_until: 0, ..of },
        };
        self.staff.insert(id, changed);
        self.audits += 1;
        says(staff::Reply::StaffChanged { staff: StaffId(id) })
    }

    pub fn add_staff(&mut self, actor: Actor, c: &AddStaff, heard: &Answer) -> Answer {
        let given_by = match actor {
            Actor::Job => 0,
            actor => self.may(actor, Permission::ManageStaff, c.branch.0)?,
        };
        if c.everywhere && actor != Actor::Job {
            self.may_everywhere(actor, Permission::ManageStaff)?;
        }
        let bits = match Role::of(c.role) {
            Some(role) => role.permissions(),
            None => *self.own_roles.get(&c.role.0).ok_or(staff::Refusal::NoSuchRole)?,
        };
        self.has_all(actor, bits)?;
        if self.names.contains_key(&c.name_hash) {
            return Err(staff::Refusal::NameTaken.into());
        }
        let id = self.fresh(heard);
        self.names.insert(c.name_hash, id);
        let (branch, role, everywhere) = (c.branch.0, c.role.0, c.everywhere);
        let new = Staff { disabled: false, branch, role, everywhere, given_by, wrong: 0, locked_until: 0, since: 0 };
        self.staff.insert(id, new);
        self.audits += 1;
        says(staff::Reply::StaffAdded { staff: StaffId(id) })
    }
}
