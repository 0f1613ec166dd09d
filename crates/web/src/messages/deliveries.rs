//! 发出的消息: what left the platform, and how far it came.

use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::kit::list::{Field, List, ListPage, Page, chosen, query};
use crate::kit::table::{Cell, Table};
use crate::system::{channel_words, outbox_words};
use crate::wording::{self, Said};
use axum::extract::Query;
use axum::response::Response;
use domain::core::row::Cell as _;
use domain::tables::{Channel, OutboxState};
use serde::Deserialize;
use store::cards::card_words;
use store::outbox::{Delivery, PAGE_ROWS, deliveries};

const PATH: &str = "/staff/messages";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    channel: String,
    state: String,
    before: String,
}

pub async fn index(ask: StaffAsk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let before = asked.before.parse().ok().filter(|before| *before > 0).unwrap_or(i64::MAX);
    let read = || {
        let channel = chosen(&asked.channel, |text| text.parse().ok().and_then(Channel::from_cell))?;
        Ok::<_, String>((channel, chosen(&asked.state, |text| text.parse().ok().and_then(OutboxState::from_cell))?))
    };
    let (found, error) = match read() {
        Ok((channel, state)) => (deliveries(&ask.app.reads, channel, state, before).await?, None),
        Err(sentence) => (vec![], Some(sentence)),
    };
    let page = Page::of(found, PAGE_ROWS, |delivery| delivery.outbox.id.to_string());
    let channels = Channel::ALL.iter().map(|channel| (*channel as i64, channel_words(*channel)));
    let states = OutboxState::ALL.iter().map(|state| (*state as i64, outbox_words(*state)));
    ListPage {
        shell: ask.shell(PATH),
        title: "发出的消息",
        actions: vec![],
        list: List {
            path: PATH,
            query: query(&[("channel", &asked.channel), ("state", &asked.state)]),
            hidden: vec![],
            fields: vec![
                Field::select("channel", "渠道", &asked.channel, channels),
                Field::select("state", "状态", &asked.state, states),
            ],
            screen: table(&ask).on_screen(&page.rows),
            none: "没有符合条件的消息。",
            next: page.next.map(|mark| ("before", mark, "更早的消息")),
            error,
        },
    }
    .answer()
}

fn table(ask: &StaffAsk) -> Table<'_, Delivery> {
    Table::new()
        .text("时间", |delivery: &Delivery| ask.app.calendar.moment(delivery.outbox.at))
        .text("渠道", |delivery| channel_words(delivery.outbox.channel))
        .text("内容", |delivery| title(delivery))
        .text("收件人", |delivery| match delivery.tail.as_str() {
            "" => "—".into(),
            tail => card_words(&delivery.masked_name, tail),
        })
        .text("状态", |delivery| Cell::State {
            class: class(delivery.outbox.state),
            word: outbox_words(delivery.outbox.state),
            note: String::new(),
        })
        .number("尝试", |delivery| delivery.outbox.attempts)
}

/// What it tells of; whom and what exactly is the reader's own.
fn title(delivery: &Delivery) -> &'static str {
    match delivery.kind {
        Some(kind) => wording::message(kind, &Said::default()).title,
        None if delivery.outbox.channel == Channel::Sms => "验证码",
        None => "通知",
    }
}

fn class(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Waiting | OutboxState::Sending => "st st-wait",
        OutboxState::Sent => "st st-ok",
        OutboxState::Failed | OutboxState::Unknown => "st st-no",
    }
}
