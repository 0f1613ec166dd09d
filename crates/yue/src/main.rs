//! yue: a points platform for readers of public libraries.

use clap::{Parser, Subcommand};
use domain::staff::StaffChange;
use std::path::PathBuf;
use std::process::ExitCode;

#[cfg(feature = "demo")]
use yue::demo;
use yue::settings::{self, Settings};
use yue::{beside, check, import, inspect, log, rules, serve, staff, wechat_menu};

#[derive(Parser)]
#[command(name = "yue", version, about = "A points platform for readers of public libraries")]
struct Arguments {
    /// The settings file.
    #[arg(long, global = true, env = "YUE_CONFIG", default_value = "config/jiangbei.toml")]
    config: PathBuf,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Serves the readers' pages and the back office.
    Serve,
    /// Brings the database to this program's form.
    Migrate,
    /// Checks every invariant on the database, a line each.
    Verify,
    /// The journal's hash chain.
    #[command(subcommand)]
    Ledger(Ledger),
    /// Accounts of the back office.
    #[command(subcommand)]
    Staff(Staff),
    /// What the library sets: points, limits, sizes.
    #[command(subcommand)]
    Rules(Rules),
    /// The settings.
    #[command(subcommand)]
    Config(Config),
    /// The machine's clock.
    #[command(subcommand)]
    Clock(ClockAction),
    /// Takes over what another system has exported.
    #[command(subcommand)]
    Import(Import),
    /// The official account.
    #[command(subcommand)]
    Wechat(Wechat),
    /// A living sample library with stand-ins for all outside parties, on loopback only.
    #[cfg(feature = "demo")]
    Demo,
}

#[derive(Subcommand)]
enum Ledger {
    /// Computes the whole chain again.
    Verify,
    /// Prints where the chain stands, to be kept elsewhere.
    Head,
}

#[derive(Subcommand)]
enum Rules {
    /// Every rule: what is in force, what is to come, its bounds and what it says.
    List,
    /// Sets one from a day on: what was promised before stays.
    Set(rules::Set),
}

#[derive(Subcommand)]
enum Staff {
    /// Every account: its roles, and whether it gets in.
    List,
    /// Adds an account; the password is asked for, or read from standard input.
    Add(staff::Add),
    /// A new password, asked for or read from standard input; open sessions end.
    Password(staff::Named),
    /// Keeps an account out until it is resumed; open sessions end.
    Pause(staff::Named),
    /// Lets a paused account in again.
    Resume(staff::Named),
    /// Ends the lock after wrong passwords.
    Unlock(staff::Named),
    /// Makes a role of the library's own, or changes what it allows.
    Role(staff::SetRole),
}

#[derive(Subcommand)]
enum Import {
    /// The library's patrons, into the embedded register.
    Readers(import::Readers),
    /// Bibliographic records, for looking books up.
    Books(import::Books),
}

#[derive(Subcommand)]
enum Wechat {
    /// Adds the platform to the account's menu: shows what would change, and writes it with --yes.
    Menu(wechat_menu::Menu),
}

#[derive(Subcommand)]
enum ClockAction {
    /// The clock was ahead and has been put right: the library goes on from now. Written into the audit.
    Accept,
}

#[derive(Subcommand)]
enum Config {
    /// Says what is wrong or unwise about settings and secrets, and asks every party.
    Check,
}

fn main() -> ExitCode {
    log::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    match runtime.block_on(run(Arguments::parse())) {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

fn failed(error: &str) -> ExitCode {
    eprintln!("yue: {error}");
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let settings = || -> Result<Settings, String> { settings::load(&arguments.config) };
    match arguments.action {
        Action::Serve => serve::serve(settings()?).await.map(|()| ExitCode::SUCCESS),
        Action::Migrate => inspect::migrate(&settings()?).await,
        Action::Verify => inspect::verify(&settings()?).await,
        Action::Ledger(Ledger::Verify) => inspect::ledger_verify(&settings()?).await,
        Action::Ledger(Ledger::Head) => inspect::ledger_head(&settings()?).await,
        Action::Staff(Staff::Add(add)) => staff::add(&settings()?, add).await,
        Action::Staff(Staff::List) => staff::list(&settings()?).await,
        Action::Staff(Staff::Password(named)) => staff::set_password(&settings()?, named).await,
        Action::Staff(Staff::Pause(named)) => staff::change(&settings()?, named, StaffChange::Pause).await,
        Action::Staff(Staff::Resume(named)) => staff::change(&settings()?, named, StaffChange::Resume).await,
        Action::Staff(Staff::Unlock(named)) => staff::change(&settings()?, named, StaffChange::Unlock).await,
        Action::Staff(Staff::Role(role)) => staff::set_role(&settings()?, role).await,
        Action::Rules(Rules::List) => rules::list(&settings()?).await,
        Action::Rules(Rules::Set(set)) => rules::set(&settings()?, set).await,
        Action::Import(Import::Readers(readers)) => import::readers(&settings()?, readers).await,
        Action::Import(Import::Books(books)) => import::books(&settings()?, books).await,
        Action::Wechat(Wechat::Menu(menu)) => wechat_menu::set(&settings()?, menu).await,
        Action::Clock(ClockAction::Accept) => beside::accept_clock(&settings()?).await,
        Action::Config(Config::Check) => check::check(&arguments.config).await,
        #[cfg(feature = "demo")]
        Action::Demo => demo::run(settings()?).await.map(|()| ExitCode::SUCCESS),
    }
}
