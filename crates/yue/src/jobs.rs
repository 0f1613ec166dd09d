//! Jobs: what the program does by itself, each under a lease, so that several instances share the work.

use crate::tokens::Tokens;
use connectors::library_system::{Fault, LibrarySystem};
use domain::activities::announcements::Deliver;
use domain::activities::enrolments::FreeParticipants;
use domain::activities::no_shows::MarkNoShow;
use domain::activities::waiting_list::PromoteWaiting;
use domain::cards::rebindings::SettleRebinding;
use domain::cards::refresh::RefreshCard;
use domain::core::asked::Actor;
use domain::core::day::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::core::reply::Replied;
use domain::donations::LapseDonation;
use domain::jobs::{EndJob, RenewJob, Reply, StartJob};
use domain::places::pickup::DAYS_AHEAD_MAX;
use domain::redemptions::{ExpireRedemption, RemindOfRedemption, reminder_days};
use domain::rules::in_force;
use domain::slices::{Command, Envelope};
use domain::stock_alerts::TellOfStock;
use domain::tables::{AnnouncementId, CardId, DonationId, Job, Millis, RedemptionId};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use store::{Door, NoReply, Reads, activities, cards, redemptions};
use tokio::sync::Notify;
use web::TimeSource;
use web::books::Source;
use web::frame::keys::Keys;
use web::frame::sealing::facts;
use web::kit::calendar::Calendar;

/// How often it looks whether something is due.
const LOOK: Duration = Duration::from_secs(20);
const CARDS_A_PAGE: i64 = 100;
/// Fewer than the connections that are kept: a reader who binds a card need not wait for this.
const QUESTIONS_AT_ONCE: usize = 3;
/// The library system is asked about cards for so long at a time, and then left alone.
const REFRESH_FOR: Duration = Duration::from_secs(15 * 60);
const REST_MS: Millis = 10 * MINUTE_MS;
/// Much sooner than a lease ends.
const RENEW: Duration = Duration::from_secs(120);

pub struct Jobs {
    pub door: Door,
    pub reads: Reads,
    pub keys: Keys,
    pub time: TimeSource,
    pub calendar: Calendar,
    pub library_system: Arc<dyn LibrarySystem>,
    /// The library's own, where it can be asked.
    pub catalogue: Option<Arc<Source>>,
    pub tokens: Tokens,
    pub bell: Arc<Notify>,
    /// Tells this instance from others.
    pub holder: i64,
}

/// What a run has come to.
#[derive(Default)]
pub(crate) struct Tally {
    pub done: i64,
    pub failed: i64,
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
    /// Side by side: a party that hangs holds up its own job alone.
    pub async fn run(self) {
        let bells: Vec<Notify> = Job::ALL.iter().map(|_| Notify::new()).collect();
        let ring_all = async {
            loop {
                self.bell.notified().await;
                bells.iter().for_each(Notify::notify_one);
            }
        };
        let lanes = join_all(Job::ALL.iter().zip(&bells).map(|(job, bell)| self.lane(*job, bell)));
        tokio::join!(ring_all, lanes);
    }

    async fn lane(&self, job: Job, bell: &Notify) {
        loop {
            self.run_if_due(job).await;
            let _ = tokio::time::timeout(LOOK, bell.notified()).await;
        }
    }

    /// Every job that is due now, once, one after the other.
    pub async fn run_due(&self) {
        for job in Job::ALL {
            self.run_if_due(*job).await;
        }
    }

    async fn run_if_due(&self, job: Job) {
        let holder = self.holder;
        let started = self.ask(Command::from(StartJob { job, holder })).await.ok().and_then(|reply| reply.of());
        let Some(Reply::JobStarted { place, .. }) = started else { return };
        let place = AtomicI64::new(place);
        let worked = tokio::select! {
            worked = self.work(job, &place) => worked,
            () = self.renew(job, &place) => {
                return tracing::warn!(?job, "a job was taken over: this instance said nothing for too long");
            }
        };
        let Tally { done, failed } = worked.unwrap_or_else(|fault| {
            tracing::warn!(?job, %fault, "a job stopped");
            Tally { done: 0, failed: 1 }
        });
        let place = place.into_inner();
        // What is left over goes on soon.
        let next_at = self.now() + if place == 0 { pause_ms(job) } else { REST_MS };
        if self.ask(Command::from(EndJob { job, holder, done, failed, next_at, place })).await.is_err() {
            tracing::warn!(?job, "a job's end could not be written down");
        }
    }

    /// Ends when somebody else has the job.
    async fn renew(&self, job: Job, place: &AtomicI64) {
        loop {
            tokio::time::sleep(RENEW).await;
            let renew = RenewJob { job, holder: self.holder, place: place.load(Ordering::Relaxed) };
            if let Err(NoReply::Refused(_)) = self.ask(Command::from(renew)).await {
                return;
            }
        }
    }

    pub(crate) fn now(&self) -> Millis {
        (self.time)()
    }

    pub(crate) async fn ask(&self, command: Command) -> Result<Replied, NoReply> {
        self.door.ask(Envelope { actor: Actor::Job, key: None, command, seed: 0 }).await
    }

    pub(crate) async fn ask_all(&self, commands: impl Iterator<Item = Command>, tally: &mut Tally) {
        let answers = join_all(commands.map(|command| self.ask(command))).await;
        answers.iter().for_each(|answer| tally.count(answer));
    }

