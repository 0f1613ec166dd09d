//! Looking a book up: what is known already, else every source at once. A source that tells of another book is not believed.

use super::source::Source;
use crate::frame::app::App;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use connectors::books::BookRecord;
use domain::books::{FoundBook, KeepBooks};
use domain::core::asked::Actor;
use domain::core::day::{DAY_MS, MINUTE_MS};
use domain::core::isbn::{Isbn, IsbnFault};
use domain::suggestions::Holdings;
use domain::tables::Millis;
use futures_util::future::join_all;
use store::books::Known;

/// That nobody knew it is asked again after this time.
const UNKNOWN_KEPT_MS: i64 = DAY_MS;
/// What was told has the copies with it, which come and go.
const KEPT_MS: i64 = 10 * MINUTE_MS;

#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Book(Box<BookRecord>),
    /// Somebody told of it, and somebody else did not answer: what is missing may be there all the same.
    Part(Box<BookRecord>),
    /// Everybody who was asked says so.
    Unknown,
    /// Nothing can be said: somebody did not answer.
    NoAnswer,
}

impl Found {
    pub fn record(self) -> BookRecord {
        match self {
            Found::Book(record) | Found::Part(record) => *record,
            Found::Unknown | Found::NoAnswer => BookRecord::default(),
        }
    }
}

/// What is wrong with an ISBN as it was typed.
pub fn isbn_fault(fault: IsbnFault) -> &'static str {
    match fault {
        IsbnFault::WrongCheck => "ISBN 的校验位不对，请照书背面条码下方的数字核对。",
        IsbnFault::NotOne => "ISBN 是 10 位或 13 位，请照书背面条码下方的数字填写。",
    }
}

pub fn holdings(record: &BookRecord) -> Holdings {
    let lent = record.holdings.iter().filter(|copy| copy.lent == Some(true)).count() as i64;
    Holdings { copies: record.holdings.len() as i64, lent }
}

/// For a reader: who asks for very many books at once is told that nobody answers, and goes on by hand.
pub async fn look_up_for(ask: &ReaderAsk, isbn: Isbn) -> Result<Found, Failure> {
    if ask.app.addresses.allow_look_up(ask.id()) { look_up(&ask.app, isbn).await } else { Ok(Found::NoAnswer) }
}

pub async fn look_up(app: &App, isbn: Isbn) -> Result<Found, Failure> {
    let (known, changed_at, off) = store::books::known(&app.reads, isbn.number()).await?;
    let is_fresh = |known: &&Known| {
        let kept_ms = if read(known) == Found::Unknown { UNKNOWN_KEPT_MS } else { KEPT_MS };
        // What a file or another source could add since then is not in it.
        known.at > changed_at && (0..kept_ms).contains(&(app.now() - known.at))
    };
    if let Some(found) = known.as_ref().filter(is_fresh).map(read) {
        return Ok(found);
    }
    let sources: Vec<&Source> =
        app.books.iter().map(|source| &**source).filter(|source| !off.contains(&source.number)).collect();
    let asked_at = app.now();
    let (found, source) = ask(&sources, isbn, asked_at).await;
    let record = match &found {
        // An older answer is better than none, unless who told it is not asked any more.
        Found::NoAnswer => {
            let old = known.filter(|known| !off.contains(&known.source));
            return Ok(old.as_ref().map(read).filter(|old| *old != Found::Unknown).unwrap_or(found));
        }
        Found::Part(_) => return Ok(found),
        Found::Unknown => String::new(),
        Found::Book(record) => serde_json::to_string(record).unwrap_or_default(),
    };
    keep(app, FoundBook { isbn: isbn.number(), source, record, asked_at }).await;
    Ok(found)
}

pub fn read(known: &Known) -> Found {
    match serde_json::from_str(&known.record) {
        Ok(record) => Found::Book(record),
        Err(_) => Found::Unknown,
    }
}

/// The page goes on whether it could be kept or not.
async fn keep(app: &App, book: FoundBook) {
    if app.command(Actor::Job, None, KeepBooks { books: vec![book] }).await.is_err() {
        tracing::warn!("a look-up was not kept");
    }
}

/// The first source in the list has the first word; what it does not tell, the others do.
async fn ask(sources: &[&Source], isbn: Isbn, now: Millis) -> (Found, i64) {
    let asked = sources.iter().map(|source| async { (source.number, source.told(isbn, now).await) });
    let (mut found, mut all_know) = (None::<(BookRecord, i64)>, true);
    for (number, answer) in join_all(asked).await {
        match (answer, &mut found) {
            (Ok(Some(record)), Some((first, _))) => complete(first, record),
            (Ok(Some(record)), None) => found = Some((record, number)),
            (Ok(None), _) => {}
            (Err(_), _) => all_know = false,
        }
    }
    match found {
        // Who asked nobody knows nothing.
        None if sources.is_empty() => (Found::NoAnswer, 0),
        Some((record, number)) if all_know => (Found::Book(Box::new(record)), number),
        Some((record, number)) => (Found::Part(Box::new(record)), number),
        None if all_know => (Found::Unknown, 0),
        None => (Found::NoAnswer, 0),
    }
}

