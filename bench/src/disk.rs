//! The disk: how often a second it makes one overwritten page durable. Noted around every block of figures.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

const PAGE_BYTES: usize = 4_096;
const FOR: Duration = Duration::from_millis(500);

/// fdatasync of a 4 KiB overwrite: how many a second, and the slowest hundredth in milliseconds.
pub fn fdatasync(folder: &Path) -> std::io::Result<(f64, f64)> {
    let path = folder.join("fdatasync");
    let mut file = File::create(&path)?;
    file.write_all(&[1; PAGE_BYTES])?;
    file.sync_all()?;
    let (started, mut took_ms) = (Instant::now(), vec![]);
    while started.elapsed() < FOR {
        let began = Instant::now();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[took_ms.len() as u8; PAGE_BYTES])?;
        file.sync_data()?;
        took_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    let rate = took_ms.len() as f64 / started.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    took_ms.sort_by(f64::total_cmp);
    let p99 = took_ms.get(took_ms.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    Ok((rate, p99))
}

pub fn note(folder: &Path) {
    match fdatasync(folder) {
        Ok((rate, p99)) => {
            crate::report::line("disk: fdatasync of 4 KiB", &format!("{rate:>12.0} /s   p99 {p99:.2} ms"))
        }
        Err(error) => crate::report::line("disk: fdatasync of 4 KiB", &error.to_string()),
    }
}
