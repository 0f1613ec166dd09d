//! The code by which a reader is known at the desk for ten minutes: to bind a card, or to be handed everything that waits.

use crate::frame::app::App;
use domain::tables::ReaderId;

const LIFE_MS: i64 = 10 * 60_000;
const MARK: &str = "R";

pub struct DeskCode {
    pub code: String,
    pub until: i64,
}

pub fn desk_code(app: &App, reader: ReaderId, now: i64) -> DeskCode {
    let until = now + LIFE_MS;
    DeskCode { code: code(app, reader, until / 1_000), until }
}

/// `R-1234-1795395600-0123456789AB`: who, until when in seconds, and 48 bits that only this library can make.
fn code(app: &App, reader: ReaderId, until_s: i64) -> String {
    let said = format!("{MARK}-{reader}-{until_s}");
    let mark = app.keys.digest("desk-code", &said).high.cast_unsigned() >> 16;
    format!("{said}-{mark:012X}")
}

/// Whether this is meant to be such a code: a redemption's code has none of its marks.
pub fn is_desk_code(text: &str) -> bool {
    let text = text.trim_start();
    text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("R-")) && text.matches('-').count() == 3
}

/// Whose code this is, while it is good.
pub fn reader_of(app: &App, text: &str, now: i64) -> Option<ReaderId> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let mut parts = text.split('-').skip(1);
    let (reader, until_s) = (parts.next()?.parse().ok()?, parts.next()?.parse::<i64>().ok()?);
    let expected = code(app, ReaderId(reader), until_s);
    let same: bool = subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), text.as_bytes()).into();
    (same && now < until_s.checked_mul(1_000)?).then_some(ReaderId(reader))
}
