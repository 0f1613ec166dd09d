//! 常见问题: read by everybody, by category and with search; staff write, order and hide them.

pub mod first;
pub mod reader;
pub mod staff;
pub mod words;

use crate::frame::routes::{For, Routes};
use domain::rules::Rule;
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

/// With the values of the rules that are in force: `{cancel-hours}` → 24. What is no rule's word stays as it is.
pub fn filled(text: &str, value: impl Fn(Rule) -> i64) -> String {
    let named = |word: &str| Rule::ALL.iter().find(|rule| rule.about().word == word);
    let mut parts = text.split('{');
    let mut whole = parts.next().unwrap_or_default().to_string();
    for part in parts {
        match part.split_once('}').and_then(|(word, rest)| Some((named(word)?, rest))) {
            Some((rule, rest)) => whole += &format!("{}{rest}", value(*rule)),
            None => whole += &format!("{{{part}"),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_stand_for_their_values_and_other_braces_for_themselves() {
        let value = |rule| if rule == Rule::CancelHours { 24 } else { 0 };
        assert_eq!(filled("{cancel-hours} 小时内，{nothing} {", value), "24 小时内，{nothing} {");
        assert_eq!(filled("没有", value), "没有");
    }
}
