//! The rows of a file: CSV in UTF-8 or GB18030, or the first sheet of an Excel workbook.

use calamine::{Data, Reader as _, open_workbook_auto};
use encoding_rs::GB18030;
use jiff::civil::date;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// A row's cells, trimmed, or what is wrong with it; with its number in the file, from one.
pub type Line = (u64, Result<Vec<String>, String>);

/// Hands over each row that is not empty.
pub fn rows(path: &Path, each: impl FnMut(Line) -> Result<(), String>) -> Result<(), String> {
    let kind = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match kind.as_str() {
        "xlsx" | "xlsm" | "xls" | "ods" => of_workbook(path, each),
        _ => of_csv(path, each),
    }
}

fn of_csv(path: &Path, mut each: impl FnMut(Line) -> Result<(), String>) -> Result<(), String> {
    // Excel in China saves "CSV" as GB18030: one line that is no UTF-8 tells for the whole file.
    let mut is_utf8 = true;
    lines(path, |_, line| {
        is_utf8 &= std::str::from_utf8(line).is_ok();
        Ok(())
    })?;
    lines(path, |number, line| {
        let text = if is_utf8 {
            String::from_utf8(line.to_vec()).ok()
        } else {
            GB18030.decode_without_bom_handling_and_without_replacement(line).map(|text| text.into_owned())
        };
        let Some(text) = text else { return each((number, Err("the line is neither UTF-8 nor GB18030".into()))) };
        match cells(&text) {
            Some(cells) => each((number, Ok(cells))),
            None => Ok(()),
        }
    })
}

/// Line by line, so that each is named by its true number: a quoted cell may not go over several lines.
fn lines(path: &Path, mut each: impl FnMut(u64, &[u8]) -> Result<(), String>) -> Result<(), String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    for (line, number) in BufReader::new(file).split(b'\n').zip(1..) {
        each(number, &line.map_err(|error| error.to_string())?)?;
    }
    Ok(())
}

/// None: an empty line.
fn cells(line: &str) -> Option<Vec<String>> {
    let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
    let record = reader.records().next()?.ok()?;
    filled(record.iter().map(|cell| cell.trim().to_string()).collect())
}

fn filled(cells: Vec<String>) -> Option<Vec<String>> {
    cells.iter().any(|cell| !cell.is_empty()).then_some(cells)
}

fn of_workbook(path: &Path, mut each: impl FnMut(Line) -> Result<(), String>) -> Result<(), String> {
    let text = |error: calamine::Error| format!("{}: {error}", path.display());
    let mut workbook = open_workbook_auto(path).map_err(text)?;
    let sheet = workbook.worksheet_range_at(0).ok_or("the workbook has no sheet")?.map_err(text)?;
    let first = u64::from(sheet.start().map_or(0, |(row, _)| row)) + 1;
    for (row, number) in sheet.rows().zip(first..) {
        if let Some(cells) = filled(row.iter().map(said).collect()) {
            each((number, Ok(cells)))?;
        }
    }
    Ok(())
}

/// A cell as people see it.
fn said(cell: &Data) -> String {
    match cell {
        // A card's or a phone's number that Excel took for a quantity.
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Data::DateTime(at) => day_of_excel(at.as_f64()),
        Data::DateTimeIso(at) => at.split('T').next().unwrap_or_default().into(),
        other => other.to_string().trim().into(),
    }
}

/// Days since 30 December 1899, as Excel counts them.
fn day_of_excel(days: f64) -> String {
    let day = date(1899, 12, 30).checked_add(jiff::Span::new().days(days as i64));
    day.map(|day| day.to_string()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_in_gb18030_is_read_and_an_odd_one_is_named() {
        let path = std::env::temp_dir().join(format!("yue-rows-{}.csv", std::process::id()));
        let text = |text: &str| GB18030.encode(text).0.into_owned();
        std::fs::write(&path, [text("姓名,x\r\n\r\n王弢,\"a,b\"\r\n"), b"\xFF\xFF,1\n".to_vec()].concat()).unwrap();
        let mut found = vec![];
        rows(&path, |line| {
            found.push(line);
            Ok(())
        })
        .unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(found[0], (1, Ok(vec!["姓名".into(), "x".into()])));
        assert_eq!(found[1], (3, Ok(vec!["王弢".into(), "a,b".into()])));
        assert!(found[2].0 == 4 && found[2].1.is_err());
    }

    #[test]
    fn what_excel_makes_of_numbers_and_days_is_undone() {
        assert_eq!(said(&Data::Float(13_900_000_001.0)), "13900000001");
        assert_eq!(said(&Data::Float(1.5)), "1.5");
        assert_eq!(day_of_excel(36_526.0), "2000-01-01");
        assert_eq!(said(&Data::DateTimeIso("2016-06-01T00:00:00".into())), "2016-06-01");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_bytes_a_table_has_its_lines_are_read_or_named(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let path = std::env::temp_dir().join(format!("yue-bytes-{}.csv", std::process::id()));
            std::fs::write(&path, &bytes).unwrap();
            let mut last = 0;
            rows(&path, |(number, _)| {
                assert!(number > last, "each line is named once, in its order");
                last = number;
                Ok(())
            })
            .unwrap();
            std::fs::remove_file(&path).unwrap();
            prop_assert!(last as usize <= bytes.len());
        }
    }
}
