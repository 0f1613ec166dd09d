//! 我的消息: what the platform has told a reader, and the same words for WeChat's notices.

pub mod words;

use crate::frame::app::App;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::keys::Keys;
use crate::frame::page::{Shell, form_key, page};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::routes::{For, Routes};
use crate::frame::sealing::MemberFace;
use crate::kit::calendar::Calendar;
use crate::kit::list::Page;
use crate::kit::wx_config::{WxConfig, wx_config};
use crate::wording::{Said, Words};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use domain::messages::{AllowNotice, ChooseNotices, MarkRead};
use domain::tables::MessageId;
use serde::Deserialize;
use store::messages::{MessageView, PAGE_ROWS, list, one, unread, views};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/messages", For::Readers, index)
        .get("/messages/{message}", For::Readers, show)
        .post("/messages/read", For::Readers, mark_read)
        .post("/messages/notices", For::Readers, choose_notices)
        .post("/messages/consents", For::Readers, allow)
}

pub fn words(view: &MessageView, keys: &Keys) -> Words {
    let message = &view.message;
    let said = Said {
        about: &view.about,
        number: message.about,
        detail: message.detail,
        more: view.more.trim_end_matches(['。', '！', '？']),
        member: MemberFace::open(keys, &view.face).map(|face| face.name),
    };
    crate::wording::message(message.kind, &said)
}

/// As a line of the list.
pub struct Line {
    pub id: MessageId,
    pub words: Words,
    pub when: String,
    pub unread: bool,
}

#[derive(Template)]
#[template(path = "messages/index.html")]
pub struct MessagesPage {
    shell: Shell,
    key: String,
    lines: Vec<Line>,
    only_unread: bool,
    older: Option<String>,
    /// WeChat can be asked to show messages, too: whether it does.
    notices: Option<bool>,
    /// WeChat can be allowed one more subscribe message.
    wx: Option<WxConfig>,
    subscribe_template: String,
    consents: i64,
}

#[derive(Deserialize)]
pub struct Before {
    #[serde(default)]
    before: i64,
    #[serde(default)]
    only: String,
}

pub async fn index(ask: ReaderAsk, Query(query): Query<Before>) -> Result<Response, Failure> {
    let app = &ask.app;
    let before = if query.before > 0 { query.before } else { i64::MAX };
    let only_unread = query.only == "unread";
    let wanted = match only_unread {
        true => unread(ask.id(), before, ask.reader.read_upto),
        false => list(ask.id(), before),
    };
    let found = views(app.reads.all(wanted).await?)?;
    let found = Page::of(found, PAGE_ROWS, |view| view.message.id.to_string());
    let Page { rows: lines, next: older } = found.map(|view| line(&ask, &view, &app.calendar));
    let notices = app.site.sends_notices.then_some(ask.reader.notices);
    let subscribe_template = app.site.subscribe_template.clone();
    let wx = if subscribe_template.is_empty() { None } else { wx_config(&ask).await? };
    let (shell, key, consents) = (ask.shell(), form_key()?, ask.reader.consents);
    page(&MessagesPage { shell, key, lines, only_unread, older, notices, wx, subscribe_template, consents })
}

fn line(ask: &ReaderAsk, view: &MessageView, calendar: &Calendar) -> Line {
    let message = &view.message;
    let unread = !message.read && message.id.0 > ask.reader.read_upto;
    Line { id: message.id, words: words(view, &ask.app.keys), when: calendar.moment(message.at), unread }
}

#[derive(Template)]
#[template(path = "messages/show.html")]
pub struct MessagePage {
    shell: Shell,
    line: Line,
}

/// Whoever opens a message has read it.
pub async fn show(ask: ReaderAsk, Path(message): Path<i64>) -> Result<Response, Failure> {
    let app = &ask.app;
    let view = views(app.reads.all(one(ask.id(), message)).await?)?.pop().ok_or(Failure::NotFound)?;
    let line = line(&ask, &view, &app.calendar);
    let mut shell = ask.shell();
    if line.unread {
        mark(app, &ask, line.id).await?;
        shell.unread = (shell.unread - 1).max(0);
    }
    page(&MessagePage { shell, line })
}

async fn mark(app: &App, ask: &ReaderAsk, message: MessageId) -> Result<(), Failure> {
    let command = MarkRead { message: Some(message) };
    app.command(ask.actor(), None, command).await?;
    Ok(())
}

pub async fn mark_read(ask: ReaderAsk, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.app, &posted.form);
    let command = MarkRead { message: None };
    app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await?;
    Ok(Redirect::to("/messages").into_response())
}

#[derive(Deserialize)]
pub struct NoticesForm {
    #[serde(default)]
    wanted: String,
}

/// 微信通知
pub async fn choose_notices(ask: ReaderAsk, posted: Posted<NoticesForm>) -> Result<Response, Failure> {
    let command = ChooseNotices { wanted: !posted.form.wanted.is_empty() };
    // Safe to repeat by what it does.
    ask.app.command(ask.actor(), None, command).await?;
    Ok(Redirect::to("/messages").into_response())
}

/// The reader has just pressed 允许 in WeChat's own panel.
pub async fn allow(ask: ReaderAsk, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.app, &posted.form);
    let key = posted.idempotency(app, ask.actor());
    app.command(ask.actor(), key, AllowNotice {}).await?;
    Ok(Redirect::to("/messages").into_response())
}

sample! { Line { id, words, when, unread } }
sample! { MessagesPage { shell, key, lines, only_unread, older, notices, wx, subscribe_template, consents } }
sample! { MessagePage { shell, line } }
