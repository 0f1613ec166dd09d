//! Reading SQLite in place: a keyed query takes microseconds, a thread switch takes longer. What turns out to be long gives
//! its thread's other work away.

use super::names::{Spellings, with_numbers};
use super::{Query, Row, Value};
use crate::engine::lite;
use crate::fault::{Done, Fault};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Rows};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tokio::runtime::{Handle, RuntimeFlavor};

#[derive(Clone)]
pub struct LiteReads(Arc<Pool>);

struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl LiteReads {
    pub fn open(path: &Path) -> Done<Self> {
        let first = open(path)?;
        Ok(LiteReads(Arc::new(Pool { path: path.into(), idle: Mutex::new(vec![first]) })))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn read(&self, queries: &[Query]) -> Done<Vec<Vec<Row>>> {
        let idle = self.idle().pop();
        let connection = idle.map_or_else(|| open(&self.0.path), Ok)?;
        let found = snapshot(&connection, queries);
        // A connection that failed half-way is not used again.
        if found.is_ok() {
            self.idle().push(connection);
        }
        found
    }
}

fn open(path: &Path) -> Done<Connection> {
    let connection = lite::open(path)?;
    connection.execute_batch("pragma query_only = on")?;
    Ok(connection)
}

/// As SQLite takes it.
static SPELT: LazyLock<Spellings> = LazyLock::new(|| Spellings::new(|text| lite::numbered(&with_numbers(text))));

fn snapshot(connection: &Connection, queries: &[Query]) -> Done<Vec<Vec<Row>>> {
    if let [only] = queries {
        return Ok(vec![run(connection, only)?]);
    }
    connection.prepare_cached("begin")?.raw_execute()?;
    let found = queries.iter().map(|query| run(connection, query)).collect::<Done<Vec<_>>>()?;
    connection.prepare_cached("commit")?.raw_execute()?;
    Ok(found)
}

fn run(connection: &Connection, query: &Query) -> Done<Vec<Row>> {
    let mut statement = connection.prepare_cached(SPELT.of(query.text))?;
    let width = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(&query.arguments))?;
    let mut found = vec![];
    read_on(&mut rows, width, &mut found, ROWS_IN_PLACE_MAX)?;
    if found.len() == ROWS_IN_PLACE_MAX {
        aside(|| read_on(&mut rows, width, &mut found, usize::MAX))?;
    }
    Ok(found)
}

/// With more rows than this a thread switch costs less than the others' waiting.
const ROWS_IN_PLACE_MAX: usize = 100;

fn read_on(rows: &mut Rows<'_>, width: usize, found: &mut Vec<Row>, most: usize) -> Done<()> {
    while found.len() < most
        && let Some(row) = rows.next()?
    {
        let values = (0..width).map(|n| value(row.get_ref(n)?)).collect::<Done<Vec<_>>>()?;
        found.push(Row::new(values));
    }
    Ok(())
}

/// Lets another thread go on with what this one would do.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    let is_shared = Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    if is_shared { tokio::task::block_in_place(work) } else { work() }
}

fn value(value: ValueRef<'_>) -> Done<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(int) => Value::Int(int),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(Fault::Failed("a fraction in a database of whole numbers".into())),
    })
}
