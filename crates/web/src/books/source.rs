//! Who knows books, and what came of asking them. Each instance of the program tells what it heard itself.

use async_trait::async_trait;
use connectors::State;
use connectors::books::{BookRecord, Catalogue, Fault};
use domain::books::FILE;
use domain::core::isbn::Isbn;
use domain::tables::Millis;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Reads;

/// All sources are asked at once, so this is how long a page waits for all of them.
pub(super) const LOOK_UP_TIME_MAX: Duration = Duration::from_millis(1_500);

/// Somebody who knows books.
pub struct Source {
    /// As it is stored with what it told: never given to another.
    pub number: i64,
    /// For settings, figures and logs.
    pub name: &'static str,
    /// What staff call it on their pages.
    pub title: &'static str,
    pub catalogue: Arc<dyn Catalogue>,
    noted: Mutex<Noted>,
}

/// What came of the last calls; 0: none came to that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    pub answered_at: Millis,
    pub fault: Option<(Millis, SourceFault)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceFault {
    Catalogue(Fault),
    /// Whatever is asked, it tells of something else.
    OtherBooks,
}

/// None: it knows no such book.
pub type Answer = Result<Option<BookRecord>, SourceFault>;

impl Source {
    pub fn new(number: i64, name: &'static str, title: &'static str, catalogue: Arc<dyn Catalogue>) -> Self {
        Source { number, name, title, catalogue, noted: Mutex::default() }
    }

    pub fn imported(reads: Reads) -> Self {
        Source::new(FILE, "file", "导入的书目", Arc::new(Imported { reads }))
    }

    pub fn noted(&self) -> Noted {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it tells of a book. Records that are all of other books are a lie, and no answer.
    pub async fn told(&self, isbn: Isbn, now: Millis) -> Answer {
        let answer = tokio::time::timeout(LOOK_UP_TIME_MAX, self.catalogue.find(&isbn.to_string())).await;
        let told = carrying(answer.unwrap_or(Err(Fault::TimedOut)), isbn);
        self.note(&told, now);
        told
    }

    fn note(&self, told: &Answer, now: Millis) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        match told {
            Ok(_) => noted.answered_at = now,
            Err(fault) => noted.fault = Some((now, fault.clone())),
        }
    }
}

impl SourceFault {
    pub fn words(&self) -> String {
        match self {
            SourceFault::OtherBooks => "答的是别的书，没有采用".into(),
            SourceFault::Catalogue(Fault::Unreachable { .. }) => "连不上".into(),
            SourceFault::Catalogue(Fault::TimedOut) => "没有按时回答".into(),
            SourceFault::Catalogue(Fault::TooMany) => "对方要求少问一些（429）".into(),
            SourceFault::Catalogue(Fault::Status { status }) => format!("回答了错误状态 {status}"),
            SourceFault::Catalogue(Fault::Diagnostic { message }) => format!("拒绝了查询：{message}"),
            SourceFault::Catalogue(Fault::Unreadable { .. }) => "回答看不懂".into(),
        }
    }
}

/// The books of imported files, in our own database.
struct Imported {
    reads: Reads,
}

#[async_trait]
impl Catalogue for Imported {
    async fn find(&self, isbn: &str) -> Result<Vec<BookRecord>, Fault> {
        let number = isbn.parse().unwrap_or(0);
        let record = store::books::imported(&self.reads, number).await;
        let record = record.map_err(|fault| Fault::Unreachable { reason: fault.to_string() })?;
        Ok(record.and_then(|text| serde_json::from_str(&text).ok()).into_iter().collect())
    }

    fn state(&self) -> State {
        State::Unknown
    }
}

/// The record that carries the ISBN. Records that are all of other books are a lie.
fn carrying(answer: Result<Vec<BookRecord>, Fault>, isbn: Isbn) -> Answer {
    let records = answer.map_err(SourceFault::Catalogue)?;
    if records.is_empty() {
        return Ok(None);
    }
    let is_it = |record: &BookRecord| record.isbns.iter().any(|text| Isbn::within(text) == Ok(isbn));
    match records.into_iter().find(is_it) {
        Some(record) => Ok(Some(record.clipped())),
        None => {
            tracing::warn!(%isbn, "a catalogue tells of other books than was asked for");
            Err(SourceFault::OtherBooks)
        }
    }
}
