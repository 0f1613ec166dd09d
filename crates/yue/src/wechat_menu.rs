//! `yue wechat menu`: puts the platform into the official account's menu.

use crate::settings::Settings;
use connectors::Clock;
use connectors::wechat::{Client, MenuButton};
use std::process::ExitCode;

const UNDER: &str = "便捷服务";

pub async fn set(settings: &Settings) -> Result<ExitCode, String> {
    let secret = settings.secrets()?.wechat;
    let client = Client::new(&settings.wechat, secret, Clock::system()).map_err(|fault| fault.to_string())?;
    let token = client.stable_token(false).await.map_err(|fault| fault.to_string())?;
    let url = settings.server.public_url.clone();
    let button = MenuButton { under: UNDER.into(), name: settings.library.platform.clone(), url };
    client.create_menu(&token.value, &[button]).await.map_err(|fault| fault.to_string())?;
    println!("{UNDER} → {}", settings.library.platform);
    Ok(ExitCode::SUCCESS)
}
