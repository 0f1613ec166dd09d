//! The readers' pages and the back office, rendered on the server.

#[macro_use]
mod samples;

mod activities;
pub mod books;
mod bulletins;
mod cards;
mod checkins;
mod closings;
mod consents;
mod donations;
pub mod exports;
mod feedback;
pub mod frame;
mod home;
pub mod kit;
mod me;
mod members;
pub mod messages;
mod passages;
mod phones;
pub mod places;
mod points;
mod privacy;
mod prizes;
pub mod questions;
mod reading;
mod redemptions;
mod rules;
mod scan;
mod sessions;
mod staff;
mod stock_alerts;
mod suggestions;
pub mod system;
mod tickets;
mod transfers;
mod volunteers;
mod wechat_push;
mod wording;

/// The one list of slices that have pages: what they answer to.
const SLICES: &[fn() -> frame::routes::Routes] = &[
    activities::routes,
    bulletins::routes,
    cards::routes,
    checkins::routes,
    closings::routes,
    consents::routes,
    home::routes,
    me::routes,
    members::routes,
    messages::routes,
    passages::routes,
    phones::routes,
    places::routes,
    points::routes,
    privacy::routes,
    prizes::routes,
    reading::routes,
    redemptions::routes,
    scan::routes,
    sessions::routes,
    staff::routes,
    donations::routes,
    books::routes,
    exports::routes,
    feedback::routes,
    questions::routes,
    rules::routes,
    stock_alerts::routes,
    suggestions::routes,
    tickets::routes,
    system::routes,
    transfers::routes,
    volunteers::routes,
    wechat_push::routes,
];

pub use frame::app::{App, Parts, TimeSource};
pub use frame::router::router;
pub use frame::{
    router::routes,
    routes::{For, Route},
};
pub use sessions::staff::hash_password;
