//! What pages are made of, whatever they are about.

pub mod assets;
pub mod calendar;
pub mod deed;
pub mod export;
pub mod faults;
pub mod first_style;
pub mod list;
pub mod manifest;
pub mod pictures;
pub mod prose;
pub mod qr;
pub mod reason;
pub mod rule_words;
pub mod signed_numbers;
pub mod table;
pub mod upload;
pub mod versions;
pub mod wx_config;
