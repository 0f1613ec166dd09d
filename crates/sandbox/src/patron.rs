//! Patrons of the pretended library system, and the CSV text they come from.

use std::fmt;
use std::str::FromStr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patron {
    pub barcode: String,
    pub name: String,
    pub phone: String,
    pub id_number: String,
    /// YYYY-MM-DD, or empty.
    pub birth_date: String,
    pub state: PatronState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatronState {
    Active,
    Expired,
    Lost,
    /// The card was given up (注销).
    Ended,
}

#[derive(Debug, PartialEq, Eq)]
pub struct CsvError {
    pub line: usize,
    pub reason: String,
}

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "patrons, line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for CsvError {}

const HEADER: &str = "barcode,name,phone,id_number,birth_date,state";

const SAMPLES: &str = "\
20260001,张小满,13800001111,11010519491231002X,1949-12-31,active
20260002,李清照,13800002222,110105199003071239,1990-03-07,active
20260003,王过期,13800003333,110105198511020011,1985-11-02,expired
20260004,赵挂失,13800004444,11010519780615002X,1978-06-15,lost
20260005,孙注销,13800005555,110105196502280031,1965-02-28,ended
20260006,周童童,,,2016-06-01,active
";

impl Patron {
    /// Lines of `barcode,name,phone,id_number,birth_date,state`; the header line, blank lines and `#` lines may stand in it.
    pub fn parse_csv(text: &str) -> Result<Vec<Self>, CsvError> {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
        lines
            .filter(|(_, line)| !line.is_empty() && *line != HEADER && !line.starts_with('#'))
            .map(|(at, line)| parse_line(line).map_err(|reason| CsvError { line: at + 1, reason }))
            .collect()
    }

    pub(crate) fn samples() -> Vec<Self> {
        Self::parse_csv(SAMPLES).unwrap_or_default()
    }
}

fn parse_line(line: &str) -> Result<Patron, String> {
    let columns: Vec<&str> = line.split(',').map(str::trim).collect();
    let [barcode, name, phone, id_number, birth_date, state] = columns[..] else {
        return Err(format!("{} columns, expected {HEADER}", columns.len()));
    };
    // A bar in a value would tear the SIP2 field apart.
    if barcode.is_empty() || line.contains('|') {
        return Err("a barcode is needed, and | is not allowed".into());
    }
    Ok(Patron {
        barcode: barcode.into(),
        name: name.into(),
        phone: phone.into(),
        id_number: id_number.into(),
        birth_date: birth_date.into(),
        state: state.parse()?,
    })
}

impl FromStr for PatronState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "active" => Ok(Self::Active),
            "expired" => Ok(Self::Expired),
            "lost" => Ok(Self::Lost),
            "ended" => Ok(Self::Ended),
            _ => Err(format!("state {text}: expected active, expired, lost or ended")),
        }
    }
}

impl PatronState {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Active => "有效",
            Self::Expired => "已过期",
            Self::Lost => "已挂失",
            Self::Ended => "已注销",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_sample_line_is_read() {
        let samples = Patron::samples();
        assert_eq!(samples.len(), SAMPLES.lines().count());
        assert_eq!(samples[3].state, PatronState::Lost);
    }

    #[test]
    fn a_header_a_mark_and_blank_lines_are_passed_over() {
        let patrons = Patron::parse_csv(&format!("\u{feff}{HEADER}\r\n\r\n1, 张三 ,,,,active\r\n")).unwrap();
        assert_eq!(patrons.len(), 1);
        assert_eq!(patrons[0].name, "张三");
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert_eq!(Patron::parse_csv("1,a,,,,active\n2,b,,,,gone").unwrap_err().line, 2);
        assert_eq!(Patron::parse_csv("1,a").unwrap_err().line, 1);
    }
}
