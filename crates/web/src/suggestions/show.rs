//! A suggestion as who proposed or joined it sees it, with its steps.

use super::reader::pill;
use super::{facts, isbn_words, kind_words, state_words, yuan};
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::messages::{Subscribe, subscribe};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::tables::SuggestionState;
use serde::Deserialize;
use store::suggestions::{SuggestionView, views};

/// A step that a suggestion has taken, or has before it.
pub struct Step {
    pub words: String,
    pub is_done: bool,
}

#[derive(Template)]
#[template(path = "suggestions/show.html")]
pub struct ShowPage {
    shell: Shell,
    /// Asked of whoever has just proposed or joined.
    subscribe: Option<Subscribe>,
    title: String,
    facts: String,
    isbn: String,
    price: String,
    kind: &'static str,
    reason: String,
    state: &'static str,
    class: &'static str,
    readers: i64,
    is_own: bool,
    /// What has just happened; empty: nothing.
    said: &'static str,
    steps: Vec<Step>,
    /// What staff said.
    note: String,
    shelf_mark: String,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct How {
    how: String,
}

/// Of who has proposed or joined it; anybody else's is not there.
pub async fn show(
    ask: ReaderAsk,
    Path(suggestion): Path<i64>,
    Query(How { how }): Query<How>,
) -> Result<Response, Failure> {
    let reads = &ask.app.reads;
    let [found, wants] =
        reads.read([store::suggestions::one(suggestion), store::suggestions::wants(suggestion, ask.id())]).await?;
    let is_in = wants.into_iter().next().map_or(Ok(0), |mut row| row.int())? > 0;
    let view = views(found)?.pop().filter(|_| is_in).ok_or(Failure::NotFound)?;
    let s = &view.suggestion;
    page(&ShowPage {
        subscribe: if how.is_empty() { None } else { subscribe(&ask).await? },
        shell: ask.shell(),
        facts: facts(&view.book),
        isbn: isbn_words(s.isbn),
        price: yuan(s.price),
        kind: kind_words(s),
        state: state_words(s.state),
        class: pill(s.state),
        readers: s.readers,
        is_own: s.reader == ask.id(),
        said: match how.as_str() {
            "new" => "推荐已提交，审核结果会发消息告诉您",
            "joined" => "已登记“我也想读”，结果会发消息告诉您",
            "known" => "您已经推荐过这本书了",
            _ => "",
        },
        steps: steps(&ask, &view),
        title: view.book.title,
        reason: view.book.reason,
        note: view.reason,
        shelf_mark: view.shelf_mark,
    })
}

fn steps(ask: &ReaderAsk, view: &SuggestionView) -> Vec<Step> {
    let (s, calendar) = (&view.suggestion, &ask.app.calendar);
    let when = |at: i64| if at == 0 { String::new() } else { format!(" {}", calendar.moment(at)) };
    let done = |words: &str, at: i64| Step { words: format!("{words}{}", when(at)), is_done: true };
    let ahead = |words: &str, is_done: bool| Step { words: words.into(), is_done };
    let mut steps = vec![done("提交推荐", s.at)];
    match s.state {
        SuggestionState::Proposed => steps.push(ahead("馆员审核", false)),
        SuggestionState::Declined => {
            steps.push(done("未采纳", s.decided_at));
            return steps;
        }
        _ => steps.push(done("已采纳", s.decided_at)),
    }
    let ordered = matches!(s.state, SuggestionState::Ordered | SuggestionState::Arrived);
    steps.push(ahead(if ordered { "已订购" } else { "订购" }, ordered));
    let arrived = s.state == SuggestionState::Arrived;
    steps.push(ahead(if arrived { "已到馆" } else { "到馆上架" }, arrived));
    steps
}

sample! { Step { words, is_done } }
sample! { ShowPage {
    shell, subscribe, title, facts, isbn, price, kind, reason, state, class, readers, is_own, said, steps, note, shelf_mark,
} }
