//! The store on fresh databases of both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod activities;
mod beside;
mod chain;
mod crash;
mod cuts;
mod desk;
mod donations;
mod faults;
mod idempotency;
mod instances;
mod migrations;
mod pages;
mod plans;
mod plants;
mod plants_later;
mod queue;
mod rules;
mod same_seed;
mod standby;
mod story;
mod suggestions;
mod support;
mod verify;
mod volunteers;
