//! Jobs: one instance at a time, when they are due; and what the program alone may write.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::{Record, Sealed};
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::jobs::{self, *};
use domain::register::{self, ImportPatrons, Patron, PatronRow};
use domain::sessions::{self, READER_SESSION_MS, STAFF_IDLE_MS};
use domain::slices::Command;
use domain::staff::Audit;
use domain::staff::Permission::ManageSystem;
use domain::tables::*;
use support::asking::HELPER;
use support::*;

const JOB: Job = Job::Expiry;
/// Two instances of the program.
const ONE: i64 = 71;
const OTHER: i64 = 72;
const HOUR: i64 = 3_600_000;

fn start(memory: &mut Memory, holder: i64, when: i64) -> Result<Replied, Refused> {
    memory.ask(Actor::Job, Command::from(StartJob { job: JOB, holder }), at(MORNING + when))
}

/// Ends it; it is due again an hour after the morning.
fn end(memory: &mut Memory, holder: i64, when: i64) -> Result<Replied, Refused> {
    let (done, failed, next_at) = (3, 1, MORNING + HOUR);
    memory.ask(
        Actor::Job,
        Command::from(EndJob { job: JOB, holder, done, failed, next_at, place: 0 }),
        at(MORNING + when),
    )
}

fn wake(memory: &mut Memory) -> Result<Replied, Refused> {
    memory.ask(Actor::Staff(HELPER), Command::from(WakeJob { job: JOB }), at(MORNING))
}

fn run(memory: &Memory) -> JobRun {
    memory.get(JobRun::key(JOB)).unwrap()
}

fn started() -> Result<Replied, Refused> {
    Ok(jobs::Reply::JobStarted { job: JOB, place: 0 }.into())
}
fn ended() -> Result<Replied, Refused> {
    Ok(jobs::Reply::JobEnded { job: JOB }.into())
}
fn not_yours() -> Result<Replied, Refused> {
    Err(jobs::Refusal::JobNotYours.into())
}

#[test]
fn only_the_program_runs_its_jobs() {
    let mut memory = Memory::default();
    let (outcomes, sessions) = (vec![], vec![]);
    let commands = [
        Command::from(StartJob { job: JOB, holder: ONE }),
        Command::from(EndJob { job: JOB, holder: ONE, done: 0, failed: 0, next_at: 0, place: 0 }),
        Command::from(RenewJob { job: JOB, holder: ONE, place: 0 }),
        Command::from(Prove { check: digest(41, 1) }),
        Command::from(AcceptClock { ahead_ms: 60_000 }),
        Command::from(KeepToken { token: Token::Access, sealed: Sealed(vec![1]), until: MORNING }),
        Command::from(Sweep { outcomes, sessions, ..Sweep::default() }),
        Command::from(ImportPatrons { rows: vec![] }),
    ];
    for command in commands {
        memory.is_for_the_program(&command);
    }
    assert_eq!(memory.records, []);
}

#[test]
fn starts_are_refused_in_order_of_precedence() {
    let mut memory = Memory::default();
    let (until, next_at) = (MORNING + 5, MORNING + 9);
    let worst = JobRun { job: JOB, holder: OTHER, until, started: 0, ended: 0, done: 0, failed: 0, next_at, place: 0 };
    memory.set(worst);
    assert_eq!(start(&mut memory, ONE, 0), Err(jobs::Refusal::JobTaken { until }.into()));
    memory.set(JobRun { until: MORNING, ..worst });
    assert_eq!(start(&mut memory, ONE, 0), Err(jobs::Refusal::JobNotDue { next_at }.into()));
    memory.set(JobRun { until: MORNING, next_at: MORNING, ..worst });
    assert_eq!(start(&mut memory, ONE, 0), started());
}

