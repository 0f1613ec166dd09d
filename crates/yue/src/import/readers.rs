//! `yue import readers FILE`: the library's patrons from a file into the embedded register.

use super::patron::Header;
use super::{PART_ROWS, Take, file, in_parts};
use crate::beside::{close, open_with_keys};
use crate::register::{Entry, EntryState, LABEL};
use crate::settings::Settings;
use domain::core::digest::Digest;
use domain::register::{ImportPatrons, PatronRow};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::{Reads, Store};
use web::frame::keys::Keys;

#[derive(clap::Args)]
pub struct Readers {
    /// CSV (UTF-8 or GB18030) or Excel. Columns: barcode,name,phone,id_number,birth_date,state, or their Chinese names.
    file: PathBuf,
    /// Says what would change, and changes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Imports the good rows of a file with bad ones.
    #[arg(long)]
    skip_bad: bool,
    /// Patrons who are not in the file are ended (注销).
    #[arg(long)]
    retire_missing: bool,
}

/// What is read from the file: its good rows one by one, its bad ones, and headings that mean nothing.
enum Found {
    Good(Entry),
    Bad(u64, String),
    Unknown(Vec<String>),
}

fn walk(path: &Path, keys: &Keys, mut each: impl FnMut(Found) -> Result<(), String>) -> Result<(), String> {
    let (mut header, mut seen) = (None::<Header>, HashMap::new());
    file::rows(path, |(number, row)| {
        let cells = match row {
            Ok(cells) => cells,
            Err(why) => return each(Found::Bad(number, why)),
        };
        let Some(header) = &header else {
            let (known, unknown) = Header::of(&cells)?;
            header = Some(known);
            return if unknown.is_empty() { Ok(()) } else { each(Found::Unknown(unknown)) };
        };
        match header.entry(&cells) {
            Ok(entry) => match seen.insert(keys.barcode(&entry.barcode), number) {
                None => each(Found::Good(entry)),
                Some(first) => {
                    let why = format!("barcode {} stands in line {first} already", entry.barcode);
                    each(Found::Bad(number, why))
                }
            },
            Err(why) => each(Found::Bad(number, why)),
        }
    })?;
    if header.is_some() { Ok(()) } else { Err("the file is empty".into()) }
}

/// The file beside the register.
#[derive(Default)]
struct Plan {
    good: usize,
    bad: usize,
    /// Hash of what the file says of each card; what the register has already is taken out.
    wanted: HashMap<Digest, Digest>,
    new: usize,
    changed: usize,
    same: usize,
    /// In the register and not in the file, and not ended yet.
    gone: Vec<Entry>,
}

impl Plan {
    fn of_file(path: &Path, keys: &Keys) -> Result<Plan, String> {
        let mut plan = Plan::default();
        walk(path, keys, |found| {
            match found {
                Found::Good(entry) => {
                    plan.good += 1;
                    plan.wanted.insert(keys.barcode(&entry.barcode), print(keys, &entry)?);
                }
                Found::Bad(line, why) => {
                    plan.bad += 1;
                    println!("line {line}: {why}");
                }
                Found::Unknown(headings) => println!("these columns are left out: {}", headings.join(", ")),
            }
            Ok(())
        })?;
        Ok(plan)
    }

    async fn beside(mut self, reads: &Reads, keys: &Keys) -> Result<Plan, String> {
        let mut after = None;
        loop {
            let part = store::register::after(reads, after, PART_ROWS).await.map_err(|fault| fault.to_string())?;
            for (barcode, sealed) in &part {
                let entry = opened(keys, sealed)?;
                match self.wanted.get(barcode) {
                    Some(wanted) if *wanted == print(keys, &entry)? => {
                        self.wanted.remove(barcode);
                        self.same += 1;
                    }
                    Some(_) => self.changed += 1,
                    None if entry.state == EntryState::Ended => {}
                    None => self.gone.push(entry),
                }
            }
            after = part.last().map(|(barcode, _)| *barcode);
            if part.len() < PART_ROWS {
                self.new = self.wanted.len() - self.changed;
                return Ok(self);
            }
        }
    }
}

fn text_of(entry: &Entry) -> Result<String, String> {
    serde_json::to_string(entry).map_err(|error| error.to_string())
}

fn print(keys: &Keys, entry: &Entry) -> Result<Digest, String> {
    Ok(keys.digest(LABEL, &text_of(entry)?))
}

