//! 积分转移 in the back office: the queue, and one request with what the library system says of both cards.

use super::claim::holder;
use super::{STATES, amount_words, side_words, state_words};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::sealing::masked_name;
use crate::kit::list::{Field, List, ListPage, OfState, Page, chosen, query};
use crate::kit::reason::{Ending, ReasonForm, reason_page};
use crate::kit::table::{Cell, Table};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use connectors::library_system::{Patron, PatronState};
use domain::core::asked::{CommandOf, Idempotency};
use domain::core::day::DAY_MS;
use domain::slices::InSlices;
use domain::staff::Permission;
use domain::tables::{TransferId, TransferState};
use domain::transfers::{ApproveTransfer, DeclineTransfer, VerifyTransfer};
use store::transfers::{PAGE_ROWS, Side, TransferView, list, one, views};

const PATH: &str = "/staff/transfers";

pub async fn index(ask: StaffAsk, Query(asked): Query<OfState>) -> Result<Response, Failure> {
    let state = |text: &str| STATES.iter().find(|(name, ..)| *name == text).map(|(.., state)| *state);
    let (found, error) = match chosen(&asked.state, state) {
        Ok(state) => (views(ask.app.reads.all(list(state, asked.before_id())).await?)?, None),
        Err(sentence) => (vec![], Some(sentence)),
    };
    let page = Page::of(found, PAGE_ROWS, |view| view.transfer.id.to_string());
    ListPage {
        shell: ask.shell(PATH),
        title: "积分转移",
        actions: vec![],
        list: List {
            path: PATH,
            query: query(&[("state", &asked.state)]),
            hidden: vec![],
            fields: vec![Field::select("state", "状态", &asked.state, STATES.map(|(name, words, ..)| (name, words)))],
            screen: table(&ask).on_screen(&page.rows),
            none: "没有符合条件的转移申请。",
            next: page.next.map(|mark| ("before", mark, "更早的申请")),
            error,
        },
    }
    .answer()
}

fn class(state: TransferState) -> &'static str {
    STATES.iter().find(|(.., known)| *known == state).map_or("st", |(.., class, _)| class)
}

fn waits(ask: &StaffAsk, view: &TransferView) -> String {
    if view.transfer.decided_at != 0 {
        return String::new();
    }
    match (ask.now - view.transfer.at) / DAY_MS {
        0 => "今天".into(),
        days => format!("等了 {days} 天"),
    }
}

fn table(ask: &StaffAsk) -> Table<'_, TransferView> {
    Table::new()
        .text("单号", |view: &TransferView| Cell::Link {
            href: format!("{PATH}/{}", view.transfer.id),
            text: view.transfer.id.to_string(),
        })
        .text("原读者证", |view| side_words(&view.original))
        .text("新读者证", |view| side_words(&view.present))
        .text("转移", amount_words)
        .text("状态", |view| {
            let state = view.transfer.state;
            Cell::State { class: class(state), word: state_words(state), note: String::new() }
        })
        .text("提交", |view| ask.app.calendar.moment(view.transfer.at))
        .text("等候", |view| waits(ask, view))
}

/// One card: as the platform knows it, and what the library system says now.
pub struct CardLook {
    pub title: &'static str,
    pub card: String,
    pub balance: i64,
    /// 王*萌 · 正常, or why it says nothing.
    pub said: String,
}

#[derive(Template)]
#[template(path = "transfers/staff/show.html")]
pub struct ReviewPage {
    shell: StaffShell,
    key: String,
    id: i64,
    state: &'static str,
    class: &'static str,
    amount: String,
    asked_at: String,
    settled_at: String,
    reason: String,
    looks: Vec<CardLook>,
    /// Whether both are one person's, by the library system's word.
    verdict: &'static str,
    /// Another reader has bound the original card.
    in_use: bool,
    may_verify: bool,
    may_decide: bool,
    error: Option<String>,
}

fn said_words(found: &Result<Option<Patron>, ()>) -> String {
    match found {
        Ok(Some(patron)) => {
            let state = match patron.state {
                PatronState::Lost => "已挂失",
                PatronState::Expired => "已过期",
                PatronState::Ended => "已退证",
                PatronState::Blocked | PatronState::Active => "正常",
            };
            format!("{} · {state}", masked_name(&patron.name))
        }
        Ok(None) => "没有这张读者证".into(),
        Err(()) => "暂时没有回应".into(),
    }
}

async fn asked_of(ask: &StaffAsk, side: &Side) -> Result<Option<Patron>, ()> {
    let barcode = ask.app.keys.open("barcode", &side.barcode).map_err(|_| ())?;
    ask.app.library_system.patron(&barcode).await.map_err(|fault| {
        tracing::warn!(?fault, "the library system did not tell about a card");
    })
}

