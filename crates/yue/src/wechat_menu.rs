//! `yue wechat menu`: puts the platform into the official account's menu, beside what the library has there.

use crate::settings::Settings;
use connectors::Clock;
use connectors::wechat::{Client, MenuButton, NoRoom, cleaned, described, with_entry};
use std::path::PathBuf;
use std::process::ExitCode;

const UNDER: &str = "便捷服务";

#[derive(clap::Args)]
pub struct Menu {
    /// Writes what is shown; without it nothing is changed.
    #[arg(long)]
    yes: bool,
    /// The column in which the platform stands.
    #[arg(long, default_value = UNDER)]
    under: String,
}

/// A menu that was made in WeChat's own pages can only be changed there: writing one here would push it out.
pub async fn set(settings: &Settings, menu: Menu) -> Result<ExitCode, String> {
    let secret = settings.secrets()?.wechat;
    let client = Client::new(&settings.wechat, secret, Clock::system()).map_err(|fault| fault.to_string())?;
    let token = client.stable_token(false).await.map_err(|fault| fault.to_string())?.value;
    let url = settings.server.public_url.clone();
    let button = MenuButton { under: menu.under, name: settings.library.platform.clone(), url };
    let present = client.menu(&token).await.map_err(|fault| fault.to_string())?;
    let shown = client.shown_menu(&token).await.map_err(|fault| fault.to_string())?;
    // An account that was once served by a program may still tell of that menu, while followers see another.
    if shown.is_some_and(|shown| present.as_ref().is_none_or(|present| described(present) != described(&shown))) {
        return Err(format!(
            "the menu was made in WeChat's own pages (mp.weixin.qq.com): add {} → {} there, with the address {}",
            button.under, button.name, button.url
        ));
    }
    let wanted = with_entry(present.as_ref(), &button).map_err(|why| no_room(why, &button))?;
    for (what, menu) in [("now", present.as_ref()), ("then", Some(&wanted))] {
        println!("{what}:");
        menu.map(described).unwrap_or_default().iter().for_each(|column| println!("  {column}"));
    }
    if present.as_ref().is_some_and(|present| cleaned(present) == wanted) {
        println!("ok: it is there already");
        return Ok(ExitCode::SUCCESS);
    }
    if !menu.yes {
        println!("nothing was changed: say --yes to write it");
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(present) = &present {
        println!("the menu as it was: {}", keep(settings, present)?.display());
    }
    client.create_menu(&token, &wanted).await.map_err(|fault| fault.to_string())?;
    println!("ok: {} → {}", button.under, button.name);
    Ok(ExitCode::SUCCESS)
}

fn no_room(why: NoRoom, button: &MenuButton) -> String {
    format!("{}: {why}; remove something in WeChat's pages, or name another column with --under", button.under)
}

/// A copy, from which the menu can be put back.
fn keep(settings: &Settings, menu: &serde_json::Value) -> Result<PathBuf, String> {
    let now = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string();
    let path = settings.server.data_dir.join(format!("wechat-menu-{now}.json"));
    std::fs::write(&path, menu.to_string()).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}
