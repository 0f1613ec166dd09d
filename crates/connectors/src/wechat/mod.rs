//! WeChat official account: web authorisation, the reader's profile, notices, the menu and the two signatures.
//! The authorise page is visited by the reader; code and token are used from server to server.

mod account;
mod authorize;
mod client;
mod fault;
mod grant;
mod menu;
mod notice;
mod profile;
mod push;
mod signature;

use serde::Deserialize;

pub use account::Kept;
pub use authorize::{Scope, authorize_url};
pub use client::Client;
pub use fault::Fault;
pub use grant::Grant;
pub use menu::{MenuButton, NoRoom, cleaned, described, with_entry};
pub use notice::{Notice, NoticeFault};
pub use profile::Profile;
pub use push::{Following, following};
pub use signature::{jsapi_signature, push_is_genuine, push_signature};

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub appid: String,
    /// Where the reader's browser is sent.
    pub authorize_base: String,
    /// Where the server asks.
    pub api_base: String,
    pub connect_ms_max: u64,
    pub whole_ms_max: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            appid: String::new(),
            authorize_base: "https://open.weixin.qq.com".to_owned(),
            api_base: "https://api.weixin.qq.com".to_owned(),
            connect_ms_max: 2_000,
            whole_ms_max: 5_000,
        }
    }
}
