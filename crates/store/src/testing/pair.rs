//! A primary and a standby of PostgreSQL, which stop, die and are promoted when a test says so.

use super::cluster::{MISSING, other_than_root, parent, programs};
use super::{Location, root, watchdog};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout};

const SCRIPT: &str = r#"
trap '' PIPE
umask 077
mkdir "$2" && cd "$2" && mkdir at-primary at-standby || exit 1
clean() { cd / && rm -rf "$1"; }
fail() { cat log; clean "$1"; exit 1; }
up() {
    "$1/postgres" -D "$3" -k "$2/at-$3" -c listen_addresses= -c fsync=off -c max_connections=40 \
        -c shared_buffers=32MB >>log 2>&1 </dev/null &
    server=$!
    until "$1/pg_isready" -q -h "$2/at-$3"; do
        kill -0 $server 2>/dev/null || fail "$2"
        sleep 0.02
    done
}
"$1/initdb" -D primary -U yue -A trust -E UTF8 --no-locale --no-sync >log 2>&1 || fail "$2"
up "$1" "$2" primary
primary=$server
"$1/pg_basebackup" -h "$2/at-primary" -U yue -D standby -R -X stream -c fast --no-sync >>log 2>&1 || fail "$2"
up "$1" "$2" standby
standby=$server
echo ready
while read -r order; do
    case $order in
        stop-standby) kill -QUIT $standby; wait $standby ;;
        kill-primary) kill -QUIT $primary; wait $primary ;;
        promote) up "$1" "$2" standby; standby=$server; "$1/pg_ctl" promote -w -D standby >>log 2>&1 ;;
    esac
    echo done
done
kill -QUIT $primary $standby 2>/dev/null
wait
clean "$2"
"#;

pub struct Pair {
    pub primary: Location,
    pub standby: Location,
    orders: ChildStdin,
    done: BufReader<ChildStdout>,
}

pub fn pair() -> Pair {
    let (programs, folder) = (programs().expect(MISSING), root(&parent(), "pair"));
    let (orders, done) = watchdog::spawn(SCRIPT, &[&programs, &folder], other_than_root());
    let at = |name: &str| {
        let host = folder.join(name).display().to_string().replace('/', "%2F");
        Location::Pg(format!("postgres://yue@{host}/postgres"))
    };
    Pair { primary: at("at-primary"), standby: at("at-standby"), orders, done }
}

impl Pair {
    /// `stop-standby`, `kill-primary`, `promote` (starts the standby first); comes back when it has happened.
    pub fn tell(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
        let mut line = String::new();
        self.done.read_line(&mut line).unwrap();
        assert_eq!(line, "done\n", "{order}");
    }
}
