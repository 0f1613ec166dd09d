//! 兑换记录 in the back office: filters in the URL, export that honours them, cancellation with a reason, the day's sheet.

use super::state_words;
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, page};
use crate::frame::posted::Posted;
use crate::frame::sealing::barcode;
use crate::kit::calendar::{date_value, day_of, long_day, long_day_weekday};
use crate::kit::export::Kind;
use crate::kit::list::{Action, Field, List, ListPage, Page, chosen, chosen_day, query};
use crate::kit::reason::{Ending, ReasonForm, reason_page};
use crate::kit::table::{Cell, Table};
use crate::places::PlaceLook;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use domain::redemptions::{CancelRedemption, last_day};
use domain::staff::{NoteExport, Permission};
use domain::tables::{CardId, PlaceId, PrizeId, Redemption, RedemptionId, RedemptionState};
use serde::Deserialize;
use store::redemptions::Ticket;
use store::redemptions::desk::{HandOver, SheetLine, between, hand_overs, sheet, sheet_lines};
use store::redemptions::list::{EXPORT_ROWS_MAX, Filter, Line, PAGE_ROWS, card_of, lines, list};

/// As it stands in the URL.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub state: String,
    pub prize: String,
    pub place: String,
    pub from: String,
    pub until: String,
    /// A card's barcode.
    pub card: String,
    pub before: String,
    pub format: Kind,
}

const PATH: &str = "/staff/redemptions";

const STATES: [(&str, &str, RedemptionState); 4] = [
    ("pending", "待领取", RedemptionState::Pending),
    ("collected", "已领取", RedemptionState::Collected),
    ("expired", "已过期", RedemptionState::Expired),
    ("cancelled", "已取消", RedemptionState::Cancelled),
];

/// A line as it stands today.
pub struct Row {
    line: Line,
    last_day: i64,
    is_past: bool,
}

impl Asked {
    fn query(&self) -> String {
        query(&[
            ("state", &self.state),
            ("prize", &self.prize),
            ("place", &self.place),
            ("from", &self.from),
            ("until", &self.until),
            ("card", &self.card),
        ])
    }
}

async fn filter(ask: &StaffAsk, asked: &Asked) -> Result<Result<Filter, String>, Failure> {
    let card = card(ask, asked).await?;
    let calendar = &ask.app.calendar;
    let state = |text: &str| STATES.iter().find(|(name, ..)| *name == text).map(|(.., state)| *state as i64);
    let number = |text: &str| text.parse::<i64>().ok();
    let read = || {
        Ok(Filter {
            branch: ask.branch(),
            state: chosen(&asked.state, state)?.unwrap_or(0),
            prize: chosen(&asked.prize, number)?.map(PrizeId),
            place: chosen(&asked.place, number)?.map(PlaceId),
            card,
            since: chosen_day(&asked.from)?.map_or(0, |day| calendar.day_start(day)),
            until: chosen_day(&asked.until)?
                .map_or(i64::MAX, |day| calendar.day_start(domain::core::day::plus(day, 1))),
        })
    };
    Ok(read())
}

/// The card whose barcode was typed; one that finds nothing where nobody has bound it.
async fn card(ask: &StaffAsk, asked: &Asked) -> Result<Option<CardId>, Failure> {
    let Some(barcode) = barcode(&asked.card) else {
        return Ok((!asked.card.trim().is_empty()).then_some(CardId(-1)));
    };
    let found = ask.app.reads.one(card_of(ask.app.keys.barcode(&barcode))).await?;
    Ok(Some(found.map_or(Ok(CardId(-1)), |mut row| row.cell())?))
}

pub async fn index(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    match filter(&ask, &asked).await? {
        Ok(filter) => list_page(&ask, asked, Some(&filter), None).await,
        Err(sentence) => list_page(&ask, asked, None, Some(sentence)).await,
    }
}

async fn places(ask: &StaffAsk) -> Result<Vec<PlaceLook>, Failure> {
    Ok(store::places::all(&ask.app.reads, ask.today()).await?.into_iter().map(PlaceLook::of).collect())
}

