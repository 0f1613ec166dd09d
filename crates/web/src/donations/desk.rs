//! 收书: the desk opens a slip by its code and counts what was brought.

use super::form::{BookForm, Fields};
use super::show::{BookLine, book_line};
use super::staff::donor_words;
use super::{class, state_words, words};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::kit::calendar::long_day_weekday;
use crate::wording;
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::donations::code::DonationCode;
use domain::donations::{OfferedBook, ReceiveDonation, Refusal, is_awaited};
use serde::Deserialize;
use store::donations::{book_views, views};

/// Lines for what was brought and is not on the slip.
const BLANKS: usize = 3;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Scan {
    code: String,
}

/// A title of the slip, and how many of it were counted.
pub struct Count {
    pub number: i64,
    pub line: BookLine,
    pub count: String,
}

/// What a scan shows.
pub struct Panel {
    pub id: i64,
    pub who: String,
    pub state: &'static str,
    pub class: &'static str,
    pub last_day: String,
    /// Why nothing can be received; else the form is there.
    pub refusal: Option<String>,
    pub counts: Vec<Count>,
    pub blanks: Vec<BookForm>,
    /// 1: the counts are of scans already.
    pub counted: String,
}

#[derive(Template)]
#[template(path = "donations/staff/receiving.html")]
pub struct ReceivingPage {
    shell: StaffShell,
    key: String,
    typed: String,
    panel: Option<Panel>,
    error: Option<String>,
}

pub async fn show(ask: StaffAsk, Query(scan): Query<Scan>) -> Result<Response, Failure> {
    receiving(&ask, &scan.code, &Fields::default(), None).await
}

async fn receiving(ask: &StaffAsk, typed: &str, fields: &Fields, error: Option<String>) -> Result<Response, Failure> {
    let typed = typed.trim();
    let panel = match DonationCode::parse(typed) {
        Some(code) => panel(ask, code, fields).await?,
        None => None,
    };
    let unknown = !typed.is_empty() && panel.is_none();
    let error = error.or_else(|| unknown.then(|| words::refusal(Refusal::NoSuchDonation)));
    let status = if error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let (shell, key) = (ask.shell(super::staff::PATH), form_key()?);
    page_with(status, &ReceivingPage { shell, key, typed: typed.into(), panel, error })
}

/// A wrong secret and an unknown slip are the same to whoever guesses.
async fn panel(ask: &StaffAsk, code: DonationCode, fields: &Fields) -> Result<Option<Panel>, Failure> {
    let (id, reads) = (code.donation.0, &ask.app.reads);
    let [known, slip, books] = reads
        .read([store::donations::of_code(id, code.secret), store::donations::one(id), store::donations::books(id)])
        .await?;
    let Some(view) = views(slip)?.pop().filter(|_| !known.is_empty()) else { return Ok(None) };
    let place = ask.content.place(Some(view.donation.place));
    let elsewhere = place.filter(|place| !ask.covers(place.place.branch));
    let elsewhere = elsewhere.map(|place| format!("这张捐赠单请送到：{}。", place.name));
    let typed = |name: String| fields.get(&name).cloned();
    let counts = book_views(books)?.into_iter().map(|book| {
        let number = book.book.number;
        let count = typed(format!("c{number}")).unwrap_or_else(|| book.book.copies.to_string());
        Count { number, count, line: book_line(&book) }
    });
    let donation = &view.donation;
    Ok(Some(Panel {
        id,
        who: donor_words(&view),
        state: state_words(donation.state),
        class: class(donation.state),
        last_day: long_day_weekday(donation.last_day),
        refusal: is_awaited(donation, ask.today()).err().map(words::refusal).or(elsewhere),
        counts: counts.collect(),
        blanks: blanks(fields),
        counted: typed("counted".into()).filter(|counted| counted == "1").unwrap_or_default(),
    }))
}

fn blanks(fields: &Fields) -> Vec<BookForm> {
    let blank = |number: usize| {
        let text = |name: &str| fields.get(&format!("a{number}-{name}")).cloned().unwrap_or_default();
        let condition = "good".into();
        BookForm {
            number,
            isbn: text("isbn"),
            title: text("title"),
            author: text("author"),
            copies: text("copies"),
            condition,
            ..BookForm::default()
        }
    };
    (0..BLANKS).map(blank).collect()
}

/// The filled ones, or what is wrong with the first.
fn added(fields: &Fields) -> Result<Vec<OfferedBook>, String> {
    let is_filled = |book: &BookForm| !book.title.trim().is_empty() || !book.isbn.trim().is_empty();
    blanks(fields).iter().filter(|book| is_filled(book)).map(BookForm::offered).collect()
}

/// As many as the slip has titles: what is no number is told apart from none.
fn counts(fields: &Fields) -> Option<Vec<i64>> {
    let typed = (1..).map_while(|number| fields.get(&format!("c{number}")));
    typed.map(|count| if count.trim().is_empty() { Some(0) } else { count.trim().parse().ok() }).collect()
}

pub async fn receive(ask: StaffAsk, posted: Posted<Fields>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let fields = &posted.form;
    let typed = fields.get("code").map(String::as_str).unwrap_or_default();
    let Some(code) = DonationCode::parse(typed) else { return receiving(&ask, typed, fields, None).await };
    let Some(counts) = counts(fields) else {
        return receiving(&ask, typed, fields, Some("实收册数应为整数，没有收到请填 0。".into())).await;
    };
    let added = match added(fields) {
        Ok(added) => added,
        Err(sentence) => return receiving(&ask, typed, fields, Some(format!("补登的书：{sentence}"))).await,
    };
    match ask.app.command(ask.actor(), key, ReceiveDonation { code, counts, added }).await {
        Ok(_) => {
            ask.app.outbox_bell.notify_one();
            Ok(Redirect::to(&format!("{}/{}", super::staff::PATH, code.donation)).into_response())
        }
        Err(Stop::Refused(refusal)) => receiving(&ask, typed, fields, Some(wording::refusal(refusal))).await,
        Err(stop) => Err(stop.into()),
    }
}

sample! { Count { number, line, count } }
sample! { Panel { id = |draw| draw.id(), who, state, class, last_day, refusal, counts, blanks, counted } }
sample! { ReceivingPage { shell, key, typed, panel, error } }
