//! The world: the rows that a batch has looked at, and what it has changed.

use crate::core::record::Record;
use crate::core::refusal::{Reason, Refused};
use crate::core::row::{Cell, Cells, KEY_CELLS_MAX, Key, Row, key, key_of};
use crate::tables::{SHAPES, Table};
use std::collections::BTreeMap;

/// Something that a decision must see before it can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    Row(Table, Key),
    /// Rows whose key begins with the first `depth` parts of `from`, after `from`.
    Range {
        table: Table,
        depth: usize,
        from: Key,
        limit: usize,
    },
}

impl Need {
    /// The first rows whose key begins so.
    pub const fn heads<const K: usize>(table: Table, begins: [i64; K], limit: usize) -> Need {
        let (mut from, mut n) = (FIRST, 0);
        while n < K {
            from[n] = begins[n];
            n += 1;
        }
        Need::Range { table, depth: K, from, limit }
    }

    /// All rows whose key begins so.
    pub const fn children<const K: usize>(table: Table, begins: [i64; K]) -> Need {
        Need::heads(table, begins, RANGE_PAGE_ROWS)
    }

    pub fn table(&self) -> Table {
        let (Need::Row(table, _) | Need::Range { table, .. }) = *self;
        table
    }
}

/// Why a decision stopped.
#[derive(Debug, PartialEq)]
pub enum Halt {
    Refused(Refused),
    /// Not absent: not looked for yet.
    Missing(Need),
    /// A row holds a number that stands for nothing, or a rule of the ledger would break.
    Corrupt(Table, Key),
}

impl<R: Reason> From<R> for Halt {
    fn from(why: R) -> Self {
        Halt::Refused(why.into())
    }
}

impl From<Refused> for Halt {
    fn from(why: Refused) -> Self {
        Halt::Refused(why)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// As the database has it.
    pub base: Option<Cells>,
    pub now: Option<Cells>,
}

#[derive(Default)]
struct Rows {
    slots: BTreeMap<Key, Slot>,
    /// For a beginning of a key (the rest is zero): the last key up to which all rows are here.
    known: BTreeMap<(usize, Key), Key>,
}

/// Before every key: a part may be 0, or a hash.
const FIRST: Key = [i64::MIN; KEY_CELLS_MAX];
const LAST: Key = [i64::MAX; KEY_CELLS_MAX];
pub const RANGE_PAGE_ROWS: usize = 256;
pub const FIRST_PAGE_ROWS: usize = 32;

fn beginning(of: Key, depth: usize) -> Key {
    let mut key = [0; KEY_CELLS_MAX];
    key[..depth].copy_from_slice(&of[..depth]);
    key
}

pub struct World {
    tables: Vec<Rows>,
    changes: Vec<(Table, Key, Option<Slot>)>,
    /// What a decision that halted wants beside the row that it halted at.
    wanted: Vec<Need>,
    records: Vec<Record>,
    next_id: i64,
}

impl World {
    pub fn new(next_id: i64) -> Self {
        let tables = SHAPES.iter().map(|_| Rows::default()).collect();
        World { tables, changes: vec![], wanted: vec![], records: vec![], next_id }
    }

    pub fn next_id(&self) -> i64 {
        self.next_id
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Loaded together with what is missing, these spare later rounds.
    pub fn take_wanted(&mut self) -> Vec<Need> {
        std::mem::take(&mut self.wanted)
    }

    fn slot(&self, table: Table, key: &Key) -> Option<&Slot> {
        self.tables[table as usize].slots.get(key)
    }

    pub fn lacks(&self, need: &Need) -> bool {
        match need {
            Need::Row(table, key) => self.slot(*table, key).is_none(),
            Need::Range { table, depth, from, .. } => {
                let known = &self.tables[*table as usize].known;
                known.get(&(*depth, beginning(*from, *depth))).is_none_or(|upto| upto <= from)
            }
        }
    }

    /// What the store has found; `need` is answered by these rows and no others.
    pub fn learn(&mut self, need: &Need, found: &[Cells]) {
        let rows = &mut self.tables[need.table() as usize];
        let keys = need.table().shape().keys;
        for cells in found {
            // A changed row is never overwritten.
            rows.slots.entry(key_of(cells, keys)).or_insert(Slot { base: Some(*cells), now: Some(*cells) });
        }
        match *need {
            Need::Row(_, key) => {
                rows.slots.entry(key).or_insert(Slot { base: None, now: None });
            }
            Need::Range { depth, from, limit, .. } => {
                let full = found.len() >= limit;
                let upto = found.last().filter(|_| full).map_or(LAST, |last| key_of(last, keys));
                rows.known.insert((depth, beginning(from, depth)), upto);
            }
        }
    }

    /// The rows whose value differs from the database's, in table and key order.
    pub fn changed(&self) -> Vec<(Table, Key, Slot)> {
        let mut keys: Vec<_> = self.changes.iter().map(|(table, key, _)| (*table, *key)).collect();
        keys.sort_unstable();
        keys.dedup();
        let slots = keys.into_iter().filter_map(|(table, key)| Some((table, key, *self.slot(table, &key)?)));
        slots.filter(|(_, _, slot)| slot.base != slot.now).collect()
    }

    pub fn draft(&mut self) -> Draft<'_> {
        let mark = Mark { changes: self.changes.len(), records: self.records.len(), next_id: self.next_id };
        Draft { world: self, mark, kept: false }
    }