#[test]
fn one_instance_at_a_time_has_a_job() {
    let mut memory = Memory::default();
    assert_eq!(start(&mut memory, ONE, 0), started());
    let until = MORNING + LEASE_MS;
    let next_at = until;
    let begun =
        JobRun { job: JOB, holder: ONE, until, started: MORNING, ended: 0, done: 0, failed: 0, next_at, place: 0 };
    assert_eq!(memory.all::<JobRun>(), [begun]);
    for (holder, when) in [(OTHER, 0), (ONE, 0), (OTHER, LEASE_MS - 1)] {
        assert_eq!(start(&mut memory, holder, when), Err(jobs::Refusal::JobTaken { until }.into()), "{holder} {when}");
    }
    // Another job is another matter.
    let sweep = StartJob { job: Job::Sweep, holder: OTHER };
    assert!(memory.ask(Actor::Job, Command::from(sweep), at(MORNING)).is_ok());
    assert_eq!(end(&mut memory, ONE, 5), ended());
    let (at_end, next_at) = (MORNING + 5, MORNING + HOUR);
    assert_eq!(run(&memory), JobRun { until: 0, ended: at_end, done: 3, failed: 1, next_at, ..begun });
    assert_eq!(start(&mut memory, OTHER, HOUR - 1), Err(jobs::Refusal::JobNotDue { next_at }.into()));
    assert_eq!(start(&mut memory, OTHER, HOUR), started());
}

#[test]
fn a_job_is_ended_by_the_one_who_has_it() {
    let mut memory = Memory::default();
    // Nobody has begun, and 0 is nobody.
    assert_eq!([end(&mut memory, ONE, 0), end(&mut memory, 0, 0)], [not_yours(); 2]);
    start(&mut memory, ONE, 0).unwrap();
    assert_eq!(end(&mut memory, OTHER, 0), not_yours());
    // Late, while nobody has taken it over.
    assert_eq!(end(&mut memory.clone(), ONE, 2 * LEASE_MS), ended());
    assert_eq!(start(&mut memory, OTHER, LEASE_MS), started());
    let before = run(&memory);
    assert_eq!(end(&mut memory, ONE, LEASE_MS), not_yours());
    assert_eq!(run(&memory), before);
    assert_eq!(end(&mut memory, OTHER, LEASE_MS), ended());
    assert_eq!(end(&mut memory, OTHER, LEASE_MS), not_yours(), "said already");
}

#[test]
fn whoever_is_at_it_keeps_the_job_and_says_how_far_it_is() {
    let mut memory = Memory::default();
    let renew = |memory: &mut Memory, holder, when, place| {
        memory.ask(Actor::Job, Command::from(RenewJob { job: JOB, holder, place }), at(MORNING + when))
    };
    assert_eq!(renew(&mut memory, ONE, 0, 5), not_yours());
    start(&mut memory, ONE, 0).unwrap();
    let begun = run(&memory);
    assert_eq!(renew(&mut memory, OTHER, 1, 5), not_yours());
    assert_eq!(renew(&mut memory, ONE, 60, 5), Ok(jobs::Reply::JobRenewed { job: JOB }.into()));
    let until = MORNING + 60 + LEASE_MS;
    assert_eq!(run(&memory), JobRun { until, next_at: until, place: 5, ..begun });
    assert_eq!(start(&mut memory, OTHER, LEASE_MS), Err(jobs::Refusal::JobTaken { until }.into()));
    // Cut off: who takes it over goes on there; whoever ended it says where.
    let taken_over = start(&mut memory, OTHER, 60 + LEASE_MS);
    assert_eq!(taken_over, Ok(jobs::Reply::JobStarted { job: JOB, place: 5 }.into()));
    assert_eq!(renew(&mut memory, ONE, 60 + LEASE_MS, 9), not_yours());
    end(&mut memory, OTHER, 61 + LEASE_MS).unwrap();
    assert_eq!(run(&memory).place, 0);
    // Woken while it runs, it stays due.
    start(&mut memory, ONE, 2 * HOUR).unwrap();
    memory.staff_everywhere(HELPER, ManageSystem as i64);
    wake(&mut memory).unwrap();
    renew(&mut memory, ONE, 2 * HOUR, 1).unwrap();
    assert_eq!(run(&memory).next_at, 0);
}

#[test]
fn staff_wake_a_job_before_it_is_due() {
    let mut memory = Memory::default();
    let command = Command::from(WakeJob { job: JOB });
    memory.is_not_for_others(&command);
    memory.is_for_staff(ManageSystem, &command);
    assert_eq!(wake(&mut memory), Err(domain::staff::Refusal::OtherBranch.into()), "jobs are the whole library's");
    memory.staff_everywhere(HELPER, ManageSystem as i64);
    start(&mut memory, ONE, 0).unwrap();
    end(&mut memory, ONE, 0).unwrap();
    let before = run(&memory);
    assert_eq!(wake(&mut memory), Ok(jobs::Reply::JobWoken { job: JOB }.into()));
    assert_eq!(run(&memory), JobRun { next_at: 0, ..before });
    let Audit { staff, action, about, .. } = memory.last_audit();
    assert_eq!((staff, action.as_str(), about), (Some(HELPER), "job.wake", JOB as i64));
    assert_eq!(start(&mut memory, OTHER, 1), started());
    // One that runs keeps its lease.
    let running = run(&memory);
    wake(&mut memory).unwrap();
    assert_eq!(run(&memory), JobRun { next_at: 0, ..running });
    assert_eq!(start(&mut memory, ONE, 1), Err(jobs::Refusal::JobTaken { until: running.until }.into()));
}

