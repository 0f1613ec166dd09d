//! 积分转移: from a lost card to its replacement, in two steps; staff verify and decide.

mod claim;
pub mod reader;
pub mod staff;
pub mod words;

use crate::frame::routes::{For, Routes};
use domain::staff::Permission;
use domain::tables::TransferState;
use store::cards::card_words;
use store::transfers::{Side, TransferView};

const WATCHERS: For = For::Staff(&[Permission::ReviewTransfers, Permission::BindCards]);
const REVIEWERS: For = For::Staff(&[Permission::ReviewTransfers]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/transfers", For::Readers, reader::index)
        .get("/transfers/new", For::Holders, reader::new)
        .post("/transfers/original", For::Holders, reader::check)
        .post("/transfers", For::Holders, reader::request)
        .get("/transfers/{transfer}", For::Readers, reader::show)
        .get("/transfers/{transfer}/withdrawal", For::Readers, reader::confirm_withdrawal)
        .post("/transfers/{transfer}/withdrawal", For::Readers, reader::withdraw)
        .get("/staff/transfers", WATCHERS, staff::index)
        .in_menu(35, "transfer", "积分转移")
        .get("/staff/transfers/{transfer}", WATCHERS, staff::show)
        .post("/staff/transfers/{transfer}/verification", For::Staff(&[Permission::BindCards]), staff::verify)
        .post("/staff/transfers/{transfer}/approval", REVIEWERS, staff::approve)
        .get("/staff/transfers/{transfer}/refusal", REVIEWERS, staff::confirm_refusal)
        .post("/staff/transfers/{transfer}/refusal", REVIEWERS, staff::decline)
}

/// As in the URL, in words, and how it looks to readers and to staff.
const STATES: [(&str, &str, &str, &str, TransferState); 5] = [
    ("held", "待审核", "pill pill-wait", "st st-wait", TransferState::Held),
    ("at-desk", "待到馆核验", "pill pill-wait", "st st-wait", TransferState::AtDesk),
    ("approved", "已转移", "pill pill-open", "st st-ok", TransferState::Approved),
    ("declined", "未通过", "pill", "st", TransferState::Declined),
    ("withdrawn", "已撤回", "pill", "st", TransferState::Withdrawn),
];

pub(crate) fn state_words(state: TransferState) -> &'static str {
    STATES.iter().find(|(.., known)| *known == state).map_or("", |(_, words, ..)| words)
}

/// To staff, and to readers of a card that is theirs.
fn side_words(side: &Side) -> String {
    card_words(&side.masked_name, &side.tail)
}

/// To readers, who may not have proven that it is theirs: nothing that they have not typed.
fn tail_words(side: &Side) -> String {
    format!("尾号{}", side.tail)
}

/// What moves: 全部积分, or how many.
fn amount_words(view: &TransferView) -> String {
    let transfer = &view.transfer;
    match (transfer.whole, transfer.state) {
        (true, TransferState::Held | TransferState::Approved) => format!("全部积分（{}）", transfer.points),
        (true, _) => "全部积分".into(),
        (false, _) => format!("{} 积分", transfer.points),
    }
}
