//! Koha's REST API: a token for this client, then the patron with a card number.
//! The search may answer more than was asked, so the card number is compared here.

mod client;
mod patron;

use serde::Deserialize;

use crate::library_system::BarcodeCase;

pub use client::Koha;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where `/api/v1` stands.
    pub base_url: String,
    pub client_id: String,
    /// The extended attribute that carries the identity number.
    pub identity_attribute: String,
    /// Set by `patrons.barcode_case`. Koha's own search ignores case.
    #[serde(skip)]
    pub barcode_case: BarcodeCase,
    pub connect_ms_max: u64,
    pub whole_ms_max: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            base_url: "http://127.0.0.1:8081".to_owned(),
            client_id: String::new(),
            identity_attribute: "IDNUMBER".to_owned(),
            barcode_case: BarcodeCase::default(),
            connect_ms_max: 2_000,
            whole_ms_max: 8_000,
        }
    }
}
