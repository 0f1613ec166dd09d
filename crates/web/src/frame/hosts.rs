//! The hosts that this library is known by: a request for another one was meant for somebody else, or means no good.

use crate::frame::app::App;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Asked for by programs that know an address and no name.
const FOR_PROGRAMS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
const THIS_MACHINE: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// What stands before the port, in small letters.
pub fn name_of(host: &str) -> String {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    port.map_or(host, |(name, _)| name).trim_end_matches('.').to_lowercase()
}

fn is_ours(app: &App, host: &str) -> bool {
    let name = name_of(host);
    let public = app.site.public_url.split_once("://").map_or("", |(_, rest)| rest);
    let public = public.split('/').next().unwrap_or_default();
    let others = &app.site.other_hosts;
    name == name_of(public)
        || THIS_MACHINE.contains(&name.as_str())
        || others.iter().any(|other| other == "*" || name_of(other) == name)
}

pub async fn ours_alone(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if FOR_PROGRAMS.contains(&request.uri().path()) || is_ours(&app, host) {
        return next.run(request).await;
    }
    tracing::info!(host, "a request for a host that is not ours; server.other_hosts allows more");
    (StatusCode::MISDIRECTED_REQUEST, "this host is not served here").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_its_name_without_port_and_case() {
        for (host, name) in [
            ("Yue.Example.org:443", "yue.example.org"),
            ("yue.example.org.", "yue.example.org"),
            ("[::1]:8080", "[::1]"),
            ("[::1]", "[::1]"),
            ("", ""),
        ] {
            assert_eq!(name_of(host), name, "{host}");
        }
    }
}
