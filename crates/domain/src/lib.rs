//! The library's points, pure: no clock, no chance, no I/O.
//!
//!
//! `decide` turns a command and the rows it needs into changed rows or a refusal.

pub mod activities;
pub mod books;
pub mod bulletins;
pub mod cards;
pub mod checkins;
pub mod closings;
pub mod codes;
pub mod consents;
pub mod core;
pub mod donations;
pub mod exports;
pub mod feedback;
pub mod jobs;
pub mod ledger;
pub mod members;
pub mod messages;
pub mod outbox;
pub mod passages;
pub mod phones;
pub mod places;
pub mod prizes;
pub mod questions;
pub mod readers;
pub mod redemptions;
pub mod register;
pub mod rules;
pub mod sessions;
pub mod slices;
pub mod staff;
pub mod stock_alerts;
pub mod suggestions;
pub mod tables;
pub mod transfers;
pub mod volunteers;
