//! The log, on standard error. It never ends the program: a line that cannot be written is lost.

use std::io::{self, IsTerminal as _, Write};
use tracing_subscriber::EnvFilter;

/// Standard error whose reader may have gone, or whose disk may be full.
struct Quiet(io::Stderr);

impl Write for Quiet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Told that it failed, the caller would complain on the same standard error, and panic.
        Ok(self.0.write(bytes).unwrap_or(bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }
}

/// `YUE_LOG` says how much, `YUE_LOG_FORMAT=json` for programs that read it.
pub fn start() {
    let filter = EnvFilter::try_from_env("YUE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(|| Quiet(io::stderr()))
        .log_internal_errors(false);
    match std::env::var("YUE_LOG_FORMAT").as_deref() {
        Ok("json") => log.json().init(),
        _ => log.init(),
    }
}
