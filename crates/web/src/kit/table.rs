//! A table's columns, said once: the screen, CSV and XLSX are made from them.

use super::export::{Cell as FileCell, Kind, Sheet};
use crate::frame::failure::Failure;
use axum::response::Response;

/// What stands in a cell.
pub enum Cell {
    Text(String),
    Number(i64),
    /// A second line, smaller.
    Lines(String, String),
    Link {
        href: String,
        text: String,
    },
    /// A small picture before the text.
    Pictured {
        href: String,
        picture: String,
        text: String,
        width: u32,
    },
    /// A state with its class, and a note beside it.
    State {
        class: &'static str,
        word: &'static str,
        note: String,
    },
    /// What can be done with the row.
    Action {
        href: String,
        verb: &'static str,
    },
    Empty,
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Number(number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.into())
    }
}

impl Cell {
    /// What a file can hold of it.
    fn into_file(self) -> FileCell {
        match self {
            Cell::Number(number) => FileCell::Number(number),
            Cell::Text(text) | Cell::Link { text, .. } | Cell::Pictured { text, .. } => FileCell::Text(text),
            Cell::Lines(first, second) => FileCell::Text(format!("{first} {second}").trim().into()),
            Cell::State { word, note, .. } => FileCell::Text(format!("{word} {note}").trim().into()),
            Cell::Action { .. } | Cell::Empty => FileCell::Text(String::new()),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Everywhere,
    OnScreen,
    InFiles,
}

type Make<'a, T> = Box<dyn Fn(&T) -> Cell + Send + Sync + 'a>;

struct Column<'a, T> {
    heading: &'static str,
    is_number: bool,
    shown: Shown,
    cell: Make<'a, T>,
}

/// The columns of a list of `T`.
pub struct Table<'a, T>(Vec<Column<'a, T>>);

impl<T> Default for Table<'_, T> {
    fn default() -> Self {
        Table(vec![])
    }
}

/// As the template shows it.
pub struct Screen {
    pub headings: Vec<(&'static str, bool)>,
    pub rows: Vec<Vec<Cell>>,
}

impl<'a, T> Table<'a, T> {
    pub fn new() -> Self {
        Table::default()
    }

    fn with<C: Into<Cell>>(
        mut self,
        heading: &'static str,
        shown: Shown,
        cell: impl Fn(&T) -> C + Send + Sync + 'a,
    ) -> Self {
        self.0.push(Column { heading, is_number: false, shown, cell: Box::new(move |row| cell(row).into()) });
        self
    }

    pub fn text<C: Into<Cell>>(self, heading: &'static str, cell: impl Fn(&T) -> C + Send + Sync + 'a) -> Self {
        self.with(heading, Shown::Everywhere, cell)
    }

    /// Stands to the right.
    pub fn number<C: Into<Cell>>(self, heading: &'static str, cell: impl Fn(&T) -> C + Send + Sync + 'a) -> Self {
        let mut table = self.with(heading, Shown::Everywhere, cell);
        if let Some(column) = table.0.last_mut() {
            column.is_number = true;
        }
        table
    }

    pub fn screen<C: Into<Cell>>(self, heading: &'static str, cell: impl Fn(&T) -> C + Send + Sync + 'a) -> Self {
        self.with(heading, Shown::OnScreen, cell)
    }

    pub fn file<C: Into<Cell>>(self, heading: &'static str, cell: impl Fn(&T) -> C + Send + Sync + 'a) -> Self {
        self.with(heading, Shown::InFiles, cell)
    }

    pub fn on_screen(&self, rows: &[T]) -> Screen {
        let columns: Vec<_> = self.0.iter().filter(|column| column.shown != Shown::InFiles).collect();
        Screen {
            headings: columns.iter().map(|column| (column.heading, column.is_number)).collect(),
            rows: rows.iter().map(|row| columns.iter().map(|column| (column.cell)(row)).collect()).collect(),
        }
    }

    /// `name`: the file's, without its ending.
    pub fn download(&self, name: String, rows: &[T], kind: Kind) -> Result<Response, Failure> {
        let columns: Vec<_> = self.0.iter().filter(|column| column.shown != Shown::OnScreen).collect();
        let cells = |row: &T| columns.iter().map(|column| (column.cell)(row).into_file()).collect();
        Sheet {
            name,
            headings: columns.iter().map(|column| column.heading).collect(),
            rows: rows.iter().map(cells).collect(),
        }
        .answer(kind)
    }
}

sample! { enum Cell {
    Text(a), Number(a), Lines(a, b), Link { href, text }, Pictured { href, picture, text, width },
    State { class, word, note }, Action { href, verb }, Empty,
} }
sample! { Screen {
    headings = |_| vec![("标题", false), ("数量", true)],
    rows = |draw| <Vec<[Cell; 2]> as crate::samples::Sample>::sample(draw).into_iter().map(Vec::from).collect(),
} }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_is_where_it_belongs() {
        let table = Table::new()
            .text("奖品", |row: &(&str, i64)| Cell::Link { href: "/x".into(), text: row.0.into() })
            .number("积分", |row| row.1)
            .screen("", |_| Cell::Action { href: "/y".into(), verb: "取消" })
            .file("编号", |row| row.1 + 1);
        let screen = table.on_screen(&[("书签", 60)]);
        assert_eq!(screen.headings, [("奖品", false), ("积分", true), ("", false)]);
        assert_eq!(screen.rows[0].len(), 3);
        let columns = table.0.iter().filter(|column| column.shown != Shown::OnScreen);
        let cells: Vec<FileCell> = columns.map(|column| (column.cell)(&("书签", 60)).into_file()).collect();
        assert!(matches!(&cells[..], [FileCell::Text(a), FileCell::Number(60), FileCell::Number(61)] if a == "书签"));
    }
}
