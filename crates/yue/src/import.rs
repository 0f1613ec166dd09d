//! `yue import readers FILE`: the library's patrons from a CSV file into the embedded register.
//! Every bad row is reported with its line and the reason; without `--skip-bad` a file with one is not imported at all.

use crate::register::{Entry, EntryState, LABEL};
use crate::settings::Settings;
use csv::StringRecord;
use domain::core::asked::Actor;
use domain::register::{ImportPatrons, PatronRow};
use domain::slices::{Command, Envelope};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::{Location, Store};
use web::frame::keys::Keys;
use web::frame::sealing::{barcode, phone};
use web::kit::calendar::Calendar;

const PART_ROWS: usize = 500;

#[derive(clap::Args)]
pub struct Readers {
    /// Columns: barcode,name,phone,id_number,birth_date,state (or their Chinese names), UTF-8.
    file: PathBuf,
    /// Reports and imports nothing.
    #[arg(long)]
    dry_run: bool,
    /// Imports the good rows of a file with bad ones.
    #[arg(long)]
    skip_bad: bool,
}

const COLUMNS: [(&str, &str); 6] = [
    ("barcode", "读者证条码号"),
    ("name", "姓名"),
    ("phone", "手机号码"),
    ("id_number", "身份证号"),
    ("birth_date", "出生日期"),
    ("state", "状态"),
];

/// Where each column stands in the file.
struct Header([Option<usize>; 6]);

impl Header {
    fn of(record: &StringRecord) -> Result<Self, String> {
        let at = |(name, chinese): (&str, &str)| {
            record.iter().position(|cell| {
                let cell = cell.trim();
                cell.eq_ignore_ascii_case(name) || cell == chinese
            })
        };
        let columns = COLUMNS.map(at);
        match columns[0].is_some() && columns[1].is_some() {
            true => Ok(Header(columns)),
            false => Err("the first line must name at least barcode and name (读者证条码号, 姓名)".into()),
        }
    }

    fn cell<'r>(&self, record: &'r StringRecord, column: usize) -> &'r str {
        self.0[column].and_then(|at| record.get(at)).unwrap_or_default().trim()
    }
}

/// A good row, or what is wrong with it.
fn entry(header: &Header, record: &StringRecord) -> Result<Entry, String> {
    let cell = |column| header.cell(record, column);
    let barcode = barcode(cell(0)).ok_or_else(|| format!("barcode {:?} is not one", cell(0)))?;
    if cell(1).is_empty() {
        return Err("the name is missing".into());
    }
    let phone = match cell(2) {
        "" => String::new(),
        text => phone(text).ok_or("the phone is not a mainland mobile number")?,
    };
    let id_number = cell(3).to_uppercase();
    if !id_number.is_empty() && !domain::core::identity::is_identity_number(&id_number) {
        return Err("the check digit of the identity number is wrong".into());
    }
    let birth_date = cell(4).to_string();
    if !birth_date.is_empty() && day_of(&birth_date).is_none() {
        return Err(format!("birth date {birth_date:?} is not a day (YYYY-MM-DD)"));
    }
    let state = match cell(5) {
        "" | "active" | "有效" | "正常" => EntryState::Active,
        "expired" | "过期" | "已过期" => EntryState::Expired,
        "lost" | "挂失" | "已挂失" => EntryState::Lost,
        "ended" | "注销" | "已注销" | "退证" => EntryState::Ended,
        other => return Err(format!("state {other:?}: active, expired, lost or ended")),
    };
    Ok(Entry { barcode, name: cell(1).into(), phone, id_number, birth_date, state })
}

fn day_of(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '/' | '.')).collect();
    digits.parse().ok().filter(|day| digits.len() == 8 && domain::core::day::is_day(*day))
}

/// Reads the file line by line, so that each is named by its true number; `good` is handed each good row,
/// `bad` each line with its reason. A quoted cell may not go over several lines.
fn walk(
    path: &Path,
    mut good: impl FnMut(Entry) -> Result<(), String>,
    mut bad: impl FnMut(u64, String),
) -> Result<(), String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (mut header, mut seen) = (None, HashSet::new());
    for (line, number) in BufReader::new(file).split(b'\n').zip(1u64..) {
        let line = line.map_err(|error| error.to_string())?;
        let Ok(text) = std::str::from_utf8(&line) else {
            bad(number, "the line cannot be read as UTF-8".into());
            continue;
        };
        let Some(record) = cells(text) else { continue };
        let Some(header) = &header else {
            header = Some(Header::of(&record)?);
            continue;
        };
        match entry(header, &record) {
            Ok(entry) if !seen.insert(entry.barcode.clone()) => {
                bad(number, format!("barcode {} stands in the file twice", entry.barcode));
            }
            Ok(entry) => good(entry)?,
            Err(why) => bad(number, why),
        }
    }
    if header.is_some() { Ok(()) } else { Err("the file is empty".into()) }
}

/// None: an empty line.
fn cells(line: &str) -> Option<StringRecord> {
    let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
    let record = reader.records().next()?.ok()?;
    record.iter().any(|cell| !cell.trim().is_empty()).then_some(record)
}

