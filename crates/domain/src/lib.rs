//! The library's points, pure: no clock, no chance, no I/O.
//!
//! `decide` turns a command and the rows it needs into changed rows or a refusal.

pub mod activities;
pub mod announcements;
pub mod attendance;
pub mod cards;
pub mod checkins;
pub mod day;
pub mod decide;
pub mod digest;
pub mod enrolments;
pub mod envelope;
pub mod identity;
pub mod jobs;
pub mod ledger;
pub mod members;
pub mod messages;
pub mod no_shows;
pub mod outbox;
pub mod people;
pub mod phone_entry;
pub mod pickup;
pub mod places;
pub mod prizes;
pub mod rebindings;
pub mod record;
pub mod redemption_code;
pub mod redemptions;
pub mod refusal;
pub mod register;
pub mod row;
pub mod sessions;
pub mod staff;
pub mod tables;
pub mod texts;
pub mod volunteers;
pub mod waiting_list;
pub mod world;
