//! Catalogues that know books: the library's own by SRU, Open Library. What they answer is told as it stands; whether it is
//! about the book that was asked for, the caller looks at.

mod covers;
mod file;
mod marc;
mod open_library;
mod sru;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::health::State;

pub use covers::Covers;
pub use file::{FileRecord, records};
pub use marc::{MarcField, MarcRecord};
pub use open_library::{Edition, OpenLibrary};
pub use sru::{Sru, read_answer};

/// A book as a catalogue describes it. Empty: not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BookRecord {
    /// As written there, with whatever hyphens.
    pub isbns: Vec<String>,
    pub title: String,
    pub author: String,
    pub publisher: String,
    pub year: String,
    /// In cents; 0: not told.
    pub price: i64,
    pub summary: String,
    /// Where a picture of the cover lies.
    pub cover: String,
    /// The library's own copies, where the catalogue is its own.
    pub holdings: Vec<Holding>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Holding {
    pub branch: String,
    /// Where the copy stands on the shelf (索书号).
    pub shelf_mark: String,
    /// None: the catalogue does not say.
    pub lent: Option<bool>,
}

impl BookRecord {
    /// No longer than a book needs: what catalogues and files tell is kept.
    pub fn clipped(mut self) -> BookRecord {
        let clip = |text: &mut String, most: usize| {
            if let Some((end, _)) = text.char_indices().nth(most) {
                text.truncate(end);
            }
        };
        for text in [&mut self.title, &mut self.author, &mut self.publisher, &mut self.year, &mut self.cover] {
            clip(text, TEXT_MAX);
        }
        clip(&mut self.summary, SUMMARY_MAX);
        self.isbns.truncate(ISBNS_MAX);
        self.isbns.iter_mut().for_each(|isbn| clip(isbn, TEXT_MAX));
        self.holdings.truncate(COPIES_MAX);
        for copy in &mut self.holdings {
            clip(&mut copy.branch, TEXT_MAX);
            clip(&mut copy.shelf_mark, TEXT_MAX);
        }
        self
    }
}

const TEXT_MAX: usize = 300;
const SUMMARY_MAX: usize = 1_000;
const ISBNS_MAX: usize = 20;
const COPIES_MAX: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the catalogue cannot be reached: {reason}")]
    Unreachable { reason: String },
    #[error("the catalogue did not answer in time")]
    TimedOut,
    #[error("the catalogue asks us to wait")]
    TooMany,
    #[error("the catalogue answers with the status {status}")]
    Status { status: u16 },
    /// SRU tells faults inside an answer that is otherwise fine.
    #[error("the catalogue refuses: {message}")]
    Diagnostic { message: String },
    #[error("the answer of the catalogue cannot be read: {what}")]
    Unreadable { what: &'static str },
}

impl Fault {
    /// Whether it is about the catalogue, and not about one book.
    pub fn is_away(&self) -> bool {
        matches!(self, Fault::Unreachable { .. } | Fault::TimedOut | Fault::TooMany)
    }
}

#[async_trait]
pub trait Catalogue: Send + Sync {
    /// What is known of an ISBN of 13 digits; empty: nothing.
    async fn find(&self, isbn: &str) -> Result<Vec<BookRecord>, Fault>;

    /// What the last calls told; asks nothing.
    fn state(&self) -> State;
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The library's catalogue by SRU (searchRetrieve 1.1 or 1.2); empty: it has none.
    pub sru_url: String,
    pub sru_version: String,
    /// The index that ISBNs are found by: bath.isbn, alma.isbn, ISBN.
    pub sru_index: String,
    /// As the catalogue calls it: marcxml, MARC21-xml, dc.
    pub sru_schema: String,
    /// Open Library; empty: it is not asked.
    pub open_library_url: String,
    /// Where Open Library has its covers.
    pub open_library_covers_url: String,
    /// Who is asked for covers: `example.org`, `*.example.org`, `10.0.0.5:8080`; a name that leads to a private address is not.
    pub cover_hosts: Vec<String>,
    /// For one cover, with all its redirects.
    pub cover_ms_max: u64,
    pub connect_ms_max: u64,
    /// For one source; all are asked at once.
    pub whole_ms_max: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            sru_url: String::new(),
            sru_version: "1.1".to_owned(),
            sru_index: "bath.isbn".to_owned(),
            sru_schema: "marcxml".to_owned(),
            open_library_url: String::new(),
            open_library_covers_url: "https://covers.openlibrary.org/".to_owned(),
            cover_hosts: ["covers.openlibrary.org", "archive.org", "*.us.archive.org"].map(String::from).to_vec(),
            cover_ms_max: 4_000,
            connect_ms_max: 1_000,
            whole_ms_max: 1_500,
        }
    }
}

/// Yuan as catalogues write them: CNY45.00, ￥45, 45.00元 → 4500. Other money is not told.
pub fn cents(text: &str) -> i64 {
    let before = text.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default().trim();
    if !matches!(before.to_uppercase().as_str(), "" | "CNY" | "RMB" | "￥" | "¥" | "人民币") {
        return 0;
    }
    let from = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let number: String = text[from..].chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    let part: String = part.chars().chain("00".chars()).take(2).collect();
    let whole: i64 = whole.parse().unwrap_or(0);
    whole
        .checked_mul(100)
        .and_then(|cents| cents.checked_add(part.parse().ok()?))
        .filter(|c| *c < 10_000_000)
        .unwrap_or(0)
}

/// Without the punctuation that cataloguing rules put between parts.
fn tidy(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .trim_end_matches([' ', '/', ':', ';', ',', '=', '.'])
        .trim()
        .to_owned()
}

/// The first four digits that stand together.
pub fn year(text: &str) -> String {
    let digits: Vec<char> = text.chars().collect();
    let found = digits.windows(4).find(|four| four.iter().all(char::is_ascii_digit));
    found.map(|four| four.iter().collect()).unwrap_or_default()
}

impl From<crate::http::Failed> for Fault {
    fn from(failed: crate::http::Failed) -> Fault {
        match failed {
            crate::http::Failed::TimedOut => Fault::TimedOut,
            crate::http::Failed::NotOpened { reason } | crate::http::Failed::Broken { reason } => {
                Fault::Unreachable { reason }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_years_and_titles_are_read_as_catalogues_write_them() {
        for (text, expected) in [
            ("CNY45.00", 4_500),
            ("￥23", 2_300),
            ("58.5元", 5_850),
            ("", 0),
            ("赠阅", 0),
            ("$12.50", 0),
            ("USD 9", 0),
            ("RMB12", 1_200),
            ("CNY99999999999", 0),
        ] {
            assert_eq!(cents(text), expected, "{text}");
        }
        assert_eq!((year("c2008."), year("2008年1月"), year("[19--]")), ("2008".into(), "2008".into(), String::new()));
        assert_eq!(tidy(" 三体 :  地球往事 / "), "三体 : 地球往事");
    }
}
