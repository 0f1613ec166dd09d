//! 我的捐赠, 去捐赠, the slip.

use super::form::{BookForm, Fields, books, offered, renumbered};
use super::{CONDITIONS, books_words, state_words};
use crate::books::{Found, isbn_fault, look_up_for};
use crate::frame::app::Stop;
use crate::frame::ask::{Ask, CardAsk, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::kit::calendar::long_day_weekday;
use crate::kit::wx_config::{WxConfig, wx_config};
use crate::places::PlaceLook;
use crate::wording;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::isbn::Isbn;
use domain::donations::{self, BOOKS_MAX, OfferDonation};
use domain::rules::Rule;
use domain::tables::{DonationState, Passage, PlaceId};
use store::donations::{DonationView, views};

/// As readers' pages show a state.
pub fn pill(state: DonationState) -> &'static str {
    match state {
        DonationState::Offered | DonationState::Received => "pill pill-wait",
        DonationState::Accepted => "pill pill-open",
        DonationState::Declined | DonationState::Lapsed | DonationState::Cancelled => "pill",
    }
}

/// A slip in a list.
pub struct Line {
    pub id: i64,
    pub title: String,
    pub about: String,
    pub state: &'static str,
    pub class: &'static str,
}

fn line(ask: &ReaderAsk, view: &DonationView) -> Line {
    let donation = &view.donation;
    let about = match donation.state {
        DonationState::Offered => {
            format!("{} 册，请在 {} 前（含当天）送来", donation.copies, long_day_weekday(donation.last_day))
        }
        DonationState::Accepted if donation.points > 0 => {
            format!("收下 {} 册，获得 {} 积分", donation.accepted, donation.points)
        }
        DonationState::Accepted => format!("收下 {} 册", donation.accepted),
        _ => ask.app.calendar.moment(donation.at),
    };
    Line {
        id: donation.id.0,
        title: books_words(&view.title, view.titles),
        about,
        state: state_words(donation.state),
        class: pill(donation.state),
    }
}

#[derive(Template)]
#[template(path = "donations/index.html")]
pub struct IndexPage {
    shell: Shell,
    lines: Vec<Line>,
    points: i64,
    days: i64,
    passage: String,
}

pub async fn index(ask: ReaderAsk) -> Result<Response, Failure> {
    let found = views(ask.app.reads.all(store::donations::own(ask.id())).await?)?;
    page(&IndexPage {
        shell: ask.shell(),
        lines: found.iter().map(|view| line(&ask, view)).collect(),
        points: ask.content.rule(Rule::DonationPoints, ask.today()),
        days: ask.content.rule(Rule::DonationDays, ask.today()),
        passage: ask.content.passage(Passage::Donations, ask.today()),
    })
}

/// The slip while it is filled in.
#[derive(Template)]
#[template(path = "donations/new.html")]
pub struct NewPage {
    shell: Shell,
    books: Vec<BookForm>,
    conditions: [(&'static str, &'static str); 3],
    /// What was typed to be added.
    isbn: String,
    isbn_error: Option<String>,
    /// What the look-up said of the last book.
    told: &'static str,
    error: Option<String>,
    wx: Option<WxConfig>,
    key: String,
    most: usize,
}

/// The slip, read once more before it is sent.
#[derive(Template)]
#[template(path = "donations/check.html")]
pub struct CheckPage {
    shell: Shell,
    key: String,
    books: Vec<BookForm>,
    copies: i64,
    places: Vec<PlaceLook>,
    days: i64,
}

#[derive(Default)]
struct Told {
    isbn: String,
    isbn_error: Option<String>,
    told: &'static str,
    error: Option<String>,
}

async fn new_page(ask: &Ask, books: Vec<BookForm>, told: Told) -> Result<Response, Failure> {
    let is_wrong = told.error.is_some() || told.isbn_error.is_some() || books.iter().any(|book| book.error.is_some());
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = NewPage {
        shell: ask.shell(),
        books,
        conditions: CONDITIONS.map(|(name, words, _)| (name, words)),
        isbn: told.isbn,
        isbn_error: told.isbn_error,
        told: told.told,
        error: told.error,
        wx: wx_config(ask).await?,
        key: form_key()?,
        most: BOOKS_MAX,
    };
    page_with(status, &template)
}

pub async fn new(ask: CardAsk) -> Result<Response, Failure> {
    new_page(&ask, vec![], Told::default()).await
}