    async fn work(&self, job: Job, place: &AtomicI64) -> store::Done<Tally> {
        match job {
            Job::Expiry => {
                let (prizes, slips) = (self.expire().await?, self.lapse().await?);
                Ok(Tally { done: prizes.done + slips.done, failed: prizes.failed + slips.failed })
            }
            Job::Reminders => self.remind().await,
            Job::Rebindings => self.settle_rebindings().await,
            Job::PatronRefresh => self.refresh_cards(place).await,
            Job::AccountToken => Ok(self.refresh_tokens().await),
            Job::Sweep => self.sweep().await,
            Job::Participants => self.follow_activities().await,
            Job::Shelving => self.look_for_shelved().await,
            Job::Closings => self.close_accounts().await,
            Job::Exports => self.put_together_exports().await,
            Job::StockAlerts => self.tell_of_stock().await,
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

    /// Slips whose books never came.
    async fn lapse(&self) -> store::Done<Tally> {
        let (mut tally, mut after) = (Tally::default(), DonationId(0));
        let today = self.calendar.day(self.now());
        loop {
            let part = store::donations::overdue(&self.reads, today, after).await?;
            let Some(last) = part.last() else { return Ok(tally) };
            after = *last;
            let lapse = |donation| Command::from(LapseDonation { donation });
            self.ask_all(part.into_iter().map(lapse), &mut tally).await;
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
            let (card, barcode) = (rebinding.card, self.keys.barcode(&barcode));
            tally.count(&self.ask(Command::from(SettleRebinding { card, barcode })).await);
        }
        Ok(tally)
    }

    /// A few questions at once and for a while: the library system has readers of its own to serve. What is left over, the
    /// next run asks for.
    async fn refresh_cards(&self, place: &AtomicI64) -> store::Done<Tally> {
        let mut tally = Tally::default();
        let started = Instant::now();
        while started.elapsed() < REFRESH_FOR {
            let after = CardId(place.load(Ordering::Relaxed));
            let page = cards::bound_cards(&self.reads, after, CARDS_A_PAGE).await?;
            let last = page.last().map_or(0, |(card, _)| card.0);
            let asked = iter(page).map(|(card, sealed)| async move { self.refreshed(card, &sealed).await });
            let answers: Vec<_> = asked.buffered(QUESTIONS_AT_ONCE).collect().await;
            let is_down = answers.iter().any(|answer| answer.as_ref().is_err_and(Fault::is_down));
            for answer in answers {
                match answer {
                    Ok(Some(command)) => tally.count(&self.ask(Command::from(command)).await),
                    Ok(None) => tally.failed += 1,
                    Err(fault) => {
                        tracing::warn!(%fault, "the library system did not tell about a card");
                        tally.failed += 1;
                    }
                }
            }
            // Down: the rest of the cards would wait for it too. The next run asks for this part again, and soon: no place
            // would be the beginning of a run that was over. An answer that cannot be used is about one card alone.
            if is_down {
                place.store(after.0.max(1), Ordering::Relaxed);
                break;
            }
            place.store(last, Ordering::Relaxed);
            if last == 0 {
                break;
            }
        }
        Ok(tally)
    }

    /// None: the card's own row cannot be read.
    async fn refreshed(&self, card: CardId, sealed: &[u8]) -> Result<Option<RefreshCard>, Fault> {
        let Ok(barcode) = self.keys.open("barcode", sealed) else { return Ok(None) };
        let patron = match self.library_system.patron(&barcode).await {
            Err(Fault::BarcodeNotAllowed) => return Ok(None),
            other => other?,
        };
        let facts = match patron {
            Some(patron) => match facts(&self.keys, &patron) {
                Ok(facts) => Some(facts),
                Err(_) => return Ok(None),
            },
            None => None,
        };
        Ok(Some(RefreshCard { card, barcode: self.keys.barcode(&barcode), facts }))
    }

    /// What staff did to an activity reaches its participants, part by part.
    async fn follow_activities(&self) -> store::Done<Tally> {
        let mut tally = Tally::default();
        loop {
            let free = |(activity, reader)| Command::from(FreeParticipants { activity, reader });
            let cancelled = activities::jobs::unfreed(&self.reads).await?.into_iter().map(free);
            let mark = |(activity, reader, member)| Command::from(MarkNoShow { activity, reader, member });
            let absent = activities::jobs::unmarked(&self.reads).await?.into_iter().map(mark);
            let promote = |activity| Command::from(PromoteWaiting { activity });
            let waiting = activities::jobs::unpromoted(&self.reads, self.now()).await?.into_iter().map(promote);
            let before = tally.done;
            self.ask_all(cancelled.chain(absent).chain(waiting).collect::<Vec<_>>().into_iter(), &mut tally).await;
            // Nothing left, or nothing that can be done: the next run begins anew.
            if tally.done == before {
                break;
            }
        }
        // Places first: whoever waits for one should not wait for thousands of messages.
        for announcement in activities::jobs::undelivered(&self.reads).await? {
            self.announce(announcement, &mut tally).await?;
        }
        Ok(tally)
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

    /// Those whose turn it is; the next run tells the next ones, while there is something left.
    async fn tell_of_stock(&self) -> store::Done<Tally> {
        let mut tally = Tally::default();
        let due = store::stock_alerts::due(&self.reads, self.now()).await?;
        let tell = |(reader, prize)| Command::from(TellOfStock { reader, prize });
        self.ask_all(due.into_iter().map(tell), &mut tally).await;
        Ok(tally)
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
}

fn pause_ms(job: Job) -> Millis {
    match job {
        Job::Rebindings | Job::AccountToken | Job::Participants | Job::Exports | Job::StockAlerts => MINUTE_MS,
        Job::Expiry | Job::Reminders | Job::Closings => HOUR_MS,
        Job::PatronRefresh | Job::Sweep | Job::Shelving => DAY_MS,
    }
}
