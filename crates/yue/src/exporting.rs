//! What readers want to have of their data: put together, and taken away when its days are over.

use crate::jobs::{Jobs, Tally};
use domain::exports::{DeliverExport, DropExport};
use domain::slices::Command;
use domain::tables::ReaderId;
use store::exports::to_do;
use web::exports::{Means, file_of, sealed};

impl Jobs {
    pub(crate) async fn put_together_exports(&self) -> store::Done<Tally> {
        let mut tally = Tally::default();
        let (waiting, over) = to_do(&self.reads, self.now()).await?;
        for reader in waiting {
            match self.export_of(reader).await? {
                Some(deliver) => self.ask_all(std::iter::once(Command::from(deliver)), &mut tally).await,
                None => tally.failed += 1,
            }
        }
        self.ask_all(over.into_iter().map(|reader| Command::from(DropExport { reader })), &mut tally).await;
        Ok(tally)
    }

    /// None: it could not be sealed.
    async fn export_of(&self, reader: ReaderId) -> store::Done<Option<DeliverExport>> {
        let means = Means { keys: &self.keys, calendar: &self.calendar };
        let file = file_of(&self.reads, &means, reader, self.now()).await?;
        Ok(sealed(&self.keys, &file).ok().map(|body| DeliverExport { reader, body }))
    }
}
