//! 常见问题: read by everybody, by category and with search; staff write, order and hide them.

pub mod first;
pub mod reader;
pub mod staff;
pub mod words;

use crate::frame::routes::{For, Routes};
use domain::staff::Permission;
use domain::tables::QuestionCategory;

const WRITERS: For = For::Staff(&[Permission::EditContent]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/questions", For::Everybody, reader::index)
        .get("/staff/questions", WRITERS, staff::index)
        .in_menu(92, "help-circle", "常见问题")
        .get("/staff/questions/new", WRITERS, staff::new)
        .post("/staff/questions", WRITERS, staff::create)
        .get("/staff/questions/{question}", WRITERS, staff::edit)
        .post("/staff/questions/{question}", WRITERS, staff::save)
}

/// As in the URL, in words.
const CATEGORIES: [(&str, &str, QuestionCategory); 6] = [
    ("cards", "读者证", QuestionCategory::Cards),
    ("points", "积分", QuestionCategory::Points),
    ("prizes", "兑换", QuestionCategory::Prizes),
    ("activities", "活动", QuestionCategory::Activities),
    ("books", "荐书捐书", QuestionCategory::Books),
    ("other", "其他", QuestionCategory::Other),
];

fn category(text: &str) -> Option<QuestionCategory> {
    CATEGORIES.iter().find(|(name, ..)| *name == text).map(|(.., category)| *category)
}

fn category_words(category: QuestionCategory) -> &'static str {
    CATEGORIES.iter().find(|(.., known)| *known == category).map_or("", |(_, words, _)| words)
}
