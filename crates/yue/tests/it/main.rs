//! The whole program on a real socket, over both databases, with every outside party played by the sandbox.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod guards;
mod main_job;
mod owners;
mod parties;
mod races;
mod signing_in;
mod support;
