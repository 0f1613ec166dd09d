//! TCP connections: messages end with a carriage return, a line feed may follow.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::session::Session;
use crate::fault::wait;
use crate::world::World;
use crate::{Mode, Party};

const MESSAGE_BYTES_MAX: u64 = 16 * 1024;
const ACCEPT_PAUSE_MS: u64 = 50;

pub(crate) async fn serve(listener: TcpListener, world: Arc<World>) {
    // Dropped with this task, and then its conversations end too.
    let mut conversations = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                conversations.spawn(converse(stream, world.clone()));
            }
            // Out of file handles: try again a little later.
            Err(_) => wait(ACCEPT_PAUSE_MS).await,
        }
        while conversations.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, world: Arc<World>) -> io::Result<()> {
    if world.mode(Party::Sip2) == Mode::Down {
        return Ok(());
    }
    let (mut stream, mut session) = (BufReader::new(stream), Session::default());
    while let Some(message) = next_message(&mut stream).await? {
        let mode = world.mode(Party::Sip2);
        if let Mode::Slow { ms } = mode {
            wait(ms).await;
        }
        if mode == Mode::Down {
            break;
        }
        let Some(answer) = session.hear(&message, &world) else { break };
        if mode == Mode::Unknown {
            break;
        }
        stream.write_all(&answer).await?;
    }
    Ok(())
}

/// None when the other side has hung up, or never ends its message.
async fn next_message(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    loop {
        let mut message = Vec::new();
        stream.take(MESSAGE_BYTES_MAX).read_until(b'\r', &mut message).await?;
        if message.pop() != Some(b'\r') {
            return Ok(None);
        }
        // A line feed behind the last message stands before this one.
        let message = message.trim_ascii_start();
        if !message.is_empty() {
            return Ok(Some(message.to_vec()));
        }
    }
}
