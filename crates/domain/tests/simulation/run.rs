//! One run: a library, its database, its model, and everything that goes wrong between them.

use crate::dice::Dice;
use crate::model::{Answer, Model, Staff};
use crate::post::{Letter, Post};
use crate::rounds::{Decided, How, Rounds};
use crate::script::Script;
use crate::script_enrolments::is_crowded;
use crate::sights::sight;
use crate::support::{BRANCH, LIBRARIAN, MORNING, Memory, at};
use crate::tally::{Fault, Tally};
use crate::weather::Weather;
use crate::{agreement, deadlines, hand, invariants, invariants_activities, near, transitions};
use domain::core::asked::Now;
use domain::core::world::World;
use domain::outbox;
use domain::slices::Envelope;
use std::hash::{DefaultHasher, Hash, Hasher};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// As in the writer: a clock so far behind decides nothing.
const CLOCK_BEHIND_MS_MAX: i64 = MINUTE;
const RETRIES_MAX: usize = 10;
/// The whole database is looked at once in so many batches, and at the end.
const WHOLE_EVERY_BATCHES: u64 = 100;

pub struct Run {
    dice: Dice,
    weather: Weather,
    pub memory: Memory,
    pub model: Model,
    pub tally: Tally,
    post: Post,
    batch: u64,
    clock: i64,
    /// When the last batch was committed.
    pub head_at: i64,
    heard: DefaultHasher,
}

