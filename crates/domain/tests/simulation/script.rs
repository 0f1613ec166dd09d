//! What people ask for next: mostly sensible, often not.

use crate::dice::Dice;
use crate::model::Model;
use crate::script_enrolments::is_crowded;
use crate::support::digest;
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::messages::{AllowNotice, ChooseNotices, MarkRead};
use domain::slices::Command;
use domain::staff::{AddStaff, NoteExport, Role};
use domain::tables::{BranchId, MessageId, ReaderId, StaffId};

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
        match self.dice.below(370) {
            0..31 => self.at_the_door(),
            31..84 => self.about_a_card(),
            84..120 if self.model.prizes.len() > 2 => self.about_a_redemption(),
            84..136 => self.about_a_prize(),
            136..142 => self.about_a_place(),
            142..154 => self.in_the_personal_centre(),
            154..156 => self.about_staff(),
            156..158 => self.about_a_rule(),
            158..176 => self.about_a_member(),
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
            6..9 => Command::from(ChooseNotices { wanted: self.dice.one_in(3) }),
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
        (by, Command::from(self.add_staff()))
    }

    pub fn reader(&mut self) -> Actor {
        match self.dice.below(40) {
            0 => Actor::Visitor,
            1 => Actor::Reader(ReaderId(NOBODY)),
            _ => self.dice.pick(self.model.readers.keys()).map_or(Actor::Visitor, |id| Actor::Reader(ReaderId(*id))),
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
        able.max_by_key(|(_, staff)| staff.permissions.count_ones())
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
        let permissions = self.dice.pick(Role::ALL).map_or(0, Role::permissions);
        // The pages have no role that edits prizes or places for one branch only; the rule holds all the same.
        let permissions = if self.dice.one_in(3) { 1 | 2 | 128 } else { permissions };
        AddStaff {
            name_hash: digest(NAME, self.dice.below(12)),
            name: "馆员".into(),
            password_hash: String::new(),
            branch: BranchId(1 + self.dice.below(2)),
            permissions,
        }
    }
}
