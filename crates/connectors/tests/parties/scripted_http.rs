//! An HTTP party that follows a script, one connection and one request for each step.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub enum Step {
    Answer(u16, &'static str),
    /// Reads the request and closes.
    Close,
    /// Reads the request and never answers.
    Silence,
    /// Answers with this piece again and again, until the client has had enough.
    Endless(&'static str),
}

pub struct Party {
    pub base_url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Party {
    pub async fn start(steps: Vec<Step>) -> Party {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&heard);
        tokio::spawn(async move {
            for step in steps {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = request(&mut stream).await;
                notes.lock().unwrap().push(request);
                match step {
                    Step::Answer(status, body) => answer(&mut stream, status, body).await,
                    Step::Endless(piece) => endless(&mut stream, piece).await,
                    Step::Close => {}
                    Step::Silence => {
                        // Until the client gives up.
                        let _ = stream.read(&mut [0]).await;
                    }
                }
            }
        });
        Party { base_url, heard }
    }

    /// The requests so far, each as head and body.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            return text;
        }
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the request ends early: {text}");
    }
}

fn content_length(head: &str) -> usize {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map(|(_, size)| size.parse::<usize>().unwrap())
        .sum()
}

async fn answer(stream: &mut TcpStream, status: u16, body: &str) {
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n", body.len());
    stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).await.unwrap();
}

async fn endless(stream: &mut TcpStream, piece: &str) {
    let head = "HTTP/1.1 200 X\r\ncontent-type: text/xml\r\nconnection: close\r\n\r\n";
    let mut is_heard = stream.write_all(head.as_bytes()).await.is_ok();
    while is_heard {
        is_heard = stream.write_all(piece.as_bytes()).await.is_ok();
    }
}