impl Run {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let (mut memory, mut model) = (Memory::default(), Model::default());
        let (branch, role) = (BRANCH.0, memory.chief());
        let everywhere = true;
        let (role, (given_by, wrong, locked_until, since)) = (role.0, (0, 0, 0, 0));
        let chief = Staff { disabled: false, branch, role, everywhere, given_by, wrong, locked_until, since };
        model.staff.insert(LIBRARIAN.0, chief);
        Run {
            weather: Weather::new(&mut dice),
            dice,
            memory,
            model,
            tally: Tally::default(),
            post: Post::default(),
            batch: 0,
            clock: MORNING,
            head_at: 0,
            heard: DefaultHasher::new(),
        }
    }

    /// The first thing that is wrong within so many steps.
    pub fn steps(&mut self, most: u64) -> Result<(), String> {
        let last = self.tally.steps + most;
        while self.tally.steps < last {
            self.batch().map_err(|why| format!("batch {}: {why}", self.batch))?;
        }
        self.whole()
    }

    /// The same for the same seed: all answers, all rows, all records.
    pub fn hash(&self) -> u64 {
        let mut hash = self.heard.clone();
        self.memory.rows().for_each(|row| row.hash(&mut hash));
        format!("{:?}", self.memory.records).hash(&mut hash);
        hash.finish()
    }

    fn brings(&mut self, fault: Fault) -> bool {
        self.weather.brings(fault, &mut self.dice, &mut self.tally)
    }

    fn batch(&mut self) -> Result<(), String> {
        self.batch += 1;
        self.tally.batches += 1;
        self.tick();
        if self.dice.one_in(24) {
            let at = self.clock.max(self.head_at);
            hand::change(&mut self.dice, &mut self.memory, &mut self.model, at);
        }
        let letters = self.gather();
        if self.clock < self.head_at - CLOCK_BEHIND_MS_MAX {
            self.tally.fault(Fault::ClockTooFarBack);
            self.lost(letters);
            self.clock = self.head_at;
            return Ok(());
        }
        let envelopes: Vec<&Envelope> = letters.iter().map(|letter| &letter.envelope).collect();
        let (decided, now) = self.decide(&envelopes)?;
        if self.brings(Fault::Crash) {
            drop(decided);
            self.lost(letters);
            return Ok(());
        }
        let Decided { world, answers } = decided;
        self.judge(&letters, &answers, now)?;
        self.commit(&world, &answers, now)?;
        self.deliver(letters, answers);
        if self.batch.is_multiple_of(WHOLE_EVERY_BATCHES) { self.whole() } else { Ok(()) }
    }

    /// Time goes on, and sometimes jumps.
    fn tick(&mut self) {
        self.clock += match self.dice.below(40) {
            0..28 => self.dice.below(15_000),
            28..37 => self.dice.below(3 * MINUTE),
            37..39 => self.dice.below(2 * HOUR),
            _ => self.dice.below(DAY),
        };
        // While people stand at a door time goes slowly.
        let crowded = is_crowded(&self.model, self.clock.max(self.head_at)) && !self.dice.one_in(4);
        if !crowded && self.dice.one_in(16) {
            let now = self.clock.max(self.head_at);
            self.clock = deadlines::next(&mut self.dice, &self.model, now).unwrap_or(self.clock);
        }
        if self.brings(Fault::ClockForward) {
            let most = if self.dice.one_in(3) { 500 * DAY } else { 3 * DAY };
            self.clock += self.dice.below(most);
        }
        if self.brings(Fault::ClockBack) {
            self.clock -= self.dice.below(2 * MINUTE);
        }
    }

    fn gather(&mut self) -> Vec<Letter> {
        let mut letters = self.post.due(self.batch);
        for _ in 0..=self.dice.below(self.weather.batch_commands_max) {
            let at = self.clock.max(self.head_at);
            let mut script = Script { dice: &mut self.dice, model: &self.model, at };
            let letter = self.post.compose(&mut script, self.batch);
            if self.brings(Fault::Duplicate) {
                let due = self.batch + self.dice.below(4) as u64;
                self.post.push(Letter { due, ..letter.clone() });
            }
            if self.brings(Fault::Delay) {
                let due = self.batch + 1 + self.dice.below(12) as u64;
                self.post.push(Letter { due, ..letter });
            } else {
                letters.push(letter);
            }
        }
        letters.extend(self.post.due(self.batch));
        letters
    }

    /// Decides until nothing fails before the commit: what is not committed has not happened.
    fn decide(&mut self, envelopes: &[&Envelope]) -> Result<(Decided, Now), String> {
        let mut retries = 0;
        loop {
            let how = How {
                hinted: !self.brings(Fault::NoHints),
                small_pages: self.brings(Fault::SmallPages),
                together: self.brings(Fault::Rounds),
                too_much: self.brings(Fault::TooMuchLoaded),
            };
            let now = at(self.clock.max(self.head_at));
            let mut rounds = Rounds { memory: &self.memory, dice: &mut self.dice, how };
            let decided = rounds.decide(envelopes, now)?;
            retries += 1;
            if retries > RETRIES_MAX || !self.brings(Fault::BeforeCommit) {
                return Ok((decided, now));
            }
            self.clock += self.dice.below(1_000);
        }
    }

    fn judge(&mut self, letters: &[Letter], answers: &[(usize, Answer)], now: Now) -> Result<(), String> {
        if answers.len() != letters.len() {
            return Err(format!("{} answers to {} letters", answers.len(), letters.len()));
        }
        for (n, heard) in answers {
            let Letter { envelope, promised, .. } = &letters[*n];
            // A promise is kept for as long as the first answer is.
            let promised = promised.filter(|_| !self.model.has_forgotten(envelope));
            let expected = self.model.judge(envelope, now, heard);
            if expected != *heard {
                return Err(format!("{envelope:?} at {now:?}\n heard {heard:?}\n not   {expected:?}"));
            }
            if promised.is_some_and(|first| *heard != Ok(first)) {
                return Err(format!("{envelope:?}\n first heard {promised:?}, then {heard:?}"));
            }
            self.tally.answer(&envelope.command, heard);
            let passed = std::mem::take(&mut self.model.seen).into_iter().filter(|_| heard.is_ok());
            let seen = passed.chain(sight(envelope, heard, promised.is_some(), &self.model));
            seen.for_each(|sight| self.tally.saw(sight));
            match heard {
                Ok(reply) => (reply.number, reply.cells).hash(&mut self.heard),
                Err(why) => why.name().hash(&mut self.heard),
            }
        }
        Ok(())
    }

    fn commit(&mut self, world: &World, answers: &[(usize, Answer)], now: Now) -> Result<(), String> {
        let touched = world.changed();
        let clean = touched.is_empty() && world.records().is_empty();
        if !clean && answers.iter().all(|(_, answer)| answer.is_err()) {
            return Err(format!("a refusal wrote {touched:?} {:?}", world.records()));
        }
        let mut found = transitions::broken(&touched, now.at);
        found.extend(transitions::misdated(&touched, now.at));
        self.memory.flush(world)?;
        agreement::learn_ids(&mut self.model, &touched);
        found.extend(agreement::of_touched(&self.model, &self.memory, &touched));
        found.extend(near::violations(&self.memory, &touched));
        found.extend(invariants_activities::overlooked(&self.memory, now.at));
        if !clean {
            self.head_at = now.at;
        }
        nothing(found)
    }

    /// Everything at once.
    pub fn whole(&self) -> Result<(), String> {
        let mut found = invariants::violations(&self.memory);
        found.extend(agreement::disagreements(&self.model, &self.memory, self.head_at));
        nothing(found)
    }

    fn deliver(&mut self, letters: Vec<Letter>, answers: Vec<(usize, Answer)>) {
        let lost = self.brings(Fault::AfterCommit);
        for (n, answer) in answers {
            if lost {
                self.post.again(letters[n].clone(), answer.ok(), &mut self.dice, self.batch);
                continue;
            }
            let Some(taken) = answer.ok().filter(|reply| matches!(reply.of(), Some(outbox::Reply::OutboxTaken { .. })))
            else {
                continue;
            };
            if !self.brings(Fault::SenderStopped) {
                self.post.settle(taken, &mut self.dice, self.batch);
            }
        }
    }

    fn lost(&mut self, letters: Vec<Letter>) {
        for letter in letters {
            self.post.again(letter, None, &mut self.dice, self.batch);
        }
    }
}

fn nothing(found: Vec<String>) -> Result<(), String> {
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}
