//! What a mode does to an HTTP request, whatever the party.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::listener::Cutter;
use crate::world::World;
use crate::{Mode, Party};

/// The party's routes, misbehaving as its mode says.
pub(crate) fn faulty(world: &Arc<World>, party: Party, routes: Router<Arc<World>>) -> Router<Arc<World>> {
    routes.layer(from_fn_with_state((world.clone(), party), apply))
}

async fn apply(
    State((world, party)): State<(Arc<World>, Party)>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    request: Request,
    next: Next,
) -> Response {
    match world.mode(party) {
        Mode::Normal | Mode::Lying => next.run(request).await,
        Mode::Slow { ms } => {
            wait(ms).await;
            next.run(request).await
        }
        Mode::Limited => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Mode::Down => {
            cutter.cut();
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Mode::Unknown => {
            let answer = next.run(request).await;
            cutter.cut();
            answer
        }
    }
}

pub(crate) async fn wait(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
