//! 常见问题 as readers find them.

use super::{CATEGORIES, category, category_words};
use crate::frame::ask::Ask;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use domain::tables::QuestionCategory;
use serde::Deserialize;

pub struct Line {
    pub asked: String,
    pub answer: String,
    /// The only one that was found: nobody need open it.
    pub is_open: bool,
}

pub struct Group {
    pub title: &'static str,
    pub lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "questions/index.html")]
pub struct QuestionsPage {
    shell: Shell,
    categories: Vec<(&'static str, &'static str, bool)>,
    /// No category was chosen.
    is_all: bool,
    typed: String,
    groups: Vec<Group>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    category: String,
    q: String,
}

/// Every word that was typed stands in the question or its answer.
fn is_meant(typed: &str, asked: &str, answer: &str) -> bool {
    let text = format!("{asked} {answer}").to_lowercase();
    typed.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

pub async fn index(ask: Ask, Query(wanted): Query<Asked>) -> Result<Response, Failure> {
    let chosen = category(&wanted.category);
    let mut groups: Vec<(QuestionCategory, Vec<Line>)> = vec![];
    for view in ask.content.questions.iter().filter(|view| view.question.shown) {
        let (of, answer) = (view.question.category, ask.content.filled(&view.text.answer, ask.today()));
        if chosen.is_some_and(|chosen| chosen != of) || !is_meant(&wanted.q, &view.text.asked, &answer) {
            continue;
        }
        let line = Line { asked: view.text.asked.clone(), answer, is_open: false };
        match groups.last_mut() {
            Some((last, lines)) if *last == of => lines.push(line),
            _ => groups.push((of, vec![line])),
        }
    }
    if let [(_, lines)] = groups.as_mut_slice()
        && let [only] = lines.as_mut_slice()
    {
        only.is_open = true;
    }
    let groups = groups.into_iter().map(|(of, lines)| Group { title: category_words(of), lines }).collect();
    let categories = CATEGORIES.map(|(name, words, of)| (name, words, chosen == Some(of))).to_vec();
    page(&QuestionsPage { shell: ask.shell(), categories, is_all: chosen.is_none(), typed: wanted.q, groups })
}

sample! { Line { asked, answer, is_open } }
sample! { Group { title, lines } }
sample! { QuestionsPage { shell, categories, is_all, typed, groups } }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_to_be_there_in_whatever_order() {
        assert!(is_meant("积分 过期", "积分会过期吗？", "不会，积分长期有效。"));
        assert!(is_meant("isbn", "怎样推荐图书？", "扫条码或填写 ISBN。") && is_meant(" ", "", ""));
        assert!(!is_meant("积分 签到", "积分会过期吗？", "不会。"));
    }
}
