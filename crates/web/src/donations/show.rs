//! One slip as its reader sees it: its code while it is awaited, what became of its books, and how it is cancelled.

use super::reader::pill;
use super::{books_words, condition_words, fate_words, state_words};
use crate::books::facts;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page};
use crate::frame::posted::{Nothing, Posted};
use crate::kit::calendar::long_day_weekday;
use crate::kit::qr::Qr;
use crate::messages::{Subscribe, subscribe};
use crate::places::PlaceLook;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use domain::donations::code::DonationCode;
use domain::donations::{CancelDonation, is_awaited};
use domain::rules::Rule;
use domain::tables::{DonationId, DonationState};
use serde::Deserialize;
use store::donations::{BookView, DonationView, book_views, views};

/// A title on a slip, with what became of it.
pub struct BookLine {
    pub title: String,
    /// Empty: it has none.
    pub isbn: String,
    pub facts: String,
    /// 2 册 · 良好
    pub offered: String,
    /// 收下 1 册，退还 1 册：破损
    pub outcome: String,
}

pub fn book_line(view: &BookView) -> BookLine {
    let book = &view.book;
    let declined = book.received - book.accepted;
    let is_decided = book.accepted > 0 || !fate_words(book.fate).is_empty();
    let outcome = match () {
        () if !is_decided && book.received > 0 => format!("收到 {} 册", book.received),
        () if !is_decided => String::new(),
        () if declined > 0 && book.accepted > 0 => {
            format!("收下 {} 册，{} {declined} 册：{}", book.accepted, fate_words(book.fate), view.reason)
        }
        () if declined > 0 => format!("未收，{}：{}", fate_words(book.fate), view.reason),
        () => format!("收下 {} 册", book.accepted),
    };
    let offered = match book.copies {
        0 => format!("到馆补登 · {}", condition_words(book.condition)),
        copies => format!("{copies} 册 · {}", condition_words(book.condition)),
    };
    let isbn = if book.isbn == 0 { String::new() } else { book.isbn.to_string() };
    BookLine {
        title: view.title.clone(),
        isbn,
        facts: facts(&view.author, &view.publisher, &view.year),
        offered,
        outcome,
    }
}

#[derive(Template)]
#[template(path = "donations/show.html")]
pub struct ShowPage {
    shell: Shell,
    /// Asked of whoever has just confirmed it.
    subscribe: Option<Subscribe>,
    id: i64,
    state: &'static str,
    class: &'static str,
    /// What has just happened; empty: nothing.
    said: &'static str,
    code: String,
    qr: Option<Qr>,
    next: Option<String>,
    place: Option<PlaceLook>,
    last_day: String,
    books: Vec<BookLine>,
    /// What it has earned and how the caps stood; empty: nothing is decided.
    earned: String,
    shelved_at: String,
    may_cancel: bool,
    has_certificate: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct How {
    how: String,
}

/// Of whoever has the card; anybody else's is not there.
pub async fn own(ask: &ReaderAsk, id: i64) -> Result<(DonationView, DonationCode), Failure> {
    let [found, secret] =
        ask.app.reads.read([store::donations::one(id), store::donations::secret(id, ask.id())]).await?;
    let secret = secret.into_iter().next().ok_or(Failure::NotFound)?.int()?;
    let view = views(found)?.pop().ok_or(Failure::NotFound)?;
    Ok((view, DonationCode { donation: DonationId(id), secret }))
}

pub async fn show(ask: ReaderAsk, Path(id): Path<i64>, Query(How { how }): Query<How>) -> Result<Response, Failure> {
    let (view, code) = own(&ask, id).await?;
    let donation = &view.donation;
    let today = ask.today();
    let is_awaited = is_awaited(donation, today).is_ok();
    let place = ask.content.place(Some(donation.place)).cloned();
    let minute = ask.app.calendar.minute(ask.now);
    let next =
        place.as_ref().filter(|_| is_awaited).and_then(|place| place.opening_words(("送书", "送书"), today, minute));
    let found = book_views(ask.app.reads.all(store::donations::books(id)).await?)?;
    page(&ShowPage {
        subscribe: if how == "new" { subscribe(&ask).await? } else { None },
        shell: ask.shell(),
        id,
        state: state_words(donation.state),
        class: pill(donation.state),
        said: match how.as_str() {
            "new" => "捐赠单已提交，请带着书和这个码到服务台",
            "cancelled" => "已取消捐赠",
            _ => "",
        },
        code: code.grouped(),
        qr: if is_awaited { Some(Qr::of(&code.text())?) } else { None },
        next,
        place,
        last_day: long_day_weekday(donation.last_day),
        books: found.iter().map(book_line).collect(),
        earned: earned(&ask, &view),
        shelved_at: if donation.shelved_at == 0 { String::new() } else { ask.app.calendar.moment(donation.shelved_at) },
        may_cancel: is_awaited,
        has_certificate: donation.state == DonationState::Accepted,
    })
}

fn earned(ask: &ReaderAsk, view: &DonationView) -> String {
    if view.donation.state != DonationState::Accepted {
        return String::new();
    }
    let rule = |rule| ask.content.rule(rule, ask.today());
    format!(
        "收下 {} 册，获得 {} 积分。同一种书最多计 {} 册，每年捐书最多得 {} 积分。",
        view.donation.accepted,
        view.donation.points,
        rule(Rule::DonationCopies),
        rule(Rule::DonationPointsAYear)
    )
}

#[derive(Template)]
#[template(path = "donations/cancelling.html")]
pub struct CancellingPage {
    shell: Shell,
    key: String,
    id: i64,
    title: String,
}

/// 取消捐赠 asks once more.
pub async fn confirm_cancelling(ask: ReaderAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    let (view, _) = own(&ask, id).await?;
    if is_awaited(&view.donation, ask.today()).is_err() {
        // The slip says how it stands.
        return Ok(Redirect::to(&format!("/donations/{id}")).into_response());
    }
    let title = books_words(&view.title, view.titles);
    page(&CancellingPage { shell: ask.shell(), key: form_key()?, id, title })
}

pub async fn cancel(ask: ReaderAsk, Path(id): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    ask.app.command(ask.actor(), key, CancelDonation { donation: DonationId(id) }).await?;
    Ok(Redirect::to(&format!("/donations/{id}?how=cancelled")).into_response())
}

sample! { BookLine { title, isbn, facts, offered, outcome } }
sample! { ShowPage {
    shell, subscribe, id = |draw| draw.id(), state, class, said, code, qr, next, place, last_day, books, earned, shelved_at,
    may_cancel, has_certificate,
} }
sample! { CancellingPage { shell, key, id = |draw| draw.id(), title } }
