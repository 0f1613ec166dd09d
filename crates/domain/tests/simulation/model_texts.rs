//! The model's rules of texts.

use domain::core::refusal::Refusal;

/// The most characters.
pub const TITLE: usize = 40;
pub const ADDRESS: usize = 100;
pub const REASON: usize = 200;
pub const DESCRIPTION: usize = 2_000;

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// There is no character after the last that may be.
pub fn ends(text: &str, most: usize) -> Result<(), Refusal> {
    text.chars().nth(most).map_or(Ok(()), |_| Err(Refusal::TextTooLong { most }))
}

pub fn names(text: &str) -> Result<(), Refusal> {
    if is_blank(text) { Err(Refusal::TitleMissing) } else { ends(text, TITLE) }
}

pub fn tells(text: &str) -> Result<(), Refusal> {
    if is_blank(text) { Err(Refusal::WordsMissing) } else { ends(text, REASON) }
}

pub fn explains(text: &str) -> Result<(), Refusal> {
    if is_blank(text) { Err(Refusal::ReasonMissing) } else { ends(text, REASON) }
}
