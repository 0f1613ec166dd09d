//! SIP2 over TCP: login (93/94), status (99/98), patron information (63/64), patron status (23/24).
//! Bytes are split into fields first and decoded after; what the other side says is checked before it is used.

mod answer;
mod client;
mod connection;
mod fields;
mod patron;
mod pool;
mod request;
mod settings;
mod text;
mod trailer;

pub use client::Sip2;
pub use settings::{Charset, Checksum, FieldMap, Secrets, Settings};
