//! What a run has reached: every reply, every refusal and every fault, or it proves too little.

use crate::model::Answer;
use crate::refusals::Heard;
use crate::sights::Sight;
use domain::slices::{Command, Refusal};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    BeforeCommit,
    AfterCommit,
    Delay,
    Crash,
    Duplicate,
    ClockForward,
    ClockBack,
    /// So far back that nothing is decided.
    ClockTooFarBack,
    /// No hints: all is learnt on the way.
    NoHints,
    /// Ranges come in pages of one or two rows.
    SmallPages,
    /// In rounds, as the writer decides: who misses a row waits for the next round.
    Rounds,
    /// Rows were loaded that nobody needed.
    TooMuchLoaded,
    SenderStopped,
}

impl Fault {
    pub const ALL: [Fault; 13] = {
        use Fault::*;
        [
            BeforeCommit,
            AfterCommit,
            Delay,
            Crash,
            Duplicate,
            ClockForward,
            ClockBack,
            ClockTooFarBack,
            NoHints,
            SmallPages,
            Rounds,
            TooMuchLoaded,
            SenderStopped,
        ]
    };
}

/// No command can meet these; the rows that would are never written.
// Five hundred readers of one book are more than live here; fifty posts of one thread take longer than a run has days.
const UNREACHABLE: [&str; 2] = ["TooManyReaders", "ThreadTooLong"];

#[derive(Default)]
pub struct Tally {
    pub steps: u64,
    pub batches: u64,
    /// By their stored numbers.
    replies: BTreeMap<i64, u64>,
    refusals: BTreeMap<&'static str, u64>,
    /// Every command that was decided, by its name.
    asked: BTreeSet<&'static str>,
    /// And who heard them.
    commands: Heard,
    faults: BTreeMap<Fault, u64>,
    sights: BTreeMap<Sight, u64>,
}

impl Tally {
    pub fn answer(&mut self, command: &Command, answer: &Answer) {
        self.steps += 1;
        self.asked.insert(command.name());
        match answer {
            Ok(reply) => *self.replies.entry(reply.number).or_default() += 1,
            Err(why) => {
                *self.refusals.entry(why.name()).or_default() += 1;
                self.commands.note(command, why);
            }
        }
    }

    pub fn fault(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
    }

    pub fn saw(&mut self, sight: Sight) {
        *self.sights.entry(sight).or_default() += 1;
    }

    pub fn add(&mut self, other: &Tally) {
        self.steps += other.steps;
        self.batches += other.batches;
        other.replies.iter().for_each(|(kind, n)| *self.replies.entry(*kind).or_default() += n);
        other.refusals.iter().for_each(|(why, n)| *self.refusals.entry(why).or_default() += n);
        self.asked.extend(&other.asked);
        self.commands.add(&other.commands);
        other.faults.iter().for_each(|(fault, n)| *self.faults.entry(*fault).or_default() += n);
        other.sights.iter().for_each(|(sight, n)| *self.sights.entry(*sight).or_default() += n);
    }

    /// What was not reached, or reached although nothing should.
    pub fn gaps(&self) -> Vec<String> {
        let replies =
            Command::replies().filter(|(number, _)| !self.replies.contains_key(number)).map(|(_, name)| name.into());
        let refusals = Refusal::names().filter(|why| self.refusals.contains_key(why) == UNREACHABLE.contains(why));
        let faults = Fault::ALL.iter().filter(|fault| !self.faults.contains_key(fault)).map(|f| format!("{f:?}"));
        let sights = Sight::ALL.iter().filter(|sight| !self.sights.contains_key(sight)).map(|s| format!("{s:?}"));
        let refusals = refusals.map(String::from).chain(self.commands.gaps());
        let unasked = Command::names().filter(|name| !self.asked.contains(name)).map(String::from);
        unasked.chain(replies).chain(refusals).chain(faults).chain(sights).collect()
    }

    pub fn report(&self) -> String {
        let Tally { steps, batches, replies, refusals, faults, sights, commands, .. } = self;
        let commands = commands.report();
        format!("{steps} steps, {batches} batches\n{replies:?}\n{refusals:?}\n{faults:?}\n{sights:?}\n{commands}")
    }
}
