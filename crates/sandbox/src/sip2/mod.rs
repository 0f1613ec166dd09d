//! The library system: SIP2 over TCP.

mod answer;
mod lie;
mod message;
mod server;
mod session;
mod trailer;

pub(crate) use server::serve;
