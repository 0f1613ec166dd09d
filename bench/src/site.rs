//! The release program itself, started on a library that is there: what W3 and W8 ask, and what it weighs.

use crate::http::{Connection, get};
use crate::library::SECRET;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::Location;
use tokio::process::{Child, Command};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/jiangbei.toml");
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/yue");

pub struct Site {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the program to its first answer.
    pub up_ms: f64,
}

fn free_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}

fn program() -> PathBuf {
    std::env::var_os("YUE_PROGRAM").map_or(PROGRAM.into(), PathBuf::from)
}

impl Site {
    pub async fn start(location: &Location) -> Result<Self, String> {
        Site::start_with(location, &[]).await
    }

    /// With settings of one's own, as variables of the environment.
    pub async fn start_with(location: &Location, settings: &[(&str, String)]) -> Result<Self, String> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let database = match location {
            Location::Lite(path) => path.display().to_string(),
            Location::Pg(url) => url.clone(),
        };
        let started = Instant::now();
        let mut command = Command::new(program());
        command.args(["--config", EXAMPLE, "serve"]).kill_on_drop(true).env("YUE_LOG", "warn");
        command.env("YUE_DATA_DIR", std::env::temp_dir()).env("YUE_SERVER_DATABASE", database);
        command.env("YUE_SERVER_LISTEN", address.to_string()).env("YUE_SERVER_PUBLIC_URL", format!("http://{address}"));
        command.env("YUE_SERVER_PLAIN_HTTP", "true");
        for secret in ["YUE_MASTER_SECRET", "YUE_WECHAT_SECRET", "YUE_SMS_SECRET", "YUE_LIBRARY_SYSTEM_SECRET"] {
            command.env(secret, SECRET);
        }
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        let child = command.spawn().map_err(|error| format!("{}: {error}", program().display()))?;
        let mut site = Site { child, address, up_ms: 0.0 };
        site.answers(started).await?;
        Ok(site)
    }

    async fn answers(&mut self, started: Instant) -> Result<(), String> {
        loop {
            if let Ok(mut connection) = Connection::open(self.address).await {
                connection.ask(&get("/healthz", "")).await?;
                self.up_ms = started.elapsed().as_secs_f64() * 1_000.0;
                return Ok(());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the program ended: {status}"));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Resident memory in MB.
    pub fn resident_mb(&self) -> Option<f64> {
        let status =
            std::fs::read_to_string(Path::new("/proc").join(self.child.id()?.to_string()).join("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().split(' ').next()?.parse::<f64>().ok()? / 1_024.0)
    }

    pub async fn stop(mut self) {
        let _ = self.child.kill().await;
    }
}
