//! Reading: pages hand over their queries at once. Reads never wait for the writer.

pub mod lite;
pub mod names;
pub mod pg;

use crate::fault::{Done, Fault};
pub use crate::record::Value;
use domain::core::digest::Digest;
use domain::core::row::{Cell, ROW_CELLS_MAX, Row as DomainRow};
use std::collections::VecDeque;

/// One text for both engines.
#[derive(Clone, Debug)]
pub struct Query {
    pub text: &'static str,
    pub arguments: Vec<Value>,
}

pub fn query(text: &'static str, arguments: impl IntoIterator<Item = Value>) -> Query {
    Query { text, arguments: arguments.into_iter().collect() }
}

/// The one number that a query asks for; 0: there is no row.
pub fn count(rows: Vec<Row>) -> Done<i64> {
    rows.into_iter().next().map_or(Ok(0), |mut row| row.int())
}

/// What a query found; taken from the left.
#[derive(Debug)]
pub struct Row(VecDeque<Value>);

impl Row {
    pub fn new(values: impl IntoIterator<Item = Value>) -> Self {
        Row(values.into_iter().collect())
    }

    fn next(&mut self) -> Done<Value> {
        self.0.pop_front().ok_or_else(|| Fault::Failed("a row has fewer columns than were asked for".into()))
    }

    pub fn int(&mut self) -> Done<i64> {
        match self.next()? {
            Value::Int(int) => Ok(int),
            other => Err(unexpected("a whole number", &other)),
        }
    }

    /// Empty where nothing was joined.
    pub fn text(&mut self) -> Done<String> {
        match self.next()? {
            Value::Text(text) => Ok(text),
            Value::Null => Ok(String::new()),
            other => Err(unexpected("text", &other)),
        }
    }

    /// Empty where there is none.
    pub fn bytes(&mut self) -> Done<Vec<u8>> {
        match self.next()? {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Null => Ok(vec![]),
            other => Err(unexpected("bytes", &other)),
        }
    }

    pub fn cell<C: Cell>(&mut self) -> Done<C> {
        let cell = self.int()?;
        C::from_cell(cell).ok_or_else(|| Fault::Failed(format!("{cell} stands for nothing")))
    }

    /// A whole row of the domain, if one was joined.
    pub fn row<R: DomainRow>(&mut self) -> Done<Option<R>> {
        let shape = R::TABLE.shape();
        let mut cells = [0; ROW_CELLS_MAX];
        let mut absent = false;
        for cell in &mut cells[..shape.columns.len()] {
            match self.next()? {
                Value::Int(int) => *cell = int,
                Value::Null => absent = true,
                other => return Err(unexpected("a whole number", &other)),
            }
        }
        if absent {
            return Ok(None);
        }
        R::of(&cells).map(Some).ok_or_else(|| Fault::Failed(format!("a row of {} stands for nothing", shape.name)))
    }
}

fn unexpected(wanted: &str, found: &Value) -> Fault {
    let kind = match found {
        Value::Int(_) => "a whole number",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
        Value::Null => "nothing",
    };
    Fault::Failed(format!("{kind} instead of {wanted}"))
}

/// Of rows that are a number each.
pub fn ids<I>(rows: Vec<Row>, id: impl Fn(i64) -> I) -> Done<Vec<I>> {
    each(rows, |row| row.int().map(&id))
}

/// What each row says.
pub fn each<T>(rows: Vec<Row>, of: impl Fn(&mut Row) -> Done<T>) -> Done<Vec<T>> {
    rows.into_iter().map(|mut row| of(&mut row)).collect()
}

/// Two cells.
pub fn digest(row: &mut Row) -> Done<Digest> {
    Ok(Digest { high: row.int()?, low: row.int()? })
}

/// A table's columns under an alias, as `Row::row` takes them.
pub fn columns<R: DomainRow>(alias: &str) -> String {
    let columns = R::TABLE.shape().columns.iter().map(|column| format!("{alias}.{column}"));
    columns.collect::<Vec<_>>().join(", ")
}

/// The reading side of a database. Cheap to clone.
#[derive(Clone)]
pub enum Reads {
    Lite(lite::LiteReads),
    Pg(pg::PgReads),
}

impl Reads {
    /// Independent queries of one page: on SQLite one snapshot, read in place; on PostgreSQL one pipelined round trip.
    pub async fn read<const N: usize>(&self, queries: [Query; N]) -> Done<[Vec<Row>; N]> {
        let found = match self {
            Reads::Lite(lite) => lite.read(&queries)?,
            Reads::Pg(pg) => pg.read(&queries).await?,
        };
        found.try_into().map_err(|_| Fault::Failed("an answer for each query".into()))
    }

    pub async fn one(&self, query: Query) -> Done<Option<Row>> {
        let [rows] = self.read([query]).await?;
        Ok(rows.into_iter().next())
    }

    pub async fn all(&self, query: Query) -> Done<Vec<Row>> {
        let [rows] = self.read([query]).await?;
        Ok(rows)
    }
}
