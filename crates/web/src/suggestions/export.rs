//! What is to be ordered, as CSV, XLSX and MARCXML.

use super::staff::{PATH, state};
use super::{isbn_words, kind_words, state_words, yuan};
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::kit::export::Kind;
use crate::kit::list::query;
use crate::kit::table::Table;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::staff::NoteExport;
use serde::Deserialize;
use store::suggestions::{EXPORT_ROWS_MAX, SuggestionView, views};

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Csv,
    Xlsx,
    MarcXml,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    state: String,
    format: Format,
}

/// Who took it out is written down first.
pub async fn export(ask: StaffAsk, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let Wanted { state: name, format } = wanted;
    let Ok(state) = crate::kit::list::chosen(&name, state) else {
        return Ok(Redirect::to(&format!("{PATH}?{}", query(&[("state", &name)]))).into_response());
    };
    let found = views(ask.app.reads.all(store::suggestions::list(state, i64::MAX, EXPORT_ROWS_MAX)).await?)?;
    let noted = NoteExport { what: "suggestions.export", filter: format!("state={name}"), rows: found.len() as i64 };
    ask.app.command(ask.actor(), None, noted).await?;
    let file = format!("荐书{}", ask.today());
    match format {
        Format::Csv => table(&ask).download(file, &found, Kind::Csv),
        Format::Xlsx => table(&ask).download(file, &found, Kind::Xlsx),
        Format::MarcXml => {
            let headers = [
                (header::CONTENT_TYPE, "application/marcxml+xml; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"suggestions.xml\""),
            ];
            Ok((headers, marcxml(&found)).into_response())
        }
    }
}

fn table(ask: &StaffAsk) -> Table<'_, SuggestionView> {
    Table::new()
        .text("ISBN", |view: &SuggestionView| isbn_words(view.suggestion.isbn))
        .text("书名", |view| view.book.title.clone())
        .text("作者", |view| view.book.author.clone())
        .text("出版社", |view| view.book.publisher.clone())
        .text("出版年", |view| view.book.year.clone())
        .text("定价", |view| yuan(view.suggestion.price))
        .text("类型", |view| kind_words(&view.suggestion))
        .number("想读人数", |view| view.suggestion.readers)
        .text("状态", |view| state_words(view.suggestion.state))
        .text("推荐理由", |view| view.book.reason.clone())
        .text("提交", |view| ask.app.calendar.moment(view.suggestion.at))
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    // What XML cannot carry at all.
    text.replace(|c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'), " ")
}

/// As CNMARC, for acquisition systems: 010 ISBN and price, 200 title and author, 210 publisher and year.
fn marcxml(found: &[SuggestionView]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<collection xmlns=\"http://www.loc.gov/MARC21/slim\">\n",
    );
    for view in found {
        let (s, book) = (&view.suggestion, &view.book);
        let isbn = isbn_words(s.isbn);
        let price = if s.price == 0 { String::new() } else { format!("CNY{}", yuan(s.price)) };
        text.push_str("<record><leader>00000nam0 2200000   450 </leader>");
        for (tag, subfields) in [
            ("010", vec![("a", isbn.as_str()), ("d", price.as_str())]),
            ("200", vec![("a", book.title.as_str()), ("f", &book.author)]),
            ("210", vec![("c", book.publisher.as_str()), ("d", &book.year)]),
        ] {
            let filled: Vec<_> = subfields.into_iter().filter(|(_, text)| !text.is_empty()).collect();
            if filled.is_empty() {
                continue;
            }
            // The title is to be found by.
            let first = if tag == "200" { "1" } else { " " };
            text.push_str(&format!("<datafield tag=\"{tag}\" ind1=\"{first}\" ind2=\" \">"));
            for (code, value) in filled {
                text.push_str(&format!("<subfield code=\"{code}\">{}</subfield>", escaped(value)));
            }
            text.push_str("</datafield>");
        }
        text.push_str("</record>\n");
    }
    text.push_str("</collection>\n");
    text
}
