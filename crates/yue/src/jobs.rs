//! Jobs: what the program does by itself, each under a lease, so that several instances share the work.

use crate::tokens::Tokens;
use connectors::library_system::{Fault, LibrarySystem};
use domain::activities::announcements::Deliver;
use domain::activities::enrolments::FreeParticipants;
use domain::activities::no_shows::MarkNoShow;
use domain::cards::RefreshCard;
use domain::cards::rebindings::SettleRebinding;
use domain::core::asked::Actor;
use domain::core::day::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::core::reply::Replied;
use domain::jobs::{EndJob, OUTCOME_LIFE_MS, Reply, StartJob, Sweep};
use domain::places::pickup::DAYS_AHEAD_MAX;
use domain::redemptions::{ExpireRedemption, RemindOfRedemption, reminder_days};
use domain::rules::in_force;
use domain::slices::{Command, Envelope};
use domain::tables::{AnnouncementId, CardId, Job, Millis, RedemptionId};
use futures_util::future::join_all;
use std::sync::Arc;
use std::time::Duration;
use store::{Door, NoReply, Reads, activities, cards, jobs, redemptions};
use tokio::sync::Notify;
use web::TimeSource;
use web::frame::keys::Keys;
use web::frame::sealing::facts;
use web::kit::calendar::Calendar;

/// How often it looks whether something is due.
const LOOK: Duration = Duration::from_secs(20);
const CARDS_A_PAGE: i64 = 100;

pub struct Jobs {
    pub door: Door,
    pub reads: Reads,
    pub keys: Keys,
    pub time: TimeSource,
    pub calendar: Calendar,
    pub library_system: Arc<dyn LibrarySystem>,
    pub tokens: Tokens,
    pub bell: Arc<Notify>,
    /// Tells this instance from others.
    pub holder: i64,
}

/// What a run has come to.
#[derive(Default)]
struct Tally {
    done: i64,
    failed: i64,
}

impl Tally {
    /// A refusal is no failure: somebody else was faster, or things have changed.
    fn count(&mut self, answer: &Result<Replied, NoReply>) {
        match answer {
            Ok(_) => self.done += 1,
            Err(NoReply::Refused(_)) => {}
            Err(NoReply::Busy | NoReply::Fault) => self.failed += 1,
        }
    }
}

impl Jobs {
    pub async fn run(self) {
        loop {
            self.run_due().await;
            let _ = tokio::time::timeout(LOOK, self.bell.notified()).await;
        }
    }

    /// Every job that is due now, once.
    pub async fn run_due(&self) {
        for job in Job::ALL {
            let start = Command::from(StartJob { job: *job, holder: self.holder });
            if self.ask(start).await.is_err() {
                continue;
            }
            let tally = self.work(*job).await.unwrap_or_else(|fault| {
                tracing::warn!(?job, %fault, "a job stopped");
                Tally { done: 0, failed: 1 }
            });
            let Tally { done, failed } = tally;
            let next_at = self.now() + pause_ms(*job);
            let end = EndJob { job: *job, holder: self.holder, done, failed, next_at };
            if self.ask(Command::from(end)).await.is_err() {
                tracing::warn!(?job, "a job's end could not be written down");
            }
        }
    }

    fn now(&self) -> Millis {
        (self.time)()
    }

    async fn ask(&self, command: Command) -> Result<Replied, NoReply> {
        self.door.ask(Envelope { actor: Actor::Job, key: None, command, seed: 0 }).await
    }

    async fn ask_all(&self, commands: impl Iterator<Item = Command>, tally: &mut Tally) {
        let answers = join_all(commands.map(|command| self.ask(command))).await;
        answers.iter().for_each(|answer| tally.count(answer));
    }

    async fn work(&self, job: Job) -> store::Done<Tally> {
        match job {
            Job::Expiry => self.expire().await,
            Job::Reminders => self.remind().await,
            Job::Rebindings => self.settle_rebindings().await,
            Job::PatronRefresh => self.refresh_cards().await,
            Job::AccountToken => Ok(self.refresh_tokens().await),
            Job::Sweep => self.sweep().await,
            Job::Participants => self.follow_activities().await,
        }
    }

    async fn expire(&self) -> store::Done<Tally> {
        let (mut tally, mut after) = (Tally::default(), RedemptionId(0));
        let today = self.calendar.day(self.now());
        loop {
            let part = redemptions::jobs::expired(&self.reads, today, after).await?;
            let Some(last) = part.last() else { return Ok(tally) };
            after = *last;
            let expire = |redemption| Command::from(ExpireRedemption { redemption });
            self.ask_all(part.into_iter().map(expire), &mut tally).await;
        }
    }

    async fn remind(&self) -> store::Done<Tally> {
        let mut tally = Tally::default();
        let today = self.calendar.day(self.now());
        let rules = store::rules::all(&self.reads).await?;
        let days = reminder_days(|rule| in_force(&rules, rule, today));
        for (reminded, days) in (1..).zip(days) {
            // A last day that was closed since has moved on, by so many days at most.
            let from = domain::core::day::plus(today, -DAYS_AHEAD_MAX);
            let (until, mut after) = (domain::core::day::plus(today, days), RedemptionId(0));
            loop {
                let part = redemptions::jobs::unreminded(&self.reads, from, until, reminded, after).await?;
                let Some(last) = part.last() else { break };
                after = *last;
                let remind = |redemption| Command::from(RemindOfRedemption { redemption });
                self.ask_all(part.into_iter().map(remind), &mut tally).await;
            }
        }
        Ok(tally)
    }

