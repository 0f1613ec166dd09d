//! The embedded register of patrons, as a library system: for libraries whose own speaks no protocol.

use async_trait::async_trait;
use connectors::State;
use connectors::library_system::{Fault, LibrarySystem, Outage, Patron, PatronState, is_barcode};
use serde::{Deserialize, Serialize};
use store::Reads;
use web::frame::keys::Keys;

pub const LABEL: &str = "patron";

/// A patron as the register keeps one, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub barcode: String,
    pub name: String,
    pub phone: String,
    pub id_number: String,
    pub birth_date: String,
    pub state: EntryState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryState {
    Active,
    Expired,
    Lost,
    Ended,
}

pub struct Register {
    pub reads: Reads,
    pub keys: Keys,
}

impl Entry {
    fn patron(self) -> Patron {
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        let state = match self.state {
            EntryState::Active => PatronState::Active,
            EntryState::Expired => PatronState::Expired,
            EntryState::Lost => PatronState::Lost,
            EntryState::Ended => PatronState::Ended,
        };
        Patron {
            barcode: self.barcode,
            patron_id: None,
            name: self.name,
            phones: filled(self.phone).into_iter().collect(),
            identity: filled(self.id_number),
            birth_date: filled(self.birth_date),
            valid: state == PatronState::Active,
            state,
            message: None,
        }
    }
}

#[async_trait]
impl LibrarySystem for Register {
    async fn patron(&self, barcode: &str) -> Result<Option<Patron>, Fault> {
        if !is_barcode(barcode) {
            return Err(Fault::BarcodeNotAllowed);
        }
        let digest = self.keys.barcode(barcode);
        let found = store::register::one(&self.reads, digest).await;
        let found = found.map_err(|fault| Outage::Unreachable { reason: fault.to_string() })?;
        let Some(sealed) = found else { return Ok(None) };
        let unreadable = || Outage::Unreadable { what: "a row of the register" };
        let text = self.keys.open(LABEL, &sealed).map_err(|_| unreadable())?;
        let entry: Entry = serde_json::from_str(&text).map_err(|_| unreadable())?;
        Ok(Some(entry.patron()))
    }

    async fn check(&self) -> Result<(), Fault> {
        let counted = store::register::count(&self.reads).await;
        counted.map(|_| ()).map_err(|fault| Outage::Unreachable { reason: fault.to_string() }.into())
    }

    /// It is up while the database is.
    fn state(&self) -> State {
        State::Unknown
    }
}
