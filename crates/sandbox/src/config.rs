//! What a sandbox pretends to be: addresses, accounts, patrons, and whose clock it follows.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use crate::Patron;

/// Milliseconds since 1970, UTC. Shared with the program under test, so that both can be moved forward together.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

#[derive(Clone)]
pub struct Config {
    /// Port 0 takes a free one.
    pub http: SocketAddr,
    pub sip2: SocketAddr,
    pub patrons: Vec<Patron>,
    /// Users of WeChat whom the consent page offers by name beside a new one.
    pub users: Vec<String>,
    pub wechat: WechatAccount,
    pub sms: SmsAccount,
    pub tencent: TencentAccount,
    pub koha: KohaAccount,
    pub library: LibrarySystem,
    pub clock: Clock,
}

#[derive(Clone)]
pub struct WechatAccount {
    pub appid: String,
    pub secret: String,
}

#[derive(Clone)]
pub struct SmsAccount {
    pub access_key_id: String,
    pub access_key_secret: String,
    /// Refuse more than 1 a minute, 5 an hour, 10 a day to one phone, as the provider does.
    pub limits: bool,
}

#[derive(Clone)]
pub struct TencentAccount {
    pub secret_id: String,
    pub secret_key: String,
    pub sdk_app_id: String,
}

/// The client that Koha lets in; the patrons are those of SIP2.
#[derive(Clone)]
pub struct KohaAccount {
    pub client_id: String,
    pub client_secret: String,
}

/// The library system behind SIP2.
#[derive(Clone)]
pub struct LibrarySystem {
    pub charset: Charset,
    /// An empty user lets everybody in.
    pub user: String,
    pub password: String,
    pub institution: String,
    /// The two letters of the field that carries the identity number; libraries choose their own.
    pub id_number_field: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Utf8,
    Gb18030,
}

impl FromStr for Charset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Ok(Self::Utf8),
            "gb18030" => Ok(Self::Gb18030),
            _ => Err(format!("charset {text}: expected UTF-8 or GB18030")),
        }
    }
}

impl Config {
    /// Free loopback ports, made-up accounts and one patron of each state.
    pub fn sample(clock: Clock) -> Self {
        let free_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            http: free_port,
            sip2: free_port,
            patrons: Patron::samples(),
            users: vec![],
            wechat: WechatAccount { appid: "wx5a4db0c2e19f7c30".into(), secret: "sandbox-wechat-secret".into() },
            sms: SmsAccount {
                access_key_id: "SandboxAccessKeyId".into(),
                access_key_secret: "SandboxAccessKeySecret".into(),
                limits: false,
            },
            tencent: TencentAccount {
                secret_id: "SandboxSecretId".into(),
                secret_key: "SandboxSecretKey".into(),
                sdk_app_id: "1400000001".into(),
            },
            koha: KohaAccount { client_id: "sandbox-koha-client".into(), client_secret: "sandbox-koha-secret".into() },
            library: LibrarySystem {
                charset: Charset::Utf8,
                user: "yue".into(),
                password: "yue-sip2".into(),
                institution: "LIB".into(),
                id_number_field: "XI".into(),
            },
            clock,
        }
    }
}
