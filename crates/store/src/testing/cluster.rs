//! A PostgreSQL cluster for this process's tests, in a folder of its own, reached by a socket in that folder.

use super::watchdog::{self, User};
use super::{Location, root};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

pub const MISSING: &str = "PostgreSQL is not there: install its server (Debian: apt-get install postgresql)";
const PLACES: &str = "/usr/lib/postgresql";

/// Ends with its watchdog.
const SCRIPT: &str = r#"
trap '' PIPE
umask 077
mkdir "$2" && cd "$2" || exit 1
clean() { cd / && rm -rf "$1"; }
"$1/initdb" -D data -U yue -A trust -E UTF8 --no-locale --no-sync >log 2>&1 || { cat log; clean "$2"; exit 1; }
"$1/postgres" -D data -k "$2" -c listen_addresses= -c fsync="$3" -c full_page_writes="$3" \
    -c max_connections=300 -c shared_buffers=64MB >>log 2>&1 </dev/null &
server=$!
until "$1/pg_isready" -q -h "$2"; do
    kill -0 $server 2>/dev/null || { cat log; clean "$2"; exit 1; }
    sleep 0.02
done
echo ready
cat >/dev/null
kill -QUIT $server
wait $server
clean "$2"
"#;

struct Cluster {
    programs: PathBuf,
    /// Also where the socket is.
    folder: PathBuf,
    databases: Mutex<u32>,
}

/// A fresh database that begins as its template is. Nothing in it outlives a power cut: nothing is synced.
pub fn database(template: &str) -> Location {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| start(parent(), "off")).database(template)
}

/// A fresh database on the disk, as durable as PostgreSQL is: for measuring.
pub fn durable_database() -> Location {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| start(std::env::temp_dir(), "on")).database("template1")
}

impl Cluster {
    fn database(&self, template: &str) -> Location {
        let mut count = self.databases.lock().unwrap();
        *count += 1;
        let name = format!("library_{count}");
        let mut createdb = Command::new(self.programs.join("createdb"));
        createdb.arg("-h").arg(&self.folder).args(["-U", "yue", "-T", template, &name]);
        let done = createdb.output().expect(MISSING);
        assert!(done.status.success(), "createdb: {}", String::from_utf8_lossy(&done.stderr));
        let host = self.folder.display().to_string().replace('/', "%2F");
        Location::Pg(format!("postgres://yue@{host}/{name}"))
    }
}

fn start(parent: PathBuf, fsync: &str) -> Cluster {
    let (programs, folder) = (programs().expect(MISSING), root(&parent, "pg"));
    watchdog::start(SCRIPT, &[&programs, &folder, Path::new(fsync)], other_than_root());
    Cluster { programs, folder, databases: Mutex::new(0) }
}

/// In memory where there is room: a new database is hundreds of files, which takes a disk ten times as long.
pub fn parent() -> PathBuf {
    const MEMORY: &str = "/dev/shm";
    const ROOM_KIB_MIN: u64 = 4 * 1_024 * 1_024;
    let df = Command::new("df").args(["-Pk", MEMORY]).output();
    let text = df.map(|df| String::from_utf8_lossy(&df.stdout).into_owned()).unwrap_or_default();
    let room = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    if room.is_some_and(|kib| kib >= ROOM_KIB_MIN) { MEMORY.into() } else { std::env::temp_dir() }
}

/// The newest version that is installed, else what the path says.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(PLACES).into_iter().flatten().flatten().map(|version| version.path());
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let mut versions: Vec<PathBuf> = versions.collect();
    versions.sort_by_key(number);
    let installed = versions.into_iter().rev().map(|version| version.join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).filter_map(|folder| {
        // A link leads to where its sisters are.
        Some(folder.join("initdb").canonicalize().ok()?.parent()?.to_path_buf())
    });
    let complete =
        |folder: &Path| ["initdb", "postgres", "pg_isready", "createdb"].iter().all(|p| folder.join(p).exists());
    installed.chain(on_path).find(|folder| complete(folder))
}

/// `postgres` if there is one, else `nobody`; None: this is not root.
pub fn other_than_root() -> Option<User> {
    if std::fs::metadata("/proc/self").is_ok_and(|this| this.uid() != 0) {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = |name: &str| {
        let mut fields = users.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?.split(':').skip(1);
        Some(User { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
    };
    Some(user("postgres").or_else(|| user("nobody")).expect("a user other than root"))
}
