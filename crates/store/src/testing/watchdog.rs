//! Watchdogs: shells that clean up after this process, however it ends.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

/// Who a watchdog and its server run as: PostgreSQL refuses to run as root.
#[derive(Clone, Copy)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
}

/// The script says `ready` on a line of its own, then waits for the end of its input and cleans up.
/// Only this process holds the other end of that pipe, and the system closes it at the latest when the process is gone.
pub fn start(script: &str, arguments: &[&Path], user: Option<User>) {
    static INPUTS: Mutex<Vec<ChildStdin>> = Mutex::new(vec![]);
    INPUTS.lock().unwrap().push(spawn(script, arguments, user).0);
}

/// The same for a script that takes orders, and says something on a line of its own after each.
#[allow(clippy::zombie_processes, reason = "it outlives this process, which is what it is for")]
pub fn spawn(script: &str, arguments: &[&Path], user: Option<User>) -> (ChildStdin, BufReader<ChildStdout>) {
    let mut command = Command::new("sh");
    // Of its own group: ^C and kill -9 of a whole group must leave it alive to clean up.
    command.args(["-c", script, "watchdog"]).args(arguments.iter().map(AsRef::<OsStr>::as_ref)).process_group(0);
    command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Some(User { uid, gid }) = user {
        command.uid(uid).gid(gid);
    }
    let mut child = command.spawn().expect("start sh");
    let input = child.stdin.take().expect("a pipe");
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    if line != "ready\n" {
        let _ = output.read_to_string(&mut line);
        panic!("a test database did not start: {line}");
    }
    (input, output)
}