    fn undo_to(&mut self, mark: &Mark) {
        while self.changes.len() > mark.changes {
            let Some((table, key, before)) = self.changes.pop() else { break };
            let slots = &mut self.tables[table as usize].slots;
            match before {
                Some(slot) => drop(slots.insert(key, slot)),
                None => drop(slots.remove(&key)),
            }
        }
        self.records.truncate(mark.records);
        self.next_id = mark.next_id;
    }
}

struct Mark {
    changes: usize,
    records: usize,
    next_id: i64,
}

/// One command's changes to the world: taken back unless kept.
pub struct Draft<'w> {
    world: &'w mut World,
    mark: Mark,
    kept: bool,
}

impl Draft<'_> {
    /// None: looked for and absent.
    pub fn get<R: Row>(&self, key: Key) -> Result<Option<R>, Halt> {
        match self.world.slot(R::TABLE, &key) {
            Some(slot) => slot.now.as_ref().map(|cells| read(key, cells)).transpose(),
            None => Err(Halt::Missing(Need::Row(R::TABLE, key))),
        }
    }

    /// The first row in key order whose key begins so.
    pub fn first<R: Row, const K: usize>(&self, beginning: [i64; K]) -> Result<Option<R>, Halt> {
        Ok(self.range(beginning, 1, FIRST_PAGE_ROWS)?.pop())
    }

    /// All rows whose key begins so: only where few can be.
    pub fn children<R: Row, const K: usize>(&self, parent: [i64; K]) -> Result<Vec<R>, Halt> {
        self.range(parent, usize::MAX, RANGE_PAGE_ROWS)
    }

    /// The first rows in key order whose key begins so, at most so many.
    pub fn heads<R: Row, const K: usize>(&self, beginning: [i64; K], most: usize) -> Result<Vec<R>, Halt> {
        if most == 0 { Ok(vec![]) } else { self.range(beginning, most, FIRST_PAGE_ROWS.max(most.min(RANGE_PAGE_ROWS))) }
    }

    /// Asks for many rows at once, where one after the other would take a round each.
    pub fn want(&mut self, needs: impl IntoIterator<Item = Need>) -> Result<(), Halt> {
        let lacking: Vec<Need> = needs.into_iter().filter(|need| self.world.lacks(need)).collect();
        let Some(first) = lacking.first().copied() else { return Ok(()) };
        self.world.wanted.extend(lacking);
        Err(Halt::Missing(first))
    }

    fn range<R: Row, const K: usize>(&self, begins: [i64; K], most: usize, limit: usize) -> Result<Vec<R>, Halt> {
        let rows = &self.world.tables[R::TABLE as usize];
        let (mut low, mut high) = (FIRST, LAST);
        low[..K].copy_from_slice(&begins);
        high[..K].copy_from_slice(&begins);
        let upto = rows.known.get(&(K, key(begins))).copied();
        let mut found = vec![];
        if let Some(upto) = upto {
            let live = rows.slots.range(low..=high.min(upto)).filter_map(|(key, slot)| Some((*key, slot.now?)));
            for (key, cells) in live.take(most) {
                found.push(read(key, &cells)?);
            }
        }
        if found.len() < most && upto != Some(LAST) {
            return Err(Halt::Missing(Need::Range { table: R::TABLE, depth: K, from: upto.unwrap_or(low), limit }));
        }
        Ok(found)
    }

    /// Changes a row, or adds one where none was found. Nobody writes what was not looked at.
    pub fn put<R: Row>(&mut self, row: R) -> Result<(), Halt> {
        let cells = row.cells();
        self.write(R::TABLE, key_of(&cells, R::TABLE.shape().keys), Some(cells))
    }

    pub fn remove<R: Row>(&mut self, row: R) -> Result<(), Halt> {
        self.write(R::TABLE, key_of(&row.cells(), R::TABLE.shape().keys), None)
    }

    /// Removes the row with this key, if there is one.
    pub fn clear<R: Row>(&mut self, key: Key) -> Result<(), Halt> {
        self.get::<R>(key)?.map_or(Ok(()), |row| self.remove(row))
    }

    /// Adds a row whose key is new by construction; the primary key judges.
    pub fn add<R: Row>(&mut self, row: R) {
        let cells = row.cells();
        let key = key_of(&cells, R::TABLE.shape().keys);
        debug_assert!(self.world.slot(R::TABLE, &key).is_none_or(|slot| slot.now.is_none()), "{key:?} is not new");
        self.change(R::TABLE, key, Some(cells));
    }

    fn write(&mut self, table: Table, key: Key, now: Option<Cells>) -> Result<(), Halt> {
        if self.world.slot(table, &key).is_none() {
            return Err(Halt::Missing(Need::Row(table, key)));
        }
        self.change(table, key, now);
        Ok(())
    }

    fn change(&mut self, table: Table, key: Key, now: Option<Cells>) {
        let slots = &mut self.world.tables[table as usize].slots;
        let before = slots.get(&key).copied();
        slots.insert(key, Slot { base: before.and_then(|slot| slot.base), now });
        self.world.changes.push((table, key, before));
    }

    /// Prose, audit, payloads: written with their cause, never read by a decision.
    pub fn emit(&mut self, record: impl Into<Record>) {
        self.world.records.push(record.into());
    }

    pub fn new_id<I: Cell>(&mut self, id: impl FnOnce(i64) -> I) -> I {
        self.world.next_id += 1;
        id(self.world.next_id - 1)
    }

    pub fn keep(mut self) {
        self.kept = true;
    }
}

fn read<R: Row>(key: Key, cells: &Cells) -> Result<R, Halt> {
    R::of(cells).ok_or(Halt::Corrupt(R::TABLE, key))
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.world.undo_to(&self.mark);
        }
    }
}
