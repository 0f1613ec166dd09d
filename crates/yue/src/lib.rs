//! The program's parts. The program itself is `main.rs`; tests open libraries from here.

pub mod beside;
pub mod check;
pub mod clock;
pub mod connections;
#[cfg(feature = "demo")]
pub mod demo;
mod exporting;
mod first;
pub mod import;
pub mod inspect;
pub mod jobs;
mod leaving;
pub mod log;
pub mod register;
pub mod rules;
pub mod sender;
pub mod serve;
pub mod settings;
mod shelving;
pub mod staff;
mod sweeping;
pub mod tokens;
pub mod wechat_menu;
