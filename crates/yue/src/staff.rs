//! `yue staff add` and `yue staff role`: the first account of the back office can come from nowhere else.

use crate::clock::LibraryClock;
use crate::serve::keys;
use crate::settings::Settings;
use domain::core::asked::Actor;
use domain::slices::{Command, Envelope};
use domain::staff::{AddStaff, Permission, Refusal, Role, SaveRole, bits};
use domain::tables::{BranchId, RoleNumber};
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
    /// 系统管理员, 馆长, 活动, 采编, 服务台, 审计, or one of the library's own
    #[arg(long)]
    role: String,
    #[arg(long, default_value_t = 1)]
    branch: i64,
}

#[derive(clap::Args)]
pub struct SetRole {
    /// What the library calls it; one of that name is changed.
    name: String,
    /// What it allows, as `read,hand-over`.
    #[arg(long, required = true, value_delimiter = ',', value_parser = permission)]
    may: Vec<Permission>,
}

fn permission(text: &str) -> Result<Permission, String> {
    let known = Permission::ALL.iter().copied().find(|permission| permission.word() == text);
    let words: Vec<&str> = Permission::ALL.iter().map(|permission| permission.word()).collect();
    known.ok_or_else(|| format!("{text}: one of {}", words.join(", ")))
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

fn built_in(name: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role_name(*role) == name)
}

/// A built-in role as an account gets it, and whether for all branches.
pub fn given(role: Role) -> (RoleNumber, bool) {
    (role.number(), role.is_everywhere())
}

async fn role(store: &Store, name: &str) -> Result<(RoleNumber, bool), String> {
    if let Some(role) = built_in(name) {
        return Ok(given(role));
    }
    let own = store::staff::role_by_name(&store.reads, name).await.map_err(|fault| fault.to_string())?;
    let role = own.ok_or_else(|| {
        format!("{name}: one of {}, or one of the library's own", Role::ALL.map(role_name).join(", "))
    })?;
    Ok((role, false))
}

/// A role of the library's own is made, or the one of that name changed.
pub async fn set_role(settings: &Settings, set: SetRole) -> Result<ExitCode, String> {
    let name = set.name.trim().to_string();
    if built_in(&name).is_some() {
        return Err(format!("{name} is a built-in role: what it allows follows the program"));
    }
    let store = open(settings).await?;
    let known = store::staff::role_by_name(&store.reads, &name).await.map_err(|fault| fault.to_string());
    let done = match known {
        Ok(role) => ask(&store.door, SaveRole { role, name: name.clone(), permissions: bits(&set.may) }).await,
        Err(fault) => Err(fault),
    };
    close(store).await?;
    done?;
    println!("ok: {name}");
    Ok(ExitCode::SUCCESS)
}

async fn open(settings: &Settings) -> Result<Store, String> {
    let clock = LibraryClock::new(Calendar::new(&settings.library.time_zone));
    let location = Location::of(&settings.server.database)?;
    Store::open(&location, Box::new(clock)).await.map_err(|fault| fault.to_string())
}

async fn close(store: Store) -> Result<(), String> {
    tokio::task::spawn_blocking(move || store.close()).await.map_err(|error| error.to_string())
}

async fn ask(door: &Door, command: impl Into<Command>) -> Result<(), String> {
    let seed = seed().map_err(|fault| fault.0.to_string())?;
    let envelope = Envelope { actor: Actor::Job, key: None, command: command.into(), seed };
    match door.ask(envelope).await {
        Ok(_) => Ok(()),
        Err(NoReply::Refused(why)) if why == Refusal::NameTaken => {
            Err("there is an account of that name already".into())
        }
        Err(other) => Err(format!("nothing was changed: {other:?}")),
    }
}

pub async fn add(settings: &Settings, add: Add) -> Result<ExitCode, String> {
    let keys = keys(&settings.secrets()?)?;
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(|error| error.to_string())?;
    let store = open(settings).await?;
    let known = crate::serve::prove(&store, &keys).await;
    let role = match known {
        Ok(()) => role(&store, add.role.trim()).await,
        Err(why) => Err(why),
    };
    let done = match role {
        Ok(role) => create(&store.door, &keys, &add.name, password.trim(), role, BranchId(add.branch)).await,
        Err(why) => Err(why),
    };
    close(store).await?;
    done?;
    println!("ok: {} ({})", add.name, add.role);
    Ok(ExitCode::SUCCESS)
}

pub async fn create(
    door: &Door,
    keys: &Keys,
    name: &str,
    password: &str,
    (role, everywhere): (RoleNumber, bool),
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
        role,
        everywhere,
    };
    ask(door, command).await
}