#[test]
fn a_job_that_is_woken_while_it_runs_runs_once_more() {
    let mut memory = Memory::default();
    memory.staff_everywhere(HELPER, ManageSystem as i64);
    start(&mut memory, ONE, 0).unwrap();
    wake(&mut memory).unwrap();
    assert_eq!(end(&mut memory, ONE, 5), ended());
    assert_eq!(start(&mut memory, OTHER, 5), started());
    // Once: the run that follows is what it was woken for.
    assert_eq!(end(&mut memory, OTHER, 6), ended());
    assert_eq!(start(&mut memory, ONE, 6), Err(jobs::Refusal::JobNotDue { next_at: MORNING + HOUR }.into()));
}

#[test]
fn a_job_that_never_ran_can_be_woken() {
    let mut memory = Memory::default();
    memory.staff_everywhere(HELPER, ManageSystem as i64);
    wake(&mut memory).unwrap();
    assert_eq!((run(&memory).holder, run(&memory).next_at), (0, 0));
    assert_eq!(start(&mut memory, ONE, 0), started());
}

#[test]
fn a_token_is_kept_for_every_instance() {
    let mut memory = Memory::default();
    let (token, sealed, until) = (Token::JsapiTicket, Sealed(vec![9]), MORNING + HOUR);
    let command = Command::from(KeepToken { token, sealed: sealed.clone(), until });
    let reply = memory.ask(Actor::Job, command, at(MORNING));
    assert_eq!(reply, Ok(jobs::Reply::TokenKept { token, until }.into()));
    assert_eq!(memory.records, [Record::from(KeptToken { token, sealed, until })]);
}

#[test]
fn imported_patrons_are_kept_and_counted() {
    let mut memory = Memory::default();
    let rows: Vec<PatronRow> =
        (1..=3).map(|n| PatronRow { barcode: digest(1, n), sealed: Sealed(vec![n as u8]) }).collect();
    let reply = memory.ask(Actor::Job, Command::from(ImportPatrons { rows: rows.clone() }), at(MORNING));
    assert_eq!(reply, Ok(register::Reply::PatronsImported { rows: 3 }.into()));
    let (_, patrons) = memory.records.split_last().unwrap();
    let kept: Vec<Record> =
        rows.into_iter().map(|PatronRow { barcode, sealed }| Record::from(Patron { barcode, sealed })).collect();
    assert_eq!(patrons, kept);
    let audit = memory.last_audit();
    assert_eq!((audit.staff, audit.action.as_str(), audit.about), (None, "patrons.import", 3));
}

fn swept(memory: &mut Memory, outcomes: &[i64], sessions: &[i64]) -> i64 {
    let digests = |of: &[i64]| -> Vec<Digest> { of.iter().map(|n| digest(90, *n)).collect() };
    let sweep = Sweep { outcomes: digests(outcomes), sessions: digests(sessions), ..Sweep::default() };
    let reply = memory.ask(Actor::Job, Command::from(sweep), at(MORNING)).unwrap();
    assert!(matches!(reply.of(), Some(jobs::Reply::Swept { .. })));
    assert_eq!(reply.cells[1], 0);
    reply.cells[0]
}

#[test]
fn only_outcomes_that_nobody_asks_for_are_swept() {
    let mut memory = Memory::default();
    for (n, age) in [(1, 0), (2, OUTCOME_LIFE_MS - 1), (3, OUTCOME_LIFE_MS), (4, 2 * OUTCOME_LIFE_MS)] {
        let Digest { high, low } = digest(90, n);
        memory.set(Outcome { high, low, body_high: 1, body_low: 1, reply: 1, a: 0, b: 0, at: MORNING - age });
    }
    // Some are unknown, some are said twice.
    assert_eq!(swept(&mut memory, &[1, 2, 3, 3, 4, 5], &[]), 2);
    assert_eq!(memory.all::<Outcome>().iter().map(|row| MORNING - row.at).max(), Some(OUTCOME_LIFE_MS - 1));
    assert_eq!(swept(&mut memory, &[1, 2, 3, 4], &[]), 0);
}

