//! Aliyun SMS (dysmsapi 2017-05-25): an RPC call with an empty body, signed with ACS3-HMAC-SHA256.

mod client;
mod signing;

use serde::Deserialize;

pub use client::Aliyun;
pub use signing::{Call, Signed, sign};

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub base_url: String,
    pub access_key_id: String,
    pub sign_name: String,
    pub connect_ms_max: u64,
    pub whole_ms_max: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            base_url: "https://dysmsapi.aliyuncs.com".to_owned(),
            access_key_id: String::new(),
            sign_name: String::new(),
            connect_ms_max: 3_000,
            whole_ms_max: 8_000,
        }
    }
}
