//! The one door: a queue, the baton, load, decide, flush, commit, reply.

use crate::engine::{Engine, Flush, Head, Verb};
use crate::fault::{Done, Fault};
use crate::record::touches_content;
use crate::{chain, meter};
use domain::core::asked::Now;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::core::row::{Cells, KEY_CELLS_MAX, ROW_CELLS_MAX};
use domain::core::world::{Halt, Need, World};
use domain::rules;
use domain::slices::{Envelope, decide, needs};
use domain::tables::Table;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

pub const QUEUE_COMMANDS_MAX: usize = 4_096;
pub const BATCH_COMMANDS_MAX: usize = 1_024;
const ROUNDS_MAX: usize = 64;
const RETRIES_MAX: usize = 10;
const RECONNECT_PAUSE: Duration = Duration::from_millis(100);
/// While the database is away, the log gets a line every few seconds.
const TRIES_A_LINE: u64 = 50;
/// So often a batch is decided anew on a database that is reached and lost again.
const LOSSES_MAX: u32 = 6;
/// A clock so far behind the last batch is wrong: nothing is decided with it.
const CLOCK_BEHIND_MS_MAX: i64 = 60_000;

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq)]
pub enum NoReply {
    Refused(Refused),
    /// The queue is full or the writer is gone: nothing happened, try again later.
    Busy,
    /// Nothing happened; the reason is in the log.
    Fault,
}

pub type Answer = Result<Replied, NoReply>;

/// The time, and the library's calendar day at a time.
pub trait Clock: Send {
    fn at(&self) -> i64;
    fn day(&self, at: i64) -> i64;
    /// The minute of that day.
    fn minute(&self, at: i64) -> i64;
}

struct Waiting {
    envelope: Envelope,
    reply: oneshot::Sender<Answer>,
}

/// Handed to whoever has commands. Cheap to clone.
#[derive(Clone)]
pub struct Door {
    queue: mpsc::Sender<Waiting>,
}

impl Door {
    pub async fn ask(&self, envelope: Envelope) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Waiting { envelope, reply }).map_err(|_| NoReply::Busy)?;
        answer.await.unwrap_or(Err(NoReply::Fault))
    }

    /// Whether anybody still decides.
    pub fn is_open(&self) -> bool {
        !self.queue.is_closed()
    }

    /// How many commands wait now.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Returns when the writer's thread has ended, which it does by itself only when something is badly wrong.
    pub async fn ended(&self) {
        self.queue.closed().await;
    }
}

pub struct Writer {
    engine: Engine,
    clock: Box<dyn Clock>,
    /// What the library has set, and the version of the content that says so: nearly every decision asks for it.
    rules: Option<(i64, Vec<Cells>)>,
    /// Somebody says that the clock is right and the library's last batch was ahead of its time.
    trusts_clock: bool,
}

/// What came of deciding a batch.
struct Decided {
    answers: Vec<Answer>,
    world: World,
}

impl Writer {
    pub fn new(engine: Engine, clock: Box<dyn Clock>) -> Self {
        Writer { engine, clock, rules: None, trusts_clock: false }
    }

    /// One that goes back to the clock's time, however far.
    pub fn trusting_clock(self) -> Self {
        Writer { trusts_clock: true, ..self }
    }

    /// Runs the writer on a thread of its own until every door is dropped.
    pub fn start(mut self) -> std::io::Result<(Door, std::thread::JoinHandle<()>)> {
        let (queue, mut commands) = mpsc::channel(QUEUE_COMMANDS_MAX);
        let runtime = tokio::runtime::Handle::current();
        let thread = std::thread::Builder::new().name("writer".into());
        let thread = thread.spawn(move || runtime.block_on(self.serve(&mut commands)))?;
        Ok((Door { queue }, thread))
    }

    async fn serve(&mut self, commands: &mut mpsc::Receiver<Waiting>) {
        let mut waiting = vec![];
        while commands.recv_many(&mut waiting, BATCH_COMMANDS_MAX).await > 0 {
            let (envelopes, replies): (Vec<_>, Vec<_>) = waiting.drain(..).map(|w| (w.envelope, w.reply)).unzip();
            let answers = self.batch(&envelopes).await;
            meter::batch(&answers);
            for (reply, answer) in replies.into_iter().zip(answers) {
                // Whoever asked may have gone: what is done stays done.
                let _ = reply.send(answer);
            }
        }
    }

