//! The readers' pages and the back office, rendered on the server.

mod activities;
mod cards;
mod checkins;
pub mod frame;
mod home;
pub mod kit;
mod me;
mod members;
pub mod messages;
pub mod places;
mod points;
mod prizes;
mod reading;
mod redemptions;
mod rules;
mod scan;
mod sessions;
mod staff;
pub mod system;
mod volunteers;
mod wechat_push;
mod wording;

pub use frame::app::{App, Parts, TimeSource};
pub use frame::router::router;
pub use frame::{
    router::routes,
    routes::{For, Route},
};
pub use sessions::staff::hash_password;
