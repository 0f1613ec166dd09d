//! What a run has reached: every reply, every refusal and every fault, or it proves too little.

use crate::model::Answer;
use crate::refusals::Refused;
use crate::sights::Sight;
use domain::core::refusal::Refusal;
use domain::core::reply::ReplyKind;
use domain::slices::Command;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

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
const UNREACHABLE: [&str; 0] = [];

#[derive(Default)]
pub struct Tally {
    pub steps: u64,
    pub batches: u64,
    replies: BTreeMap<ReplyKind, u64>,
    /// One of each kind; named only when asked, for steps are many.
    refusals: Vec<(Refusal, u64)>,
    /// Every command that was decided, by its name.
    asked: BTreeSet<&'static str>,
    /// And who heard them.
    commands: Refused,
    faults: BTreeMap<Fault, u64>,
    sights: BTreeMap<Sight, u64>,
}

impl Tally {
    pub fn answer(&mut self, command: &Command, answer: &Answer) {
        self.steps += 1;
        self.asked.insert(command.name());
        match answer {
            Ok(reply) => *self.replies.entry(reply.kind).or_default() += 1,
            Err(why) => {
                self.refused(why, 1);
                self.commands.note(command, why);
            }
        }
    }

    fn refused(&mut self, why: &Refusal, times: u64) {
        match self.refusals.iter_mut().find(|(known, _)| discriminant(known) == discriminant(why)) {
            Some((_, n)) => *n += times,
            None => self.refusals.push((*why, times)),
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
        other.refusals.iter().for_each(|(why, n)| self.refused(why, *n));
        self.asked.extend(&other.asked);
        self.commands.add(&other.commands);
        other.faults.iter().for_each(|(fault, n)| *self.faults.entry(*fault).or_default() += n);
        other.sights.iter().for_each(|(sight, n)| *self.sights.entry(*sight).or_default() += n);
    }

    fn by_name(&self) -> BTreeMap<String, u64> {
        let name = |why: &Refusal| format!("{why:?}").split(' ').next().unwrap_or_default().to_owned();
        self.refusals.iter().map(|(why, n)| (name(why), *n)).collect()
    }

    /// What was not reached, or reached although nothing should.
    pub fn gaps(&self) -> Vec<String> {
        let reached = self.by_name();
        let replies = ReplyKind::ALL.iter().filter(|kind| !self.replies.contains_key(kind)).map(|k| format!("{k:?}"));
        let refusals = refusals().filter(|why| reached.contains_key(*why) == UNREACHABLE.contains(why));
        let faults = Fault::ALL.iter().filter(|fault| !self.faults.contains_key(fault)).map(|f| format!("{f:?}"));
        let sights = Sight::ALL.iter().filter(|sight| !self.sights.contains_key(sight)).map(|s| format!("{s:?}"));
        let refusals = refusals.map(String::from).chain(self.commands.gaps());
        let unasked = Command::names().filter(|name| !self.asked.contains(name)).map(String::from);
        unasked.chain(replies).chain(refusals).chain(faults).chain(sights).collect()
    }

    pub fn report(&self) -> String {
        let Tally { steps, batches, replies, faults, sights, .. } = self;
        format!("{steps} steps, {batches} batches\n{replies:?}\n{:?}\n{faults:?}\n{sights:?}", self.by_name())
    }
}

/// The names in `enum Refusal`, from its source: a new one must be reached too.
fn refusals() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../../src/core/refusal.rs").lines();
    let variants =
        lines.filter_map(|line| line.strip_prefix("    ").filter(|name| name.starts_with(char::is_uppercase)));
    variants.map(|name| name.trim_end_matches([',', '{', ' ']))
}

#[test]
fn every_refusal_is_named() {
    let names: Vec<_> = refusals().collect();
    assert!(names.contains(&"KeyReused") && names.contains(&"NotWaiting") && names.contains(&"SoldOut"));
    assert!(names.len() >= 40 && names.iter().all(|name| name.chars().all(char::is_alphanumeric)), "{names:?}");
}