fn opened(keys: &Keys, sealed: &[u8]) -> Result<Entry, String> {
    let text = keys.open(LABEL, sealed).map_err(|fault| fault.0.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

pub async fn readers(settings: &Settings, arguments: Readers) -> Result<ExitCode, String> {
    let (store, keys) = open_with_keys(settings, &settings.secrets()?).await?;
    let done = readers_into(&store, &keys, &arguments).await;
    close(store).await?;
    done
}

async fn readers_into(store: &Store, keys: &Keys, arguments: &Readers) -> Result<ExitCode, String> {
    let Readers { file, dry_run, skip_bad, retire_missing } = arguments;
    let plan = Plan::of_file(file, keys)?.beside(&store.reads, keys).await?;
    println!("{} good rows, {} bad ones", plan.good, plan.bad);
    println!(
        "{} new, {} changed, {} as before, {} not in the file",
        plan.new,
        plan.changed,
        plan.same,
        plan.gone.len()
    );
    // A row that cannot be read is not one that is gone.
    let may = plan.bad == 0 || (*skip_bad && !retire_missing);
    if *dry_run || !may {
        if !may {
            println!("nothing was imported: mend the file, or use --skip-bad (not together with --retire-missing)");
        }
        return Ok(if plan.bad > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let gone = if *retire_missing { plan.gone } else { vec![] };
    let retired = gone.into_iter().map(|entry| Entry { state: EntryState::Ended, ..entry });
    let imported = import(file, keys, store, plan.wanted, retired.collect()).await?;
    println!("{imported} rows imported");
    Ok(ExitCode::SUCCESS)
}

async fn import(
    file: &Path,
    keys: &Keys,
    store: &Store,
    wanted: HashMap<Digest, Digest>,
    retired: Vec<Entry>,
) -> Result<u64, String> {
    let (count, file, keys) = (wanted.len() + retired.len(), file.to_path_buf(), keys.clone());
    let read = move |take: Take<'_, PatronRow>| {
        walk(&file, &keys, |found| match found {
            Found::Good(entry) if wanted.contains_key(&keys.barcode(&entry.barcode)) => take(row(&keys, &entry)?),
            _ => Ok(()),
        })?;
        retired.iter().try_for_each(|entry| take(row(&keys, entry)?))
    };
    in_parts(store, count, read, |rows| ImportPatrons { rows }).await
}

fn row(keys: &Keys, entry: &Entry) -> Result<PatronRow, String> {
    let sealed = keys.seal(LABEL, &text_of(entry)?).map_err(|fault| fault.0.to_string())?;
    Ok(PatronRow { barcode: keys.barcode(&entry.barcode), sealed })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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
        let path = std::env::temp_dir().join(format!("yue-import-{}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let keys = Keys::of(&[7; 32]).unwrap();
        let (mut good, mut bad) = (vec![], vec![]);
        walk(&path, &keys, |found| {
            match found {
                Found::Good(entry) => good.push(entry),
                Found::Bad(line, why) => bad.push((line, why)),
                Found::Unknown(headings) => bad.push((0, headings.join(","))),
            }
            Ok(())
        })
        .unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(good.iter().map(|entry| entry.barcode.as_str()).collect::<Vec<_>>(), ["JB01", "JB09"]);
        assert_eq!((good[0].phone.as_str(), good[1].state), ("13900000001", EntryState::Lost));
        let lines: Vec<u64> = bad.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7, 8, 10], "{bad:?}");
        assert!(bad[6].1.contains("line 2 already"), "{bad:?}");
    }

    fn file_of(name: &str, rows: &[&str]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("yue-import-{name}-{}.csv", std::process::id()));
        std::fs::write(&path, format!("barcode,name,state\n{}\n", rows.join("\n"))).unwrap();
        path
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_new_changed_and_gone_is_told_and_only_that_is_written() {
        store::testing::both(async |location| {
            let clock = store::testing::Manual::new(1_795_395_600_000);
            let store = Store::open(&location, Box::new(clock)).await.unwrap();
            let keys = Keys::of(&[7; 32]).unwrap();
            let of = |file: PathBuf, retire_missing| Readers { file, dry_run: false, skip_bad: false, retire_missing };
            let first = file_of("first", &["JB01,王小萌,", "JB02,李书遥,", "JB03,陈一苇,lost"]);
            readers_into(&store, &keys, &of(first.clone(), false)).await.unwrap();
            let second = file_of("second", &["jb01,王小萌,", "JB02,李书遥,expired", "JB04,赵远帆,"]);
            let plan = Plan::of_file(&second, &keys).unwrap().beside(&store.reads, &keys).await.unwrap();
            // JB01 is written otherwise now: that is a change, too.
            assert_eq!((plan.new, plan.changed, plan.same, plan.gone.len()), (1, 2, 0, 1));
            readers_into(&store, &keys, &of(second.clone(), true)).await.unwrap();
            let plan = Plan::of_file(&second, &keys).unwrap().beside(&store.reads, &keys).await.unwrap();
            assert_eq!((plan.new, plan.changed, plan.same, plan.gone.len()), (0, 0, 3, 0), "the ended stay ended");
            let before = store::ledger::head(&store.reads).await.unwrap().sequence;
            readers_into(&store, &keys, &of(second.clone(), true)).await.unwrap();
            assert_eq!(store::ledger::head(&store.reads).await.unwrap().sequence, before, "nothing to write");
            for file in [first, second] {
                std::fs::remove_file(file).unwrap();
            }
            store.close();
        })
        .await;
    }
}
