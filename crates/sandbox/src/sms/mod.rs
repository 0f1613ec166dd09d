//! Aliyun's SendSms, and the phones that the messages arrive at.

mod acs3;
mod gateway;
mod inbox;
mod inbox_pages;
mod refusal;
mod request;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::world::World;

pub(crate) use inbox::Inbox;
pub use inbox::Message;

pub(crate) fn gateway_routes() -> Router<Arc<World>> {
    Router::new()
        .route("/sms-gateway", post(gateway::call))
        .route("/sms-gateway/", post(gateway::call))
        // Official clients know a host but no base path.
        .route("/", post(gateway::call))
}

pub(crate) fn inbox_routes() -> Router<Arc<World>> {
    Router::new().route("/sms/{phone}", get(inbox_pages::show))
}
