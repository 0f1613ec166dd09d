//! One connection: questions and answers in turn, each within its time.
//! A connection on which anything went wrong is dropped, so a late answer never meets the next question.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::answer::{self, Answer};
use super::request;
use super::settings::{Secrets, Settings};
use super::trailer::{open, seal};
use crate::library_system::{Fault, Lie, Outage};

/// Longer than any patron answer; a longer one is not read to its end.
const MESSAGE_BYTES_MAX: usize = 32 * 1024;

#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    /// Bytes read and not yet used.
    buffer: Vec<u8>,
    sequence: u8,
    pub patron_information: bool,
    pub used_at: Instant,
}

impl Connection {
    /// Connects, logs in and asks for the status, as the settings have it.
    pub(super) async fn open(settings: &Settings, secrets: &Secrets) -> Result<Connection, Fault> {
        let address = (settings.host.as_str(), settings.port);
        let stream = timeout(settings.connect_limit(), TcpStream::connect(address))
            .await
            .map_err(|_| Outage::Unreachable { reason: "no connection in time".to_owned() })?
            .map_err(|error| Outage::Unreachable { reason: error.to_string() })?;
        // Small messages in turn: waiting to fill a packet would only cost time.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "sip2 nodelay");
        }
        let mut connection =
            Connection { stream, buffer: Vec::new(), sequence: 0, patron_information: true, used_at: Instant::now() };
        if !settings.login_user.is_empty() {
            connection.log_in(settings, secrets).await?;
        }
        if settings.ask_status {
            connection.status(settings).await?;
        }
        Ok(connection)
    }

    async fn log_in(&mut self, settings: &Settings, secrets: &Secrets) -> Result<(), Fault> {
        let body = self.ask(settings, &request::login(settings, secrets)).await?;
        match read(&body, settings)? {
            Answer::Login { accepted: true } => Ok(()),
            Answer::Login { accepted: false } => Err(Outage::LoginRefused.into()),
            _ => Err(Lie::OtherKind.into()),
        }
    }

    pub(super) async fn status(&mut self, settings: &Settings) -> Result<(), Fault> {
        let body = self.ask(settings, &request::status()).await?;
        match read(&body, settings)? {
            Answer::Status { on_line: true, patron_information } => {
                self.patron_information = patron_information;
                Ok(())
            }
            Answer::Status { on_line: false, .. } => Err(Outage::OffLine.into()),
            _ => Err(Lie::OtherKind.into()),
        }
    }

    /// Sends a message and returns the answer without its trailer, which was checked.
    pub(super) async fn ask(&mut self, settings: &Settings, body: &[u8]) -> Result<Vec<u8>, Fault> {
        let sequence = self.sequence;
        self.sequence = (sequence + 1) % 10;
        let message = seal(body, sequence);
        let mut answer = self.exchange(settings, &message).await?;
        if is_send_again(&answer) {
            // Once only: a party that never understands us would keep us here.
            answer = self.exchange(settings, &message).await?;
        }
        let opened = open(&answer);
        if is_send_again(&answer) {
            return Err(Outage::NotUnderstood.into());
        }
        opened.check(sequence, settings.checksum)?;
        self.used_at = Instant::now();
        Ok(opened.body.to_vec())
    }

    async fn exchange(&mut self, settings: &Settings, message: &[u8]) -> Result<Vec<u8>, Outage> {
        let turn = async {
            self.stream.write_all(message).await.map_err(closed)?;
            self.message().await
        };
        timeout(settings.answer_limit(), turn).await.unwrap_or(Err(Outage::TimedOut))
    }

    /// The bytes up to the next end of line; CR, CRLF and LF all end a message.
    async fn message(&mut self) -> Result<Vec<u8>, Outage> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
                let rest = self.buffer.split_off(end + 1);
                let mut line = std::mem::replace(&mut self.buffer, rest);
                line.truncate(end);
                // The LF of a CRLF, or a blank line between messages.
                if line.trim_ascii().is_empty() {
                    continue;
                }
                return Ok(line);
            }
            if self.buffer.len() > MESSAGE_BYTES_MAX {
                return Err(Outage::Unreadable { what: "it does not end" });
            }
            let read = self.stream.read_buf(&mut self.buffer).await.map_err(closed)?;
            if read == 0 {
                return Err(Outage::Closed { reason: "end of stream".to_owned() });
            }
        }
    }

    /// Still quiet and open, as far as can be seen without asking.
    pub(super) fn is_quiet(&mut self) -> bool {
        // The LF of the last CRLF may come late and is no answer.
        let mut byte = [0_u8; 1];
        loop {
            match self.stream.try_read(&mut byte) {
                Ok(1) if byte == *b"\n" => {}
                Ok(_) => return false,
                Err(error) => {
                    return error.kind() == std::io::ErrorKind::WouldBlock && self.buffer.trim_ascii().is_empty();
                }
            }
        }
    }
}

pub(super) fn read<'a>(body: &'a [u8], settings: &Settings) -> Result<Answer<'a>, Outage> {
    answer::parse(body, settings.charset).map_err(|what| Outage::Unreadable { what })
}

fn is_send_again(message: &[u8]) -> bool {
    open(message).body == b"96"
}

fn closed(error: std::io::Error) -> Outage {
    Outage::Closed { reason: error.to_string() }
}
