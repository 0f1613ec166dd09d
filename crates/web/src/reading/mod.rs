//! 阅读足迹: today's book and minutes, and a year of them.

pub mod letter;
mod year;

use crate::books::{Found, clipped, isbn_fault, look_up_for};
use crate::checkins::day_words;
use crate::frame::app::Stop;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::keys::Keys;
use crate::frame::page::{Shell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::frame::routes::{For, Routes};
use crate::frame::sealing::{open_as, seal_as};
use crate::kit::wx_config::{WxConfig, wx_config};
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::checkins::{NoteReading, READING_MINUTES_MAX};
use domain::core::isbn::Isbn;
use serde::{Deserialize, Serialize};
use store::checkins::{Trace, first_day, first_trace, trace_views, traces};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/reading", For::Readers, index)
        .post("/reading", For::Readers, note)
        .get("/reading/{year}", For::Readers, letter::show)
        .get("/reading/{year}/card.svg", For::Readers, letter::card)
}

const TITLE_CHARS_MAX: usize = 100;
const UNREADABLE: &str = "（书名打不开了）";

/// Sealed with each trace: what somebody reads is nobody else's business.
#[derive(Serialize, Deserialize)]
struct Book {
    title: String,
}

fn title_of(keys: &Keys, trace: &Trace) -> String {
    open_as::<Book>(keys, "reading", &trace.book).map_or(UNREADABLE.into(), |book| book.title)
}

/// What stands in the form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    pub title: String,
    pub minutes: String,
}

/// Today's form, and what is wrong with it.
#[derive(Default)]
pub struct Noting {
    pub form: NoteForm,
    pub title_error: Option<String>,
    pub minutes_error: Option<String>,
    /// Today has been noted, in words: the form changes it.
    pub noted: String,
    pub is_noted: bool,
    /// Something in it has just been filled in.
    pub is_open: bool,
}

impl Noting {
    pub fn of(keys: &Keys, today: Option<&Trace>) -> Self {
        let Some(trace) = today else { return Noting::default() };
        let (title, duration) = (title_of(keys, trace), duration(trace.minutes));
        let noted = if duration.is_empty() { title.clone() } else { format!("{title} · {duration}") };
        let minutes = if trace.minutes > 0 { trace.minutes.to_string() } else { String::new() };
        Noting { form: NoteForm { title, minutes }, noted, is_noted: true, ..Noting::default() }
    }

    /// The same day with what was typed, and what is wrong with it.
    fn refused(self, form: NoteForm, errors: Errors) -> Self {
        Noting { form, title_error: errors.title, minutes_error: errors.minutes, ..self }
    }

    /// The form stands open with it; a day has one book, so it would take the place of the one that was noted.
    fn scanned(self, title: String) -> Self {
        Noting { form: NoteForm { title, ..self.form }, is_open: true, ..self }
    }

    pub fn is_open(&self) -> bool {
        self.is_open || self.title_error.is_some() || self.minutes_error.is_some()
    }
}

#[derive(Debug, Default)]
struct Errors {
    title: Option<String>,
    minutes: Option<String>,
}

/// A title without what keyboards and copying leave around it.
fn clean(title: &str) -> String {
    let words: Vec<&str> =
        title.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let title = words.join(" ");
    let bare = title.strip_prefix('《').and_then(|rest| rest.strip_suffix('》')).map(str::trim);
    bare.filter(|bare| !bare.is_empty() && !bare.contains(['《', '》'])).map_or(title.clone(), str::to_string)
}

/// Title and minutes, or what is wrong with them.
fn read(form: &NoteForm) -> Result<(String, i64), Errors> {
    let title = clean(&form.title);
    let title_error = match title.chars().count() {
        0 => Some("请写下书名。".into()),
        1..=TITLE_CHARS_MAX => None,
        long => Some(format!("书名最多 {TITLE_CHARS_MAX} 个字，这里有 {long} 个。")),
    };
    let minutes = match form.minutes.trim() {
        "" => Some(0),
        typed if typed.bytes().all(|b| b.is_ascii_digit()) => typed.parse().ok().filter(|m| *m <= READING_MINUTES_MAX),
        _ => None,
    };
    match (title_error, minutes) {
        (None, Some(minutes)) => Ok((title, minutes)),
        (title_error, minutes) => {
            let minutes_error = minutes
                .is_none()
                .then(|| format!("请写分钟数，比如 30；一天最多 {READING_MINUTES_MAX} 分钟，没有计时可以不写。"));
            Err(Errors { title: title_error, minutes: minutes_error })
        }
    }
}

