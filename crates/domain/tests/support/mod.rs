//! An in-memory database that is as strict as SQL, and a partial world over it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub mod activities;
pub mod asking;
pub mod binding;
pub mod everything;
pub mod everything_activities;
pub mod everything_books;
pub mod everything_letters;
pub mod everything_phones;
pub mod everything_transfers;
pub mod rows;

use domain::core::asked::{Actor, Idempotency, Now};
use domain::core::digest::Digest;
use domain::core::record::Record;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::core::row::{Cells, KEY_CELLS_MAX, Key, Row};
use domain::core::world::{Halt, Need, World};
use domain::rules::Rule;
use domain::slices::{Command, Envelope, decide, needs};
use domain::staff::{Audit, Permission, Role, bits};
use domain::tables::{BranchId, OwnRole, RoleNumber, RuleValue, Staff, StaffId, StaffRole, Table};
use std::collections::BTreeMap;
use std::ops::Bound;

pub const BRANCH: BranchId = BranchId(1);
pub const LIBRARIAN: StaffId = StaffId(1);
pub const MORNING: i64 = 1_795_395_600_000; // 2026-11-23 09:00 in Nanjing

#[derive(Clone)]
pub struct Memory {
    rows: BTreeMap<(Table, Key), Cells>,
    pub records: Vec<Record>,
    next_id: i64,
}

impl Default for Memory {
    fn default() -> Self {
        let mut memory = Memory { rows: BTreeMap::new(), records: vec![], next_id: 1_000 };
        memory.staff_everywhere(LIBRARIAN, bits(&[Permission::EditPrizes, Permission::HandOver]));
        memory
    }
}

impl Memory {
    pub fn set<R: Row>(&mut self, row: R) {
        let cells = row.cells();
        self.rows.insert((R::TABLE, domain::core::row::key_of(&cells, R::TABLE.shape().keys)), cells);
    }

    pub fn set_cells(&mut self, table: Table, key: Key, cells: Cells) {
        self.rows.insert((table, key), cells);
    }

    pub fn forget(&mut self, table: Table, key: Key) {
        self.rows.remove(&(table, key));
    }

    pub fn new_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub fn get<R: Row>(&self, key: Key) -> Option<R> {
        self.rows.get(&(R::TABLE, key)).map(|cells| R::of(cells).unwrap())
    }

    pub fn all<R: Row>(&self) -> Vec<R> {
        let range = (R::TABLE, [i64::MIN; KEY_CELLS_MAX])..=(R::TABLE, [i64::MAX; KEY_CELLS_MAX]);
        self.rows.range(range).map(|(_, cells)| R::of(cells).unwrap()).collect()
    }

    pub fn rows(&self) -> impl Iterator<Item = (Table, &Key, &Cells)> {
        self.rows.iter().map(|((table, key), cells)| (*table, key, cells))
    }

    pub fn answer(&self, need: &Need) -> Vec<Cells> {
        match *need {
            Need::Row(table, key) => self.rows.get(&(table, key)).copied().into_iter().collect(),
            Need::Range { table, depth, from, limit } => {
                let rows = self.rows.range((Bound::Excluded((table, from)), Bound::Unbounded));
                let rows = rows.take_while(|((t, k), _)| *t == table && k[..depth] == from[..depth]);
                rows.take(limit).map(|(_, cells)| *cells).collect()
            }
        }
    }

    pub fn world(&self) -> World {
        World::new(self.next_id)
    }

    /// Applies what the world changed: a blind insert over a row, or a change of what is not there, is an error.
    pub fn flush(&mut self, world: &World) -> Result<(), String> {
        for (table, key, slot) in world.changed() {
            let before = match slot.now {
                Some(cells) => self.rows.insert((table, key), cells),
                None => self.rows.remove(&(table, key)),
            };
            if before != slot.base {
                return Err(format!("flush: the world was wrong about {table:?} {key:?}: {slot:?} but {before:?}"));
            }
        }
        self.records.extend(world.records().iter().cloned());
        self.next_id = world.next_id();
        Ok(())
    }

    /// One command in a batch of its own, with the writer's hints and without: a hint never changes an answer.
    pub fn run(&mut self, envelope: &Envelope, now: Now) -> Result<Replied, Refused> {
        let (mut world, mut bare) = (self.world(), self.world());
        let answer = step(self, &mut world, envelope, now, true);
        assert_eq!(answer, step(self, &mut bare, envelope, now, false), "without hints: {envelope:?}");
        assert_eq!(effects(&world), effects(&bare), "without hints: {envelope:?}");
        self.flush(&world).unwrap();
        answer
    }

    /// Somebody who may do just this, in the branch they sit in.
    pub fn staff(&mut self, id: StaffId, permissions: i64) {
        self.employ(rows::staff(id), Some(BRANCH), permissions);
    }

