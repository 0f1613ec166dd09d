//! The model's rules of texts.

use domain::core::refusal::{Common, Refused};

/// The most characters.
pub const TITLE: usize = 40;
pub const ADDRESS: usize = 100;
pub const REASON: usize = 200;
pub const DESCRIPTION: usize = 2_000;

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// There is no character after the last that may be.
pub fn ends(text: &str, most: usize) -> Result<(), Refused> {
    text.chars().nth(most).map_or(Ok(()), |_| Err(Common::TextTooLong { most: most as i64 }.into()))
}

pub fn names(text: &str) -> Result<(), Refused> {
    if is_blank(text) { Err(Common::TitleMissing.into()) } else { ends(text, TITLE) }
}

pub fn tells(text: &str) -> Result<(), Refused> {
    if is_blank(text) { Err(Common::WordsMissing.into()) } else { ends(text, REASON) }
}

pub fn explains(text: &str) -> Result<(), Refused> {
    if is_blank(text) { Err(Common::ReasonMissing.into()) } else { ends(text, REASON) }
}
