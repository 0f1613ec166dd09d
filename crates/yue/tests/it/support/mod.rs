//! What all tests share: the stage, browsers, people's steps, and the laws that every answer keeps.

pub mod activities;
pub mod browser;
mod facts;
pub mod html;
mod laws;
pub mod people;
pub mod relay;
pub mod routes;
pub mod stage;

pub use browser::{Browser, Page};
pub use html::Form;
pub use people::{Holder, PENCILS, Prize, WRONG_CODE};
pub use stage::{DAY, HOUR, MINUTE, START, Stage, on_both, on_both_with, on_both_with_secrets, patron};
