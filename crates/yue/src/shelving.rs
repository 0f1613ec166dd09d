//! Whether donated books stand on the shelf: the catalogue is asked about each slip once a week.

use crate::jobs::{Jobs, Tally};
use connectors::books::{Catalogue, Fault};
use domain::core::day::DAY_MS;
use domain::core::isbn::Isbn;
use domain::donations::{NoteCopies, ShelveDonation};
use domain::slices::Command;
use domain::tables::DonationId;
use store::donations::{Unshelved, unshelved};
use web::books::carries;

const WEEK_MS: i64 = 7 * DAY_MS;

/// What the catalogue shows of a title, beside what it showed before.
struct Shown {
    title: Unshelved,
    copies: i64,
}

impl Jobs {
    /// A slip is on the shelf when the catalogue shows more copies of each of its titles than it ever did before: the library
    /// may have had others. What was shelved before the catalogue was asked first, staff say.
    pub(crate) async fn look_for_shelved(&self) -> store::Done<Tally> {
        let (mut tally, mut after) = (Tally::default(), DonationId(0));
        let Some(catalogue) = &self.catalogue else { return Ok(tally) };
        loop {
            let part = unshelved(&self.reads, self.now() - WEEK_MS, after).await?;
            let Some(last) = part.last() else { return Ok(tally) };
            after = last.donation;
            for slip in part.chunk_by(|a, b| a.donation == b.donation) {
                match shown(catalogue.as_ref(), slip).await {
                    Ok(shown) => self.note(&shown, &mut tally).await,
                    // The others would wait for it, too: tomorrow.
                    Err(fault) => {
                        tracing::warn!(%fault, "the catalogue did not tell about donated books");
                        tally.failed += 1;
                        return Ok(tally);
                    }
                }
            }
        }
    }

    async fn note(&self, shown: &[Shown], tally: &mut Tally) {
        let is_more = |one: &Shown| one.title.copies.is_some_and(|before| one.copies > before);
        let commands: Vec<Command> = match shown.first() {
            Some(first) if shown.iter().all(is_more) => vec![ShelveDonation { donation: first.title.donation }.into()],
            _ => shown.iter().map(|one| Command::from(one.seen())).collect(),
        };
        self.ask_all(commands.into_iter(), tally).await;
    }
}

impl Shown {
    fn seen(&self) -> NoteCopies {
        let Unshelved { donation, number, copies, .. } = self.title;
        NoteCopies { donation, number, copies: copies.map_or(self.copies, |before| before.min(self.copies)) }
    }
}

async fn shown(catalogue: &dyn Catalogue, slip: &[Unshelved]) -> Result<Vec<Shown>, Fault> {
    let mut all = vec![];
    for title in slip {
        let Some(isbn) = Isbn::of(title.isbn) else { continue };
        let records = catalogue.find(&isbn.to_string()).await?;
        let of_it = records.iter().filter(|record| record.isbns.iter().any(|text| carries(text, isbn)));
        all.push(Shown { title: *title, copies: of_it.map(|record| record.holdings.len() as i64).sum() });
    }
    Ok(all)
}
