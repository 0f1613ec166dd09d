//! Exports: the same rows as CSV or XLSX. No cell is ever taken for a formula.

use crate::frame::failure::Failure;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Format, Workbook};
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Csv,
    Xlsx,
}

pub enum Cell {
    Text(String),
    Number(i64),
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Number(number)
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.into())
    }
}

pub struct Sheet {
    /// The file's name without its ending.
    pub name: String,
    pub headings: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

/// Spreadsheets run what begins so, also after blanks.
fn harmless(text: &str) -> String {
    let begins = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'])
        || text.starts_with(['\t', '\r', '\n']);
    if begins { format!("'{text}") } else { text.to_string() }
}

impl Sheet {
    pub fn answer(self, kind: Kind) -> Result<Response, Failure> {
        // A long sheet takes a moment: other requests go on meanwhile.
        tokio::task::block_in_place(|| self.written(kind))
    }

    fn written(self, kind: Kind) -> Result<Response, Failure> {
        let fault = |error: String| Failure::Internal(error);
        let (bytes, media, ending) = match kind {
            Kind::Csv => (self.csv().map_err(|e| fault(e.to_string()))?, "text/csv; charset=utf-8", "csv"),
            Kind::Xlsx => {
                let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
                (self.xlsx().map_err(|e| fault(e.to_string()))?, media, "xlsx")
            }
        };
        let name: String =
            percent_encoding::utf8_percent_encode(&self.name, percent_encoding::NON_ALPHANUMERIC).collect();
        let disposition = format!("attachment; filename=\"export.{ending}\"; filename*=UTF-8''{name}.{ending}");
        let disposition = HeaderValue::try_from(disposition).map_err(|e| fault(e.to_string()))?;
        let headers =
            [(header::CONTENT_TYPE, HeaderValue::from_static(media)), (header::CONTENT_DISPOSITION, disposition)];
        Ok((headers, bytes).into_response())
    }

    /// With a byte order mark: without it spreadsheets take Chinese for something else.
    fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
        writer.write_record(&self.headings)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| match cell {
                Cell::Text(text) => harmless(text),
                Cell::Number(number) => number.to_string(),
            }))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }

    fn xlsx(&self) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        let bold = Format::new().set_bold();
        for (column, heading) in self.headings.iter().enumerate() {
            sheet.write_string_with_format(0, column as u16, *heading, &bold)?;
        }
        for (n, row) in self.rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                match cell {
                    Cell::Text(text) => sheet.write_string(n as u32 + 1, column as u16, harmless(text))?,
                    Cell::Number(number) => sheet.write_number(n as u32 + 1, column as u16, *number as f64)?,
                };
            }
        }
        book.save_to_buffer()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn nothing_is_taken_for_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =cmd|' /C calc'!A0", "\t=1", "\r=1", "＝1+1", "＠SUM"] {
            assert!(harmless(text).starts_with('\''), "{text}");
        }
        for text in ["王*萌", "2026-11-24", "0013 50MR", ""] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn both_forms_hold_every_row() {
        let table = Sheet {
            name: "兑换记录".into(),
            headings: vec!["奖品", "积分"],
            rows: vec![vec!["黄铜,书签".into(), 30.into()], vec!["=1".into(), (-2).into()]],
        };
        let csv = String::from_utf8(table.csv().unwrap()).unwrap();
        assert_eq!(csv, "\u{feff}奖品,积分\r\n\"黄铜,书签\",30\r\n'=1,-2\r\n");
        assert!(table.xlsx().unwrap().starts_with(b"PK"));
    }
}
