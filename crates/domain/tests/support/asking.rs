//! Who asks is judged before what is asked for: alike for every command of a kind, and whatever else is wrong.

use super::{LIBRARIAN, MORNING, Memory, at, rows};
use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::readers;
use domain::slices::Command;
use domain::staff::{self, Permission};
use domain::tables::{Reader, ReaderId, ReaderState, Staff, StaffId, StaffState, Table};

/// A member of staff who may do just what a test lets them do, in the one branch.
pub const HELPER: StaffId = StaffId(2);
const STRANGER: Actor = Actor::Reader(ReaderId(99));

impl Memory {
    fn refuses(&mut self, actor: Actor, command: &Command, why: Refused) {
        let answer = self.ask(actor, command.clone(), at(MORNING));
        assert_eq!(answer, Err(why), "{actor:?} {command:?}");
    }

    pub fn is_for_the_program(&mut self, command: &Command) {
        for stranger in [Actor::Visitor, STRANGER, Actor::Staff(LIBRARIAN)] {
            self.refuses(stranger, command, Refused::from(Common::NoPermission));
        }
    }

    /// Leaves the reader's account as it was.
    pub fn is_for_readers(&mut self, id: ReaderId, command: &Command) {
        let account = self.get::<Reader>(Reader::key(id)).expect("a reader");
        self.forget(Table::Reader, Reader::key(id));
        for nobody in [Actor::Visitor, Actor::Job, Actor::Staff(LIBRARIAN), Actor::Reader(id)] {
            self.refuses(nobody, command, Refused::from(readers::Refusal::SignedOut));
        }
        self.set(Reader { state: ReaderState::Closed, ..account });
        self.refuses(Actor::Reader(id), command, Refused::from(readers::Refusal::AccountClosed));
        self.set(account);
    }

    pub fn is_not_for_others(&mut self, command: &Command) {
        for nobody in [Actor::Visitor, Actor::Job, STRANGER] {
            self.refuses(nobody, command, Refused::from(Common::NoPermission));
        }
    }

    /// Leaves a helper who has this permission alone.
    pub fn is_for_staff(&mut self, permission: Permission, command: &Command) {
        let (helper, bit) = (Actor::Staff(HELPER), permission as i64);
        self.forget(Table::Staff, Staff::key(HELPER));
        self.refuses(helper, command, Refused::from(staff::Refusal::NoSuchStaff));
        self.set(Staff { state: StaffState::Disabled, ..rows::staff(HELPER) });
        self.refuses(helper, command, Refused::from(staff::Refusal::StaffDisabled));
        self.staff(HELPER, !bit);
        self.refuses(helper, command, Refused::from(Common::NoPermission));
        self.staff(HELPER, bit);
    }
}
