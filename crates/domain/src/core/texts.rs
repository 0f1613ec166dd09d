//! How long texts may be, in characters, so that lists and messages stay readable and no row grows without end.

use crate::core::refusal::Refusal;

pub const TITLE_CHARS_MAX: usize = 40;
pub const ADDRESS_CHARS_MAX: usize = 100;
pub const REASON_CHARS_MAX: usize = 200;
pub const DESCRIPTION_CHARS_MAX: usize = 2_000;

pub fn fits(text: &str, most: usize) -> Result<(), Refusal> {
    if text.chars().count() > most { Err(Refusal::TextTooLong { most }) } else { Ok(()) }
}

pub fn title(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::TitleMissing) } else { fits(text, TITLE_CHARS_MAX) }
}

/// What readers are told.
pub fn words(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::WordsMissing) } else { fits(text, REASON_CHARS_MAX) }
}

pub fn reason(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::ReasonMissing) } else { fits(text, REASON_CHARS_MAX) }
}
