//! Barcodes without case, before a library system that may care: as it was typed, and where that is nobody's, in capitals.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Fault, LibrarySystem, Patron};
use crate::health::State;

pub struct EitherCase(pub Arc<dyn LibrarySystem>);

#[async_trait]
impl LibrarySystem for EitherCase {
    async fn patron(&self, barcode: &str) -> Result<Option<Patron>, Fault> {
        let capitals = barcode.to_ascii_uppercase();
        match self.0.patron(barcode).await? {
            None if capitals != barcode => self.0.patron(&capitals).await,
            found => Ok(found),
        }
    }

    async fn check(&self) -> Result<(), Fault> {
        self.0.check().await
    }

    fn state(&self) -> State {
        self.0.state()
    }
}
