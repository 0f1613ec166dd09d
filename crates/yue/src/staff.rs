//! `yue staff add`: the first account of the back office can come from nowhere else.

use crate::clock::LibraryClock;
use crate::serve::keys;
use crate::settings::Settings;
use domain::core::asked::Actor;
use domain::slices::{Command, Envelope};
use domain::staff::{AddStaff, Refusal, Role};
use domain::tables::BranchId;
use std::io::Read;
use std::process::ExitCode;
use store::{Door, Location, NoReply, Store};
use web::frame::keys::{Keys, seed};
use web::kit::calendar::Calendar;

const PASSWORD_CHARS_MIN: usize = 10;

#[derive(clap::Args)]
pub struct Add {
    /// The sign-in name.
    name: String,
    /// 系统管理员, 馆长, 活动, 采编, 服务台 or 审计
    #[arg(long, value_parser = role)]
    role: Role,
    #[arg(long, default_value_t = 1)]
    branch: i64,
}

pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Administrator => "系统管理员",
        Role::Director => "馆长",
        Role::Activities => "活动",
        Role::Acquisitions => "采编",
        Role::Desk => "服务台",
        Role::Auditor => "审计",
    }
}

fn role(text: &str) -> Result<Role, String> {
    let known = Role::ALL.into_iter().find(|role| role_name(*role) == text);
    known.ok_or_else(|| format!("{text}: one of {}", Role::ALL.map(role_name).join(", ")))
}

pub async fn add(settings: &Settings, add: Add) -> Result<ExitCode, String> {
    let keys = keys(&settings.secrets()?)?;
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(|error| error.to_string())?;
    let clock = LibraryClock::new(Calendar::new(&settings.library.time_zone));
    let location = Location::of(&settings.server.database);
    let store = Store::open(&location, Box::new(clock)).await.map_err(|fault| fault.to_string())?;
    let done = create(&store.door, &keys, &add.name, password.trim(), add.role, BranchId(add.branch)).await;
    tokio::task::spawn_blocking(move || store.close()).await.map_err(|error| error.to_string())?;
    done?;
    println!("ok: {} ({})", add.name, role_name(add.role));
    Ok(ExitCode::SUCCESS)
}

pub async fn create(
    door: &Door,
    keys: &Keys,
    name: &str,
    password: &str,
    role: Role,
    branch: BranchId,
) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("the name is empty".into());
    }
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(format!("the password needs at least {PASSWORD_CHARS_MIN} characters, on standard input"));
    }
    let command = AddStaff {
        name_hash: keys.digest("staff", name.trim()),
        name: name.trim().into(),
        password_hash: web::hash_password(password)?,
        branch,
        permissions: role.permissions(),
    };
    let seed = seed().map_err(|fault| fault.0.to_string())?;
    let envelope = Envelope { actor: Actor::Job, key: None, command: Command::from(command), seed };
    match door.ask(envelope).await {
        Ok(_) => Ok(()),
        Err(NoReply::Refused(why)) if why == Refusal::NameTaken => Err(format!("{name} has an account already")),
        Err(other) => Err(format!("the account was not added: {other:?}")),
    }
}