    async fn settle_rebindings(&self) -> store::Done<Tally> {
        let mut tally = Tally::default();
        for (rebinding, sealed) in cards::due_rebindings(&self.reads, self.now()).await? {
            let Ok(barcode) = self.keys.open("barcode", &sealed) else {
                tally.failed += 1;
                continue;
            };
            let (card, barcode) = (rebinding.card, self.keys.digest("barcode", &barcode));
            tally.count(&self.ask(Command::from(SettleRebinding { card, barcode })).await);
        }
        Ok(tally)
    }

    /// One question after the other: the library system has readers of its own to serve.
    async fn refresh_cards(&self) -> store::Done<Tally> {
        let (mut tally, mut after) = (Tally::default(), CardId(0));
        loop {
            let page = cards::bound_cards(&self.reads, after, CARDS_A_PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(tally) };
            after = *last;
            for (card, sealed) in page {
                match self.refreshed(card, &sealed).await {
                    Ok(Some(command)) => tally.count(&self.ask(Command::from(command)).await),
                    Ok(None) => tally.failed += 1,
                    // Down: the rest of the cards would wait for it too. The next run begins anew.
                    Err(fault) => {
                        tracing::warn!(%fault, "the library system did not tell about a card");
                        tally.failed += 1;
                        return Ok(tally);
                    }
                }
            }
        }
    }

    /// None: the card's own row cannot be read.
    async fn refreshed(&self, card: CardId, sealed: &[u8]) -> Result<Option<RefreshCard>, Fault> {
        let Ok(barcode) = self.keys.open("barcode", sealed) else { return Ok(None) };
        let patron = match self.library_system.patron(&barcode).await {
            Err(Fault::BarcodeNotAllowed) => return Ok(None),
            other => other?,
        };
        let facts = match patron {
            Some(patron) => {
                let phone = patron.phone.clone().unwrap_or_default();
                match facts(&self.keys, &patron, &barcode, &phone) {
                    Ok(facts) => Some(facts),
                    Err(_) => return Ok(None),
                }
            }
            None => None,
        };
        Ok(Some(RefreshCard { card, barcode: self.keys.digest("barcode", &barcode), facts }))
    }

    /// What staff did to an activity reaches its participants, part by part.
    async fn follow_activities(&self) -> store::Done<Tally> {
        let mut tally = Tally::default();
        for announcement in activities::jobs::undelivered(&self.reads).await? {
            self.announce(announcement, &mut tally).await?;
        }
        loop {
            let free = |(activity, reader)| Command::from(FreeParticipants { activity, reader });
            let cancelled = activities::jobs::unfreed(&self.reads).await?.into_iter().map(free);
            let mark = |(activity, reader, member)| Command::from(MarkNoShow { activity, reader, member });
            let absent = activities::jobs::unmarked(&self.reads).await?.into_iter().map(mark);
            let before = tally.done;
            self.ask_all(cancelled.chain(absent).collect::<Vec<_>>().into_iter(), &mut tally).await;
            // Nothing left, or nothing that can be done: the next run begins anew.
            if tally.done == before {
                return Ok(tally);
            }
        }
    }

    async fn announce(&self, announcement: AnnouncementId, tally: &mut Tally) -> store::Done<()> {
        loop {
            let readers = activities::jobs::unannounced(&self.reads, announcement).await?;
            let (before, is_last) = (tally.done, readers.is_empty());
            let to = readers.into_iter().map(Some).chain(is_last.then_some(None));
            let deliver = |reader| Command::from(Deliver { announcement, reader });
            self.ask_all(to.map(deliver), tally).await;
            if is_last || tally.done == before {
                return Ok(());
            }
        }
    }

    async fn refresh_tokens(&self) -> Tally {
        let mut tally = Tally::default();
        for command in self.tokens.refreshed(self.now()).await {
            match command {
                Ok(command) => tally.count(&self.ask(Command::from(command)).await),
                Err(()) => tally.failed += 1,
            }
        }
        tally
    }

    async fn sweep(&self) -> store::Done<Tally> {
        let mut tally = Tally::default();
        loop {
            let now = self.now();
            let [outcomes, sessions] = jobs::sweepable(&self.reads, now - OUTCOME_LIFE_MS, now).await?;
            let found = outcomes.len() + sessions.len();
            let answer = self.ask(Command::from(Sweep { outcomes, sessions })).await;
            tally.failed += i64::from(answer.is_err());
            let gone = match answer.ok().and_then(|reply| reply.of()) {
                Some(Reply::Swept { rows }) => rows,
                _ => 0,
            };
            tally.done += gone;
            if found < jobs::PART_ROWS as usize || gone == 0 {
                return Ok(tally);
            }
        }
    }
}

fn pause_ms(job: Job) -> Millis {
    match job {
        Job::Rebindings | Job::AccountToken | Job::Participants => MINUTE_MS,
        Job::Expiry | Job::Reminders => HOUR_MS,
        Job::PatronRefresh | Job::Sweep => DAY_MS,
    }
}
