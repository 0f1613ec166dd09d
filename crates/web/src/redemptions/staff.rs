//! 兑换记录 in the back office: filters in the URL, export that honours them, cancellation with a reason, the day's sheet.

use super::state_words;
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::frame::sealing::barcode;
use crate::kit::calendar::{long_day, long_day_weekday};
use crate::kit::export::{Kind, Table};
use crate::places::PlaceLook;
use crate::places::staff::day_of;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::redemptions::{CancelRedemption, last_day};
use domain::staff::{NoteExport, Permission};
use domain::tables::{CardId, PlaceId, PrizeId, Redemption, RedemptionId, RedemptionState};
use serde::Deserialize;
use store::prizes::PrizeView;
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

const STATES: [(&str, &str, RedemptionState); 4] = [
    ("pending", "待领取", RedemptionState::Pending),
    ("collected", "已领取", RedemptionState::Collected),
    ("expired", "已过期", RedemptionState::Expired),
    ("cancelled", "已取消", RedemptionState::Cancelled),
];

pub struct Row {
    pub line: Line,
    pub redeemed_at: String,
    pub settled_at: String,
    pub last_day: String,
    pub state: &'static str,
    pub state_class: &'static str,
    pub may_cancel: bool,
}

#[derive(Template)]
#[template(path = "redemptions/staff/index.html")]
pub struct ListPage {
    shell: StaffShell,
    asked: Asked,
    states: [(&'static str, &'static str, RedemptionState); 4],
    prizes: Vec<PrizeView>,
    places: Vec<PlaceLook>,
    rows: Vec<Row>,
    /// The filter as the URL of the export and of the next page.
    query: String,
    older: Option<RedemptionId>,
    error: Option<String>,
}

impl Asked {
    fn query(&self) -> String {
        let pairs = [
            ("state", &self.state),
            ("prize", &self.prize),
            ("place", &self.place),
            ("from", &self.from),
            ("until", &self.until),
            ("card", &self.card),
        ];
        let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish()
    }
}

/// What stands in a filter's field; `None` within: nothing. Nonsense must not widen the list.
fn chosen<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    match text.trim() {
        "" => Ok(None),
        text => read(text).map(Some).ok_or_else(|| format!("筛选条件“{text}”没有看懂，请重新选择。")),
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
            since: chosen(&asked.from, day_of)?.map_or(0, |day| calendar.day_start(day)),
            until: chosen(&asked.until, day_of)?
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
    let found = ask.app.reads.one(card_of(ask.app.keys.digest("barcode", &barcode))).await?;
    Ok(Some(found.map_or(Ok(CardId(-1)), |mut row| row.cell())?))
}

pub async fn index(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    match filter(&ask, &asked).await? {
        Ok(filter) => list_page(&ask, asked, Some(&filter), None).await,
        Err(sentence) => list_page(&ask, asked, None, Some(sentence)).await,
    }
}

async fn places(ask: &StaffAsk) -> Result<Vec<PlaceLook>, Failure> {
    Ok(store::places::all(&ask.app.reads).await?.into_iter().map(PlaceLook::of).collect())
}

async fn list_page(
    ask: &StaffAsk,
    asked: Asked,
    filter: Option<&Filter>,
    error: Option<String>,
) -> Result<Response, Failure> {
    let before = asked.before.parse().ok().filter(|before| *before > 0).unwrap_or(i64::MAX);
    let prizes = ask.app.reads.all(store::prizes::all()).await?;
    let mut found = match filter {
        Some(filter) => lines(ask.app.reads.all(list(filter, before, PAGE_ROWS + 1)).await?)?,
        None => vec![],
    };
    let more = found.len() > PAGE_ROWS as usize;
    found.truncate(PAGE_ROWS as usize);
    let older = found.last().filter(|_| more).map(|line| line.view.redemption.id);
    let places = places(ask).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = ListPage {
        shell: ask.shell("/staff/redemptions"),
        states: STATES,
        prizes: store::prizes::views(prizes)?,
        rows: found.into_iter().map(|line| row(ask, line, &places)).collect(),
        places,
        query: asked.query(),
        asked,
        older,
        error,
    };
    page_with(status, &template)
}

