//! Connections: how long a header may take, what happens when there are too many, how they end.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// Whoever has not sent a whole header by then has gone, or means no good.
const HEADER_TIME_MAX: Duration = Duration::from_secs(15);
/// What is under way when the program is told to end has so long.
const END_TIME_MAX: Duration = Duration::from_secs(10);
const FULL_PAUSE: Duration = Duration::from_millis(500);

/// Answers until told to end, then lets what is under way finish, within its time.
pub async fn serve(listener: TcpListener, site: Router, end: impl Future<Output = ()>) {
    let open = GracefulShutdown::new();
    let mut end = pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEADER_TIME_MAX)
                    .serve_connection(io(stream), service(&site, peer));
                let connection = open.watch(connection);
                // What goes wrong on a connection is the other end's: cut off, too slow, no HTTP.
                tokio::spawn(async move { connection.await.is_ok() });
            }
            Err(error) => {
                tracing::error!(%error, "no more connections can be taken");
                tokio::time::sleep(FULL_PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(END_TIME_MAX, open.shutdown()).await.is_err() {
        tracing::warn!("some requests were not over within {} seconds", END_TIME_MAX.as_secs());
    }
}

fn io(stream: TcpStream) -> TokioIo<TcpStream> {
    // Answers are small and whole: waiting for more to send only delays them.
    let _ = stream.set_nodelay(true);
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