/// 40 分钟, 1 小时 20 分钟; nothing for 0.
pub fn duration(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, 0) => String::new(),
        (0, minutes) => format!("{minutes} 分钟"),
        (hours, 0) => format!("{hours} 小时"),
        (hours, minutes) => format!("{hours} 小时 {minutes} 分钟"),
    }
}

pub struct Line {
    pub when: String,
    pub title: String,
    pub duration: String,
}

/// Days, books and minutes of a span.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub days: usize,
    pub books: usize,
    pub minutes: i64,
}

impl Sums {
    fn of(read: &[(Trace, String)]) -> Self {
        let mut titles: Vec<String> = read.iter().map(|(_, title)| title.to_lowercase()).collect();
        titles.sort();
        titles.dedup();
        Sums { days: read.len(), books: titles.len(), minutes: read.iter().map(|(trace, _)| trace.minutes).sum() }
    }

    pub fn duration(&self) -> String {
        duration(self.minutes)
    }
}

pub struct Month {
    pub month: i64,
    pub sums: Sums,
    pub lines: Vec<Line>,
}

impl Month {
    fn of(read: &[(Trace, String)]) -> Self {
        let line = |(trace, title): &(Trace, String)| Line {
            when: day_words(trace.day),
            title: title.clone(),
            duration: duration(trace.minutes),
        };
        let month = read.first().map_or(0, |(trace, _)| trace.day / 100 % 100);
        Month { month, sums: Sums::of(read), lines: read.iter().map(line).collect() }
    }
}

#[derive(Template)]
#[template(path = "reading/index.html")]
pub struct ReadingPage {
    shell: Shell,
    key: String,
    noting: Noting,
    is_new: bool,
    year: i64,
    is_this_year: bool,
    /// Newest first, where there is more than one.
    years: Vec<i64>,
    sums: Sums,
    months: Vec<Month>,
    wx: Option<WxConfig>,
    /// What the look-up of a scanned book has to say.
    told: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    year: i64,
    noted: u8,
    /// A book that was scanned.
    isbn: String,
}

/// The title of a scanned book, and what there is to say of the look-up.
async fn scanned(ask: &ReaderAsk, isbn: &str) -> Result<(String, &'static str), Failure> {
    let isbn = match Isbn::read(isbn) {
        Ok(isbn) => isbn,
        Err(_) if isbn.is_empty() => return Ok((String::new(), "")),
        Err(fault) => return Ok((String::new(), isbn_fault(fault))),
    };
    let found = look_up_for(ask, isbn).await?;
    let told = match &found {
        Found::Book(_) | Found::Part(_) => "书名已带出，请核对后记下。",
        Found::Unknown => "没有找到这本书，请填写书名。",
        Found::NoAnswer => "书目系统暂时没有回应，请填写书名。",
    };
    Ok((clipped(&found.record().title, TITLE_CHARS_MAX), told))
}

pub async fn index(ask: ReaderAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    index_with(&ask, asked, None).await
}

