//! 兑换记录 in the back office: filters in the URL, export that honours them, cancellation with a reason, the day's sheet.

use super::state_words;
use crate::app::Stop;
use crate::ask::StaffAsk;
use crate::calendar::{long_day, long_day_weekday};
use crate::export::{Kind, Table};
use crate::failure::Failure;
use crate::page::{StaffShell, form_key, page, page_with};
use crate::places::PlaceLook;
use crate::places::staff::day_of;
use crate::posted::Posted;
use crate::sealing::barcode;
use crate::sentences;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use domain::envelope::Command;
use domain::redemptions::CancelRedemption;
use domain::staff::{NoteExport, Permission};
use domain::tables::{CardId, PlaceId, PrizeId, Redemption, RedemptionId, RedemptionState};
use serde::Deserialize;
use store::desk::{HandOver, SheetLine, between, hand_overs, sheet, sheet_lines};
use store::prizes::PrizeView;
use store::redemption_list::{EXPORT_ROWS_MAX, Filter, Line, PAGE_ROWS, card_of, lines, list};

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

async fn filter(ask: &StaffAsk, asked: &Asked) -> Result<Filter, Failure> {
    let calendar = &ask.app.calendar;
    let state = STATES.iter().find(|(name, ..)| *name == asked.state).map_or(0, |(.., state)| *state as i64);
    let card = match barcode(&asked.card) {
        Some(barcode) => {
            let found = ask.app.reads.one(card_of(ask.app.keys.digest("barcode", &barcode))).await?;
            // A barcode that nobody has bound finds nothing.
            Some(found.map_or(Ok(CardId(-1)), |mut row| row.cell())?)
        }
        None if !asked.card.trim().is_empty() => Some(CardId(-1)),
        None => None,
    };
    Ok(Filter {
        branch: ask.branch(),
        state,
        prize: asked.prize.parse().ok().map(PrizeId),
        place: asked.place.parse().ok().map(PlaceId),
        card,
        since: day_of(&asked.from).map_or(0, |day| calendar.day_start(day)),
        until: day_of(&asked.until).map_or(i64::MAX, |day| calendar.day_start(domain::day::plus(day, 1))),
    })
}

pub async fn index(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    ask.require(Permission::Read)?;
    let before = asked.before.parse().ok().filter(|before| *before > 0).unwrap_or(i64::MAX);
    let filter = filter(&ask, &asked).await?;
    let queries = [list(&filter, before, PAGE_ROWS + 1), store::prizes::all()];
    let [found, prizes] = ask.app.reads.read(queries).await?;
    let mut found = lines(found)?;
    let more = found.len() > PAGE_ROWS as usize;
    found.truncate(PAGE_ROWS as usize);
    let older = found.last().filter(|_| more).map(|line| line.view.redemption.id);
    let places = store::places::all(&ask.app.reads).await?.into_iter().map(PlaceLook::of).collect();
    page(&ListPage {
        shell: ask.shell("/staff/redemptions"),
        states: STATES,
        prizes: store::prizes::views(prizes)?,
        places,
        rows: found.into_iter().map(|line| row(&ask, line)).collect(),
        query: asked.query(),
        asked,
        older,
    })
}

fn row(ask: &StaffAsk, line: Line) -> Row {
    let r = &line.view.redemption;
    let (state, _) = state_words(r.state, false);
    let settled_at = if r.settled_at == 0 { String::new() } else { ask.app.calendar.moment(r.settled_at) };
    Row {
        redeemed_at: ask.app.calendar.moment(r.at),
        settled_at,
        last_day: long_day(r.last_day),
        state,
        state_class: state_class(r),
        may_cancel: r.state == RedemptionState::Pending && ask.may(Permission::CancelRedemptions),
        line,
    }
}

fn state_class(redemption: &Redemption) -> &'static str {
    match redemption.state {
        RedemptionState::Pending => "st st-wait",
        RedemptionState::Collected => "st st-ok",
        RedemptionState::Expired => "st st-no",
        RedemptionState::Cancelled => "st",
    }
}

/// The same rows as the list, all of them; who took them out is written down first.
pub async fn export(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    ask.require(Permission::Read)?;
    let filter = filter(&ask, &asked).await?;
    let found = lines(ask.app.reads.all(list(&filter, i64::MAX, EXPORT_ROWS_MAX)).await?)?;
    let rows = found.len() as i64;
    // The filter may hold a card's number: what was chosen is noted, not which card.
    let note = Asked { card: if asked.card.is_empty() { String::new() } else { "*".into() }, ..asked.clone() }.query();
    let noted = Command::NoteExport(NoteExport { what: "redemptions.export", filter: note, rows });
    ask.app.command(ask.actor(), None, noted).await?;
    let calendar = &ask.app.calendar;
    let moment = |at: i64| if at == 0 { String::new() } else { calendar.long_moment(at) };
    let cells = |line: Line| {
        let r = line.view.redemption;
        vec![
            r.id.0.into(),
            line.view.text.title.into(),
            r.points.into(),
            line.reader.into(),
            state_words(r.state, false).0.into(),
            moment(r.at).into(),
            long_day(r.last_day).into(),
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
    if domain::staff::works_for(&ask.staff, ticket.branch) { Ok(ticket) } else { Err(Failure::NotFound) }
}

pub async fn confirm_cancelling(ask: StaffAsk, Path(redemption): Path<i64>) -> Result<Response, Failure> {
    ask.require(Permission::CancelRedemptions)?;
    let ticket = found(&ask, redemption).await?;
    let (shell, key) = (ask.shell("/staff/redemptions"), form_key()?);
    page(&CancellingPage { shell, key, ticket, form: CancelForm::default(), error: None })
}

pub async fn cancel(
    ask: StaffAsk,
    Path(redemption): Path<i64>,
    posted: Posted<CancelForm>,
) -> Result<Response, Failure> {
    ask.require(Permission::CancelRedemptions)?;
    let ticket = found(&ask, redemption).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let reason: String = posted.form.reason.trim().chars().take(200).collect();
    let command = Command::CancelRedemption(CancelRedemption { redemption: ticket.redemption.id, reason });
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to("/staff/redemptions?state=cancelled").into_response()),
        Err(Stop::Refused(refusal)) => {
            let (shell, error) = (ask.shell("/staff/redemptions"), Some(sentences::of(&refusal)));
            let template = CancellingPage { shell, key: form_key()?, ticket, form: posted.form, error };
            page_with(sentences::status(&refusal), &template)
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
    ask.require(Permission::HandOver)?;
    let calendar = &ask.app.calendar;
    let day = day_of(&query.day).unwrap_or_else(|| calendar.day(ask.now));
    let (since, until) = (calendar.day_start(day), calendar.day_start(domain::day::plus(day, 1)));
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
