//! 加到日历: one event as a calendar file (RFC 5545).

use crate::frame::ask::Ask;
use crate::frame::failure::Failure;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::tables::{ActivityId, ActivityState};
use jiff::Timestamp;
use store::activities::{ActivityView, Changes, changes, counted, one, view};

/// Longer lines are folded.
const LINE_BYTES_MAX: usize = 75;

pub async fn show(ask: Ask, Path(activity): Path<i64>) -> Result<Response, Failure> {
    let id = ActivityId(activity);
    let [found, changed] = ask.app.reads.read([one(id), changes(id)]).await?;
    let view = view(found)?.ok_or(Failure::NotFound)?;
    if view.activity.state == ActivityState::Draft {
        return Err(Failure::NotFound);
    }
    let url = ask.app.site.public_url.trim_end_matches('/');
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"activity.ics\""),
    ];
    Ok((headers, file(&view, counted(changed)?, url)).into_response())
}

/// A calendar takes a file again only if its number has grown.
fn file(view: &ActivityView, changes: Changes, url: &str) -> String {
    let (activity, text) = (&view.activity, &view.text);
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    let status = if activity.state == ActivityState::Cancelled { "CANCELLED" } else { "CONFIRMED" };
    let changed = utc(activity.at.max(changes.last));
    let lines = [
        "BEGIN:VCALENDAR".to_string(),
        "VERSION:2.0".into(),
        "PRODID:-//yue//activities//ZH".into(),
        "BEGIN:VEVENT".into(),
        format!("UID:activity-{}@{host}", activity.id),
        format!("DTSTAMP:{changed}"),
        format!("LAST-MODIFIED:{changed}"),
        format!("SEQUENCE:{}", changes.count),
        format!("DTSTART:{}", utc(activity.starts)),
        format!("DTEND:{}", utc(activity.ends)),
        format!("SUMMARY:{}", escaped(&text.title)),
        format!("LOCATION:{}", escaped(&text.place)),
        format!("URL:{url}/activities/{}", activity.id),
        format!("STATUS:{status}"),
        "END:VEVENT".into(),
        "END:VCALENDAR".into(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

fn utc(at: i64) -> String {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n")
}

/// Never within a character.
fn folded(line: &str) -> String {
    let (mut out, mut length) = (String::new(), 0);
    for c in line.chars() {
        if length + c.len_utf8() > LINE_BYTES_MAX {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_long_lines_folded() {
        assert_eq!(escaped("a,b;c\\d\r\ne"), "a\\,b\\;c\\\\d\\ne");
        let long = folded(&format!("SUMMARY:{}", "江".repeat(40)));
        assert!(long.split("\r\n").all(|line| line.len() <= LINE_BYTES_MAX));
        assert_eq!(long.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "江".repeat(40)));
        assert_eq!(utc(1_795_827_600_000), "20261128T010000Z");
    }
}
