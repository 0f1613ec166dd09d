//! Jobs: what the program does by itself. Each is safe to run twice; a lease keeps instances from doing the same at once.

mod sweeping;
mod words;

pub use sweeping::{OUTCOME_LIFE_MS, OldCode, Sweep};
pub use words::{KeptToken, Refusal, Reply};

use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::day::DAY_MS;
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::staff::{Permission, audit, require_everywhere};
use crate::tables::{Job, JobRun, Millis, Proof, Token};

commands! {
    StartJob => start,
    RenewJob => renew,
    EndJob => end,
    WakeJob => wake,
    KeepToken => keep_token,
    Prove => prove,
    AcceptClock => accept_clock,
    Sweep => sweeping::sweep,
}

/// Rare, or of rows that only the decision knows: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// A job that has said nothing for so long has stopped with its instance.
pub const LEASE_MS: Millis = 10 * 60_000;

#[derive(Clone, Copy, Debug)]
pub struct StartJob {
    pub job: Job,
    /// A number of this instance's own.
    pub holder: i64,
}

/// Whoever has a job is still at it, and has come so far.
#[derive(Clone, Copy, Debug)]
pub struct RenewJob {
    pub job: Job,
    pub holder: i64,
    /// Where the next run goes on if this one is cut off: the job's own number, as an id.
    pub place: i64,
}

#[derive(Clone, Copy, Debug)]
pub struct EndJob {
    pub job: Job,
    pub holder: i64,
    pub done: i64,
    pub failed: i64,
    pub next_at: Millis,
    /// 0: the next run begins at the beginning.
    pub place: i64,
}

/// 立即运行
#[derive(Clone, Copy, Debug)]
pub struct WakeJob {
    pub job: Job,
}

/// What WeChat gave, kept for every instance.
#[derive(Clone, Debug)]
pub struct KeepToken {
    pub token: Token,
    pub sealed: Sealed,
    pub until: Millis,
}

/// The program proves that it can write, and that its master secret is the one that this library was begun with.
#[derive(Clone, Copy, Debug)]
pub struct Prove {
    /// Keyed hash of nothing in particular: another secret makes another.
    pub check: Digest,
}

/// The clock was ahead and has been put right: what was to happen in that future happens now.
#[derive(Clone, Copy, Debug)]
pub struct AcceptClock {
    /// How far ahead it was.
    pub ahead_ms: Millis,
}

fn row(d: &Draft, job: Job) -> Result<JobRun, Halt> {
    let new = JobRun { job, holder: 0, until: 0, started: 0, ended: 0, done: 0, failed: 0, next_at: 0, place: 0 };
    Ok(d.get::<JobRun>(JobRun::key(job))?.unwrap_or(new))
}

/// Refusals: JobNotDue, JobTaken, NoPermission.
pub fn start(d: &mut Draft, asked: &Asked, c: &StartJob) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let run = row(d, c.job)?;
    if run.until > asked.now.at {
        return Err(Refusal::JobTaken { until: run.until }.into());
    }
    if run.next_at > asked.now.at {
        return Err(Refusal::JobNotDue { next_at: run.next_at }.into());
    }
    // Not 0, so that the end sees whether the job was woken since.
    let until = asked.now.at + LEASE_MS;
    d.put(JobRun { holder: c.holder, until, started: asked.now.at, next_at: until, ..run })?;
    Ok(Reply::JobStarted { job: c.job, place: run.place })
}

/// The row, if this instance still has the job: another may have taken it over after the lease.
fn mine(d: &Draft, job: Job, holder: i64) -> Result<JobRun, Halt> {
    let run = row(d, job)?;
    if run.holder != holder || run.until == 0 { Err(Refusal::JobNotYours.into()) } else { Ok(run) }
}

/// A job that waits for a day which is far off again is due; a lease out of that future holds nobody up.
///
/// Refusals: NoPermission.
pub fn accept_clock(d: &mut Draft, asked: &Asked, c: &AcceptClock) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let now = asked.now.at;
    for job in Job::ALL.iter().copied() {
        let run = row(d, job)?;
        // No job waits for more than a day.
        let (is_far, is_held) = (run.next_at > now + DAY_MS, run.until > now + LEASE_MS);
        if is_far || is_held {
            let until = if is_held { 0 } else { run.until };
            d.put(JobRun { until, next_at: if is_far { now } else { run.next_at }, ..run })?;
        }
    }
    audit(d, None, "clock.accept", 0, &format!("{} min", c.ahead_ms / 60_000), asked.now);
    Ok(Reply::ClockAccepted)
}

/// Refusals: JobNotYours, NoPermission.
pub fn renew(d: &mut Draft, asked: &Asked, c: &RenewJob) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let run = mine(d, c.job, c.holder)?;
    let until = asked.now.at + LEASE_MS;
    // One that was woken meanwhile stays due.
    let next_at = if run.next_at == 0 { 0 } else { until };
    d.put(JobRun { until, next_at, place: c.place, ..run })?;
    Ok(Reply::JobRenewed { job: c.job })
}

/// Refusals: JobNotYours, NoPermission.
pub fn end(d: &mut Draft, asked: &Asked, c: &EndJob) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let run = mine(d, c.job, c.holder)?;
    let EndJob { done, failed, next_at, place, .. } = *c;
    // Woken while it ran: it may have passed what it was woken for, so it is due at once.
    let next_at = if run.next_at == 0 { 0 } else { next_at };
    d.put(JobRun { until: 0, ended: asked.now.at, done, failed, next_at, place, ..run })?;
    Ok(Reply::JobEnded { job: c.job })
}

/// Refusals: NoPermission, NoSuchStaff, OtherBranch, StaffDisabled.
pub fn wake(d: &mut Draft, asked: &Asked, c: &WakeJob) -> Result<Reply, Halt> {
    let staff = require_everywhere(d, asked.actor, Permission::ManageSystem)?;
    let run = row(d, c.job)?;
    d.put(JobRun { next_at: 0, ..run })?;
    audit(d, Some(staff), "job.wake", c.job as i64, "", asked.now);
    Ok(Reply::JobWoken { job: c.job })
}

/// Something has happened that the job should look at now.
pub fn wake_up(d: &mut Draft, job: Job) -> Result<(), Halt> {
    let run = row(d, job)?;
    d.put(JobRun { next_at: 0, ..run })
}

/// Refusals: NoPermission.
pub fn keep_token(d: &mut Draft, asked: &Asked, c: &KeepToken) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let KeepToken { token, sealed, until } = c.clone();
    d.emit(KeptToken { token, sealed, until });
    Ok(Reply::TokenKept { token, until })
}

/// Refusals: NoPermission, OtherSecret.
pub fn prove(d: &mut Draft, asked: &Asked, c: &Prove) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let Digest { high, low } = c.check;
    let known = d.get::<Proof>(Proof::key(1))?;
    if known.is_some_and(|known| (known.high, known.low) != (high, low)) {
        return Err(Refusal::OtherSecret.into());
    }
    d.put(Proof { one: 1, high, low, at: asked.now.at })?;
    Ok(Reply::Proven)
}
