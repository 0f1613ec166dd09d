//! 我的消息: what the platform has told a reader.

use crate::ask::ReaderAsk;
use crate::failure::Failure;
use crate::page::{Shell, form_key, page};
use crate::posted::Posted;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use domain::envelope::Command;
use domain::messages::MarkRead;
use domain::tables::{MessageId, MessageKind};
use serde::Deserialize;
use store::messages::{MessageView, PAGE_ROWS, list, views};

pub struct Line {
    pub title: &'static str,
    pub text: String,
    pub when: String,
    pub link: String,
    pub unread: bool,
}

#[derive(Template)]
#[template(path = "messages/index.html")]
pub struct MessagesPage {
    shell: Shell,
    key: String,
    lines: Vec<Line>,
    older: Option<MessageId>,
}

#[derive(Deserialize)]
pub struct Before {
    #[serde(default)]
    before: i64,
}

pub async fn index(ask: ReaderAsk, Query(query): Query<Before>) -> Result<Response, Failure> {
    let app = &ask.ask.app;
    let before = if query.before > 0 { query.before } else { i64::MAX };
    let mut found = views(app.reads.all(list(ask.id(), before)).await?)?;
    let more = found.len() > PAGE_ROWS as usize;
    found.truncate(PAGE_ROWS as usize);
    let older = found.last().filter(|_| more).map(|view| view.message.id);
    let lines = found.iter().map(|view| line(&ask, view)).collect();
    page(&MessagesPage { shell: ask.ask.shell(), key: form_key()?, lines, older })
}

fn line(ask: &ReaderAsk, view: &MessageView) -> Line {
    let (message, about) = (&view.message, &view.about);
    let (title, text, link) = match message.kind {
        MessageKind::Bound if message.points > 0 => {
            let text = format!("{about}绑定成功，首次绑定获得 {} 积分。", message.points);
            ("读者证绑定成功", text, "/cards".to_string())
        }
        MessageKind::Bound => ("读者证绑定成功", format!("{about}绑定成功。"), "/cards".to_string()),
        MessageKind::Redeemed => {
            let text = format!("您用 {} 积分兑换了「{about}」，请凭兑换码到服务台领取。", message.points);
            ("兑换成功", text, format!("/redemptions/{}", message.about))
        }
        MessageKind::Collected => {
            ("奖品已领取", format!("「{about}」已在服务台领取。"), format!("/redemptions/{}", message.about))
        }
    };
    let unread = !message.read && message.id.0 > ask.reader.read_upto;
    Line { title, text, when: ask.ask.app.calendar.moment(message.at), link, unread }
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn mark_read(ask: ReaderAsk, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.ask.app, &posted.form);
    let command = Command::MarkRead(MarkRead { message: None });
    app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await?;
    Ok(Redirect::to("/messages").into_response())
}
