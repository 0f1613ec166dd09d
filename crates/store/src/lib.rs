//! The only place with SQL: the writer, its engines, migrations, read models.

mod chain;
pub mod engine;
pub mod fault;
pub mod ledger;
pub mod meter;
pub mod migrate;
pub mod open;
pub mod read;
mod record;
#[cfg(feature = "testing")]
pub mod testing;
pub mod verify;
pub mod versions;
pub mod writer;

pub mod activities;
pub mod books;
pub mod bulletins;
pub mod cards;
pub mod checkins;
pub mod closings;
mod codes;
pub mod consents;
pub mod donations;
pub mod exports;
pub mod feedback;
pub mod jobs;
pub mod members;
pub mod messages;
pub mod outbox;
pub mod passages;
pub mod phones;
pub mod pictures;
pub mod places;
pub mod points;
pub mod prizes;
pub mod questions;
pub mod redemptions;
pub mod register;
pub mod rules;
pub mod sessions;
pub mod staff;
pub mod stock_alerts;
pub mod suggestions;
pub mod transfers;
pub mod volunteers;

/// What a slice adds to what is read and proven over all slices.
struct Slice {
    invariants: &'static [verify::Invariant],
    /// What its messages and its postings are about.
    message: Option<messages::About>,
    posting: Option<points::Cause>,
}

/// The one list of slices that keep something.
const SLICES: &[Slice] = &[
    activities::SLICE,
    bulletins::SLICE,
    cards::SLICE,
    checkins::SLICE,
    closings::SLICE,
    codes::SLICE,
    donations::SLICE,
    exports::SLICE,
    ledger::SLICE,
    members::SLICE,
    messages::SLICE,
    outbox::SLICE,
    passages::SLICE,
    phones::SLICE,
    places::SLICE,
    prizes::SLICE,
    redemptions::SLICE,
    staff::SLICE,
    feedback::SLICE,
    questions::SLICE,
    stock_alerts::SLICE,
    suggestions::SLICE,
    transfers::SLICE,
    volunteers::SLICE,
];

pub use fault::{Done, Fault};
pub use migrate::Form;
pub use open::{Location, Store};
pub use read::Reads;
pub use writer::{Answer, Clock, Door, NoReply};
