//! The sandbox as a program, for trying the platform out without the outside world.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use jiff::Timestamp;
use sandbox::{Charset, Config, Patron, Sandbox};

/// Stand-ins for WeChat, Aliyun SMS and a SIP2 library system, on loopback.
#[derive(Parser)]
#[command(name = "yue-sandbox")]
struct Arguments {
    #[arg(long, default_value = "127.0.0.1:7700")]
    http: SocketAddr,
    #[arg(long, default_value = "127.0.0.1:7701")]
    sip2: SocketAddr,
    /// CSV: barcode,name,phone,id_number,birth_date,state
    #[arg(long)]
    patrons: Option<PathBuf>,
    /// UTF-8 or GB18030
    #[arg(long)]
    charset: Option<Charset>,
    #[arg(long)]
    wechat_appid: Option<String>,
    #[arg(long)]
    wechat_secret: Option<String>,
    #[arg(long)]
    sms_access_key_id: Option<String>,
    #[arg(long)]
    sms_access_key_secret: Option<String>,
    /// Refuse more than 1 message a minute, 5 an hour, 10 a day to one phone
    #[arg(long)]
    sms_limits: bool,
    #[arg(long)]
    sip2_user: Option<String>,
    #[arg(long)]
    sip2_password: Option<String>,
    /// The SIP2 field that carries the identity number
    #[arg(long)]
    id_number_field: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = configured(Arguments::parse())?;
    let running = Sandbox::start(config).await?;
    println!("sandbox: {}/  sip2 {}", running.base_url(), running.sip2);
    tokio::signal::ctrl_c().await?;
    Ok(())
}

fn configured(given: Arguments) -> Result<Config, Box<dyn std::error::Error>> {
    let mut config = Config::sample(Arc::new(|| Timestamp::now().as_millisecond()));
    (config.http, config.sip2, config.sms.limits) = (given.http, given.sip2, given.sms_limits);
    if let Some(path) = given.patrons {
        config.patrons = Patron::parse_csv(&std::fs::read_to_string(path)?)?;
    }
    if let Some(charset) = given.charset {
        config.library.charset = charset;
    }
    let texts = [
        (&mut config.wechat.appid, given.wechat_appid),
        (&mut config.wechat.secret, given.wechat_secret),
        (&mut config.sms.access_key_id, given.sms_access_key_id),
        (&mut config.sms.access_key_secret, given.sms_access_key_secret),
        (&mut config.library.user, given.sip2_user),
        (&mut config.library.password, given.sip2_password),
        (&mut config.library.id_number_field, given.id_number_field),
    ];
    for (setting, given) in texts {
        if let Some(given) = given {
            *setting = given;
        }
    }
    Ok(config)
}
