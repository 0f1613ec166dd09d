//! The list: what is not read stands first, then what is, each newest first; one message opened.

use super::choices::{TopicLine, topic_lines};
use super::subscribe::{Subscribe, subscribe};
use super::words;
use crate::frame::app::App;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page};
use crate::frame::posted::{Nothing, Posted};
use crate::kit::list::Page;
use crate::wording::Words;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use domain::messages::MarkRead;
use domain::tables::MessageId;
use serde::Deserialize;
use store::messages::{MessageView, PAGE_ROWS, one, seen, unread, views};

/// As a line of the list.
pub struct Line {
    pub id: MessageId,
    pub words: Words,
    pub when: String,
}

#[derive(Template)]
#[template(path = "messages/index.html")]
pub struct MessagesPage {
    shell: Shell,
    key: String,
    unread: Vec<Line>,
    /// Where more of those not read begin.
    more_unread: Option<String>,
    seen: Vec<Line>,
    older: Option<String>,
    /// WeChat can be asked to show messages, too: whether it does.
    notices: Option<bool>,
    /// WeChat has said that it does not reach the reader.
    unfollowed: bool,
    topics: Vec<TopicLine>,
    subscribe: Option<Subscribe>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Before {
    /// Those read, older than this one.
    before: i64,
    /// Those not read, older than this one.
    unread: i64,
}

pub async fn index(ask: ReaderAsk, Query(asked): Query<Before>) -> Result<Response, Failure> {
    let (app, id, upto) = (&ask.app, ask.id(), ask.reader.read_upto);
    // Whoever pages through the one sees nothing of the other.
    let from = |mark: i64, other: i64| {
        if mark > 0 {
            mark
        } else if other > 0 {
            0
        } else {
            i64::MAX
        }
    };
    let wanted = [unread(id, from(asked.unread, asked.before), upto), seen(id, from(asked.before, asked.unread), upto)];
    let lines = app.reads.read(wanted).await?.map(|rows| {
        let page = Page::of(views(rows)?, PAGE_ROWS, |view| view.message.id.to_string());
        Ok::<_, Failure>(page.map(|view| line(&ask, &view)))
    });
    let [unread, seen] = lines;
    let (unread, seen) = (unread?, seen?);
    let notices = app.site.sends_notices.then_some(ask.reader.notices);
    let subscribe = subscribe(&ask).await?;
    let topics = if notices == Some(true) || subscribe.is_some() { topic_lines(ask.reader.muted) } else { vec![] };
    page(&MessagesPage {
        shell: ask.shell(),
        key: form_key()?,
        unread: unread.rows,
        more_unread: unread.next,
        seen: seen.rows,
        older: seen.next,
        notices,
        unfollowed: ask.reader.unfollowed,
        topics,
        subscribe,
    })
}

fn line(ask: &ReaderAsk, view: &MessageView) -> Line {
    let when = ask.app.calendar.moment(view.message.at);
    Line { id: view.message.id, words: words(view, &ask.app.keys), when }
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
    let line = line(&ask, &view);
    let mut shell = ask.shell();
    if !view.message.read && line.id.0 > ask.reader.read_upto {
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

sample! { Line { id, words, when } }
sample! { MessagesPage { shell, key, unread, more_unread, seen, older, notices, unfollowed, topics, subscribe } }
sample! { MessagePage { shell, line } }
