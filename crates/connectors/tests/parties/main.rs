//! The clients against scripted parties on the loopback interface: each test writes both sides of its talk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod books;
mod koha;
mod scripted_http;
mod scripted_sip2;
mod settings;
mod sip2;
mod sms;
mod wechat;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use connectors::Clock;
use tokio::net::TcpSocket;

/// 2023-10-26T10:22:32Z, 18:22:32 in Beijing.
pub const NOW_MS: i64 = 1_698_315_752_000;

/// Long enough for a busy machine, short enough that a silent party does not hold up the tests.
pub const SILENCE_MS_MAX: u64 = 1_000;

/// A clock that goes one second on with each look, so that moments can be told apart.
pub fn clock() -> Clock {
    let now_ms = Arc::new(AtomicI64::new(NOW_MS));
    Clock::new(move || now_ms.fetch_add(1_000, Ordering::Relaxed))
}

/// A port that is taken but listens to nobody, while the socket lives.
pub fn deaf_port() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}
