//! 图书捐赠: readers fill in a slip, the desk receives the books, 采编 review them.

pub mod certificate;
pub mod desk;
mod export;
mod form;
mod months;
pub mod reader;
pub mod show;
pub mod staff;
pub mod words;

use crate::frame::routes::{For, Routes};
use domain::staff::Permission;
use domain::tables::{BookCondition, BookFate, DonationState};

const DESK: For = For::Staff(&[Permission::HandOver]);
const BOOKS: For = For::Staff(&[Permission::AcquireBooks]);
const BOTH: For = For::Staff(&[Permission::HandOver, Permission::AcquireBooks]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/donations", For::Readers, reader::index)
        .get("/donations/new", For::Holders, reader::new)
        .post("/donations/new", For::Holders, reader::compose)
        .post("/donations", For::Holders, reader::offer)
        .get("/donations/{donation}", For::Readers, show::show)
        .get("/donations/{donation}/cancellation", For::Readers, show::confirm_cancelling)
        .post("/donations/{donation}/cancellation", For::Readers, show::cancel)
        .get("/donations/{donation}/certificate", For::Readers, certificate::show)
        .get("/donation-certificates/{code}", For::Everybody, certificate::check)
        .get("/donation-certificates/{code}/print", For::Everybody, certificate::print)
        .get("/staff/donations", BOTH, staff::index)
        .in_menu(76, "books", "捐书")
        .get("/staff/donations/export", BOOKS, export::export)
        .get("/staff/donations/months", BOOKS, months::show)
        .get("/staff/donations/receiving", DESK, desk::show)
        .post("/staff/donations/receipts", DESK, desk::receive)
        .get("/staff/donations/{donation}", BOTH, staff::show)
        .post("/staff/donations/{donation}/review", BOOKS, staff::review)
        .post("/staff/donations/{donation}/shelving", BOOKS, staff::shelve)
}

/// As in the URL, in words.
const STATES: [(&str, &str, DonationState); 6] = [
    ("offered", "待送书", DonationState::Offered),
    ("received", "已收书，待审核", DonationState::Received),
    ("accepted", "审核通过", DonationState::Accepted),
    ("declined", "未通过", DonationState::Declined),
    ("lapsed", "已失效", DonationState::Lapsed),
    ("cancelled", "已取消", DonationState::Cancelled),
];

const CONDITIONS: [(&str, &str, BookCondition); 3] = [
    ("new", "全新", BookCondition::New),
    ("good", "良好", BookCondition::Good),
    ("worn", "有笔记或磨损", BookCondition::Worn),
];

const FATES: [(&str, &str, BookFate); 2] =
    [("returned", "退还", BookFate::Returned), ("disposed", "代为处理", BookFate::Disposed)];

fn state_words(state: DonationState) -> &'static str {
    STATES.iter().find(|(.., known)| *known == state).map_or("", |(_, words, _)| words)
}

fn condition_words(condition: BookCondition) -> &'static str {
    CONDITIONS.iter().find(|(.., known)| *known == condition).map_or("", |(_, words, _)| words)
}

/// What becomes of declined copies; nothing where none were.
fn fate_words(fate: BookFate) -> &'static str {
    FATES.iter().find(|(.., known)| *known == fate).map_or("", |(_, words, _)| words)
}

fn class(state: DonationState) -> &'static str {
    match state {
        DonationState::Offered | DonationState::Received => "st st-wait",
        DonationState::Accepted => "st st-ok",
        DonationState::Declined => "st st-no",
        DonationState::Lapsed | DonationState::Cancelled => "st",
    }
}

/// 《三体》等 2 种
fn books_words(title: &str, titles: i64) -> String {
    if titles > 1 { format!("《{title}》等 {titles} 种") } else { format!("《{title}》") }
}
