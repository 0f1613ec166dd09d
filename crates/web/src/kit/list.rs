//! A list page of the back office: filters in the URL, one page by key, what to say when there is nothing.

use super::table::Screen;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, page_with};
use crate::kit::calendar::day_of;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

/// One page of a list, and where the next one begins.
pub struct Page<T> {
    pub rows: Vec<T>,
    /// The mark of the last row, if there are more.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// `found`: one row more than a page has says that there are more.
    pub fn of(mut found: Vec<T>, rows_max: i64, mark: impl Fn(&T) -> String) -> Self {
        let more = found.len() > rows_max as usize;
        found.truncate(rows_max as usize);
        let next = found.last().filter(|_| more).map(mark);
        Page { rows: found, next }
    }

    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(row).collect(), next: self.next }
    }
}

/// A list of one state, or of all, as it stands in the URL.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct OfState {
    pub state: String,
    /// Only what is older than this one.
    pub before: String,
}

impl OfState {
    /// The id that the page begins before: the newest of all where there is none, or nonsense.
    pub fn before_id(&self) -> i64 {
        self.before.parse().ok().filter(|before| *before > 0).unwrap_or(i64::MAX)
    }
}

/// A field of a filter, as it was filled in.
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
    pub kind: FieldKind,
}

pub enum FieldKind {
    Text {
        chars_max: usize,
    },
    Date,
    /// Values and their words; nothing chosen is all.
    Select(Vec<(String, String)>),
}

impl Field {
    pub fn text(name: &'static str, label: &'static str, value: &str, chars_max: usize) -> Self {
        Field { name, label, value: value.into(), kind: FieldKind::Text { chars_max } }
    }

    pub fn date(name: &'static str, label: &'static str, value: &str) -> Self {
        Field { name, label, value: value.into(), kind: FieldKind::Date }
    }

    pub fn select(
        name: &'static str,
        label: &'static str,
        value: &str,
        options: impl IntoIterator<Item = (impl ToString, impl ToString)>,
    ) -> Self {
        let options = options.into_iter().map(|(value, word)| (value.to_string(), word.to_string()));
        Field { name, label, value: value.into(), kind: FieldKind::Select(options.collect()) }
    }
}

/// The filters as the URL says them: for the next page and the export.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let filled = pairs.iter().filter(|(_, value)| !value.is_empty());
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish()
}

/// What stands in a filter's field; `None` within: nothing. Nonsense must not widen the list.
pub fn chosen<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    match text.trim() {
        "" => Ok(None),
        text => read(text).map(Some).ok_or_else(|| format!("筛选条件“{text}”没有看懂，请重新选择。")),
    }
}

/// A day of a filter, as yyyymmdd.
pub fn chosen_day(text: &str) -> Result<Option<i64>, String> {
    match text.trim() {
        "" => Ok(None),
        text => day_of(text).map(Some).ok_or_else(|| format!("日期“{text}”没有看懂，请重新选择。")),
    }
}

/// A link beside the heading.
pub struct Action {
    pub href: String,
    pub label: String,
    /// A drawing before the words; empty: none.
    pub icon: &'static str,
    pub is_primary: bool,
}

impl Action {
    pub fn primary(href: &str, label: &str) -> Self {
        Action { href: href.into(), label: label.into(), icon: "", is_primary: true }
    }

    pub fn plain(href: String, label: &str) -> Self {
        Action { href, label: label.into(), icon: "", is_primary: false }
    }
}

/// What every list page shows.
pub struct List {
    /// Where the filters lead.
    pub path: &'static str,
    /// The filters as they stand in the URL.
    pub query: String,
    /// Said with every filter, shown nowhere.
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub screen: Screen,
    pub none: &'static str,
    /// The mark of the next page: the URL's name for it, its value, and the words of the link.
    pub next: Option<(&'static str, String, &'static str)>,
    pub error: Option<String>,
}

impl List {
    /// One that is short and whole: no filter, no next page.
    pub fn whole(path: &'static str, screen: Screen, none: &'static str) -> Self {
        let (query, hidden, fields, next, error) = (String::new(), vec![], vec![], None, None);
        List { path, query, hidden, fields, screen, none, next, error }
    }

    pub fn status(&self) -> StatusCode {
        if self.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }

    /// Without any filter.
    pub fn cleared(&self) -> String {
        let pairs: Vec<(&str, &str)> = self.hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
        address(self.path, &query(&pairs))
    }

    pub fn next_href(&self) -> Option<(String, &'static str)> {
        let (name, mark, words) = self.next.as_ref()?;
        let mark = query(&[(name, mark)]);
        let all = if self.query.is_empty() { mark } else { format!("{}&{mark}", self.query) };
        Some((address(self.path, &all), words))
    }
}

fn address(path: &str, query: &str) -> String {
    if query.is_empty() { path.into() } else { format!("{path}?{query}") }
}

/// A page that is a list and nothing more.
#[derive(Template)]
#[template(path = "kit/list.html")]
pub struct ListPage {
    pub shell: StaffShell,
    pub title: &'static str,
    pub actions: Vec<Action>,
    pub list: List,
}

impl ListPage {
    pub fn answer(self) -> Result<Response, Failure> {
        page_with(self.list.status(), &self)
    }
}

sample! { Action { href, label, icon = |draw| draw.one_of(&["", "plus"]), is_primary } }
sample! { enum FieldKind { Text { chars_max }, Date, Select(a) } }
sample! { Field { name = |draw| format!("field{}", draw.id()).leak(), label, value, kind } }
sample! { List { path, query, hidden, fields, screen, none, next, error } }
sample! { ListPage { shell, title, actions, list } }

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_row_more_says_that_there_are_more() {
        let page = Page::of(vec![5, 4, 3], 2, i32::to_string);
        assert_eq!((page.rows, page.next.as_deref()), (vec![5, 4], Some("4")));
        let page = Page::of(vec![5, 4], 2, i32::to_string).map(|row| row * 2);
        assert_eq!((page.rows, page.next), (vec![10, 8], None));
    }

    #[test]
    fn filters_stay_in_the_addresses() {
        let screen = Screen { headings: vec![], rows: vec![] };
        let list = List {
            path: "/staff/activities",
            query: query(&[("kind", "volunteer"), ("q", "江 豚"), ("state", "")]),
            hidden: vec![("kind", "volunteer".into())],
            fields: vec![],
            screen,
            none: "",
            next: Some(("before", "7-1".into(), "更早的活动")),
            error: None,
        };
        let next = "/staff/activities?kind=volunteer&q=%E6%B1%9F+%E8%B1%9A&before=7-1";
        assert_eq!(list.next_href().unwrap().0, next);
        assert_eq!(list.cleared(), "/staff/activities?kind=volunteer");
        assert_eq!(chosen("x", |text| text.parse::<i64>().ok()), Err("筛选条件“x”没有看懂，请重新选择。".into()));
        assert_eq!((chosen_day(" "), chosen_day("2026-11-29")), (Ok(None), Ok(Some(20_261_129))));
    }
}