async fn list_page(
    ask: &StaffAsk,
    asked: Asked,
    filter: Option<&Filter>,
    error: Option<String>,
) -> Result<Response, Failure> {
    let before = asked.before.parse().ok().filter(|before| *before > 0).unwrap_or(i64::MAX);
    let prizes = store::prizes::views(ask.app.reads.all(store::prizes::all()).await?)?;
    let found = match filter {
        Some(filter) => lines(ask.app.reads.all(list(filter, before, PAGE_ROWS + 1)).await?)?,
        None => vec![],
    };
    let places = places(ask).await?;
    let page =
        Page::of(found, PAGE_ROWS, |line| line.view.redemption.id.to_string()).map(|line| row(ask, line, &places));
    let states = STATES.map(|(name, word, _)| (name, word));
    let prizes = prizes.into_iter().map(|view| (view.prize.id, view.text.title));
    let query = asked.query();
    let files = [("csv", "导出 CSV"), ("xlsx", "导出 XLSX")];
    let export = |(format, label)| Action::plain(format!("{PATH}/export?{query}&format={format}"), label);
    ListPage {
        shell: ask.shell(PATH),
        title: "兑换记录",
        actions: files.map(export).into(),
        list: List {
            path: PATH,
            fields: vec![
                Field::select("state", "状态", &asked.state, states),
                Field::select("prize", "奖品", &asked.prize, prizes),
                Field::select("place", "领取地点", &asked.place, places.iter().map(|look| (look.id(), &look.name))),
                Field::date("from", "兑换日期从", &asked.from),
                Field::date("until", "到", &asked.until),
                Field::text("card", "读者证条码号", &asked.card, 40),
            ],
            hidden: vec![],
            screen: table(ask).on_screen(&page.rows),
            none: "没有符合条件的兑换记录。",
            next: page.next.map(|mark| ("before", mark, "更早的记录")),
            query,
            error,
        },
    }
    .answer()
}

/// On the screen the short times, in files the long ones.
fn table(ask: &StaffAsk) -> Table<'_, Row> {
    let calendar = &ask.app.calendar;
    let moment = |at: i64| if at == 0 { String::new() } else { calendar.moment(at) };
    let long = |at: i64| if at == 0 { String::new() } else { calendar.long_moment(at) };
    Table::new()
        .file("编号", |row: &Row| row.redemption().id.0)
        .screen("兑换时间", move |row| moment(row.redemption().at))
        .text("奖品", |row| row.line.view.text.title.clone())
        .number("积分", |row| row.redemption().points)
        .text("读者", |row| row.line.reader.clone())
        .text("状态", |row| {
            let (word, _) = state_words(row.redemption().state, row.is_past);
            Cell::State { class: state_class(row.redemption(), row.is_past), word, note: String::new() }
        })
        .file("兑换时间", move |row| long(row.redemption().at))
        .text("最后一天", |row| long_day(row.last_day))
        .screen("办结", move |row| Cell::Lines(moment(row.redemption().settled_at), row.line.settled_by.clone()))
        .file("办结时间", move |row| long(row.redemption().settled_at))
        .file("经手", |row| row.line.settled_by.clone())
        .file("领取地点", |row| row.line.place.clone())
        .screen("", |row| match row.redemption().state {
            RedemptionState::Pending if !row.is_past && ask.may(Permission::CancelRedemptions) => {
                Cell::Action { href: format!("{PATH}/{}/cancellation", row.redemption().id), verb: "取消" }
            }
            _ => Cell::Empty,
        })
}

impl Row {
    fn redemption(&self) -> &Redemption {
        &self.line.view.redemption
    }
}

/// The last day as it stands now, and whether it is over: the nightly job has perhaps not said so yet.
fn row(ask: &StaffAsk, line: Line, places: &[PlaceLook]) -> Row {
    let place = places.iter().find(|look| Some(look.id()) == line.view.place);
    let last_day = last_day(&line.view.redemption, place.and_then(PlaceLook::set_hours));
    Row { line, last_day, is_past: ask.today() > last_day }
}

fn state_class(redemption: &Redemption, is_past: bool) -> &'static str {
    match redemption.state {
        RedemptionState::Pending if is_past => "st st-no",
        RedemptionState::Pending => "st st-wait",
        RedemptionState::Collected => "st st-ok",
        RedemptionState::Expired => "st st-no",
        RedemptionState::Cancelled => "st",
    }
}