    pub fn staff_everywhere(&mut self, id: StaffId, permissions: i64) {
        self.employ(rows::staff(id), None, permissions);
    }

    /// Their one role is of the library's own, and nobody else's.
    pub fn employ(&mut self, staff: Staff, branch: Option<BranchId>, permissions: i64) {
        let (role, at) = (RoleNumber(100_000 + staff.id.0), staff.at);
        self.set(OwnRole { role, permissions, at });
        self.give(staff, role, branch);
    }

    /// The librarian is the administrator of the whole library, and nobody's helper.
    pub fn chief(&mut self) -> RoleNumber {
        let role = Role::Administrator.number();
        *self = Memory { rows: BTreeMap::new(), records: vec![], next_id: 1_000 };
        self.give(rows::staff(LIBRARIAN), role, None);
        role
    }

    /// Instead of the roles they had.
    fn give(&mut self, staff: Staff, role: RoleNumber, branch: Option<BranchId>) {
        let (id, at) = (staff.id, staff.at);
        self.set(staff);
        self.rows.retain(|(table, key), _| *table != Table::StaffRole || key[0] != id.0);
        self.set(StaffRole { staff: id, role, branch, given_by: None, at });
    }

    /// As if the library had always set it so.
    pub fn rule(&mut self, rule: Rule, value: i64) {
        self.set(RuleValue { rule: rule.into(), since: 0, at: 0, value, set_by: None });
    }

    pub fn audits(&self) -> Vec<Audit> {
        self.records.iter().filter_map(Record::of).collect()
    }

    /// The newest record, which is an audit row.
    pub fn last_audit(&self) -> Audit {
        self.records.last().and_then(Record::of).unwrap()
    }

    pub fn ask(&mut self, actor: Actor, command: Command, now: Now) -> Result<Replied, Refused> {
        let seed = self.next_id.wrapping_mul(0x5851_F42D_4C95_7F2D);
        self.run(&Envelope { actor, key: None, command, seed }, now)
    }
}

/// A change of a row: what the database has, and what it will have.
pub type Change = (Table, Key, Option<Cells>, Option<Cells>);

/// All that a batch would write.
pub fn effects(world: &World) -> (Vec<Change>, Vec<Record>, i64) {
    let changes = world.changed().into_iter().map(|(table, key, slot)| (table, key, slot.base, slot.now));
    (changes.collect(), world.records().to_vec(), world.next_id())
}

/// With the writer's hints, as many rounds as the writer takes; without them a crowd comes row by row.
const ROUNDS_MAX: usize = 64;
const ROUNDS_WITHOUT_HINTS_MAX: usize = 5_000;

/// Decides one command, loading what it misses. `hinted`: as the writer does, or all on the way.
pub fn step(memory: &Memory, world: &mut World, e: &Envelope, now: Now, hinted: bool) -> Result<Replied, Refused> {
    if hinted {
        for need in needs(e).iter().filter(|need| world.lacks(need)).copied().collect::<Vec<_>>() {
            world.learn(&need, &memory.answer(&need));
        }
    }
    for _ in 0..if hinted { ROUNDS_MAX } else { ROUNDS_WITHOUT_HINTS_MAX } {
        let mut draft = world.draft();
        match decide(&mut draft, e, now) {
            Ok(reply) => {
                draft.keep();
                return Ok(reply);
            }
            Err(Halt::Refused(why)) => return Err(why),
            Err(Halt::Corrupt(table, key)) => panic!("corrupt {table:?} {key:?}"),
            Err(Halt::Missing(need)) => {
                drop(draft);
                // The writer loads what else is wanted along with it; without hints each comes in a round of its own.
                let wanted = world.take_wanted().into_iter().filter(|wanted| hinted && *wanted != need);
                for need in std::iter::once(need).chain(wanted) {
                    world.learn(&need, &memory.answer(&need));
                }
            }
        }
    }
    panic!("{e:?} never stops missing rows")
}

pub fn digest(label: i64, value: i64) -> Digest {
    Digest { high: label * 1_000_003 + 1, low: value.wrapping_mul(0x9E37_79B9_7F4A_7C15u64 as i64) | 1 }
}

pub fn keyed(n: i64, body: i64) -> Option<Idempotency> {
    Some(Idempotency { key: digest(90, n), body: digest(91, body) })
}

pub fn at(at: i64) -> Now {
    Now { at, today: day(at), minute: minute(at) }
}

/// The minute of that day.
pub fn minute(at: i64) -> i64 {
    (at + 8 * 3_600_000).rem_euclid(86_400_000) / 60_000
}

/// The calendar day eight hours ahead of UTC.
pub fn day(at: i64) -> i64 {
    let days = (at + 8 * 3_600_000).div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * shifted + 2) / 5 + 1, if shifted < 10 { shifted + 3 } else { shifted - 9 });
    (year_of_era + era * 400 + i64::from(month <= 2)) * 10_000 + month * 100 + day
}
