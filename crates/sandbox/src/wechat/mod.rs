//! WeChat's web authorisation: the pages of open.weixin.qq.com and the answers of api.weixin.qq.com.

mod ask;
mod authorize;
mod consent;
mod grant;
mod sns;
mod user;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::world::World;

pub(crate) use grant::Grants;
pub(crate) use user::openid;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/connect/oauth2/authorize", get(authorize::enter))
        .route("/connect/oauth2/authorize/answer", get(authorize::answer))
        .route("/sns/oauth2/access_token", get(sns::access_token))
        .route("/sns/userinfo", get(sns::userinfo))
}