/// The last day as it stands now, and whether it is over: the nightly job has perhaps not said so yet.
fn standing(ask: &StaffAsk, line: &Line, places: &[PlaceLook]) -> (i64, bool) {
    let place = places.iter().find(|look| Some(look.id()) == line.view.place);
    let last_day = last_day(&line.view.redemption, place.and_then(PlaceLook::set_hours));
    (last_day, ask.today() > last_day)
}

fn row(ask: &StaffAsk, line: Line, places: &[PlaceLook]) -> Row {
    let (last_day, is_past) = standing(ask, &line, places);
    let r = &line.view.redemption;
    let (state, _) = state_words(r.state, is_past);
    let settled_at = if r.settled_at == 0 { String::new() } else { ask.app.calendar.moment(r.settled_at) };
    Row {
        redeemed_at: ask.app.calendar.moment(r.at),
        settled_at,
        last_day: long_day(last_day),
        state,
        state_class: state_class(r, is_past),
        may_cancel: r.state == RedemptionState::Pending && !is_past && ask.may(Permission::CancelRedemptions),
        line,
    }
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
    let calendar = &ask.app.calendar;
    let moment = |at: i64| if at == 0 { String::new() } else { calendar.long_moment(at) };
    let places = places(&ask).await?;
    let cells = |line: Line| {
        let (last_day, is_past) = standing(&ask, &line, &places);
        let r = line.view.redemption;
        vec![
            r.id.0.into(),
            line.view.text.title.into(),
            r.points.into(),
            line.reader.into(),
            state_words(r.state, is_past).0.into(),
            moment(r.at).into(),
            long_day(last_day).into(),
            moment(r.settled_at).into(),
            line.settled_by.into(),
            line.place.into(),
        ]
    };
    Table {
        name: format!("兑换记录{}", calendar.day(ask.now)),
        headings: vec!["编号", "奖品", "积分", "读者", "状态", "兑换时间", "最后一天", "办结时间", "经手", "领取地点"],
        rows: found.into_iter().map(cells).collect(),
    }
    .answer(asked.format)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CancelForm {
    pub reason: String,
}

#[derive(Template)]
#[template(path = "redemptions/staff/cancelling.html")]
pub struct CancellingPage {
    shell: StaffShell,
    key: String,
    ticket: store::redemptions::Ticket,
    form: CancelForm,
    error: Option<String>,
}

async fn found(ask: &StaffAsk, redemption: i64) -> Result<store::redemptions::Ticket, Failure> {
    let rows = ask.app.reads.all(store::redemptions::any(RedemptionId(redemption))).await?;
    let ticket = store::redemptions::ticket(rows)?.ok_or(Failure::NotFound)?;
    if ask.rights.covers(ticket.branch) { Ok(ticket) } else { Err(Failure::NotFound) }
}

pub async fn confirm_cancelling(ask: StaffAsk, Path(redemption): Path<i64>) -> Result<Response, Failure> {
    let ticket = found(&ask, redemption).await?;
    let (shell, key) = (ask.shell("/staff/redemptions"), form_key()?);
    page(&CancellingPage { shell, key, ticket, form: CancelForm::default(), error: None })
}

pub async fn cancel(
    ask: StaffAsk,
    Path(redemption): Path<i64>,
    posted: Posted<CancelForm>,
) -> Result<Response, Failure> {
    let ticket = found(&ask, redemption).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let reason = posted.form.reason.trim().to_string();
    let command = CancelRedemption { redemption: ticket.redemption.id, reason };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to("/staff/redemptions?state=cancelled").into_response()),
        Err(Stop::Refused(refusal)) => {
            let (shell, error) = (ask.shell("/staff/redemptions"), Some(wording::refusal(refusal)));
            let template = CancellingPage { shell, key: form_key()?, ticket, form: posted.form, error };
            page_with(wording::status(&refusal), &template)
        }
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
        value: format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100),
        day: long_day_weekday(day),
        total: lines.iter().map(|line| line.count).sum(),
        lines,
        hand_overs: each.into_iter().map(|h| (calendar.moment(h.view.redemption.settled_at), h)).collect(),
    })
}