    /// Decides a batch and commits it once. Nobody is answered while the outcome is unknown.
    pub async fn batch(&mut self, envelopes: &[Envelope]) -> Vec<Answer> {
        let (mut retries, mut losses) = (0, 0);
        loop {
            match self.attempt(envelopes).await {
                Ok(answers) => return answers,
                // Lost before the commit, or taken back whole: deciding is pure, so the same again.
                Err(Fault::Unknown(why)) if losses < LOSSES_MAX => {
                    tracing::warn!(why, "the database was lost; reconnecting");
                    // Where it can be reached and fails all the same, as a bad disk does, it is left alone for longer.
                    tokio::time::sleep(RECONNECT_PAUSE * ((1 << losses) - 1)).await;
                    losses += 1;
                    self.reconnect().await;
                }
                // Whether the last one was committed was looked up: it was not.
                Err(Fault::Unknown(why)) => {
                    tracing::error!(why, commands = envelopes.len(), "the database cannot be written");
                    return vec![Err(NoReply::Fault); envelopes.len()];
                }
                Err(Fault::Retry(why)) if retries < RETRIES_MAX => {
                    retries += 1;
                    tracing::info!(why, retries, "the batch is tried again");
                    self.roll_back().await;
                }
                Err(fault) => {
                    tracing::error!(%fault, commands = envelopes.len(), "a batch failed");
                    self.roll_back().await;
                    return self.each_alone(envelopes).await;
                }
            }
        }
    }

