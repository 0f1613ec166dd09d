//! Connections: how long a header may take, what happens when there are too many, how they end.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rustix::net::sockopt::set_tcp_user_timeout;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

/// How long others may keep us waiting.
#[derive(Clone, Copy)]
pub struct Patience {
    /// Whoever has not sent a whole header by then has gone, or means no good.
    pub header: Duration,
    /// What is under way when the program is told to end has so long.
    pub end: Duration,
}

pub const PATIENCE: Patience = Patience { header: Duration::from_secs(15), end: Duration::from_secs(10) };
/// Whoever has not taken what was sent by then gets no more of it.
const UNREAD_TIME_MAX_MS: u32 = 30_000;
const FULL_PAUSE: Duration = Duration::from_millis(500);

/// Answers until told to end, then lets what is under way finish, within its time.
pub async fn serve(listener: TcpListener, site: Router, patience: Patience, end: impl Future<Output = ()>) {
    let open = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut end = pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = &mut end => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(patience.header)
                    .serve_connection(io(stream), service(&site, peer));
                let connection = open.watch(connection);
                // What goes wrong on a connection is the other end's: cut off, too slow, no HTTP.
                connections.spawn(async move { connection.await.is_ok() });
            }
            Err(error) => {
                tracing::error!(%error, "no more connections can be taken");
                tokio::time::sleep(FULL_PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(patience.end, open.shutdown()).await.is_err() {
        tracing::warn!("some requests were not over within {} seconds", patience.end.as_secs());
    }
    // Each holds the site, and with it a door that the writer waits for.
    connections.shutdown().await;
}

fn io(stream: TcpStream) -> TokioIo<TcpStream> {
    // Answers are small and whole: waiting for more to send only delays them.
    let _ = stream.set_nodelay(true);
    // A phone that has gone takes no answer, and does not say so.
    let _ = set_tcp_user_timeout(&stream, UNREAD_TIME_MAX_MS);
    TokioIo::new(stream)
}

fn service(
    site: &Router,
    peer: SocketAddr,
) -> TowerToHyperService<
    impl tower::Service<
        hyper::Request<Incoming>,
        Response = axum::response::Response,
        Error = std::convert::Infallible,
        Future: Send,
    > + Clone
    + use<>,
> {
    TowerToHyperService::new(site.clone().map_request(move |request: hyper::Request<Incoming>| -> Request {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }))
}

/// Every connection is an open file: as many as the system allows.
pub fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = rustix::process::Rlimit { current: limit.maximum, ..limit };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}
