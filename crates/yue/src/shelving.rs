//! Whether donated books stand on the shelf: the catalogue is asked about each slip once a week.

use crate::jobs::{Jobs, Tally};
use connectors::books::Fault;
use domain::core::day::DAY_MS;
use domain::core::isbn::Isbn;
use domain::donations::{NoteCopies, ShelveDonation};
use domain::slices::Command;
use domain::tables::DonationId;
use store::donations::{Unshelved, unshelved};
use web::books::{Source, SourceFault};

const WEEK_MS: i64 = 7 * DAY_MS;

/// What the catalogue shows of a title, beside what it showed when it was asked first.
struct Shown {
    title: Unshelved,
    /// None: it told nothing that counts, so what it showed before stays.
    copies: Option<i64>,
}

impl Jobs {
    /// A slip is on the shelf when the catalogue shows all its copies beyond those that it showed at first: the library may have
    /// had others. What was shelved before the catalogue was asked first, staff say.
    pub(crate) async fn look_for_shelved(&self) -> store::Done<Tally> {
        let (mut tally, mut after) = (Tally::default(), DonationId(0));
        let Some(catalogue) = &self.catalogue else { return Ok(tally) };
        if store::books::sources(&self.reads).await?.off.contains(&catalogue.number) {
            return Ok(tally);
        }
        loop {
            let part = unshelved(&self.reads, self.now() - WEEK_MS, after).await?;
            let Some(last) = part.last() else { return Ok(tally) };
            after = last.donation;
            for slip in part.chunk_by(|a, b| a.donation == b.donation) {
                match self.shown(catalogue, slip).await {
                    Ok(shown) => self.note(&shown, &mut tally).await,
                    // The others would wait for it, too: tomorrow.
                    Err(fault) => {
                        tracing::warn!(%fault, "the catalogue does not tell about donated books now");
                        tally.failed += 1;
                        return Ok(tally);
                    }
                }
            }
        }
    }

    async fn note(&self, shown: &[Shown], tally: &mut Tally) {
        let has_come = |one: &Shown| match (one.title.copies, one.copies) {
            (Some(before), Some(now)) => now >= before + one.title.wanted,
            _ => false,
        };
        let commands: Vec<Command> = match shown.first() {
            Some(first) if shown.iter().all(has_come) => vec![ShelveDonation { donation: first.title.donation }.into()],
            // The time is noted also where nothing was told: one odd book must not come first for ever.
            _ => shown.iter().map(|one| Command::from(one.seen())).collect(),
        };
        tally.failed += shown.iter().filter(|one| one.copies.is_none()).count() as i64;
        self.ask_all(commands.into_iter(), tally).await;
    }

    /// Err: the catalogue is away. A fault about one book is that book's alone.
    async fn shown(&self, catalogue: &Source, slip: &[Unshelved]) -> Result<Vec<Shown>, Fault> {
        let mut all = vec![];
        for title in slip {
            let Some(isbn) = Isbn::of(title.isbn) else { continue };
            let copies = match catalogue.told(isbn, self.now()).await {
                Ok(record) => Some(record.map_or(0, |record| record.holdings.len() as i64)),
                Err(SourceFault::Catalogue(fault)) if fault.is_away() => return Err(fault),
                Err(_) => None,
            };
            all.push(Shown { title: *title, copies });
        }
        Ok(all)
    }
}

impl Shown {
    /// What was shown at first stays what the next answers are held against; -1: nothing was shown yet.
    fn seen(&self) -> NoteCopies {
        let Unshelved { donation, number, copies, .. } = self.title;
        NoteCopies { donation, number, copies: copies.or(self.copies).unwrap_or(-1) }
    }
}
