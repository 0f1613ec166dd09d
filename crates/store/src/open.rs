//! Opening a store: the place it lives in, its migrations, its lock, its writer.

use crate::engine::{Engine, lite, lite::Lite, pg::Pg, pg_address::with_password};
use crate::fault::{Done, Fault};
use crate::migrate::{self, Form, Target};
use crate::read::{Reads, lite::LiteReads, pg::PgReads};
use crate::writer::{Clock, Door, Writer};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

const CHECKPOINT_PAUSE: Duration = Duration::from_millis(200);
/// Below so many pages in the WAL a checkpoint is not worth its syncs.
const CHECKPOINT_PAGES_MIN: i64 = 1_000;

/// Where the data lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    Lite(PathBuf),
    Pg(String),
}

/// For people: a password does not stand in it.
impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Location::Lite(path) => write!(f, "{}", path.display()),
            Location::Pg(url) => {
                let (_, rest) = url.split_once("://").unwrap_or_default();
                write!(f, "postgres://{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host))
            }
        }
    }
}

impl Location {
    /// `postgres://…` or a file's path. Refuses an address that is neither: a misspelt one is no file's name.
    pub fn of(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Location::Pg(text.into()));
        }
        let file = text.strip_prefix("sqlite:").unwrap_or(text);
        match file.split_once("://") {
            Some((scheme, _)) => Err(format!("{scheme}:// is no database: postgres://…, or a file")),
            None => Ok(Location::Lite(PathBuf::from(file))),
        }
    }

    /// A password for an address that carries none.
    pub fn with_password(self, password: &str) -> Self {
        match self {
            Location::Pg(url) => Location::Pg(with_password(&url, password)),
            lite => lite,
        }
    }

    pub async fn migrate(&self) -> Done<()> {
        self.migrate_to(Target::Latest).await
    }

    /// As an older program would have left it.
    pub async fn migrate_to(&self, target: Target) -> Done<()> {
        match self {
            Location::Lite(path) => migrate::lite(path, target),
            Location::Pg(url) => migrate::pg(url, target).await,
        }
    }

    /// How what is there stands to this program; refuses a newer program's.
    pub async fn form(&self) -> Done<Form> {
        match self {
            Location::Lite(path) => migrate::form_of_lite(path),
            Location::Pg(url) => migrate::form_of_pg(url).await,
        }
    }

    /// For looking only: takes no lock, changes nothing.
    pub async fn reads(&self) -> Done<Reads> {
        match self {
            Location::Lite(path) if !path.exists() => Err(Fault::Failed(format!("{} is not there", path.display()))),
            Location::Lite(path) => Ok(Reads::Lite(LiteReads::open(path)?)),
            Location::Pg(url) => Ok(Reads::Pg(PgReads::open(url).await?)),
        }
    }

    async fn engine(&self) -> Done<Engine> {
        match self {
            Location::Lite(path) => Ok(Engine::Lite(Lite::open(path)?)),
            Location::Pg(url) => Ok(Engine::Pg(Box::new(Pg::open(url).await?))),
        }
    }
}

/// A store that is open for writing: the door, the reads, and what runs behind them.
pub struct Store {
    pub door: Door,
    pub reads: Reads,
    writer: JoinHandle<()>,
    checkpoints: Option<Checkpoints>,
    /// Held for as long as the store is open; the system releases it even after a kill.
    _lock: Option<File>,
}

impl Store {
    pub async fn open(location: &Location, clock: Box<dyn Clock>) -> Done<Self> {
        let lock = match location {
            Location::Lite(path) => Some(
                lock(path)?.ok_or_else(|| Fault::Failed(format!("{} is in use by another process", path.display())))?,
            ),
            Location::Pg(_) => None,
        };
        location.migrate().await?;
        Self::start(location, |engine| Writer::new(engine, clock), lock).await
    }

    /// For a command of the command line, also while a program serves this library: batches take turns by the head row, here
    /// as on PostgreSQL. Changes the database's form only where nobody serves.
    pub async fn open_beside(location: &Location, clock: Box<dyn Clock>) -> Done<Self> {
        Self::beside(location, |engine| Writer::new(engine, clock)).await
    }

    /// The same for who says that the clock is right, though the last batch is ahead of it.
    pub async fn open_trusting_clock(location: &Location, clock: Box<dyn Clock>) -> Done<Self> {
        Self::beside(location, |engine| Writer::new(engine, clock).trusting_clock()).await
    }

    async fn beside(location: &Location, writer: impl FnOnce(Engine) -> Writer) -> Done<Self> {
        let lock = match location {
            Location::Lite(path) => lock(path)?,
            Location::Pg(_) => None,
        };
        match location {
            Location::Lite(path) if lock.is_none() && migrate::form_of_lite(path)? == Form::Older => {
                Err(Fault::Failed(format!("an older program serves {}: stop it first", path.display())))
            }
            _ => {
                location.migrate().await?;
                Self::start(location, writer, lock).await
            }
        }
    }

    async fn start(location: &Location, writer: impl FnOnce(Engine) -> Writer, lock: Option<File>) -> Done<Self> {
        let reads = location.reads().await?;
        let engine = location.engine().await?;
        // Whoever serves makes them.
        let checkpoints = match location {
            Location::Lite(path) if lock.is_some() => Some(Checkpoints::start(path)?),
            _ => None,
        };
        let started = writer(engine).start();
        let (door, writer) = started.map_err(|error| Fault::Failed(error.to_string()))?;
        Ok(Store { door, reads, writer, checkpoints, _lock: lock })
    }

    /// Ends the writer after what is queued, once every other door is dropped too.
    pub fn close(self) {
        drop(self.door);
        let _ = self.writer.join();
        drop(self.checkpoints);
    }
}

/// One server a file: jobs and checkpoints are made once. None: another process has it.
fn lock(path: &Path) -> Done<Option<File>> {
    let failed = |error: std::io::Error| Fault::Failed(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let file = File::create(path.with_extension("lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Moves the WAL into the file in the background: inside commits that takes nearly half of the writer's time.
struct Checkpoints {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    fn start(path: &Path) -> Done<Self> {
        let connection = lite::open(path)?;
        let wal = path.with_file_name(format!("{}-wal", path.file_name().unwrap_or_default().to_string_lossy()));
        let (end, ended) = channel::<()>();
        let work = move || {
            while ended.recv_timeout(CHECKPOINT_PAUSE) == Err(RecvTimeoutError::Timeout) {
                let pages = std::fs::metadata(&wal).map_or(0, |wal| wal.len() as i64 / 4_096);
                if pages >= CHECKPOINT_PAGES_MIN
                    && let Err(error) = connection.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(()))
                {
                    tracing::warn!(%error, "a checkpoint failed; the next one tries again");
                }
            }
        };
        let thread = std::thread::Builder::new().name("checkpoints".into()).spawn(work);
        let thread = thread.map_err(|error| Fault::Failed(error.to_string()))?;
        Ok(Checkpoints { end: Some(end), thread: Some(thread) })
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
