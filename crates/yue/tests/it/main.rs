//! The whole program on a real socket, over both databases, with every outside party played by the sandbox.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod activities;
mod books;
mod cancelling;
mod checkins;
mod closings;
mod connections;
mod donations;
mod expiry;
mod exports;
mod exports_of_readers;
mod feedback;
mod figures;
mod frame;
mod gateways;
mod guards;
mod main_job;
mod members;
mod notices;
mod owners;
mod parties;
mod passages;
mod phone_entry;
mod phones;
mod pictures;
mod points;
mod races;
mod reading;
mod rebinding;
mod signing_in;
mod staff_lists;
mod stock_alerts;
mod suggestions;
mod support;
mod transfers;
mod volunteers;