async fn index_with(ask: &ReaderAsk, asked: Asked, refused: Option<(NoteForm, Errors)>) -> Result<Response, Failure> {
    let app = &ask.app;
    let today = ask.today();
    let this_year = today / 10_000;
    let year = if (1..this_year).contains(&asked.year) { asked.year } else { this_year };
    let queries = [traces(ask.id(), year * 10_000, year * 10_000 + 1231), first_trace(ask.id())];
    let [found, first] = app.reads.read(queries).await?;
    let first_year = Some(first_day(first)? / 10_000).filter(|year| *year > 0).unwrap_or(this_year);
    let found = trace_views(found)?;
    let noted = found.first().filter(|trace| trace.day == today);
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let is_new = asked.noted == 1 && noted.is_some();
    let noting = Noting::of(&app.keys, noted);
    let (title, told) = scanned(ask, asked.isbn.trim()).await?;
    let told = if !title.is_empty() && noting.is_noted {
        "今天已经记过一本，改好后以这一本为准。"
    } else {
        told
    };
    let noting = match refused {
        Some((form, errors)) => noting.refused(form, errors),
        None if title.is_empty() => noting,
        None => noting.scanned(title),
    };
    let read: Vec<(Trace, String)> =
        found.into_iter().map(|trace| (trace.clone(), title_of(&app.keys, &trace))).collect();
    let page = ReadingPage {
        shell: ask.shell(),
        key: form_key()?,
        noting,
        is_new,
        year,
        is_this_year: year == this_year,
        years: if first_year < this_year { (first_year..=this_year).rev().collect() } else { vec![] },
        wx: wx_config(ask).await?,
        told,
        sums: Sums::of(&read),
        months: read.chunk_by(|(a, _), (b, _)| a.day / 100 == b.day / 100).map(Month::of).collect(),
    };
    page_with(status, &page)
}

/// 记下
pub async fn note(ask: ReaderAsk, posted: Posted<NoteForm>) -> Result<Response, Failure> {
    let app = &ask.app;
    let (title, minutes) = match read(&posted.form) {
        Ok(read) => read,
        Err(errors) => return index_with(&ask, Asked::default(), Some((posted.form, errors))).await,
    };
    let command = NoteReading { book: seal_as(&app.keys, "reading", &Book { title })?, minutes };
    match app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await {
        Ok(_) => Ok(Redirect::to("/reading?noted=1").into_response()),
        Err(Stop::Refused(refusal)) => Err(Failure::Refused(refusal)),
        Err(stop) => Err(stop.into()),
    }
}

sample! { NoteForm { title, minutes } }
sample! { Noting { form, title_error, minutes_error, noted, is_noted, is_open } }
sample! { Sums { days, books, minutes } }
sample! { Line { when, title, duration } }
sample! { Month { month, sums, lines } }
sample! { ReadingPage { shell, key, noting, is_new, year, is_this_year, years, sums, months, wx, told } }

#[cfg(test)]
mod tests {
    use super::*;

    fn form(title: &str, minutes: &str) -> NoteForm {
        NoteForm { title: title.into(), minutes: minutes.into() }
    }

    #[test]
    fn a_note_is_read_as_people_type_it() {
        let read = |title: &str, minutes: &str| super::read(&form(title, minutes)).ok();
        assert_eq!(read(" 《长江边的\n候鸟》 ", " 40 "), Some(("长江边的 候鸟".into(), 40)));
        assert_eq!(read("《呐喊》与《彷徨》", ""), Some(("《呐喊》与《彷徨》".into(), 0)));
        assert_eq!(read("《》", "1440"), Some(("《》".into(), 1440)));
        assert_eq!(read(&"书".repeat(100), "0").map(|(title, _)| title.chars().count()), Some(100));
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let wrong = |title: &str, minutes: &str| super::read(&form(title, minutes)).err().unwrap_or_default();
        let Errors { title, minutes } = wrong(" ", "半小时");
        assert_eq!(title.as_deref(), Some("请写下书名。"));
        assert!(minutes.is_some());
        let Errors { title, minutes } = wrong(&"书".repeat(101), "30");
        assert_eq!((title.as_deref(), minutes), (Some("书名最多 100 个字，这里有 101 个。"), None));
        for minutes in ["1441", "-1", "+5", "1.5", "99999999999999999999"] {
            assert!(wrong("书", minutes).minutes.is_some(), "{minutes}");
        }
    }

    #[test]
    fn durations_are_said_as_people_say_them() {
        assert_eq!([0, 40, 60, 80].map(duration), ["", "40 分钟", "1 小时", "1 小时 20 分钟"]);
    }
}
