//! A proxy before PostgreSQL that understands just enough of the protocol to cut a connection at its COMMIT.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use store::Location;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// Where the connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cut {
    /// The server never sees the COMMIT.
    Before,
    /// The server sees half of it.
    Inside,
    /// The server has committed, the client never hears of it.
    After,
}

/// So many commits pass, then comes a cut.
pub type Schedule = Arc<Mutex<VecDeque<(u64, Cut)>>>;

/// A location that leads to this one through cuts.
pub async fn proxied(location: &Location, schedule: Schedule) -> Location {
    let Location::Pg(url) = location else { panic!("only PostgreSQL has connections") };
    let (host, name) =
        url.rsplit_once('@').and_then(|(_, rest)| rest.split_once('/')).expect("postgres://user@host/name");
    let socket = format!("{}/.s.PGSQL.5432", host.replace("%2F", "/"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(&socket).await.unwrap();
            // A connection that breaks is what this is for.
            tokio::spawn(relay(client, server, schedule.clone()));
        }
    });
    // The proxy reads along.
    Location::Pg(format!("postgres://yue@127.0.0.1:{port}/{name}?sslmode=disable"))
}

/// Returning cuts both sides.
async fn relay(mut client: TcpStream, mut server: UnixStream, schedule: Schedule) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (mut up, mut down) =
        (Frames { typed: false, ..Frames::default() }, Frames { typed: true, ..Frames::default() });
    let (mut commit, mut cut_after) = (None, false);
    let (mut from_client, mut from_server) = ([0; 8_192], [0; 8_192]);
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                up.bytes.extend(&from_client[..read]);
                while let Some(frame) = up.next() {
                    if let Some(name) = prepares_commit(&frame) {
                        commit = Some(name);
                    }
                    if commit.is_some() && binds(&frame) == commit.as_deref() {
                        match due(&schedule) {
                            Some(Cut::Before) => return Ok(()),
                            Some(Cut::Inside) => return server.write_all(&frame[..frame.len() / 2]).await,
                            Some(Cut::After) => cut_after = true,
                            None => {}
                        }
                    }
                    server.write_all(&frame).await?;
                }
            }
            read = server.read(&mut from_server) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                down.bytes.extend(&from_server[..read]);
                while let Some(frame) = down.next() {
                    if cut_after && frame[0] == b'C' && frame[5..].starts_with(b"COMMIT") {
                        return Ok(());
                    }
                    client.write_all(&frame).await?;
                }
            }
        }
    }
}

fn due(schedule: &Schedule) -> Option<Cut> {
    let mut schedule = schedule.lock().unwrap();
    let (passes, cut) = schedule.front_mut()?;
    if *passes > 0 {
        *passes -= 1;
        return None;
    }
    let cut = *cut;
    schedule.pop_front();
    Some(cut)
}

/// Messages: a type, except in a client's first one, and a length that counts itself.
#[derive(Default)]
struct Frames {
    typed: bool,
    bytes: Vec<u8>,
}

impl Frames {
    fn next(&mut self) -> Option<Vec<u8>> {
        let kind = usize::from(self.typed);
        let length = self.bytes.get(kind..kind + 4)?;
        let end = kind + u32::from_be_bytes(length.try_into().ok()?) as usize;
        if self.bytes.len() < end {
            return None;
        }
        self.typed = true;
        let rest = self.bytes.split_off(end);
        Some(std::mem::replace(&mut self.bytes, rest))
    }
}

/// The name under which a Parse message prepares the COMMIT.
fn prepares_commit(frame: &[u8]) -> Option<Vec<u8>> {
    let mut texts = frame.strip_prefix(b"P")?.get(4..)?.split(|byte| *byte == 0);
    let (name, text) = (texts.next()?, texts.next()?);
    (text == b"commit").then(|| name.to_vec())
}

/// The statement that a Bind message is about to run.
fn binds(frame: &[u8]) -> Option<&[u8]> {
    frame.strip_prefix(b"B")?.get(4..)?.split(|byte| *byte == 0).nth(1)
}
