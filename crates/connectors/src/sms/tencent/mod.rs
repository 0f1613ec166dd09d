//! Tencent Cloud SMS (2021-01-11): a JSON call signed with TC3-HMAC-SHA256.

mod client;
mod signing;

use serde::Deserialize;

pub use client::Tencent;
pub use signing::{Call, Signed, sign};

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub base_url: String,
    pub secret_id: String,
    pub region: String,
    pub sdk_app_id: String,
    pub sign_name: String,
    pub connect_ms_max: u64,
    pub whole_ms_max: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            base_url: "https://sms.tencentcloudapi.com".to_owned(),
            secret_id: String::new(),
            region: "ap-guangzhou".to_owned(),
            sdk_app_id: String::new(),
            sign_name: String::new(),
            connect_ms_max: 3_000,
            whole_ms_max: 8_000,
        }
    }
}
