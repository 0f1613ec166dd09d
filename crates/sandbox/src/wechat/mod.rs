//! WeChat: the pages of open.weixin.qq.com and the answers of api.weixin.qq.com.

mod account;
mod ask;
mod authorize;
mod consent;
mod grant;
mod sns;
mod user;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::world::World;

pub(crate) use account::Account;
pub use account::Notice;
pub(crate) use grant::Grants;
pub use user::{openid, unionid};

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/connect/oauth2/authorize", get(authorize::enter))
        .route("/connect/oauth2/authorize/answer", get(authorize::answer))
        .route("/sns/oauth2/access_token", get(sns::access_token))
        .route("/sns/userinfo", get(sns::userinfo))
        .route("/cgi-bin/stable_token", post(account::stable_token))
        .route("/cgi-bin/ticket/getticket", get(account::ticket))
        .route("/cgi-bin/message/template/send", post(account::template))
        .route("/cgi-bin/message/subscribe/bizsend", post(account::subscribe))
        .route("/cgi-bin/menu/create", post(account::create_menu))
        .route("/cgi-bin/menu/get", get(account::get_menu))
        .route("/cgi-bin/get_current_selfmenu_info", get(account::current_menu))
}

/// What has arrived stays to be seen, whatever the party's mode.
pub(crate) fn inbox_routes() -> Router<Arc<World>> {
    Router::new().route("/wechat/{user}", get(account::arrived))
}
