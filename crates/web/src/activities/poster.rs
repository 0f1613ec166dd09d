//! 海报: an activity as a picture to forward, with a code that opens it.

use super::Look;
use super::reader::find;
use crate::frame::ask::Ask;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page as rendered};
use crate::kit::qr::Qr;
use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::tables::ActivityId;

/// As many wide characters as fit a line at the title's size.
const LINE_CHARS: usize = 11;
const LINES_MAX: usize = 3;

#[derive(Template)]
#[template(path = "activities/poster.svg", escape = "html")]
pub struct Poster {
    look: Look,
    title: Vec<String>,
    library: String,
    qr: Qr,
}

#[derive(Template)]
#[template(path = "activities/poster.html")]
pub struct PosterPage {
    shell: Shell,
    activity: ActivityId,
    title: String,
}

/// The poster on a page, as a picture that a long press keeps: WeChat keeps no SVG.
pub async fn page(ask: Ask, Path(activity): Path<i64>) -> Result<Response, Failure> {
    let view = find(&ask.app, activity).await?;
    rendered(&PosterPage { shell: ask.shell(), activity: view.activity.id, title: view.text.title })
}

pub async fn show(ask: Ask, Path(activity): Path<i64>) -> Result<Response, Failure> {
    let view = find(&ask.app, activity).await?;
    let url = format!("{}/activities/{activity}", ask.app.site.public_url.trim_end_matches('/'));
    let poster = Poster {
        look: Look::of(&view.line(), &ask.app.calendar, &ask.terms(), ask.now),
        title: lines(&view.text.title),
        library: ask.app.library.name.clone(),
        qr: Qr::of(&url)?,
    };
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], poster.render()?).into_response())
}

/// An SVG breaks no lines by itself.
fn lines(title: &str) -> Vec<String> {
    let chars: Vec<char> = title.chars().collect();
    let mut lines: Vec<String> = chars.chunks(LINE_CHARS).map(|line| line.iter().collect()).collect();
    if lines.len() > LINES_MAX {
        lines.truncate(LINES_MAX);
        if let Some(last) = lines.last_mut() {
            last.pop();
            last.push('…');
        }
    }
    lines
}

sample! { PosterPage { shell, activity, title } }
sample! { Poster { look, title, library, qr } }

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn long_titles_break_and_end() {
        assert_eq!(lines("江豚来了：长江自然课堂"), ["江豚来了：长江自然课堂"]);
        assert_eq!(lines(&"长".repeat(12)), ["长".repeat(11), "长".into()]);
        let cut = lines(&"长".repeat(40));
        assert_eq!((cut.len(), cut[2].ends_with('…')), (3, true));
    }
}
