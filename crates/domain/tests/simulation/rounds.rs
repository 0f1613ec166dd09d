//! Decides a batch over a partial world: in rounds as the writer does, or one by one.

use crate::dice::Dice;
use crate::model::Answer;
use crate::support::Memory;
use domain::core::asked::Now;
use domain::core::row::{key, key_of};
use domain::core::world::{Halt, Need, World};
use domain::slices::{Envelope, decide, needs};
use domain::tables::Table;

/// Pages of one row need many.
const ROUNDS_MAX: usize = 256;

/// How this batch loads its rows. Nothing of it may change an answer.
pub struct How {
    pub hinted: bool,
    pub small_pages: bool,
    pub together: bool,
    pub too_much: bool,
}

pub struct Rounds<'a> {
    pub memory: &'a Memory,
    pub dice: &'a mut Dice,
    pub how: How,
}

/// The answers in the order in which they were decided: that is the order of a batch.
pub struct Decided {
    pub world: World,
    pub answers: Vec<(usize, Answer)>,
}

impl Rounds<'_> {
    pub fn decide(&mut self, envelopes: &[&Envelope], now: Now) -> Result<Decided, String> {
        let mut decided = Decided { world: self.memory.world(), answers: vec![] };
        if self.how.hinted {
            // Some rows stay unknown, whatever the hint says.
            let share = self.dice.below(101);
            let hints = envelopes.iter().flat_map(|e| needs(e)).collect();
            self.load(&mut decided.world, hints, share);
        }
        let all: Vec<usize> = (0..envelopes.len()).collect();
        let crowd = if self.how.together { envelopes.len() } else { 1 };
        for group in all.chunks(crowd.max(1)) {
            self.decide_group(&mut decided, envelopes, group.to_vec(), now)?;
        }
        Ok(decided)
    }

    fn decide_group(
        &mut self,
        d: &mut Decided,
        all: &[&Envelope],
        mut open: Vec<usize>,
        now: Now,
    ) -> Result<(), String> {
        for _ in 0..ROUNDS_MAX {
            let mut missing = vec![];
            let mut later = vec![];
            for n in open {
                match decide_one(&mut d.world, all[n], now)? {
                    Ok(answer) => d.answers.push((n, answer)),
                    Err(need) => {
                        later.push(n);
                        missing.push(need);
                    }
                }
            }
            if later.is_empty() {
                return Ok(());
            }
            self.load(&mut d.world, missing, 100);
            open = later;
        }
        Err("a command never stops missing rows".into())
    }

    fn load(&mut self, world: &mut World, mut needs: Vec<Need>, share: i64) {
        needs.sort_unstable();
        needs.dedup();
        for need in needs {
            if self.dice.percent(share) {
                let need = self.paged(need);
                world.learn(&need, &self.memory.answer(&need));
                if self.how.too_much {
                    self.load_one_of(&need, world);
                }
            }
        }
        if self.how.too_much {
            (0..3).for_each(|_| self.load_too_much(world));
        }
    }

    fn paged(&mut self, need: Need) -> Need {
        match need {
            Need::Range { table, depth, from, .. } if self.how.small_pages => {
                Need::Range { table, depth, from, limit: 1 + self.dice.below(2) as usize }
            }
            as_asked => as_asked,
        }
    }

    /// One row of a range without those before it.
    fn load_one_of(&mut self, need: &Need, world: &mut World) {
        let Need::Range { table, depth, from, .. } = *need else { return };
        let all = self.memory.answer(&Need::Range { table, depth, from, limit: usize::MAX });
        if let Some(row) = self.dice.pick(&all) {
            let one = Need::Row(table, key_of(row, table.shape().keys));
            world.learn(&one, &[*row]);
        }
    }

    /// Rows that nobody asked for, changed ones among them: what the world knows better must stay.
    fn load_too_much(&mut self, world: &mut World) {
        let of: Vec<Table> = Table::ALL.iter().copied().filter(|table| !table.shape().log).collect();
        let table = self.dice.pick(of).unwrap_or(Table::Card);
        let every = Need::Range { table, depth: 0, from: [i64::MIN; 3], limit: usize::MAX };
        let rows = self.memory.answer(&every);
        if let Some(row) = self.dice.pick(&rows) {
            let one = Need::Row(table, key_of(row, table.shape().keys));
            world.learn(&one, &self.memory.answer(&one));
            let siblings = Need::heads(table, [row[0]], 1 + self.dice.below(9) as usize);
            world.learn(&siblings, &self.memory.answer(&siblings));
        }
        // The next row that will be added, looked for too early.
        let new = Need::Row(table, key([world.next_id()]));
        world.learn(&new, &self.memory.answer(&new));
    }
}

fn decide_one(world: &mut World, envelope: &Envelope, now: Now) -> Result<Result<Answer, Need>, String> {
    let before = (world.next_id(), world.records().len());
    let mut draft = world.draft();
    let halt = match decide(&mut draft, envelope, now) {
        Ok(reply) => {
            draft.keep();
            return Ok(Ok(Ok(reply)));
        }
        Err(halt) => halt,
    };
    drop(draft);
    if before != (world.next_id(), world.records().len()) {
        return Err(format!("{halt:?} left something behind"));
    }
    match halt {
        Halt::Refused(why) => Ok(Ok(Err(why))),
        Halt::Missing(need) if world.lacks(&need) => Ok(Err(need)),
        Halt::Missing(need) => Err(format!("misses what it has: {need:?}")),
        Halt::Corrupt(table, key) => Err(format!("corrupt {table:?} {key:?}")),
    }
}
