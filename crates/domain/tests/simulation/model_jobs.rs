//! The model's rules of what the program does by itself.

use crate::model::{Answer, JobRun, Model, says};
use crate::sights::Sight;
use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::jobs::{self, EndJob, KeepToken, Prove, RenewJob, StartJob, Sweep};
use domain::register;
use domain::staff::Permission;
use domain::tables::Job;

const MINUTE: i64 = 60_000;
pub const OUTCOME_LIFE: i64 = 90 * 24 * 60 * MINUTE;

impl Model {
    pub fn program(&self, actor: Actor) -> Result<(), Refused> {
        if actor == Actor::Job { Ok(()) } else { Err(Common::NoPermission.into()) }
    }

    pub fn start_job(&mut self, actor: Actor, c: &StartJob) -> Answer {
        self.program(actor)?;
        let before = self.jobs.get(&c.job).copied().unwrap_or_default();
        if before.until() > self.at {
            return Err(jobs::Refusal::JobTaken { until: before.until() }.into());
        }
        if before.next_at > self.at {
            return Err(jobs::Refusal::JobNotDue { next_at: before.next_at }.into());
        }
        if before.running {
            self.seen.push(Sight::JobTakenOver);
        }
        let started = self.at;
        let run = JobRun { holder: c.holder, running: true, started, seen: started, ..before };
        // Should nobody end it, it is due once its lease is over.
        self.jobs.insert(c.job, JobRun { next_at: run.until(), ..run });
        says(jobs::Reply::JobStarted { job: c.job, place: before.place })
    }

    pub fn end_job(&mut self, actor: Actor, c: &EndJob) -> Answer {
        self.program(actor)?;
        let at = self.at;
        let run = self.jobs.get_mut(&c.job).filter(|run| run.running && run.holder == c.holder);
        let run = run.ok_or(jobs::Refusal::JobNotYours)?;
        let EndJob { holder, done, failed, mut next_at, place, .. } = *c;
        if run.next_at == 0 {
            next_at = 0;
            self.seen.push(Sight::WokenWhileItRan);
        }
        *run = JobRun {
            holder,
            running: false,
            started: run.started,
            seen: run.seen,
            place,
            ended: at,
            done,
            failed,
            next_at,
        };
        says(jobs::Reply::JobEnded { job: c.job })
    }

    /// The clock of the simulation only goes forward: what waits for too long is due all the same.
    pub fn accept_clock(&mut self, actor: Actor) -> Answer {
        self.program(actor)?;
        let now = self.at;
        for run in self.jobs.values_mut().filter(|run| run.next_at > now + 24 * 60 * MINUTE) {
            run.next_at = now;
        }
        self.audits += 1;
        says(jobs::Reply::ClockAccepted)
    }

    pub fn renew_job(&mut self, actor: Actor, c: &RenewJob) -> Answer {
        self.program(actor)?;
        let at = self.at;
        let run = self.jobs.get_mut(&c.job).filter(|run| run.running && run.holder == c.holder);
        let run = run.ok_or(jobs::Refusal::JobNotYours)?;
        (run.seen, run.place) = (at, c.place);
        if run.next_at != 0 {
            run.next_at = run.until();
        }
        says(jobs::Reply::JobRenewed { job: c.job })
    }

    pub fn wake_job(&mut self, actor: Actor, job: Job) -> Answer {
        self.may_everywhere(actor, Permission::ManageSystem)?;
        self.jobs.entry(job).or_default().next_at = 0;
        self.audits += 1;
        says(jobs::Reply::JobWoken { job })
    }

    pub fn keep_token(&mut self, actor: Actor, c: &KeepToken) -> Answer {
        self.program(actor)?;
        self.tokens += 1;
        says(jobs::Reply::TokenKept { token: c.token, until: c.until })
    }

    pub fn prove(&mut self, actor: Actor, c: &Prove) -> Answer {
        self.program(actor)?;
        if self.proof.is_some_and(|(check, _)| check != c.check) {
            return Err(jobs::Refusal::OtherSecret.into());
        }
        self.proof = Some((c.check, self.at));
        says(jobs::Reply::Proven)
    }

    pub fn import(&mut self, actor: Actor, rows: usize) -> Answer {
        self.program(actor)?;
        self.patrons += rows;
        self.audits += 1;
        says(register::Reply::PatronsImported { rows: rows as i64 })
    }

    pub fn sweep(&mut self, actor: Actor, c: &Sweep) -> Answer {
        self.program(actor)?;
        let (at, before) = (self.at, (self.outcomes.len(), self.sessions.len()));
        let gone =
            self.outcomes.extract_if(.., |key, (.., then)| c.outcomes.contains(key) && at >= *then + OUTCOME_LIFE);
        self.forgotten.extend(gone.map(|(key, _)| key));
        self.sessions.retain(|token, session| !c.sessions.contains(token) || session.is_live(at));
        let (outcomes, sessions) = (before.0 - self.outcomes.len(), before.1 - self.sessions.len());
        if outcomes > 0 {
            self.seen.push(Sight::OutcomeSwept);
        }
        if sessions > 0 {
            self.seen.push(Sight::SessionSwept);
        }
        says(jobs::Reply::Swept { rows: (outcomes + sessions) as i64 })
    }
}
