//! `yue import`: files that the library gives, also while the program serves. Every bad row is reported with its place and
//! the reason; without `--skip-bad` a file with one is not imported at all.

mod books;
mod file;
mod patron;
mod readers;

pub use books::{Books, books};
pub use readers::{Readers, readers};

use crate::beside::ask;
use domain::slices::Command;
use indicatif::{ProgressBar, ProgressStyle};
use store::Store;

const PART_ROWS: usize = 500;

/// Takes a row.
type Take<'t, R> = &'t mut dyn FnMut(R) -> Result<(), String>;

/// Sends rows to the writer in parts; tells how many. They are read on a thread of its own, and a few parts wait at most,
/// so that memory stays flat.
async fn in_parts<R: Send + 'static, C: Into<Command>>(
    store: &Store,
    count: usize,
    read: impl FnOnce(Take<'_, R>) -> Result<(), String> + Send + 'static,
    command: fn(Vec<R>) -> C,
) -> Result<u64, String> {
    let bar = ProgressBar::new(count as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len}  {per_sec}  {eta}") {
        bar.set_style(style);
    }
    let (parts, mut ready) = tokio::sync::mpsc::channel::<Vec<R>>(4);
    let reading = tokio::task::spawn_blocking(move || {
        let send = |part| parts.blocking_send(part).map_err(|_| "the import stopped".to_string());
        let mut part = Vec::with_capacity(PART_ROWS);
        read(&mut |row| {
            part.push(row);
            if part.len() == PART_ROWS { send(std::mem::take(&mut part)) } else { Ok(()) }
        })?;
        send(part)
    });
    let mut imported = 0;
    while let Some(rows) = ready.recv().await {
        let count = rows.len() as u64;
        if count > 0 {
            let answer = ask(store, command(rows)).await?;
            answer.map_err(|why| format!("after {imported} rows: {why:?}"))?;
            imported += count;
            bar.inc(count);
        }
    }
    bar.finish_and_clear();
    reading.await.map_err(|error| error.to_string())??;
    Ok(imported)
}
