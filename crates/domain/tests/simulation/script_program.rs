//! What the program asks of itself, and what is said of places.

use crate::model_jobs::OUTCOME_LIFE;
use crate::model_texts::{ADDRESS, TITLE};
use crate::script::{NOBODY, Script};
use crate::support::{day, digest};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::jobs::{AcceptClock, EndJob, KeepToken, Prove, RenewJob, StartJob, Sweep, WakeJob};
use domain::outbox::{Attempt, SettleOutbox, TakeOutbox};
use domain::places::pickup::Opening;
use domain::places::{DayPlan, PlaceText, SavePlace, SetPlaceDay};
use domain::register::{ImportPatrons, PatronRow};
use domain::slices::Command;
use domain::tables::{BranchId, Job, OutboxId, OutboxState, PlaceId, PlaceState, Token};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const PLACES: usize = 3;
/// Instances of the program.
const INSTANCES: i64 = 3;
const BARCODE: i64 = 4;

impl Script<'_> {
    pub fn by_the_program(&mut self) -> (Actor, Command) {
        let command = match self.dice.below(44) {
            0..17 => Command::from(TakeOutbox { outbox: self.outgoing() }),
            17 => Command::from(self.stray_word()),
            18..29 if self.model.redemptions.is_empty() => self.start_job(),
            18..22 => self.expire(),
            22..29 => self.remind(),
            29..32 => self.start_job(),
            32 => self.renew_job(),
            33..36 => self.end_job(),
            36..39 => self.sweep(),
            39 => Command::from(KeepToken { token: Token::Access, sealed: Sealed(vec![3]), until: self.at + HOUR }),
            40 if self.dice.one_in(9) => Command::from(AcceptClock { ahead_ms: self.dice.below(9) * HOUR }),
            40 if self.dice.one_in(3) => {
                Command::from(Prove { check: digest(BARCODE, i64::from(self.dice.one_in(9))) })
            }
            40 => self.import(),
            _ => return (self.staff(), Command::from(WakeJob { job: self.a_job() })),
        };
        (self.job(), command)
    }

    fn outgoing(&mut self) -> OutboxId {
        let open = |state| matches!(state, OutboxState::Waiting | OutboxState::Sending);
        let due: Vec<i64> = self.model.outbox.iter().rev().take(20).filter(|o| open(o.state)).map(|o| o.id).collect();
        let any = self.dice.pick(&self.model.outbox).map_or(NOBODY, |row| row.id);
        OutboxId(self.dice.pick(due).filter(|_| !self.dice.one_in(8)).unwrap_or(any))
    }

    /// A word about an attempt that nobody made, or that is long over.
    fn stray_word(&mut self) -> SettleOutbox {
        let taken = self.model.outbox.iter().rev().find(|row| row.state == OutboxState::Sending);
        let (id, attempts) = taken.map_or((NOBODY, 1), |row| (row.id, row.attempts));
        SettleOutbox { outbox: OutboxId(id), attempts: attempts - 1, attempt: Attempt::NotSent }
    }

    fn a_job(&mut self) -> Job {
        self.dice.pick(Job::ALL).copied().unwrap_or(Job::Sweep)
    }

    fn start_job(&mut self) -> Command {
        Command::from(StartJob { job: self.a_job(), holder: 1 + self.dice.below(INSTANCES) })
    }

    fn renew_job(&mut self) -> Command {
        let (job, holder) = self.running_job();
        Command::from(RenewJob { job, holder, place: self.dice.below(99) })
    }

    /// The one that has it, mostly.
    fn running_job(&mut self) -> (Job, i64) {
        let running = self.model.jobs.iter().filter(|(_, run)| run.running).map(|(job, run)| (*job, run.holder));
        let running: Vec<(Job, i64)> = running.collect();
        let known = self.dice.pick(running).filter(|_| !self.dice.one_in(4));
        known.unwrap_or_else(|| (self.a_job(), self.dice.below(INSTANCES + 1)))
    }

    /// It is due again at once, or some hours later.
    fn end_job(&mut self) -> Command {
        let (job, holder) = self.running_job();
        let place = self.dice.below(3) * 50;
        let (done, failed) = (self.dice.below(9), self.dice.below(3));
        let next_at = self.at + self.dice.below(3) * HOUR;
        Command::from(EndJob { job, holder, done, failed, next_at, place })
    }

    /// Mostly what is old, and some that is not, or that nobody knows.
    fn sweep(&mut self) -> Command {
        let old = self.model.outcomes.iter().filter(|(_, (.., then))| *then + OUTCOME_LIFE <= self.at + HOUR);
        let mut outcomes: Vec<Digest> = old.take(8).map(|(key, _)| *key).collect();
        outcomes.extend(self.dice.pick(self.model.outcomes.keys()).copied());
        let dead = self.model.sessions.iter().filter(|(_, session)| !session.is_live(self.at));
        let mut sessions: Vec<Digest> = dead.take(4).map(|(token, _)| *token).collect();
        sessions.push(self.session());
        Command::from(Sweep { outcomes, sessions, ..Sweep::default() })
    }

    fn import(&mut self) -> Command {
        let rows = (0..self.dice.below(4)).map(|n| PatronRow { barcode: digest(BARCODE, n), sealed: Sealed(vec![4]) });
        Command::from(ImportPatrons { rows: rows.collect() })
    }

    pub fn about_a_place(&mut self) -> (Actor, Command) {
        let command = match self.dice.below(6) {
            0..3 => Command::from(self.save_place()),
            _ => Command::from(self.set_place_day()),
        };
        (self.staff(), command)
    }

    fn place(&mut self) -> PlaceId {
        let known = self.dice.pick(self.model.places.keys()).copied();
        PlaceId(known.filter(|_| !self.dice.one_in(20)).unwrap_or(NOBODY))
    }

    fn save_place(&mut self) -> SavePlace {
        let full = self.model.places.len() >= PLACES;
        let week = match self.dice.below(4) {
            0 => (1..=7).map(|weekday| Opening { weekday, from: 0, until: 1_440 }).collect(),
            _ => (0..self.dice.below(6)).map(|_| self.opening()).collect(),
        };
        let (name, address) = (self.text("一楼服务台", TITLE), self.text("新华路178号", ADDRESS));
        SavePlace {
            place: (full || self.dice.one_in(3)).then(|| self.place()),
            branch: BranchId(1 + self.dice.below(2)),
            state: if self.dice.one_in(6) { PlaceState::Closed } else { PlaceState::Open },
            week,
            text: PlaceText { name, address },
        }
    }

    fn opening(&mut self) -> Opening {
        let (weekday, (from, until)) = (1 + self.dice.below(7), self.hours());
        let weekday = if self.dice.one_in(60) { self.dice.pick([-1, 0, 8, 9]).unwrap_or(0) } else { weekday };
        Opening { weekday, from, until }
    }

    /// Seldom hours that cannot be.
    fn hours(&mut self) -> (i64, i64) {
        let from = self.dice.below(20) * 60;
        (from, if self.dice.one_in(30) { from } else { from + (1 + self.dice.below(4)) * 60 })
    }

    /// A day soon, or the last one of some redemption.
    fn set_place_day(&mut self) -> SetPlaceDay {
        let (_, known) = self.redemption(|redemption| redemption.settled_at == 0);
        let soon = day(self.at + self.dice.below(4) * DAY);
        let planned = known.map(|redemption| redemption.last_day).filter(|_| self.dice.one_in(2)).unwrap_or(soon);
        let plan = match self.dice.below(6) {
            0..3 => DayPlan::Closed,
            3..5 => DayPlan::Open((0..self.dice.below(3)).map(|_| self.hours()).collect()),
            _ => DayPlan::AsUsual,
        };
        SetPlaceDay { place: self.place(), day: if self.dice.one_in(20) { 20270229 } else { planned }, plan }
    }
}