#[test]
fn only_sessions_that_are_over_are_swept() {
    let mut memory = Memory::default();
    let (long, soon) = (MORNING + READER_SESSION_MS, MORNING + 1);
    let sessions = [
        (1, SessionKind::Reader, MORNING - 9 * STAFF_IDLE_MS, soon),
        (2, SessionKind::Reader, MORNING, MORNING),
        (3, SessionKind::Staff, MORNING - STAFF_IDLE_MS + 1, long),
        (4, SessionKind::Staff, MORNING - STAFF_IDLE_MS, long),
        (5, SessionKind::Staff, MORNING, MORNING - 1),
    ];
    for (n, kind, seen, until) in sessions {
        let Digest { high, low } = digest(90, n);
        memory.set(Session { high, low, kind, who: 1, at: seen, seen, until });
    }
    assert_eq!(swept(&mut memory, &[], &[1, 2, 3, 4, 5, 6]), 3);
    let left = memory.all::<Session>();
    assert!(left.len() == 2 && left.iter().all(|session| domain::sessions::is_live(session, MORNING)));
}

#[test]
fn a_key_that_was_swept_is_a_key_like_any_other() {
    let mut memory = Memory::default();
    let Digest { high, low } = keyed(1, 1).unwrap().key;
    let at_first = MORNING - OUTCOME_LIFE_MS;
    memory.set(Outcome { high, low, body_high: 1, body_low: 1, reply: 1, a: 0, b: 0, at: at_first });
    let sweep = Sweep { outcomes: vec![Digest { high, low }], ..Sweep::default() };
    memory.ask(Actor::Job, Command::from(sweep), at(MORNING)).unwrap();
    let command = Command::from(domain::sessions::SignOut { session: digest(21, 1) });
    let envelope = domain::slices::Envelope { actor: Actor::Visitor, key: keyed(1, 1), command, seed: 0 };
    assert!(matches!(memory.run(&envelope, at(MORNING)).unwrap().of(), Some(sessions::Reply::SignedOut)));
}

#[test]
fn another_secret_is_found_out() {
    let mut memory = Memory::default();
    let prove = |memory: &mut Memory, check, when| {
        memory.ask(Actor::Job, Command::from(Prove { check: digest(41, check) }), at(MORNING + when))
    };
    assert_eq!(prove(&mut memory, 1, 0), Ok(jobs::Reply::Proven.into()));
    assert_eq!(prove(&mut memory, 2, 1), Err(jobs::Refusal::OtherSecret.into()));
    assert_eq!(prove(&mut memory, 1, 2), Ok(jobs::Reply::Proven.into()));
    let digest = digest(41, 1);
    assert_eq!(memory.all::<Proof>(), [Proof { one: 1, high: digest.high, low: digest.low, at: MORNING + 2 }]);
}

#[test]
fn a_clock_put_right_brings_jobs_back_out_of_the_future() {
    const YEAR: i64 = 365 * 24 * 3_600_000;
    let mut memory = Memory::default();
    let run = JobRun { job: JOB, holder: 7, until: 0, started: 0, ended: 0, done: 0, failed: 0, next_at: 0, place: 3 };
    let accept = Command::from(AcceptClock { ahead_ms: YEAR });
    memory.set(JobRun { next_at: MORNING + YEAR, until: MORNING + YEAR, ..run });
    assert_eq!(memory.ask(Actor::Reader(ReaderId(1)), accept.clone(), at(MORNING)), Err(Common::NoPermission.into()));
    assert_eq!(memory.ask(Actor::Job, accept.clone(), at(MORNING)), Ok(jobs::Reply::ClockAccepted.into()));
    assert_eq!(memory.get::<JobRun>(JobRun::key(JOB)), Some(JobRun { next_at: MORNING, until: 0, ..run }));
    // What is near is as it should be.
    let near = JobRun { next_at: MORNING + 3_600_000, until: MORNING + 60_000, ..run };
    memory.set(near);
    memory.ask(Actor::Job, accept, at(MORNING)).unwrap();
    assert_eq!(memory.get::<JobRun>(JobRun::key(JOB)), Some(near));
}
