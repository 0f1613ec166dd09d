//! How long texts may be, in characters, so that lists and messages stay readable and no row grows without end.

use crate::core::refusal::Common;

pub const TITLE_CHARS_MAX: usize = 40;
pub const ADDRESS_CHARS_MAX: usize = 100;
pub const REASON_CHARS_MAX: usize = 200;
pub const DESCRIPTION_CHARS_MAX: usize = 2_000;

pub fn fits(text: &str, most: usize) -> Result<(), Common> {
    if text.chars().count() > most { Err(Common::TextTooLong { most: most as i64 }) } else { Ok(()) }
}

pub fn title(text: &str) -> Result<(), Common> {
    if text.trim().is_empty() { Err(Common::TitleMissing) } else { fits(text, TITLE_CHARS_MAX) }
}

/// What readers are told.
pub fn words(text: &str) -> Result<(), Common> {
    if text.trim().is_empty() { Err(Common::WordsMissing) } else { fits(text, REASON_CHARS_MAX) }
}

pub fn reason(text: &str) -> Result<(), Common> {
    if text.trim().is_empty() { Err(Common::ReasonMissing) } else { fits(text, REASON_CHARS_MAX) }
}
