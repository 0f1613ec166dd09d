//! Books held against what others make of them: records against pymarc, the SRU client against Debian's Zebra.
//! And the readers of what comes from outside against whatever bytes there are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod anything;
mod pymarc;
mod zebra;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of its own, gone when the test ends.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("yue-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn here() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/catalogues"))
}

/// 200 records, as `records.py` writes them and pymarc reads them.
pub fn written(folder: &Folder) {
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/python/bin/python");
    let ended = Command::new(python).arg(here().join("records.py")).arg(&folder.0).status();
    assert!(ended.is_ok_and(|code| code.success()), "no pymarc in target/python: `make tools` puts it there");
}
