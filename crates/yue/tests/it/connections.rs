//! Connections that say half of what they began to say.

use axum::Router;
use axum::routing::post;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use yue::connections::{Patience, serve};

const SOON: Duration = Duration::from_millis(50);
/// Only a program that hangs takes so long.
const NEVER: Duration = Duration::from_secs(60);

struct Served {
    address: std::net::SocketAddr,
    end: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

async fn served(patience: Patience) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let site = Router::new().route("/", post(async |body: String| body));
    let (end, told) = oneshot::channel();
    let ended = tokio::spawn(serve(listener, site, patience, async { drop(told.await) }));
    Served { address, end, ended }
}

#[tokio::test]
async fn half_a_header_is_cut_off() {
    let served = served(Patience { header: SOON, end: NEVER }).await;
    let mut slow = TcpStream::connect(served.address).await.unwrap();
    slow.write_all(b"POST / HTTP/1.1\r\nHost: x").await.unwrap();
    let mut said = vec![];
    slow.read_to_end(&mut said).await.unwrap();
    assert!(!String::from_utf8_lossy(&said).contains("200 OK"), "{said:?}");
}

#[tokio::test]
async fn half_a_body_does_not_hold_up_the_end() {
    let served = served(Patience { header: NEVER, end: SOON }).await;
    let mut slow = TcpStream::connect(served.address).await.unwrap();
    slow.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n").await.unwrap();
    // Once it is told to go on, the request is under way.
    let mut go_on = [0; 12];
    slow.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100");
    slow.write_all(b"half").await.unwrap();
    served.end.send(()).unwrap();
    tokio::time::timeout(NEVER, served.ended).await.unwrap().unwrap();
}
