//! `yue import books FILE`: bibliographic records that look-ups find before anybody is asked.

use super::{Take, file, in_parts};
use crate::beside::{close, open};
use crate::settings::Settings;
use connectors::books::{BookRecord, Holding, cents, records, year};
use domain::books::{ImportBooks, ImportedBook};
use domain::core::isbn::{Isbn, IsbnFault};
use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::Store;

#[derive(clap::Args)]
pub struct Books {
    /// CNMARC or MARC 21 as ISO 2709 or MARCXML; or CSV or Excel with the columns isbn,title,author,publisher,year,
    /// price,summary,branch,shelf_mark,cover, or their Chinese names.
    file: PathBuf,
    /// Says what would be imported, and imports nothing.
    #[arg(long)]
    dry_run: bool,
    /// Imports the good records of a file with bad ones.
    #[arg(long)]
    skip_bad: bool,
}

/// What a record of the file is.
enum Found {
    Good(Box<BookRecord>, Vec<Isbn>),
    /// A look-up could never find it.
    WithoutIsbn,
    Bad(String),
}

/// The columns of a table; the first name is ours.
const COLUMNS: [&[&str]; 10] = [
    &["isbn", "ISBN号", "标准书号"],
    &["title", "书名", "题名", "正题名"],
    &["author", "作者", "著者", "责任者"],
    &["publisher", "出版社", "出版者"],
    &["year", "出版年", "出版日期", "出版时间"],
    &["price", "定价", "价格"],
    &["summary", "内容简介", "简介", "摘要"],
    &["branch", "馆藏地", "馆藏地点", "所在馆"],
    &["shelf_mark", "索书号"],
    &["cover", "封面", "封面地址"],
];

fn walk(path: &Path, mut each: impl FnMut(u64, Found) -> Result<(), String>) -> Result<(), String> {
    if is_table(path) {
        return walk_table(path, each);
    }
    let opened = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    records(BufReader::new(opened), |(number, told)| {
        let found = match told {
            Ok(record) => record.book().map_or_else(|| Found::Bad("it has no title".into()), found),
            Err(why) => Found::Bad(why.into()),
        };
        each(number, found)
    })
}

fn is_table(path: &Path) -> bool {
    let kind = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    ["csv", "xlsx", "xlsm", "xls", "ods"].contains(&kind.as_str())
}

fn walk_table(path: &Path, mut each: impl FnMut(u64, Found) -> Result<(), String>) -> Result<(), String> {
    let mut header = None::<[Option<usize>; 10]>;
    file::rows(path, |(number, row)| {
        let cells = match row {
            Ok(cells) => cells,
            Err(why) => return each(number, Found::Bad(why)),
        };
        match &header {
            Some(places) => each(number, of_row(places, &cells)),
            None => {
                header = Some(places(&cells)?);
                Ok(())
            }
        }
    })?;
    if header.is_some() { Ok(()) } else { Err("the file is empty".into()) }
}

fn places(cells: &[String]) -> Result<[Option<usize>; 10], String> {
    let place =
        |names: &&[&str]| cells.iter().position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name)));
    let places = COLUMNS.each_ref().map(place);
    match places {
        [Some(_), Some(_), ..] => Ok(places),
        _ => Err("the first line must name at least isbn and title (ISBN, 书名)".into()),
    }
}

fn of_row(places: &[Option<usize>; 10], cells: &[String]) -> Found {
    let texts = places.map(|place| place.and_then(|at| cells.get(at)).cloned().unwrap_or_default());
    let [isbn, title, author, publisher, when, price, summary, branch, shelf_mark, cover] = texts;
    if title.is_empty() {
        return Found::Bad("the title is missing".into());
    }
    let (year, price) = (year(&when), cents(&price));
    let holdings = vec![Holding { branch, shelf_mark, lent: None }];
    let holdings = holdings.into_iter().filter(|copy| !copy.shelf_mark.is_empty()).collect();
    let isbns = if isbn.is_empty() { vec![] } else { vec![isbn] };
    found(BookRecord { isbns, title, author, publisher, year, price, summary, cover, holdings })
}

/// A number of a set that is wrong harms nobody beside a right one.
fn found(record: BookRecord) -> Found {
    let record = record.clipped();
    let read: Vec<Result<Isbn, IsbnFault>> = record.isbns.iter().map(|text| Isbn::within(text)).collect();
    let isbns: Vec<Isbn> = read.iter().filter_map(|isbn| isbn.as_ref().ok().copied()).collect();
    match record.isbns.first() {
        _ if !isbns.is_empty() => Found::Good(Box::new(record), isbns),
        Some(text) if read.contains(&Err(IsbnFault::WrongCheck)) => {
            Found::Bad(format!("the check digit of the ISBN {text:?} is wrong"))
        }
        // 统一书号, an ISSN, a note: no ISBN.
        _ => Found::WithoutIsbn,
    }
}