    /// One bad command must not sink a crowd.
    async fn each_alone(&mut self, envelopes: &[Envelope]) -> Vec<Answer> {
        if envelopes.len() <= 1 {
            return vec![Err(NoReply::Fault); envelopes.len()];
        }
        let mut answers = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            answers.extend(Box::pin(self.batch(std::slice::from_ref(envelope))).await);
        }
        answers
    }

    async fn reconnect(&mut self) {
        for tries in 0.. {
            let Err(fault) = self.engine.reconnect().await else { return };
            if tries % TRIES_A_LINE == 0 {
                tracing::warn!(%fault, "the database does not answer");
            }
            tokio::time::sleep(RECONNECT_PAUSE).await;
        }
    }

    async fn roll_back(&mut self) {
        if self.engine.roll_back().await.is_err() {
            self.reconnect().await;
        }
    }

    async fn attempt(&mut self, envelopes: &[Envelope]) -> Done<Vec<Answer>> {
        let mut hints: Vec<Need> = envelopes.iter().flat_map(needs).collect();
        hints.sort_unstable();
        hints.dedup();
        let (head, found) = self.engine.begin(&hints).await?;
        let mut world = World::new(head.next_id);
        hints.iter().zip(&found).for_each(|(need, found)| world.learn(need, found));
        world.learn(&rules::ALL, self.rules(head.content).await?);
        let clock = self.clock.at();
        if clock < head.at - CLOCK_BEHIND_MS_MAX && !self.trusts_clock {
            tracing::error!(clock, last = head.at, "the clock is behind the last batch; see `yue clock accept`");
            self.engine.roll_back().await?;
            return Ok(vec![Err(NoReply::Fault); envelopes.len()]);
        }
        let at = if self.trusts_clock { clock } else { clock.max(head.at) };
        let now = Now { at, today: self.clock.day(at), minute: self.clock.minute(at) };
        let decided = self.decide_all(world, envelopes, now).await?;
        self.commit(&head, decided, now, envelopes.len()).await
    }

    /// Read again when somebody, here or elsewhere, has changed what pages keep.
    async fn rules(&mut self, content: i64) -> Done<&[Cells]> {
        if self.rules.as_ref().is_none_or(|(version, _)| *version != content) {
            let mut found = self.engine.load(&[rules::ALL]).await?;
            self.rules = Some((content, found.pop().unwrap_or_default()));
        }
        Ok(self.rules.as_ref().map_or(&[], |(_, rows)| rows))
    }

    /// Those in a batch have no order yet: one that misses a row waits for the next round.
    async fn decide_all(&mut self, mut world: World, envelopes: &[Envelope], now: Now) -> Done<Decided> {
        let mut answers: Vec<Option<Answer>> = vec![None; envelopes.len()];
        for _ in 0..ROUNDS_MAX {
            let mut missing = vec![];
            for (envelope, answer) in envelopes.iter().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
                *answer = decide_one(&mut world, envelope, now, &mut missing);
            }
            if missing.is_empty() {
                let answers = answers.into_iter().map(|answer| answer.unwrap_or(Err(NoReply::Fault))).collect();
                return Ok(Decided { answers, world });
            }
            missing.sort_unstable();
            missing.dedup();
            let found = self.engine.load(&missing).await?;
            missing.iter().zip(&found).for_each(|(need, found)| world.learn(need, found));
        }
        Err(Fault::Failed("a command never stops missing rows".into()))
    }

    async fn commit(&mut self, head: &Head, decided: Decided, now: Now, commands: usize) -> Done<Vec<Answer>> {
        let Decided { answers, world } = decided;
        let changed = world.changed();
        if changed.is_empty() && world.records().is_empty() {
            // What is told again must be where the next primary finds it.
            if answers.iter().any(Result::is_ok) {
                self.engine.confirm().await?;
            } else {
                self.engine.roll_back().await?;
            }
            return Ok(answers);
        }
        let sequence = head.sequence + 1;
        let mut sets: Vec<(Table, Verb, Vec<Cells>)> = vec![];
        let mut link = chain::Link::new(&head.hash, sequence, now.at);
        for (table, key, slot) in changed {
            let mut gone = [0; ROW_CELLS_MAX];
            gone[..KEY_CELLS_MAX].copy_from_slice(&key);
            let (verb, cells) = match (slot.base, slot.now) {
                (None, Some(cells)) => (Verb::Insert, cells),
                (_, Some(cells)) => (Verb::Update, cells),
                (_, None) => (Verb::Delete, gone),
            };
            if table == Table::Posting {
                link.add(&cells);
            }
            // The rows come in table order: only the last few sets can be of this table.
            match sets.iter_mut().rev().take(Verb::ALL.len()).find(|(t, v, _)| (*t, *v) == (table, verb)) {
                Some((_, _, rows)) => rows.push(cells),
                None => sets.push((table, verb, vec![cells])),
            }
        }
        let is_kept = |(table, ..): &(Table, Verb, Vec<Cells>)| {
            matches!(table, Table::PlaceHours | Table::PlaceDay | Table::RuleValue)
        };
        let is_content = touches_content(world.records()) || sets.iter().any(is_kept);
        let content = head.content + i64::from(is_content);
        let head = Head { sequence, at: now.at, next_id: world.next_id(), content, hash: link.finish() };
        let flush = Flush { sets, records: world.records(), head, commands: commands as i64 };
        let began = Instant::now();
        let committed = self.engine.commit(&flush).await;
        meter::commit(began.elapsed());
        match committed {
            Ok(()) => Ok(answers),
            Err(Fault::Unknown(why)) if self.happened(&flush.head).await => {
                tracing::warn!(why, "the commit's answer was lost, but it happened");
                Ok(answers)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Looks until it knows.
    async fn happened(&mut self, head: &Head) -> bool {
        let mut tries = 0;
        loop {
            let fault = match self.engine.committed(head).await {
                Ok(false) => return false,
                // It stands on this machine; a standby may still lack it.
                Ok(true) => match self.engine.confirm_anew().await {
                    Ok(()) => return true,
                    Err(fault) => fault,
                },
                Err(fault) => fault,
            };
            if tries % TRIES_A_LINE == 0 {
                tracing::warn!(%fault, "the outcome of a commit is unknown");
            }
            tries += 1;
            tokio::time::sleep(RECONNECT_PAUSE).await;
        }
    }
}

fn decide_one(world: &mut World, envelope: &Envelope, now: Now, missing: &mut Vec<Need>) -> Option<Answer> {
    let mut draft = world.draft();
    match decide(&mut draft, envelope, now) {
        Ok(reply) => {
            draft.keep();
            Some(Ok(reply))
        }
        Err(Halt::Refused(why)) => Some(Err(NoReply::Refused(why))),
        Err(Halt::Missing(need)) => {
            drop(draft);
            missing.push(need);
            missing.extend(world.take_wanted());
            None
        }
        Err(Halt::Corrupt(table, key)) => {
            tracing::error!(?table, ?key, "a row holds what stands for nothing");
            Some(Err(NoReply::Fault))
        }
    }
}
