//! `yue staff …`: the accounts of the back office. The first one can come from nowhere else.

use crate::beside::{self, close, open, open_with_keys};
use crate::settings::Settings;
use domain::core::asked::Actor;
use domain::slices::{Command, Envelope};
use domain::staff::{AddStaff, ChangeStaff, Permission, Refusal, Role, SaveRole, StaffChange, bits};
use domain::tables::{BranchId, RoleNumber, StaffState};
use std::io::{IsTerminal as _, Read as _};
use std::process::ExitCode;
use store::staff::Account;
use store::{Answer, Door, NoReply, Store};
use web::frame::keys::{Keys, seed};

const PASSWORD_CHARS_MIN: usize = 10;

#[derive(clap::Args)]
pub struct Add {
    /// The sign-in name.
    name: String,
    /// 系统管理员, 馆长, 活动, 采编, 服务台, 审计, or one of the library's own
    #[arg(long)]
    role: String,
    /// The number of a branch in the settings.
    #[arg(long, default_value_t = 1)]
    branch: i64,
}

#[derive(clap::Args)]
pub struct Named {
    /// The sign-in name.
    name: String,
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
        Ok(role) => {
            let save = SaveRole { role, name: name.clone(), permissions: bits(&set.may) };
            beside::ask(&store, save).await.and_then(said)
        }
        Err(fault) => Err(fault),
    };
    close(store).await?;
    done?;
    println!("ok: {name}");
    Ok(ExitCode::SUCCESS)
}

fn said(answer: Answer) -> Result<(), String> {
    match answer {
        Ok(_) => Ok(()),
        Err(NoReply::Refused(why)) if why == Refusal::NameTaken => {
            Err("there is an account of that name already".into())
        }
        Err(NoReply::Refused(why)) if why == Refusal::NoSuchStaff => Err("there is no account of that name".into()),
        Err(other) => Err(format!("nothing was changed: {other:?}")),
    }
}

/// Asked for where somebody sits at the terminal, twice and unseen; otherwise read from standard input.
fn password() -> Result<String, String> {
    let text = |error: std::io::Error| error.to_string();
    if std::io::stdin().is_terminal() {
        let (one, other) = (
            rpassword::prompt_password("password: ").map_err(text)?,
            rpassword::prompt_password("once more: ").map_err(text)?,
        );
        return if one == other { Ok(one) } else { Err("the two passwords differ".into()) };
    }
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(text)?;
    Ok(password.trim().into())
}

fn hashed(password: &str) -> Result<String, String> {
    match password.chars().count() {
        PASSWORD_CHARS_MIN.. => web::hash_password(password),
        _ => Err(format!("the password needs at least {PASSWORD_CHARS_MIN} characters")),
    }
}

pub async fn add(settings: &Settings, add: Add) -> Result<ExitCode, String> {
    let branches = &settings.library.branches;
    if !branches.iter().any(|branch| branch.id == add.branch) {
        let known: Vec<String> = branches.iter().map(|branch| format!("{} {}", branch.id, branch.name)).collect();
        return Err(format!("branch {}: one of {}", add.branch, known.join(", ")));
    }
    let password = password()?;
    let (store, keys) = open_with_keys(settings, &settings.secrets()?).await?;
    let done = match role(&store, add.role.trim()).await {
        Ok(role) => create(&store.door, &keys, &add.name, &password, role, BranchId(add.branch)).await,
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
    let command = AddStaff {
        name_hash: keys.digest("staff", name.trim()),
        name: name.trim().into(),
        password_hash: hashed(password)?,
        branch,
        role,
        everywhere,
    };
    let seed = seed().map_err(|fault| fault.0.to_string())?;
    said(door.ask(Envelope { actor: Actor::Job, key: None, command: Command::from(command), seed }).await)
}

/// A new password, a pause and its end, the end of a lock.
pub async fn change(settings: &Settings, named: Named, change: StaffChange) -> Result<ExitCode, String> {
    let (store, keys) = open_with_keys(settings, &settings.secrets()?).await?;
    let name = named.name.trim().to_string();
    let command = ChangeStaff { name_hash: keys.digest("staff", &name), name: name.clone(), change };
    let done = beside::ask(&store, command).await.and_then(said);
    close(store).await?;
    done?;
    println!("ok: {name}");
    Ok(ExitCode::SUCCESS)
}

pub async fn set_password(settings: &Settings, named: Named) -> Result<ExitCode, String> {
    let hash = hashed(&password()?)?;
    change(settings, named, StaffChange::Password { hash }).await
}

/// A line an account: its name, what it is, where, and whether it gets in.
pub async fn list(settings: &Settings) -> Result<ExitCode, String> {
    let reads = crate::inspect::reads(settings).await?;
    let now = jiff::Timestamp::now().as_millisecond();
    let branch = |id: BranchId| {
        let named = settings.library.branches.iter().find(|branch| branch.id == id.0);
        named.map_or_else(|| id.0.to_string(), |branch| branch.name.clone())
    };
    for account in store::staff::accounts(&reads).await.map_err(|fault| fault.to_string())? {
        println!("{}", line(&account, branch, now));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(account: &Account, branch: impl Fn(BranchId) -> String, now: i64) -> String {
    let roles = account.roles.iter().map(|(role, own, of)| {
        let name = Role::of(*role).map_or_else(|| own.clone(), |role| role_name(role).into());
        of.map_or_else(|| name.clone(), |of| format!("{name} ({})", branch(of)))
    });
    let roles: Vec<String> = roles.collect();
    let state = match account.state {
        StaffState::Disabled => "paused",
        StaffState::Active if now < account.locked_until => "locked",
        StaffState::Active => "active",
    };
    format!("{}  {}  {state}", account.name, roles.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_may_what_where_and_whether_they_get_in() {
        let roles =
            vec![(Role::Desk.number(), String::new(), Some(BranchId(1))), (RoleNumber(9), "值班".to_string(), None)];
        let account = Account { name: "li".into(), state: StaffState::Active, locked_until: 5, roles };
        assert_eq!(line(&account, |_| "总馆".into(), 6), "li  服务台 (总馆), 值班  active");
        assert_eq!(line(&account, |_| "总馆".into(), 4), "li  服务台 (总馆), 值班  locked");
        let paused = Account { state: StaffState::Disabled, ..account };
        assert!(line(&paused, |_| "总馆".into(), 4).ends_with("paused"));
    }
}
