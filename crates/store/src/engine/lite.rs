//! SQLite: an embedded file, WAL with synchronous=FULL, one writing connection.

use super::{BATCH_HASH, BATCH_INSERT, Flush, HEAD_COLUMNS, HEAD_UPDATE, Head, Verb, text};
use crate::fault::{Done, Fault};
use crate::record::{Value, statement, wipes};
use domain::core::row::{Cells, ROW_CELLS_MAX, Shape};
use domain::core::world::Need;
use domain::tables::Table;
use rusqlite::config::DbConfig;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OptionalExtension, ToSql};
use std::path::{Path, PathBuf};

/// 3.7.0 to 3.51.2 can corrupt the database when the WAL is reset.
pub const SQLITE_VERSION_MIN: i32 = 3_051_003;
const STATEMENTS_CACHED_MAX: usize = 256;
/// Checkpoints are made by a thread in the background; this is only where a commit would help out.
const CHECKPOINT_PAGES: u32 = 20_000;

pub struct Lite {
    path: PathBuf,
    connection: Connection,
    texts: Texts,
}

struct Texts {
    one: Vec<String>,
    /// By depth of the beginning.
    range: Vec<Vec<String>>,
    write: Vec<[String; 3]>,
}

impl Texts {
    fn new() -> Self {
        let shapes = || Table::ALL.iter().map(|table| table.shape());
        let one = shapes().map(|shape| numbered(&text::one(shape))).collect();
        let ranges =
            |shape: &'static Shape| (0..shape.keys).map(|depth| numbered(&text::range(shape, depth))).collect();
        let write = shapes().map(|shape| Verb::ALL.map(|verb| numbered(&text::write_one(shape, verb)))).collect();
        Texts { one, range: shapes().map(ranges).collect(), write }
    }
}

/// SQLite takes `$2` for a name and numbers names as they come; `?2` is the second argument wherever it stands.
pub fn numbered(text: &str) -> String {
    text.replace('$', "?")
}

/// A connection with the settings that durability needs.
pub fn open(path: &Path) -> Done<Connection> {
    if rusqlite::version_number() < SQLITE_VERSION_MIN {
        return Err(Fault::Failed(format!("SQLite {} is too old: 3.51.3 or later", rusqlite::version())));
    }
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED_MAX);
    // Plans must not depend on bound values: otherwise a statement is prepared anew at every binding that might matter.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(&format!(
        "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000; \
         pragma cache_size = -16384; pragma wal_autocheckpoint = {CHECKPOINT_PAGES};"
    ))?;
    Ok(connection)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Value::Int(int) => int.to_sql(),
            Value::Text(text) => text.to_sql(),
            Value::Bytes(bytes) => bytes.to_sql(),
            Value::Null => Ok(ToSqlOutput::from(rusqlite::types::Null)),
        }
    }
}

impl Lite {
    pub fn open(path: &Path) -> Done<Self> {
        Ok(Lite { path: path.into(), connection: open(path)?, texts: Texts::new() })
    }

    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    pub fn begin(&mut self, needs: &[Need]) -> Done<(Head, Vec<Vec<Cells>>)> {
        self.connection.prepare_cached("begin immediate")?.raw_execute()?;
        let text = format!("select {HEAD_COLUMNS} from head where one = 1");
        let head = self.connection.prepare_cached(&text)?.query_row([], |row| {
            let (sequence, at, next_id) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Head { sequence, at, next_id, content: row.get(3)?, hash: row.get(4)? })
        })?;
        Ok((head, self.load(needs)?))
    }

    pub fn load(&mut self, needs: &[Need]) -> Done<Vec<Vec<Cells>>> {
        needs.iter().map(|need| self.found(need)).collect()
    }

    fn found(&self, need: &Need) -> Done<Vec<Cells>> {
        let shape = need.table().shape();
        let mut found = vec![];
        match need {
            Need::Row(table, key) => {
                let mut statement = self.connection.prepare_cached(&self.texts.one[*table as usize])?;
                for (n, part) in key[..shape.keys].iter().enumerate() {
                    statement.raw_bind_parameter(n + 1, part)?;
                }
                read_all(&mut statement.raw_query(), shape.columns.len(), &mut found)?;
            }
            Need::Range { table, depth, from, limit } => {
                let mut statement = self.connection.prepare_cached(&self.texts.range[*table as usize][*depth])?;
                for (n, part) in from[..shape.keys].iter().enumerate() {
                    statement.raw_bind_parameter(n + 1, part)?;
                }
                statement.raw_bind_parameter(shape.keys + 1, *limit as i64)?;
                read_all(&mut statement.raw_query(), shape.columns.len(), &mut found)?;
            }
        }
        Ok(found)
    }

    pub fn commit(&mut self, flush: &Flush<'_>) -> Done<()> {
        self.write(flush)?;
        self.connection.prepare_cached("commit")?.raw_execute()?;
        Ok(())
    }

    fn write(&mut self, flush: &Flush<'_>) -> Done<()> {
        for (table, verb, rows) in &flush.sets {
            let shape = table.shape();
            let width = if *verb == Verb::Delete { shape.keys } else { shape.columns.len() };
            let mut statement = self.connection.prepare_cached(&self.texts.write[*table as usize][*verb as usize])?;
            for row in rows {
                for (n, cell) in row[..width].iter().enumerate() {
                    statement.raw_bind_parameter(n + 1, cell)?;
                }
                one_row(statement.raw_execute()?, shape.name)?;
            }
        }
        for record in flush.records {
            let (text, values) = statement(record);
            let changed =
                self.connection.prepare_cached(&numbered(text))?.execute(rusqlite::params_from_iter(values))?;
            if !wipes(text) {
                one_row(changed, text)?;
            }
        }
        let h = &flush.head;
        let batch = (h.sequence, h.at, flush.commands, h.next_id, &h.hash);
        one_row(self.connection.prepare_cached(&numbered(BATCH_INSERT))?.execute(batch)?, "batch")?;
        let head = (h.sequence, h.at, h.next_id, h.content, &h.hash);
        one_row(self.connection.prepare_cached(&numbered(HEAD_UPDATE))?.execute(head)?, "head")
    }

    pub fn roll_back(&mut self) -> Done<()> {
        if !self.connection.is_autocommit() {
            self.connection.prepare_cached("rollback")?.raw_execute()?;
        }
        Ok(())
    }

    pub fn reconnect(&mut self) -> Done<()> {
        self.connection = open(&self.path)?;
        Ok(())
    }

    pub fn batch_hash(&mut self, sequence: i64) -> Done<Option<Vec<u8>>> {
        Ok(self.connection.prepare_cached(&numbered(BATCH_HASH))?.query_row([sequence], |row| row.get(0)).optional()?)
    }
}

fn one_row(changed: usize, what: &str) -> Done<()> {
    if changed == 1 { Ok(()) } else { Err(Fault::Failed(format!("{changed} rows instead of 1: {what}"))) }
}

fn read_all(rows: &mut rusqlite::Rows<'_>, width: usize, found: &mut Vec<Cells>) -> Done<()> {
    while let Some(row) = rows.next()? {
        let mut cells = [0; ROW_CELLS_MAX];
        for (n, cell) in cells[..width].iter_mut().enumerate() {
            *cell = row.get(n)?;
        }
        found.push(cells);
    }
    Ok(())
}
