//! 微信通知: whether WeChat shows messages, too, and of what.

use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::posted::Posted;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::row::Cell;
use domain::messages::{ChooseNotices, ChooseTopic, bit};
use domain::tables::Topic;
use serde::Deserialize;

/// A topic, and whether WeChat shows it.
pub struct TopicLine {
    pub topic: i64,
    pub name: &'static str,
    pub is_shown: bool,
}

pub fn topic_lines(muted: i64) -> Vec<TopicLine> {
    let line = |topic: &Topic| TopicLine {
        topic: *topic as i64,
        name: topic_words(*topic),
        is_shown: muted & bit(*topic) == 0,
    };
    Topic::ALL.iter().map(line).collect()
}

fn topic_words(topic: Topic) -> &'static str {
    match topic {
        Topic::Cards => "读者证",
        Topic::Redemptions => "奖品兑换",
        Topic::Activities => "活动报名",
        Topic::Volunteers => "志愿者审核",
        Topic::Suggestions => "图书推荐",
        Topic::Donations => "图书捐赠",
        Topic::Feedback => "意见反馈",
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    wanted: String,
}

/// Safe to repeat by what it does.
pub async fn choose_notices(ask: ReaderAsk, posted: Posted<Wanted>) -> Result<Response, Failure> {
    let command = ChooseNotices { wanted: !posted.form.wanted.is_empty() };
    ask.app.command(ask.actor(), None, command).await?;
    Ok(Redirect::to("/messages").into_response())
}

/// Safe to repeat by what it does.
pub async fn choose_topic(ask: ReaderAsk, Path(topic): Path<i64>, posted: Posted<Wanted>) -> Result<Response, Failure> {
    let topic = Topic::from_cell(topic).ok_or(Failure::NotFound)?;
    let command = ChooseTopic { topic, wanted: !posted.form.wanted.is_empty() };
    ask.app.command(ask.actor(), None, command).await?;
    Ok(Redirect::to("/messages#topics").into_response())
}

sample! { TopicLine { topic, name, is_shown } }
