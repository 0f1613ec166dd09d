//! Open Library's JSON of an edition (openlibrary.org, "Books API"): `/isbn/<isbn>.json`, and its first author.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use url::Url;

use super::{BookRecord, Catalogue, Fault, Settings, tidy, year};
use crate::clock::Clock;
use crate::health::{Health, State};
use crate::http::{self, Answer, Reuse};
use crate::settings::{SettingsFault, base_url};

pub struct OpenLibrary {
    url: Url,
    covers_url: Url,
    whole_limit: Duration,
    http: reqwest::Client,
    health: Health,
}

/// An edition as Open Library describes it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Edition {
    title: String,
    subtitle: String,
    by_statement: String,
    authors: Vec<Key>,
    publishers: Vec<String>,
    publish_date: String,
    isbn_10: Vec<String>,
    isbn_13: Vec<String>,
    covers: Vec<i64>,
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

#[derive(Deserialize)]
struct Author {
    name: String,
}

impl OpenLibrary {
    pub fn new(settings: &Settings, clock: Clock) -> Result<OpenLibrary, SettingsFault> {
        Ok(OpenLibrary {
            url: base_url("books.open_library_url", &settings.open_library_url)?,
            covers_url: base_url("books.open_library_covers_url", &settings.open_library_covers_url)?,
            whole_limit: Duration::from_millis(settings.whole_ms_max),
            http: http::client(settings.connect_ms_max, Reuse::Connections)?,
            health: Health::new(clock),
        })
    }

    async fn get(&self, path: &str) -> Result<Answer, Fault> {
        let url = self.url.join(path).map_err(|_| Fault::Unreadable { what: "a path" })?;
        Ok(http::call(self.http.get(url).header("accept", "application/json")).await?)
    }

    async fn ask(&self, isbn: &str) -> Result<Vec<BookRecord>, Fault> {
        let mut answer = self.get(&format!("isbn/{isbn}.json")).await?;
        if (301..=303).contains(&answer.status)
            && let Some(path) = edition_path(&answer.location)
        {
            answer = self.get(&path).await?;
        }
        let edition = match answer.status {
            200 => Edition::read(&answer.body)?,
            404 => return Ok(vec![]),
            429 => return Err(Fault::TooMany),
            status => return Err(Fault::Status { status }),
        };
        let author = match edition.author_key() {
            Some(key) => self.author(key).await,
            None => tidy(&edition.by_statement),
        };
        // Where there is none, the number is -1.
        let cover = edition.covers.iter().find(|number| **number > 0);
        let cover = cover.and_then(|number| self.covers_url.join(&format!("b/id/{number}-M.jpg")).ok());
        let cover = cover.map(String::from).unwrap_or_default();
        Ok(vec![BookRecord { cover, ..edition.book(author) }])
    }

    /// A book is worth telling without its author, too.
    async fn author(&self, key: &str) -> String {
        let Ok(answer) = self.get(&format!("{}.json", key.trim_start_matches('/'))).await else { return String::new() };
        let author = serde_json::from_slice::<Author>(&answer.body).ok();
        author.filter(|_| answer.status == 200).map(|author| tidy(&author.name)).unwrap_or_default()
    }
}

impl Edition {
    pub fn read(bytes: &[u8]) -> Result<Edition, Fault> {
        serde_json::from_slice(bytes).map_err(|_| Fault::Unreadable { what: "an edition" })
    }

    /// Where the author's name stands, if not here. Nothing else of an answer may say where we ask next.
    fn author_key(&self) -> Option<&str> {
        let key = self.authors.first().filter(|_| self.by_statement.is_empty())?;
        let name = key.key.strip_prefix("/authors/")?;
        name.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(&key.key)
    }

    pub fn book(self, author: String) -> BookRecord {
        let (title, subtitle) = (tidy(&self.title), tidy(&self.subtitle));
        BookRecord {
            isbns: self.isbn_13.into_iter().chain(self.isbn_10).collect(),
            title: if subtitle.is_empty() { title } else { format!("{title}：{subtitle}") },
            author,
            publisher: self.publishers.first().map(|name| tidy(name)).unwrap_or_default(),
            year: year(&self.publish_date),
            ..BookRecord::default()
        }
    }
}

/// An ISBN that is known answers with the way to its edition, `/books/OL123M.json`, on whichever host: only the name is taken.
fn edition_path(location: &str) -> Option<String> {
    let name = location.split(['?', '#']).next()?.rsplit_once("/books/")?.1.strip_suffix(".json")?;
    let is_name =
        name.starts_with("OL") && name.ends_with('M') && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| format!("books/{name}.json"))
}

#[async_trait]
impl Catalogue for OpenLibrary {
    async fn find(&self, isbn: &str) -> Result<Vec<BookRecord>, Fault> {
        let found = tokio::time::timeout(self.whole_limit, self.ask(isbn)).await.unwrap_or(Err(Fault::TimedOut));
        self.health.noted("open library", found, |_| false)
    }

    fn state(&self) -> State {
        self.health.state()
    }
}

#[cfg(test)]
mod tests {
    use super::edition_path;

    #[test]
    fn an_answer_leads_to_an_edition_and_nowhere_else() {
        for location in ["/books/OL24217110M.json", "https://openlibrary.org/books/OL24217110M.json?x=1"] {
            assert_eq!(edition_path(location).as_deref(), Some("books/OL24217110M.json"));
        }
        for location in
            ["", "/books/../admin.json", "/books/OL1W.json", "http://10.0.0.1/", "/books/OL1M", "/books/OL1M/x.json"]
        {
            assert_eq!(edition_path(location), None, "{location}");
        }
    }
}