#[derive(Default)]
struct Plan {
    good: usize,
    without: usize,
    bad: usize,
    /// An ISBN that stood before: the last record of it counts.
    again: usize,
    isbns: HashSet<i64>,
}

fn plan(path: &Path) -> Result<Plan, String> {
    let mut plan = Plan::default();
    walk(path, |number, found| {
        match found {
            Found::Good(_, isbns) => {
                plan.good += 1;
                plan.again += isbns.iter().filter(|isbn| !plan.isbns.insert(isbn.number())).count();
            }
            Found::WithoutIsbn => plan.without += 1,
            Found::Bad(why) => {
                plan.bad += 1;
                println!("{} {number}: {why}", if is_table(path) { "line" } else { "record" });
            }
        }
        Ok(())
    })?;
    Ok(plan)
}

pub async fn books(settings: &Settings, arguments: Books) -> Result<ExitCode, String> {
    let path = arguments.file.clone();
    let plan = tokio::task::spawn_blocking(move || plan(&path)).await.map_err(|error| error.to_string())??;
    println!("{} good records, {} without an ISBN (left out), {} bad ones", plan.good, plan.without, plan.bad);
    println!("{} ISBNs, {} of them more than once: the last record counts", plan.isbns.len(), plan.again);
    let may = plan.bad == 0 || arguments.skip_bad;
    if arguments.dry_run || !may {
        if !may {
            println!("nothing was imported: mend the file, or use --skip-bad");
        }
        return Ok(if plan.bad > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let store = open(settings).await?;
    let imported = into(&store, arguments.file, plan.isbns.len() + plan.again).await;
    close(store).await?;
    println!("{} ISBNs imported in {} rows", plan.isbns.len(), imported?);
    Ok(ExitCode::SUCCESS)
}

async fn into(store: &Store, path: PathBuf, count: usize) -> Result<u64, String> {
    let read = move |take: Take<'_, ImportedBook>| {
        walk(&path, |_, found| match found {
            Found::Good(record, isbns) => {
                let text = serde_json::to_string(&record).map_err(|error| error.to_string())?;
                isbns.iter().try_for_each(|isbn| take(ImportedBook { isbn: isbn.number(), record: text.clone() }))
            }
            _ => Ok(()),
        })
    };
    in_parts(store, count, read, |books| ImportBooks { books }).await
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn file_of(name: &str, text: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("yue-books-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    }

    const TABLE: &str = "ISBN,书名,作者,出版年,定价,索书号\n\
        978-7-5366-9293-0,三体,刘慈欣,2008.1,23.00元,I247.5/1\n\
        9787536692930（精装）,三体：纪念版,刘慈欣,2010,,\n\
        9787020024751,围城,钱锺书,1991,,\n\
        ,手抄家谱,,,,\n\
        9787506365437,,余华,,,\n";

    #[test]
    fn good_bad_and_nameless_rows_are_told_apart() {
        let path = file_of("plan.csv", TABLE);
        let (mut bad, mut titles) = (vec![], vec![]);
        walk(&path, |line, found| {
            match found {
                Found::Good(record, isbns) => titles.push((record.title, record.year, record.price, isbns.len())),
                Found::WithoutIsbn => titles.push((String::new(), String::new(), line as i64, 0)),
                Found::Bad(_) => bad.push(line),
            }
            Ok(())
        })
        .unwrap();
        let plan = plan(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(titles[0], ("三体".into(), "2008".into(), 2_300, 1));
        assert_eq!((titles[2].2, bad), (5, vec![4, 6]));
        assert_eq!((plan.good, plan.without, plan.bad, plan.again, plan.isbns.len()), (2, 1, 2, 1, 1));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_last_record_of_an_isbn_is_found_afterwards() {
        store::testing::both(async |location| {
            let clock = store::testing::Manual::new(1_795_395_600_000);
            let store = Store::open(&location, Box::new(clock)).await.unwrap();
            let path = file_of("into.csv", TABLE);
            assert_eq!(into(&store, path.clone(), 2).await.unwrap(), 2);
            std::fs::remove_file(path).unwrap();
            let record = store::books::imported(&store.reads, 9_787_536_692_930).await.unwrap().unwrap();
            let record: BookRecord = serde_json::from_str(&record).unwrap();
            assert_eq!(record.title, "三体：纪念版");
            assert_eq!(store::books::sources(&store.reads).await.unwrap().imported, (1, 1_795_395_600_000));
            store.close();
        })
        .await;
    }
}
