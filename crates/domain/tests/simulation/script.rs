//! What people ask for next: mostly sensible, often not.

use crate::ROOMS;
use crate::dice::Dice;
use crate::model::Model;
use crate::script_enrolments::is_crowded;
use crate::support::digest;
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::messages::{AllowNotice, ChooseNotices, ChooseTopic, MarkRead, NoteFollowing};
use domain::sessions::AgreeToPrivacy;
use domain::slices::Command;
use domain::staff::{AddStaff, ChangeStaff, NoteExport, Permission, Role, SaveRole, StaffChange, bits};
use domain::tables::{BranchId, MessageId, ReaderId, RoleNumber, StaffId, Topic};

pub const NOBODY: i64 = 7;

/// Labels under which values are hashed.
const SESSION: i64 = 2;
const NAME: i64 = 9;

pub struct Script<'a> {
    pub dice: &'a mut Dice,
    pub model: &'a Model,
    pub at: i64,
}

impl Script<'_> {
    pub fn next(&mut self) -> (Actor, Command) {
        if is_crowded(self.model, self.at) && self.dice.one_in(4) {
            return self.about_a_place_of_ones_own();
        }
        if self.dice.one_in(12) && self.has_absent() {
            return (Actor::Job, self.mark_no_show());
        }
        if self.dice.one_in(6) && self.has_room_for_who_waits() {
            return (Actor::Job, self.promote());
        }
        // Pauses are short and rare: whoever has one tries the door.
        if self.dice.one_in(2) && self.has_open_doors() && self.is_anybody_paused() {
            return self.attend();
        }
        // As often as there is something to ask for.
        let of_rooms = !ROOMS.is_empty() && self.dice.below(58) < ROOMS.len() as i64;
        if let Some(room) = self.dice.pick(ROOMS).filter(|_| of_rooms) {
            return (room.next)(self);
        }
        match self.dice.below(370) {
            0..31 => self.at_the_door(),
            31..84 => self.about_a_card(),
            84..120 if self.model.prizes.len() > 2 => self.about_a_redemption(),
            84..136 => self.about_a_prize(),
            136..142 => self.about_a_place(),
            142..154 => self.in_the_personal_centre(),
            154..157 => self.about_staff(),
            157..160 => self.about_a_rule(),
            160..176 => self.about_a_member(),
            // Before anybody has a card, little else can come of anything.
            176..318 if !self.has_bound() => {
                if self.dice.one_in(3) {
                    self.at_the_door()
                } else {
                    self.about_a_card()
                }
            }
            176..192 => self.about_a_stamp(),
            192..222 => self.about_an_activity(),
            222..303 if self.has_open_activity() => self.about_a_place_of_ones_own(),
            303..318 if !self.model.activities.is_empty() => self.after_an_activity(),
            222..318 => self.about_an_activity(),
            _ => self.by_the_program(),
        }
    }

    fn has_bound(&self) -> bool {
        self.model.cards.values().filter(|card| card.reader.is_some()).count() > 2
    }

    fn in_the_personal_centre(&mut self) -> (Actor, Command) {
        let reader = self.reader();
        let command = match self.dice.below(12) {
            0..6 => Command::from(self.mark_read(reader)),
            6..8 => Command::from(ChooseNotices { wanted: self.dice.one_in(3) }),
            8 => Command::from(ChooseTopic {
                topic: Topic::ALL[self.dice.below(7) as usize],
                wanted: self.dice.one_in(2),
            }),
            9 => {
                let known = self.dice.pick(self.model.readers.keys().collect::<Vec<_>>()).copied();
                let about = ReaderId(if self.dice.one_in(20) { NOBODY } else { known.unwrap_or(NOBODY) });
                let by = if self.dice.one_in(20) { reader } else { Actor::Job };
                return (
                    by,
                    Command::from(NoteFollowing {
                        reader: about,
                        follows: self.dice.one_in(2),
                        known_at: self.at - self.dice.below(9_000_000),
                    }),
                );
            }
            10 => Command::from(AgreeToPrivacy {}),
            _ => Command::from(AllowNotice {}),
        };
        (reader, command)
    }

    fn about_staff(&mut self) -> (Actor, Command) {
        if self.dice.one_in(3) {
            let (what, filter) = ("redemptions.export", String::new());
            return (self.staff(), Command::from(NoteExport { what, filter, rows: self.dice.below(99) }));
        }
        let by = if self.dice.one_in(3) { Actor::Job } else { self.staff() };
        let command = match self.dice.below(4) {
            0 => self.save_role().into(),
            1 => self.change_staff(by).into(),
            _ => self.add_staff().into(),
        };
        (by, command)
    }

    pub fn reader(&mut self) -> Actor {
        match self.dice.below(40) {
            0 => Actor::Visitor,
            1 => Actor::Reader(ReaderId(NOBODY)),
            // Who has left comes seldom.
            _ => {
                let stay = |id: &&i64| !self.model.left.contains(*id);
                let there: Vec<i64> = self.model.readers.keys().filter(stay).copied().collect();
                self.dice.pick(there).map_or(Actor::Visitor, |id| Actor::Reader(ReaderId(id)))
            }
        }
    }

    pub fn staff(&mut self) -> Actor {
        match self.dice.below(40) {
            0 => Actor::Visitor,
            1 => Actor::Staff(StaffId(NOBODY)),
            2 => Actor::Job,
            3..20 => self.chief(),
            _ => self.dice.pick(self.model.staff.keys()).map_or(Actor::Job, |id| Actor::Staff(StaffId(*id))),
        }
    }

    /// Who may do the most: a library of helpers would grant nothing.
    pub fn chief(&self) -> Actor {
        let able = self.model.staff.iter().filter(|(_, staff)| !staff.disabled);
        able.max_by_key(|(_, staff)| (staff.everywhere, self.model.allowed(staff).count_ones()))
            .map_or(Actor::Job, |(id, _)| Actor::Staff(StaffId(*id)))
    }

    pub fn job(&mut self) -> Actor {
        if self.dice.one_in(40) { self.staff() } else { Actor::Job }
    }

    /// A token that no session had.
    pub fn token(&mut self) -> Digest {
        digest(SESSION, self.dice.below(i64::MAX))
    }

    pub fn session(&mut self) -> Digest {
        let known = self.dice.pick(self.model.sessions.keys()).copied();
        known.filter(|_| !self.dice.one_in(10)).unwrap_or_else(|| self.token())
    }

    fn mark_read(&mut self, actor: Actor) -> MarkRead {
        let Actor::Reader(ReaderId(reader)) = actor else { return MarkRead { message: None } };
        let messages = self.model.readers.get(&reader).map_or(&[][..], |reader| &reader.messages);
        let message = match self.dice.below(8) {
            0 => Some(NOBODY),
            1..3 => None,
            _ => self.dice.pick(messages).map(|message| message.id),
        };
        MarkRead { message: message.map(MessageId) }
    }

    fn add_staff(&mut self) -> AddStaff {
        let own = self.dice.pick(self.model.own_roles.keys()).copied().filter(|_| self.dice.one_in(2));
        let built_in = self.dice.pick(Role::ALL).map_or(NOBODY, |role| role.number().0);
        let role = if self.dice.one_in(30) { NOBODY } else { own.unwrap_or(built_in) };
        let usual = Role::of(RoleNumber(role)).is_some_and(Role::is_everywhere);
        let everywhere = usual != self.dice.one_in(8);
        AddStaff {
            name_hash: digest(NAME, self.dice.below(12)),
            name: "馆员".into(),
            password_hash: String::new(),
            branch: BranchId(1 + self.dice.below(2)),
            role: RoleNumber(role),
            everywhere,
        }
    }

    fn change_staff(&mut self, by: Actor) -> ChangeStaff {
        let change = match self.dice.below(8) {
            0 => StaffChange::Pause,
            1..4 => StaffChange::Resume,
            4..6 => StaffChange::Unlock,
            _ => StaffChange::Password { hash: String::new() },
        };
        // Now and then it is their own account.
        let own = self.model.names.iter().find(|(_, id)| Actor::Staff(StaffId(**id)) == by).map(|(name, _)| *name);
        let name_hash = own.filter(|_| self.dice.one_in(3)).unwrap_or_else(|| digest(NAME, self.dice.below(12)));
        ChangeStaff { name_hash, name: "馆员".into(), change }
    }

    fn save_role(&mut self) -> SaveRole {
        let known = self.dice.pick(self.model.own_roles.keys()).copied().map(RoleNumber);
        let role = match self.dice.below(12) {
            0 => Some(RoleNumber(NOBODY)),
            1..5 => known,
            _ => None,
        };
        let name = if self.dice.one_in(20) { " " } else { "值班" };
        // Much or little; seldom what is no permission.
        let permissions = match self.dice.below(10) {
            0 => 8,
            1..6 => bits(Permission::ALL) & self.dice.below(1 << 13),
            _ => bits(&[Permission::EditPrizes, Permission::HandOver, Permission::EditPlaces]),
        };
        SaveRole { role, name: name.into(), permissions }
    }
}