/// By names and identity numbers; what is not told is no match.
fn verdict(ask: &StaffAsk, one: &Result<Option<Patron>, ()>, other: &Result<Option<Patron>, ()>) -> &'static str {
    let of = |found: &Result<Option<Patron>, ()>| match found {
        Ok(Some(patron)) => Some(holder(&ask.app.keys, patron)).filter(|holder| !holder.identity.is_none()),
        _ => None,
    };
    match (of(one), of(other)) {
        (Some(one), Some(other)) if one == other => "借阅系统：两张证姓名、身份证号一致",
        (Some(_), Some(_)) => "借阅系统：两张证姓名或身份证号不一致",
        _ => "借阅系统不能确认两张证是同一人，请查看登记资料",
    }
}

async fn review_page(ask: &StaffAsk, id: i64, error: Option<String>) -> Result<Response, Failure> {
    let view = views(ask.app.reads.all(one(id)).await?)?.pop().ok_or(Failure::NotFound)?;
    let (old, new) = tokio::join!(asked_of(ask, &view.original), asked_of(ask, &view.present));
    let in_use = view.original.reader.is_some_and(|binder| binder != view.transfer.reader);
    let look = |title, side: &Side, found: &Result<Option<Patron>, ()>| CardLook {
        title,
        card: side_words(side),
        balance: side.balance,
        said: said_words(found),
    };
    let (shell, state) = (ask.shell(PATH), view.transfer.state);
    let is_open = view.transfer.decided_at == 0;
    let status = if error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let moment = |at: i64| if at == 0 { String::new() } else { ask.app.calendar.moment(at) };
    let template = ReviewPage {
        key: form_key()?,
        id,
        state: state_words(state),
        class: class(state),
        amount: amount_words(&view),
        asked_at: moment(view.transfer.at),
        settled_at: moment(view.transfer.decided_at),
        reason: view.reason.clone(),
        looks: vec![look("原读者证", &view.original, &old), look("新读者证", &view.present, &new)],
        verdict: verdict(ask, &old, &new),
        in_use,
        may_verify: state == TransferState::AtDesk && shell.may(Permission::BindCards),
        may_decide: is_open && shell.may(Permission::ReviewTransfers),
        error,
        shell,
    };
    page_with(status, &template)
}

pub async fn show(ask: StaffAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    review_page(&ask, id, None).await
}

async fn done<C: CommandOf<Slice: InSlices>>(
    ask: &StaffAsk,
    id: i64,
    key: Option<Idempotency>,
    command: C,
) -> Result<Response, Failure> {
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => {
            ask.app.outbox_bell.notify_one();
            Ok(Redirect::to(&format!("{PATH}/{id}")).into_response())
        }
        Err(Stop::Refused(refusal)) => review_page(ask, id, Some(wording::refusal(refusal))).await,
        Err(stop) => Err(stop.into()),
    }
}

/// Staff say that they have seen the identity card.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct SeenForm {
    pub seen: String,
}

pub async fn verify(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<SeenForm>) -> Result<Response, Failure> {
    if posted.form.seen.is_empty() {
        return review_page(&ask, id, Some("请先核对本人身份证与两张读者证的登记资料。".into())).await;
    }
    let key = posted.idempotency(&ask.app, ask.actor());
    done(&ask, id, key, VerifyTransfer { transfer: TransferId(id) }).await
}

pub async fn approve(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    done(&ask, id, key, ApproveTransfer { transfer: TransferId(id) }).await
}

async fn ending(ask: &StaffAsk, id: i64) -> Result<Ending, Failure> {
    let view = views(ask.app.reads.all(one(id)).await?)?.pop().ok_or(Failure::NotFound)?;
    let (from, to) = (side_words(&view.original), side_words(&view.present));
    Ok(Ending {
        path: PATH,
        verb: "驳回转移",
        busy: "正在驳回…",
        back: format!("{PATH}/{id}"),
        action: format!("{PATH}/{id}/refusal"),
        facts: format!("{from} → {to}，{}。驳回后积分在原读者证上。", amount_words(&view)),
        label: "原因（读者会看到）",
    })
}

pub async fn confirm_refusal(ask: StaffAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    reason_page(&ask, ending(&ask, id).await?, "", None)
}

pub async fn decline(ask: StaffAsk, Path(id): Path<i64>, posted: Posted<ReasonForm>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let reason = posted.form.reason.trim().trim_end_matches('。').to_string();
    let command = DeclineTransfer { transfer: TransferId(id), reason };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => {
            ask.app.outbox_bell.notify_one();
            Ok(Redirect::to(&format!("{PATH}/{id}")).into_response())
        }
        Err(Stop::Refused(why)) => reason_page(&ask, ending(&ask, id).await?, &posted.form.reason, Some(&why)),
        Err(stop) => Err(stop.into()),
    }
}

sample! { CardLook { title, card, balance, said } }
sample! { ReviewPage { shell, key, id = |draw| draw.id(), state, class, amount, asked_at, settled_at, reason, looks, verdict, in_use, may_verify, may_decide, error } }
sample! { SeenForm { seen } }