/// As much of a catalogue's text as a form takes.
pub fn clipped(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// 刘慈欣 · 重庆出版社 · 2008
pub fn facts(author: &str, publisher: &str, year: &str) -> String {
    let parts: Vec<&str> = [author, publisher, year].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn complete(first: &mut BookRecord, other: BookRecord) {
    let fill = |field: &mut String, text: String| {
        if field.is_empty() {
            *field = text;
        }
    };
    fill(&mut first.author, other.author);
    fill(&mut first.publisher, other.publisher);
    fill(&mut first.year, other.year);
    fill(&mut first.summary, other.summary);
    fill(&mut first.cover, other.cover);
    first.price = if first.price == 0 { other.price } else { first.price };
    // Who knows which copies are lent has them from where they are lent; a file tells what once was.
    if !other.holdings.is_empty() && first.holdings.iter().all(|copy| copy.lent.is_none()) {
        first.holdings = other.holdings;
    }
}

/// Title and author without what editions differ in, to find the same work by. Empty: nothing to go by.
pub fn work_of(title: &str, author: &str) -> String {
    let plain = |text: &str| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let main = title.split(['：', ':', '（', '(', '=']).next().unwrap_or_default();
    let first = author.split([',', '，', ';', '；', '、', ' ']).find(|part| !part.is_empty()).unwrap_or_default();
    let first = first.trim_start_matches(['[', '【', '(']).trim_end_matches("编著").trim_end_matches("主编");
    let first = first.trim_end_matches(['著', '编', '译', '等']);
    let (main, first) = (plain(main), plain(first));
    if main.is_empty() || first.is_empty() { String::new() } else { format!("{main}|{first}") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::source::{LOOK_UP_TIME_MAX, SourceFault};
    use super::*;
    use async_trait::async_trait;
    use connectors::books::{Catalogue, Fault, Holding};
    use std::sync::Arc;

    struct Stub(Result<Vec<BookRecord>, Fault>, bool);

    #[async_trait]
    impl Catalogue for Stub {
        async fn find(&self, _: &str) -> Result<Vec<BookRecord>, Fault> {
            if self.1 {
                std::future::pending::<()>().await;
            }
            self.0.clone()
        }
        fn state(&self) -> connectors::State {
            connectors::State::Unknown
        }
    }

    fn isbn() -> Isbn {
        Isbn::read("9787536692930").unwrap()
    }

    fn book(isbn: &str, author: &str) -> BookRecord {
        BookRecord { isbns: vec![isbn.into()], title: "三体".into(), author: author.into(), ..BookRecord::default() }
    }

    fn source(number: i64, told: Result<Vec<BookRecord>, Fault>) -> Source {
        Source::new(number, "", "", Arc::new(Stub(told, false)))
    }

    async fn asked(sources: &[Source]) -> (Found, i64) {
        ask(&sources.iter().collect::<Vec<_>>(), isbn(), 7).await
    }

    #[tokio::test]
    async fn the_first_source_has_the_first_word_and_the_others_complete_it() {
        let sources = [
            source(1, Ok(vec![book("7-5366-9293-5", "")])),
            source(2, Ok(vec![book("9787536692930 (精装)", "刘慈欣")])),
        ];
        let (found, number) = asked(&sources).await;
        assert_eq!((found.record().author.as_str(), number), ("刘慈欣", 1));
    }

    #[test]
    fn who_knows_what_is_lent_is_believed_about_copies() {
        let copy = |mark: &str, lent| Holding { branch: String::new(), shelf_mark: mark.into(), lent };
        let held = |copies: &[Holding]| BookRecord { holdings: copies.to_vec(), ..BookRecord::default() };
        let (old, new) = (copy("I247/1", None), copy("I247/2", Some(true)));
        for (first, other, expected) in [
            (held(std::slice::from_ref(&old)), held(std::slice::from_ref(&new)), &new),
            (held(std::slice::from_ref(&old)), held(&[]), &old),
            (held(std::slice::from_ref(&new)), held(std::slice::from_ref(&old)), &new),
        ] {
            let mut first = first;
            complete(&mut first, other);
            assert_eq!(first.holdings, std::slice::from_ref(expected));
        }
    }

    #[tokio::test]
    async fn unknown_is_said_only_where_everybody_answered_and_nobody_lied() {
        let none = || source(1, Ok(vec![]));
        assert_eq!(asked(&[none(), none()]).await.0, Found::Unknown);
        for fault in [Fault::TimedOut, Fault::TooMany, Fault::Diagnostic { message: String::new() }] {
            assert_eq!(asked(&[none(), source(2, Err(fault))]).await.0, Found::NoAnswer);
        }
        let lie = [none(), source(2, Ok(vec![book("9787020002207", "钱锺书")]))];
        assert_eq!(asked(&lie).await.0, Found::NoAnswer);
        assert_eq!((lie[0].noted().answered_at, lie[1].noted().answered_at), (7, 0));
        assert_eq!(lie[1].noted().fault, Some((7, SourceFault::OtherBooks)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_hangs_holds_nobody_up_for_long() {
        let hangs = Source::new(2, "", "", Arc::new(Stub(Ok(vec![]), true)));
        let began = tokio::time::Instant::now();
        assert_eq!(asked(&[source(1, Ok(vec![])), hangs]).await.0, Found::NoAnswer);
        assert_eq!(began.elapsed(), LOOK_UP_TIME_MAX);
    }

    #[test]
    fn editions_of_a_work_are_known_by_title_and_author() {
        assert_eq!(work_of("三体：地球往事", "刘慈欣著"), work_of("三体", "刘慈欣"));
        assert_eq!(work_of("围城", "钱锺书 编著"), "围城|钱锺书");
        assert_ne!(work_of("活着", "余华"), work_of("围城", "余华"));
        assert_eq!((work_of("", "余华"), work_of("围城", "")), (String::new(), String::new()));
    }
}
