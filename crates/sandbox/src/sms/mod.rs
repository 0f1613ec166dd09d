//! Aliyun's and Tencent's SendSms, and the phones that the messages arrive at.

mod acs3;
mod gateway;
mod inbox;
mod inbox_pages;
mod refusal;
mod request;
mod tc3;
mod tencent;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{get, post};

use crate::world::World;

pub(crate) use inbox::Inbox;
pub use inbox::Message;

pub(crate) fn gateway_routes() -> Router<Arc<World>> {
    Router::new().route("/sms-gateway", post(gateway::call)).route("/sms-gateway/", post(gateway::call))
}

pub(crate) fn tencent_routes() -> Router<Arc<World>> {
    Router::new().route("/tencent-sms", post(tencent::call)).route("/tencent-sms/", post(tencent::call))
}

/// Official clients know a host but no base path: their own header says whose they are.
pub(crate) fn root_routes() -> Router<Arc<World>> {
    Router::new().route("/", post(either))
}

async fn either(state: State<Arc<World>>, request: Request) -> Response {
    if request.headers().contains_key("x-tc-action") {
        tencent::call(state, request).await
    } else {
        gateway::call(state, request).await
    }
}

pub(crate) fn inbox_routes() -> Router<Arc<World>> {
    Router::new().route("/sms/{phone}", get(inbox_pages::show))
}
