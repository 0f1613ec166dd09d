//! 捐书 in the back office: the list, one slip, its review, its way to the shelf.

use super::form::Fields;
use super::show::{BookLine, book_line};
use super::{FATES, STATES, books_words, class, state_words};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::kit::list::{OfState, Page, chosen};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::asked::{CommandOf, Idempotency};
use domain::core::day::DAY_MS;
use domain::donations::{ReviewDonation, ShelveDonation, Verdict};
use domain::slices::InSlices;
use domain::staff::Permission;
use domain::tables::{BookFate, DonationId, DonationState};
use store::cards::card_words;
use store::donations::{BookView, DonationView, Figures, PAGE_ROWS, book_views, figures, views};

pub const PATH: &str = "/staff/donations";
/// Reasons that are often given.
const REASONS: [&str; 4] = ["教材教辅", "盗版", "破损", "馆藏复本已足"];

pub struct Row {
    pub id: i64,
    pub title: String,
    pub who: String,
    pub copies: i64,
    pub received: i64,
    pub accepted: i64,
    pub points: i64,
    pub state: &'static str,
    pub class: &'static str,
    pub offered_at: String,
    /// 等了 3 天; empty: does not wait for staff.
    pub waits: String,
}

/// 李*遥（尾号0015）
pub fn donor_words(view: &DonationView) -> String {
    card_words(&view.masked_name, &view.tail)
}

pub fn row(ask: &StaffAsk, view: &DonationView) -> Row {
    let donation = &view.donation;
    let waits = match (ask.now - donation.received_at) / DAY_MS {
        _ if donation.state != DonationState::Received => String::new(),
        0 => "今天收到".into(),
        days => format!("等了 {days} 天"),
    };
    Row {
        id: donation.id.0,
        title: books_words(&view.title, view.titles),
        who: donor_words(view),
        copies: donation.copies,
        received: donation.received,
        accepted: donation.accepted,
        points: donation.points,
        state: state_words(donation.state),
        class: class(donation.state),
        offered_at: ask.app.calendar.moment(donation.at),
        waits,
    }
}

#[derive(Template)]
#[template(path = "donations/staff/index.html")]
pub struct ListPage {
    shell: StaffShell,
    states: Vec<(&'static str, &'static str, bool)>,
    state: String,
    rows: Vec<Row>,
    next: Option<String>,
    error: Option<String>,
    waiting: i64,
    /// 今年收下 …
    taken: String,
    may_receive: bool,
    may_export: bool,
}

pub fn state(text: &str) -> Option<DonationState> {
    STATES.iter().find(|(name, ..)| *name == text).map(|(.., state)| *state)
}

pub async fn index(ask: StaffAsk, Query(asked): Query<OfState>) -> Result<Response, Failure> {
    let before = asked.before_id();
    let (found, error) = match chosen(&asked.state, state) {
        Ok(state) => (views(ask.app.reads.all(store::donations::list(state, before, PAGE_ROWS + 1)).await?)?, None),
        Err(sentence) => (vec![], Some(sentence)),
    };
    let page = Page::of(found, PAGE_ROWS, |view| view.donation.id.to_string()).map(|view| row(&ask, &view));
    let year = ask.app.calendar.day_start(ask.today() / 10_000 * 10_000 + 101);
    let Figures { waiting, copies, donors } = figures(&ask.app.reads, year).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shell = ask.shell(PATH);
    let template = ListPage {
        may_receive: shell.may(Permission::HandOver),
        may_export: shell.may(Permission::AcquireBooks),
        shell,
        states: STATES.map(|(name, words, _)| (name, words, name == asked.state)).to_vec(),
        state: asked.state,
        rows: page.rows,
        next: page.next,
        error,
        waiting,
        taken: format!("今年收下 {copies} 册，来自 {donors} 位读者"),
    };
    page_with(status, &template)
}

/// A title to be reviewed, with what was typed.
pub struct Verdicts {
    pub number: i64,
    pub line: BookLine,
    pub received: i64,
    pub accepted: String,
    pub fate: String,
    pub reason: String,
}

