//! What a reader's file holds: sections of rows, as the page shows them and as the file keeps them.

use crate::frame::keys::{KeyFault, Keys};
use crate::frame::sealing::{MemberFace, open_as, seal_as};
use crate::kit::calendar::{Calendar, long_day};
use crate::wording;
use domain::core::record::Sealed;
use domain::core::row::Cell;
use domain::tables::{ParticipantState, PostingNumber, ReaderId, RedemptionState, TransferState};
use serde::{Deserialize, Serialize};
use store::Done;
use store::cards::card_words;
use store::exports::parts;
use store::read::{Reads, Row};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub made_at: String,
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: String,
    pub rows: Vec<Item>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub what: String,
    /// When, or how much; may be empty.
    pub details: String,
}

const LABEL: &str = "export";

/// None: it does not open.
pub fn opened(keys: &Keys, sealed: &[u8]) -> Option<File> {
    open_as(keys, LABEL, sealed)
}

pub fn sealed(keys: &Keys, file: &File) -> Result<Sealed, KeyFault> {
    seal_as(keys, LABEL, file)
}

/// What opens sealed texts, and says moments as the library does.
pub struct Means<'a> {
    pub keys: &'a Keys,
    pub calendar: &'a Calendar,
}

/// All that the platform knows of a reader. What no secret opens is said to be there.
pub async fn file_of(reads: &Reads, means: &Means<'_>, reader: ReaderId, at: i64) -> Done<File> {
    let parts = reads.read(parts(reader)).await?;
    let [
        account,
        cards,
        members,
        volunteers,
        postings,
        transfers,
        redemptions,
        activities,
        checkins,
        readings,
        books,
        feedback,
        alerts,
    ] = parts;
    let moment = |at: i64| means.calendar.long_moment(at);
    let sections = vec![
        section("账号", account, |row| {
            let (at, notices) = (row.int()?, row.int()?);
            Ok(item("注册", format!("{}，微信通知{}", moment(at), if notices == 1 { "已开启" } else { "未开启" })))
        })?,
        section("读者证", cards, |row| {
            let (name, tail, barcode, balance) = (row.text()?, row.text()?, row.bytes()?, row.int()?);
            let barcode = means.keys.open("barcode", &barcode).unwrap_or_default();
            Ok(item(card_words(&name, &tail), format!("条码号 {barcode}，{balance} 积分")))
        })?,
        section("成员", members, |row| {
            let (face, birth_day) = (row.bytes()?, row.int()?);
            let MemberFace { name, relation } = MemberFace::open(means.keys, &face).unwrap_or_default();
            Ok(item(name, format!("{relation}，{}出生", long_day(birth_day))))
        })?,
        section("志愿者登记", volunteers, |row| {
            let face: serde_json::Value = open_as(means.keys, "volunteer", &row.bytes()?).unwrap_or_default();
            let said = face.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str());
            let said: Vec<&str> = said.filter(|text| !text.is_empty()).collect();
            Ok(item("登记资料", said.join("，")))
        })?,
        section("积分", postings, |row| {
            let (at, kind, points, after) = (row.int()?, row.cell::<PostingNumber>()?, row.int()?, row.int()?);
            let card = card_words(&row.text()?, &row.text()?);
            Ok(item(wording::posting(kind, ""), format!("{}，{card}，{points} 积分，余额 {after}", moment(at))))
        })?,
        section("积分转移", transfers, |row| {
            let (at, state, points) = (row.int()?, row.cell::<TransferState>()?, row.int()?);
            // Of the original nothing but what was typed: it may be somebody else's.
            let (original, present) = (row.text()?, card_words(&row.text()?, &row.text()?));
            let state = crate::transfers::state_words(state);
            Ok(item(format!("尾号{original} → {present}"), format!("{}，{points} 积分，{state}", moment(at))))
        })?,
        section("兑换", redemptions, |row| {
            let (at, title, points, state) = (row.int()?, row.text()?, row.int()?, row.int()?);
            let state =
                RedemptionState::from_cell(state).map_or("", |state| crate::redemptions::state_words(state, false).0);
            Ok(item(title, format!("{}，{points} 积分，{state}", moment(at))))
        })?,
        section("活动", activities, |row| {
            let (at, title, state) = (row.int()?, row.text()?, row.int()?);
            let state =
                ParticipantState::from_cell(state).map(|state| crate::activities::enrolments::state_words(state, 0).0);
            Ok(item(title, format!("{}报名，{}", moment(at), state.unwrap_or_default())))
        })?,
        section("到货提醒", alerts, |row| {
            let (at, title) = (row.int()?, row.text()?);
            Ok(item(title, moment(at)))
        })?,
        section("签到", checkins, |row| {
            let (day, points) = (row.int()?, row.int()?);
            Ok(item(long_day(day), format!("{points} 积分")))
        })?,
        section("阅读足迹", readings, |row| {
            let (day, minutes, book) = (row.int()?, row.int()?, row.bytes()?);
            let book: serde_json::Value = open_as(means.keys, "reading", &book).unwrap_or_default();
            let title = book["title"].as_str().unwrap_or_default().to_string();
            Ok(item(title, format!("{}，{minutes} 分钟", long_day(day))))
        })?,
        section("荐书和捐书", books, |row| {
            let (at, title, kind) = (row.int()?, row.text()?, row.int()?);
            Ok(item(title, format!("{}{}", moment(at), if kind == 1 { "推荐" } else { "捐赠" })))
        })?,
        section("意见反馈", feedback, |row| {
            let (at, staff, words, pictures) = (row.int()?, row.int()?, row.bytes()?, row.int()?);
            let letter: serde_json::Value = open_as(means.keys, "feedback", &words).unwrap_or_default();
            let by = if staff == 0 { "您写于" } else { "图书馆答复于" };
            let with = if pictures == 0 { String::new() } else { format!("，附图 {pictures} 张") };
            Ok(item(letter["text"].as_str().unwrap_or_default(), format!("{by} {}{with}", moment(at))))
        })?,
    ];
    Ok(File { made_at: moment(at), sections })
}

fn item(what: impl Into<String>, details: impl Into<String>) -> Item {
    Item { what: what.into(), details: details.into() }
}

fn section(title: &str, rows: Vec<Row>, of: impl Fn(&mut Row) -> Done<Item>) -> Done<Section> {
    let rows = rows.into_iter().map(|mut row| of(&mut row)).collect::<Done<_>>()?;
    Ok(Section { title: title.into(), rows })
}

sample! { Item { what, details } }
sample! { Section { title, rows } }
