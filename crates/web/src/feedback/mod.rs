//! 意见反馈: readers write with pictures, staff answer, either may go on.

pub mod pictures;
pub mod reader;
pub mod staff;
pub mod words;

use crate::frame::app::App;
use crate::frame::keys::Keys;
use crate::frame::routes::{For, Routes};
use crate::frame::sealing::open_as;
use domain::staff::Permission;
use domain::tables::FeedbackState;
use serde::{Deserialize, Serialize};
use store::feedback::PostView;

const ANSWERERS: For = For::Staff(&[Permission::AnswerFeedback]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/feedback", For::Readers, reader::index)
        .get("/feedback/new", For::Readers, reader::new)
        .post("/feedback", For::Readers, reader::send)
        .get("/feedback/{feedback}", For::Readers, reader::show)
        .post("/feedback/{feedback}/replies", For::Readers, reader::reply)
        .get("/feedback/{feedback}/pictures/{number}/{place}", For::Readers, pictures::of_own)
        .get("/staff/feedback", ANSWERERS, staff::index)
        .in_menu(78, "message-2", "意见反馈")
        .get("/staff/feedback/{feedback}", ANSWERERS, staff::show)
        .get("/staff/feedback/{feedback}/pictures/{number}/{place}", ANSWERERS, pictures::of_any)
        .post("/staff/feedback/{feedback}/answer", ANSWERERS, staff::answer)
}

const TEXT_CHARS_MAX: usize = 1_000;
const CONTACT_CHARS_MAX: usize = 60;

/// As in the URL, in words for readers and for staff.
const STATES: [(&str, &str, &str, FeedbackState); 3] = [
    ("open", "等待回复", "待回复", FeedbackState::Open),
    ("answered", "已回复", "已回复", FeedbackState::Answered),
    ("closed", "已办结", "已办结", FeedbackState::Closed),
];

/// What is sealed: readers write of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Letter {
    pub text: String,
    /// How to reach the reader beside this page; empty: not told.
    pub contact: String,
}

impl Letter {
    fn open(keys: &Keys, sealed: &[u8]) -> Letter {
        let unreadable = || Letter { text: "（内容打不开了）".into(), contact: String::new() };
        open_as(keys, LABEL, sealed).unwrap_or_else(unreadable)
    }

    /// For a list: the first line of it.
    fn title(&self) -> String {
        let line = self.text.lines().next().unwrap_or_default();
        let short: String = line.chars().take(TITLE_CHARS).collect();
        if short.len() < self.text.len() { format!("{short}…") } else { short }
    }
}

const LABEL: &str = "feedback";
const TITLE_CHARS: usize = 30;

/// A post as it is shown to either side.
pub struct Post {
    pub text: String,
    pub contact: String,
    pub when: String,
    /// Where they are shown.
    pub pictures: Vec<String>,
    /// How many came with it and are not kept any more.
    pub pictures_gone: i64,
    pub is_staff: bool,
}

/// `at`: where this thread is shown.
fn post(keys: &Keys, moment: impl Fn(i64) -> String, at: &str, view: &PostView) -> Post {
    let Letter { text, contact } = Letter::open(keys, &view.words);
    let pictures: Vec<String> =
        view.kept.iter().map(|place| format!("{at}/pictures/{}/{place}", view.number)).collect();
    let pictures_gone = view.pictures - pictures.len() as i64;
    Post { text, contact, when: moment(view.at), pictures, pictures_gone, is_staff: view.staff != 0 }
}

async fn posts(app: &App, at: &str, feedback: i64) -> store::Done<Vec<Post>> {
    let found = store::feedback::posts(&app.reads, feedback).await?;
    Ok(found.iter().map(|view| post(&app.keys, |when| app.calendar.moment(when), at, view)).collect())
}

fn state_words(state: FeedbackState) -> (&'static str, &'static str) {
    STATES.iter().find(|(.., known)| *known == state).map_or(("", ""), |(_, reader, staff, _)| (reader, staff))
}

fn class(state: FeedbackState) -> &'static str {
    match state {
        FeedbackState::Open => "st st-wait",
        FeedbackState::Answered => "st st-ok",
        FeedbackState::Closed => "st",
    }
}

sample! { Post { text, contact, when, pictures = |_| vec!["/feedback/1/pictures/1/1".into()], pictures_gone = |draw| draw.id(), is_staff } }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_s_first_line_names_it() {
        let letter = |text: &str| Letter { text: text.into(), contact: String::new() }.title();
        assert_eq!(letter("灯坏了"), "灯坏了");
        assert_eq!(letter("灯坏了\n在二楼"), "灯坏了…");
        assert_eq!(letter(&"长".repeat(40)), format!("{}…", "长".repeat(30)));
    }
}