/// The same rows as the list, all of them; who took them out is written down first.
pub async fn export(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let filter = match filter(&ask, &asked).await? {
        Ok(filter) => filter,
        Err(sentence) => return list_page(&ask, asked, None, Some(sentence)).await,
    };
    let found = lines(ask.app.reads.all(list(&filter, i64::MAX, EXPORT_ROWS_MAX + 1)).await?)?;
    if found.len() > EXPORT_ROWS_MAX as usize {
        let sentence = format!("超过 {EXPORT_ROWS_MAX} 行，请用日期缩小范围，分几次导出。");
        return list_page(&ask, asked, Some(&filter), Some(sentence)).await;
    }
    let rows = found.len() as i64;
    // The filter may hold a card's number: what was chosen is noted, not which card.
    let note = Asked { card: if asked.card.is_empty() { String::new() } else { "*".into() }, ..asked.clone() }.query();
    let noted = NoteExport { what: "redemptions.export", filter: note, rows };
    ask.app.command(ask.actor(), None, noted).await?;
    let places = places(&ask).await?;
    let found: Vec<Row> = found.into_iter().map(|line| row(&ask, line, &places)).collect();
    let name = format!("兑换记录{}", ask.app.calendar.day(ask.now));
    table(&ask).download(name, &found, asked.format)
}

async fn found(ask: &StaffAsk, redemption: i64) -> Result<Ticket, Failure> {
    let rows = ask.app.reads.all(store::redemptions::any(RedemptionId(redemption))).await?;
    let ticket = store::redemptions::ticket(rows)?.ok_or(Failure::NotFound)?;
    if ask.covers(ticket.branch) { Ok(ticket) } else { Err(Failure::NotFound) }
}

fn cancelling(ticket: &Ticket) -> Ending {
    let holder = ticket.card.as_ref().map(|view| format!("，{}（尾号{}）", view.masked_name, view.tail));
    let (title, points, holder) = (&ticket.text.title, ticket.redemption.points, holder.unwrap_or_default());
    Ending {
        path: PATH,
        verb: "取消兑换",
        busy: "正在取消…",
        back: PATH.into(),
        action: format!("{PATH}/{}/cancellation", ticket.redemption.id),
        facts: format!("{title}，{points} 积分{holder}。取消后积分退回读者证，奖品回到库存。"),
        label: "原因（记入日志；读者会收到取消的消息）",
    }
}

pub async fn confirm_cancelling(ask: StaffAsk, Path(redemption): Path<i64>) -> Result<Response, Failure> {
    reason_page(&ask, cancelling(&found(&ask, redemption).await?), "", None)
}

pub async fn cancel(
    ask: StaffAsk,
    Path(redemption): Path<i64>,
    posted: Posted<ReasonForm>,
) -> Result<Response, Failure> {
    let ticket = found(&ask, redemption).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let reason = posted.form.reason.trim().to_string();
    let command = CancelRedemption { redemption: ticket.redemption.id, reason };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to("/staff/redemptions?state=cancelled").into_response()),
        Err(Stop::Refused(why)) => reason_page(&ask, cancelling(&ticket), &posted.form.reason, Some(&why)),
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Deserialize)]
pub struct Day {
    #[serde(default)]
    day: String,
}

#[derive(Template)]
#[template(path = "redemptions/staff/sheet.html")]
pub struct SheetPage {
    shell: StaffShell,
    value: String,
    day: String,
    lines: Vec<SheetLine>,
    total: i64,
    hand_overs: Vec<(String, HandOver)>,
}

/// 今日核销单: what left the desk on a day, and what should still be on the shelf.
pub async fn day_sheet(ask: StaffAsk, Query(query): Query<Day>) -> Result<Response, Failure> {
    let calendar = &ask.app.calendar;
    let day = day_of(&query.day).unwrap_or_else(|| calendar.day(ask.now));
    let (since, until) = (calendar.day_start(day), calendar.day_start(domain::core::day::plus(day, 1)));
    let queries = [sheet(ask.branch(), since, until), between(ask.branch(), since, until)];
    let [by_prize, each] = ask.app.reads.read(queries).await?;
    let (lines, each) = (sheet_lines(by_prize)?, hand_overs(each)?);
    page(&SheetPage {
        shell: ask.shell("/staff/desk"),
        value: date_value(day),
        day: long_day_weekday(day),
        total: lines.iter().map(|line| line.count).sum(),
        lines,
        hand_overs: each.into_iter().map(|h| (calendar.moment(h.view.redemption.settled_at), h)).collect(),
    })
}

sample! { SheetPage { shell, value, day, lines, total, hand_overs } }