/// The buttons of the slip: nothing is kept but in the form that comes back.
pub async fn compose(ask: CardAsk, posted: Posted<Fields>) -> Result<Response, Failure> {
    let fields = &posted.form;
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let mut books = books(fields);
    let (act, isbn) = (text("act"), text("isbn").trim());
    if let Some(number) = act.strip_prefix("remove-").and_then(|number| number.parse::<usize>().ok()) {
        books.retain(|book| book.number != number);
        return new_page(&ask, renumbered(books), Told { isbn: isbn.into(), ..Told::default() }).await;
    }
    match act {
        "keep" | "edit" if isbn.is_empty() => new_page(&ask, books, Told::default()).await,
        "hand" => add(&ask, books, None, isbn).await,
        // What was scanned and not yet added is added first, and seen.
        _ if !isbn.is_empty() => match Isbn::read(isbn) {
            Ok(read) => add(&ask, books, Some(read), isbn).await,
            Err(fault) => {
                let isbn_error = Some(isbn_fault(fault).to_string());
                new_page(&ask, books, Told { isbn: isbn.into(), isbn_error, ..Told::default() }).await
            }
        },
        "check" => check(&ask, books).await,
        _ => {
            let isbn_error = Some("请先扫码或填写 ISBN。".into());
            new_page(&ask, books, Told { isbn_error, ..Told::default() }).await
        }
    }
}

/// `typed`: stays where it was not what was added.
async fn add(ask: &CardAsk, mut books: Vec<BookForm>, isbn: Option<Isbn>, typed: &str) -> Result<Response, Failure> {
    let same = isbn.and_then(|isbn| books.iter_mut().find(|book| Isbn::read(&book.isbn) == Ok(isbn)));
    if let Some(book) = same {
        // Scanned once more: another copy of it.
        let copies = book.copies.trim().parse().unwrap_or(0_i64);
        book.copies = copies.saturating_add(1).to_string();
        return new_page(ask, books, Told { told: "清单里已有这本书，册数加了 1。", ..Told::default() }).await;
    }
    if books.len() >= BOOKS_MAX {
        let error = Some(format!("一张捐赠单最多 {BOOKS_MAX} 种书，其余的请另填一张。"));
        return new_page(ask, books, Told { isbn: typed.into(), error, ..Told::default() }).await;
    }
    let found = match isbn {
        Some(isbn) => look_up_for(ask, isbn).await?,
        None => Found::Book(Box::default()),
    };
    let told = match &found {
        Found::Book(_) | Found::Part(_) => "",
        Found::Unknown => "没有查到这本书，请照版权页填写书名。",
        Found::NoAnswer => "书目系统暂时没有回应，请先照版权页填写书名。",
    };
    books.push(BookForm::of(isbn, &found.record()));
    let typed = if isbn.is_some() { "" } else { typed };
    new_page(ask, renumbered(books), Told { isbn: typed.into(), told, ..Told::default() }).await
}

async fn check(ask: &CardAsk, mut books: Vec<BookForm>) -> Result<Response, Failure> {
    if books.is_empty() {
        let error = Some("还没有加入图书，请先扫码或填写 ISBN。".into());
        return new_page(ask, books, Told { error, ..Told::default() }).await;
    }
    let Some(all) = offered(&mut books) else { return new_page(ask, books, Told::default()).await };
    page(&CheckPage {
        shell: ask.shell(),
        key: form_key()?,
        copies: all.iter().map(|book| book.copies).sum(),
        books,
        places: ask.content.places.iter().filter(|place| place.is_open()).cloned().collect(),
        days: ask.content.rule(Rule::DonationDays, ask.today()),
    })
}

/// 确认捐赠: what was checked is kept, and gets its code.
pub async fn offer(ask: CardAsk, posted: Posted<Fields>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let mut books = books(&posted.form);
    let place = posted.form.get("place").and_then(|place| place.parse().ok()).unwrap_or_default();
    let Some(all) = offered(&mut books) else { return new_page(&ask, books, Told::default()).await };
    let command = OfferDonation { card: ask.card.card.id, place: PlaceId(place), books: all };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(donations::Reply::DonationOffered { donation, .. }) => {
            Ok(Redirect::to(&format!("/donations/{donation}?how=new")).into_response())
        }
        Ok(reply) => Err(Failure::unexpected(reply)),
        Err(Stop::Refused(refusal)) => {
            let error = Some(wording::refusal(refusal));
            new_page(&ask, books, Told { error, ..Told::default() }).await
        }
        Err(stop) => Err(stop.into()),
    }
}

sample! { Line { id = |draw| draw.id(), title, about, state, class } }
sample! { IndexPage { shell, lines, points, days, passage = crate::kit::prose::sample } }
sample! { NewPage {
    shell, books = |draw| renumbered(crate::samples::Sample::sample(draw)), conditions = |_| CONDITIONS.map(|(name, words, _)| (name, words)), isbn, isbn_error, told, error, wx,
    key, most = |draw| draw.below(30),
} }
sample! { CheckPage { shell, key, books, copies, places, days } }
