//! The stand-ins over real sockets.
#![allow(clippy::unwrap_used)]

mod faults;
mod pages;
mod sip2;
mod sms;
mod stage;
mod wechat;
