//! A client that keeps its connection and asks again and again: as little work as an HTTP client can do.

use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub fn get(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: yue\r\nuser-agent: MicroMessenger\r\ncookie: {cookie}\r\n\r\n").into_bytes()
}

pub fn post(path: &str, cookie: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: yue\r\nuser-agent: MicroMessenger\r\ncookie: {cookie}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

impl Connection {
    pub async fn open(to: SocketAddr) -> Result<Self, String> {
        Connection::of(TcpStream::connect(to).await)
    }

    /// From another of this machine's loopback addresses, as somebody else.
    pub async fn open_from(from: Ipv4Addr, to: SocketAddr) -> Result<Self, String> {
        let socket = TcpSocket::new_v4().map_err(|error| error.to_string())?;
        socket.bind((from, 0).into()).map_err(|error| error.to_string())?;
        Connection::of(socket.connect(to).await)
    }

    fn of(stream: std::io::Result<TcpStream>) -> Result<Self, String> {
        let stream = stream.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Connection { stream, buffer: Vec::with_capacity(32_768) })
    }

    /// The last answer, head and body.
    pub fn answer(&self) -> &[u8] {
        &self.buffer
    }

    /// Reads the whole answer; its status.
    pub async fn ask(&mut self, request: &[u8]) -> Result<u16, String> {
        self.stream.write_all(request).await.map_err(|error| error.to_string())?;
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.map_err(|error| error.to_string())?;
            if read == 0 {
                return Err("the server hung up".into());
            }
            if let Some((status, whole)) = head(&self.buffer)
                && self.buffer.len() >= whole
            {
                return Ok(status);
            }
        }
    }
}

/// The status, and how long head and body are together.
fn head(buffer: &[u8]) -> Option<(u16, usize)> {
    let end = buffer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..end]).ok()?;
    let status = text.get(9..12)?.parse().ok()?;
    let length = text.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    Some((status, end + length.unwrap_or(0)))
}
