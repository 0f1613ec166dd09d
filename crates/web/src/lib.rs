//! The readers' pages and the back office, rendered on the server.

pub mod app;
mod ask;
pub mod assets;
pub mod calendar;
mod cards;
pub mod content;
mod cookies;
mod entry;
mod export;
mod failure;
mod family;
mod guard;
mod home;
pub mod keys;
pub mod limits;
mod me;
pub mod messages;
mod page;
mod pictures;
pub mod places;
mod points;
mod posted;
mod prizes;
mod redemptions;
pub mod router;
pub mod scan;
pub mod sealing;
mod sentences;
pub mod settings;
mod staff;
pub mod system;
mod upload;
mod wechat_push;

pub use app::{App, Parts, TimeSource};
pub use router::router;
pub use staff::sign_in::hash_password;