#[derive(Template)]
#[template(path = "donations/staff/show.html")]
pub struct ShowPage {
    shell: StaffShell,
    key: String,
    row: Row,
    received_at: String,
    decided_at: String,
    shelved_at: String,
    /// The form is there while it is under review, for whoever may.
    verdicts: Vec<Verdicts>,
    lines: Vec<BookLine>,
    fates: [(&'static str, &'static str); 2],
    reasons: [&'static str; 4],
    error: Option<String>,
    can_shelve: bool,
}

async fn show_page(ask: &StaffAsk, id: i64, fields: &Fields, error: Option<String>) -> Result<Response, Failure> {
    let [slip, books] = ask.app.reads.read([store::donations::one(id), store::donations::books(id)]).await?;
    let view = views(slip)?.pop().ok_or(Failure::NotFound)?;
    let books = book_views(books)?;
    let (shell, donation) = (ask.shell(PATH), &view.donation);
    let may = shell.may(Permission::AcquireBooks);
    let is_reviewed = may && donation.state == DonationState::Received;
    let moment = |at: i64| if at == 0 { String::new() } else { ask.app.calendar.moment(at) };
    let status = if error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let template = ShowPage {
        shell,
        key: form_key()?,
        row: row(ask, &view),
        received_at: moment(donation.received_at),
        decided_at: if donation.decided_by.is_some() { moment(donation.decided_at) } else { String::new() },
        shelved_at: moment(donation.shelved_at),
        verdicts: if is_reviewed { books.iter().map(|book| verdicts(book, fields)).collect() } else { vec![] },
        lines: if is_reviewed { vec![] } else { books.iter().map(book_line).collect() },
        fates: FATES.map(|(name, words, _)| (name, words)),
        reasons: REASONS,
        error,
        can_shelve: may && donation.state == DonationState::Accepted && donation.shelved_at == 0,
    };
    page_with(status, &template)
}

fn verdicts(view: &BookView, fields: &Fields) -> Verdicts {
    let number = view.book.number;
    let typed = |name: &str| fields.get(&format!("v{number}-{name}")).cloned();
    Verdicts {
        number,
        line: book_line(view),
        received: view.book.received,
        accepted: typed("accepted").unwrap_or_else(|| view.book.received.to_string()),
        fate: typed("fate").unwrap_or_default(),
        reason: typed("reason").unwrap_or_default(),
    }
}

pub async fn show(ask: StaffAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    show_page(&ask, id, &Fields::default(), None).await
}

async fn done<C: CommandOf<Slice: InSlices>>(
    ask: &StaffAsk,
    id: i64,
    key: Option<Idempotency>,
    command: C,
    fields: &Fields,
) -> Result<Response, Failure> {
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => {
            ask.app.outbox_bell.notify_one();
            Ok(Redirect::to(&format!("{PATH}/{id}")).into_response())
        }
        Err(Stop::Refused(refusal)) => show_page(ask, id, fields, Some(wording::refusal(refusal))).await,
        Err(stop) => Err(stop.into()),
    }
}

/// In the order of the slip; a count that is no number is beyond what is there.
fn read(fields: &Fields) -> Vec<Verdict> {
    let numbers = (1..).take_while(|number| fields.contains_key(&format!("v{number}-accepted")));
    let read = |number: i64| {
        let text = |name: &str| fields.get(&format!("v{number}-{name}")).map(|text| text.trim()).unwrap_or_default();
        let fate = FATES.iter().find(|(name, ..)| *name == text("fate")).map_or(BookFate::Kept, |(.., fate)| *fate);
        Verdict { accepted: text("accepted").parse().unwrap_or(-1), fate, reason: text("reason").into() }
    };
    numbers.map(read).collect()
}

pub async fn review(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<Fields>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let command = ReviewDonation { donation: DonationId(id), verdicts: read(&posted.form) };
    done(&ask, id, key, command, &posted.form).await
}

pub async fn shelve(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    done(&ask, id, key, ShelveDonation { donation: DonationId(id) }, &Fields::default()).await
}

sample! { Row {
    id = |draw| draw.id(), title, who, copies, received, accepted, points, state, class, offered_at, waits,
} }
sample! { ListPage {
    shell, states = |_| vec![("offered", "待送书", true), ("declined", "未通过", false)], state, rows, next, error,
    waiting, taken, may_receive, may_export,
} }
sample! { Verdicts { number = |draw| draw.id(), line, received, accepted, fate = |_| "returned".into(), reason } }
sample! { ShowPage {
    shell, key, row, received_at, decided_at, shelved_at, verdicts, lines,
    fates = |_| FATES.map(|(name, words, _)| (name, words)), reasons = |_| REASONS, error, can_shelve,
} }
