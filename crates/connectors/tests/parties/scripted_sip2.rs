//! A SIP2 party that follows a script: for each connection a list of steps, one for each message heard.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub enum Step {
    /// Answers with a right trailer.
    Say(Vec<u8>),
    /// Answers byte for byte.
    Raw(Vec<u8>),
    /// Answers and closes: a party that drops idle connections.
    SayAndClose(Vec<u8>),
    /// Hears the message and closes.
    Close,
    /// Hears the message and never answers.
    Silence,
}

pub fn say(body: &str) -> Step {
    Step::Say(body.as_bytes().to_vec())
}

pub fn raw(bytes: &str) -> Step {
    Step::Raw(bytes.as_bytes().to_vec())
}

pub struct Party {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Party {
    pub async fn start(scripts: Vec<Vec<Step>>) -> Party {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&heard);
        tokio::spawn(async move {
            for (at, script) in scripts.into_iter().enumerate() {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(follow(stream, at, script, Arc::clone(&notes)));
            }
        });
        Party { port, heard }
    }

    /// The messages so far with the number of their connection, without their trailers.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn follow(mut stream: TcpStream, at: usize, script: Vec<Step>, notes: Arc<Mutex<Vec<String>>>) {
    for step in script {
        let Some(message) = message(&mut stream).await else { return };
        let (body, sequence) = opened(&message);
        notes.lock().unwrap().push(format!("{at}: {body}"));
        match step {
            Step::Say(answer) => stream.write_all(&sealed(&answer, sequence)).await.unwrap(),
            Step::Raw(answer) => stream.write_all(&answer).await.unwrap(),
            Step::SayAndClose(answer) => {
                stream.write_all(&sealed(&answer, sequence)).await.unwrap();
                return;
            }
            Step::Close => return,
            Step::Silence => break,
        }
    }
    // Open until the client closes.
    while stream.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {}
}

async fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while bytes.last() != Some(&b'\r') {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    bytes.pop();
    Some(bytes)
}

/// Body and sequence; every message of a client must carry a right trailer.
fn opened(message: &[u8]) -> (String, u8) {
    let (rest, sum) = message.split_at(message.len() - 4);
    assert_eq!(sum, summed(rest).as_bytes());
    let (body, trailer) = rest.split_at(rest.len() - 5);
    assert!(trailer.starts_with(b"AY") && trailer.ends_with(b"AZ"));
    (String::from_utf8_lossy(body).into_owned(), trailer[2])
}

pub fn sealed(body: &[u8], sequence: u8) -> Vec<u8> {
    let mut bytes = body.to_vec();
    bytes.extend_from_slice(&[b'A', b'Y', sequence, b'A', b'Z']);
    bytes.extend_from_slice(summed(&bytes).as_bytes());
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// Written apart from the client's sum, so that the two check each other.
fn summed(bytes: &[u8]) -> String {
    let sum: u32 = bytes.iter().map(|byte| u32::from(*byte)).sum();
    format!("{:04X}", (0x1_0000 - (sum & 0xFFFF)) & 0xFFFF)
}
