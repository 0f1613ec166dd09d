//! Fresh databases for tests: a SQLite file, or a database in a PostgreSQL cluster that the tests start themselves.
//! Whatever they leave behind goes when the test process ends, even by kill -9.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot have its database can only stop"
)]

mod clock;
mod cluster;
mod pair;
mod watchdog;

use crate::engine::{lite, pg};
use crate::open::Location;
pub use clock::Manual;
pub use pair::{Pair, pair};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

/// A fresh file in a fresh folder.
pub fn lite() -> Location {
    Location::Lite(fresh_folder().join("library.db"))
}

/// A fresh database in this process's PostgreSQL cluster.
pub fn pg() -> Location {
    cluster::database("template1")
}

/// A fresh PostgreSQL database on the disk that syncs what it commits: for measuring.
pub fn durable_pg() -> Location {
    cluster::durable_database()
}

/// Runs a test on a fresh database of each engine, and hands back what it found on SQLite and on PostgreSQL.
pub async fn both<T>(test: impl AsyncFn(Location) -> T) -> [T; 2] {
    let mut found = [lite(), pg()].into_iter();
    let mut run = async || {
        let location = found.next().expect("a location");
        eprintln!("on {location:?}");
        test(location).await
    };
    [run().await, run().await]
}

/// A database like this one, which nobody may have open.
pub fn copy(location: &Location) -> Location {
    match location {
        Location::Lite(path) => {
            let Location::Lite(to) = lite() else { panic!("lite() is a file") };
            for end in ["", "-wal"] {
                let with_end = |path: &Path| PathBuf::from(format!("{}{end}", path.display()));
                if with_end(path).exists() {
                    std::fs::copy(with_end(path), with_end(&to)).unwrap();
                }
            }
            Location::Lite(to)
        }
        Location::Pg(url) => cluster::database(url.rsplit('/').next().unwrap()),
    }
}

/// Changes a database behind the program's back: check constraints are no obstacle.
pub async fn plant(location: &Location, text: &str) {
    const DROP_CHECKS: &str = "do $$ declare c record; begin \
        for c in select conrelid::regclass as name, conname from pg_constraint where contype = 'c' and conrelid <> 0 \
        and connamespace = 'public'::regnamespace \
        loop execute format('alter table %s drop constraint %I', c.name, c.conname); end loop; end $$";
    let done = match location {
        Location::Lite(path) => {
            let connection = lite::open(path).unwrap();
            connection
                .execute_batch(&format!("pragma ignore_check_constraints = on; {text}"))
                .map_err(|e| e.to_string())
        }
        Location::Pg(url) => {
            let client = pg::connect(url).await.unwrap();
            client.batch_execute(&format!("{DROP_CHECKS}; {text}")).await.map_err(|e| format!("{e:?}"))
        }
    };
    done.unwrap_or_else(|why| panic!("{text}: {why}"));
}

fn fresh_folder() -> PathBuf {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    static COUNT: AtomicI64 = AtomicI64::new(0);
    const SCRIPT: &str = r#"mkdir "$1" || exit; echo ready; cat >/dev/null; rm -rf "$1""#;
    let root = ROOT.get_or_init(|| {
        let root = root(&std::env::temp_dir(), "lite");
        watchdog::start(SCRIPT, &[&root], None);
        root
    });
    let folder = root.join(COUNT.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir(&folder).unwrap();
    folder
}

/// Short: a socket's path has room for about a hundred characters.
fn root(parent: &Path, what: &str) -> PathBuf {
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos();
    parent.join(format!("yue-{what}-{}-{nanos}", std::process::id()))
}