pub async fn readers(settings: &Settings, arguments: Readers) -> Result<ExitCode, String> {
    let Readers { file, dry_run, skip_bad } = arguments;
    let (mut good, mut bad) = (0u64, 0u64);
    let count = |_| {
        good += 1;
        Ok(())
    };
    walk(&file, count, |line, why| {
        bad += 1;
        println!("line {line}: {why}");
    })?;
    println!("{good} good rows, {bad} bad ones");
    if dry_run || (bad > 0 && !skip_bad) {
        if bad > 0 && !dry_run {
            println!("nothing was imported: mend the file, or use --skip-bad");
        }
        return Ok(if bad > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let keys = crate::serve::keys(&settings.secrets()?)?;
    let clock = crate::clock::LibraryClock::new(Calendar::new(&settings.library.time_zone));
    let location = Location::of(&settings.server.database)?;
    let store = Store::open(&location, Box::new(clock)).await.map_err(|fault| fault.to_string())?;
    let imported = match crate::serve::prove(&store, &keys).await {
        Ok(()) => import(&file, &keys, &store, good).await,
        Err(why) => Err(why),
    };
    tokio::task::spawn_blocking(move || store.close()).await.map_err(|error| error.to_string())?;
    println!("{} rows imported", imported?);
    Ok(ExitCode::SUCCESS)
}

async fn import(file: &Path, keys: &Keys, store: &Store, rows: u64) -> Result<i64, String> {
    let bar = ProgressBar::new(rows);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len}  {per_sec}  {eta}") {
        bar.set_style(style);
    }
    // The file is read on a thread of its own; a few parts wait at most, so memory stays flat.
    let (parts, mut ready) = tokio::sync::mpsc::channel::<Vec<PatronRow>>(4);
    let (file, keys) = (file.to_path_buf(), keys.clone());
    let read = tokio::task::spawn_blocking(move || {
        let mut part = Vec::with_capacity(PART_ROWS);
        let mut good = |entry: Entry| {
            part.push(row(&keys, &entry)?);
            if part.len() == PART_ROWS {
                parts.blocking_send(std::mem::take(&mut part)).map_err(|_| "the import stopped".to_string())?;
            }
            Ok(())
        };
        walk(&file, &mut good, |_, _| {})?;
        parts.blocking_send(part).map_err(|_| "the import stopped".to_string())
    });
    let mut imported = 0;
    while let Some(rows) = ready.recv().await {
        if rows.is_empty() {
            continue;
        }
        let count = rows.len() as u64;
        let command = Command::from(ImportPatrons { rows });
        let answer = store.door.ask(Envelope { actor: Actor::Job, key: None, command, seed: 0 }).await;
        answer.map_err(|why| format!("after {imported} rows: {why:?}"))?;
        imported += count as i64;
        bar.inc(count);
    }
    bar.finish_and_clear();
    read.await.map_err(|error| error.to_string())??;
    Ok(imported)
}

fn row(keys: &Keys, entry: &Entry) -> Result<PatronRow, String> {
    let text = serde_json::to_string(entry).map_err(|error| error.to_string())?;
    let sealed = keys.seal(LABEL, &text).map_err(|fault| fault.0.to_string())?;
    Ok(PatronRow { barcode: keys.digest("barcode", &entry.barcode), sealed })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn judged(text: &str) -> (Vec<Entry>, Vec<(u64, String)>) {
        let path = std::env::temp_dir().join(format!("yue-import-{}-{}", std::process::id(), text.len()));
        std::fs::write(&path, text).unwrap();
        let (mut good, mut bad) = (vec![], vec![]);
        let keep = |entry| {
            good.push(entry);
            Ok(())
        };
        walk(&path, keep, |line, why| bad.push((line, why))).unwrap();
        std::fs::remove_file(path).unwrap();
        (good, bad)
    }

    #[test]
    fn every_bad_row_is_named_with_its_line() {
        let text = "\u{feff}读者证条码号,姓名,手机号码,身份证号,出生日期,状态\r\n\
            JB01,王小萌,139 0000 0001,11010519491231002X,1949-12-31,有效\r\n\
            JB|2,李书遥,,,,\r\n\
            JB03,,,,,\r\n\
            JB04,陈一苇,12345,,,\r\n\
            JB05,赵远帆,,110105194912310020,,\r\n\
            JB06,孙知秋,,,1990-02-30,\r\n\
            JB07,周童童,,,,gone\r\n\
            \r\n\
            jb01,王小萌,,,,\r\n\
            JB09,吴清,,,2016-06-01,lost\r\n";
        let (good, bad) = judged(text);
        assert_eq!(good.iter().map(|entry| entry.barcode.as_str()).collect::<Vec<_>>(), ["JB01", "JB09"]);
        assert_eq!((good[0].phone.as_str(), good[1].state), ("13900000001", EntryState::Lost));
        let lines: Vec<u64> = bad.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7, 8, 10], "{bad:?}");
        assert!(bad[6].1.contains("twice"), "{bad:?}");
    }
}
