//! PostgreSQL: every batch is a few pipelined round trips; several instances take turns by the head row.

use super::pg_address::Address;
use super::{BATCH_HASH, BATCH_INSERT, Flush, HEAD_COLUMNS, HEAD_UPDATE, Head, Verb, text};
use crate::fault::{Done, Fault};
use crate::record::{Value, statement, wipes};
use domain::core::record::Record;
use domain::core::row::{Cells, Key, ROW_CELLS_MAX, key_of};
use domain::core::world::Need;
use domain::tables::Table;
use futures_util::future::{join_all, try_join_all};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Row, Statement};

/// Every statement of the writer goes by keys: a plan made while a table was empty must not scan it for ever.
/// The time-out frees the baton from a holder that has stopped.
pub const SETTINGS: &str = "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; \
    set enable_material = off; set jit = off; set plan_cache_mode = force_generic_plan; \
    set synchronous_commit = on; set idle_in_transaction_session_timeout = 2000";

type Arguments<'a> = Vec<&'a (dyn ToSql + Sync)>;

pub struct Pg {
    url: String,
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

/// Every statement that is made from a table's shape, made once: a batch must not spell them anew for each row.
struct Texts {
    many: Vec<String>,
    /// By depth of the beginning.
    range: Vec<Vec<String>>,
    write: Vec<[String; 3]>,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let shapes = || Table::ALL.iter().map(|table| table.shape());
    Texts {
        many: shapes().map(text::many).collect(),
        range: shapes().map(|shape| (0..shape.keys).map(|depth| text::range(shape, depth)).collect()).collect(),
        write: shapes().map(|shape| Verb::ALL.map(|verb| text::write_many(shape, verb))).collect(),
    }
});

/// A connection whose other half runs by itself.
pub async fn connect(url: &str) -> Done<Client> {
    Address::of(url)?.connect().await
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Int(int) => int.to_sql(kind, out),
            Value::Text(text) => text.to_sql(kind, out),
            Value::Bytes(bytes) => bytes.to_sql(kind, out),
            Value::Null => Ok(IsNull::Yes),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

impl Pg {
    pub async fn open(url: &str) -> Done<Self> {
        let client = connect(url).await?;
        client.batch_execute(SETTINGS).await?;
        let mut pg = Pg { url: url.into(), client, statements: HashMap::new() };
        for text in [BATON.as_str(), "begin", "commit", "rollback", HEAD_UPDATE, BATCH_INSERT, BATCH_HASH] {
            pg.prepare(text).await?;
        }
        Ok(pg)
    }

    async fn prepare(&mut self, text: &'static str) -> Done<()> {
        if !self.statements.contains_key(text) {
            let statement = self.client.prepare(text).await?;
            self.statements.insert(text, statement);
        }
        Ok(())
    }

    fn prepared(&self, text: &str) -> Done<&Statement> {
        self.statements.get(text).ok_or_else(|| Fault::Failed(format!("not prepared: {text}")))
    }

    async fn query(&self, text: &str, arguments: &[&(dyn ToSql + Sync)]) -> Done<Vec<Row>> {
        Ok(self.client.query(self.prepared(text)?, arguments).await?)
    }

    /// For a batch's statements: when the number of rows comes back, the commit is already on its way.
    async fn execute(&self, text: &str, arguments: &[&(dyn ToSql + Sync)], rows: usize) -> Done<()> {
        let changed = self.client.execute(self.prepared(text)?, arguments).await?;
        if changed as usize == rows {
            return Ok(());
        }
        // Not `Failed`: what may have been committed must be looked up, never done again.
        Err(Fault::Unknown(format!("{changed} rows instead of {rows}: {text}")))
    }

    async fn prepare_loads(&mut self, needs: &[Need]) -> Done<()> {
        let mut last = None;
        for need in needs {
            // Sorted by table: most needs are of the table before.
            if last.replace(load_text(need)) != Some(load_text(need)) {
                self.prepare(load_text(need)).await?;
            }
        }
        Ok(())
    }

    pub async fn begin(&mut self, needs: &[Need]) -> Done<(Head, Vec<Vec<Cells>>)> {
        self.prepare_loads(needs).await?;
        // Pipelined in this order: what is loaded is read under the lock.
        let (_, head, found) =
            tokio::try_join!(self.query("begin", &[]), self.query(&BATON, &[]), self.load_prepared(needs))?;
        let head = head.first().ok_or_else(|| Fault::Failed("no head row".into()))?;
        let (sequence, at, next_id) = (head.try_get(0)?, head.try_get(1)?, head.try_get(2)?);
        Ok((Head { sequence, at, next_id, content: head.try_get(3)?, hash: head.try_get(4)? }, found))
    }

    pub async fn load(&mut self, needs: &[Need]) -> Done<Vec<Vec<Cells>>> {
        self.prepare_loads(needs).await?;
        self.load_prepared(needs).await
    }

    /// One statement a table, one a range, all at once.
    async fn load_prepared(&self, needs: &[Need]) -> Done<Vec<Vec<Cells>>> {
        let mut by_table: BTreeMap<Table, Vec<Key>> = BTreeMap::new();
        for need in needs {
            if let Need::Row(table, key) = need {
                by_table.entry(*table).or_default().push(*key);
            }
        }
        let rows = try_join_all(by_table.iter().map(|(table, keys)| self.rows_of(*table, keys)));
        let ranges = needs.iter().filter(|need| matches!(need, Need::Range { .. }));
        let ranges = try_join_all(ranges.map(|need| self.range_of(need)));
        let (rows, ranges) = tokio::try_join!(rows, ranges)?;
        let rows: HashMap<(Table, Key), Cells> = rows.into_iter().flatten().collect();
        let mut ranges = ranges.into_iter();
        Ok(needs
            .iter()
            .map(|need| match need {
                Need::Row(table, key) => rows.get(&(*table, *key)).copied().into_iter().collect(),
                Need::Range { .. } => ranges.next().unwrap_or_default(),
            })
            .collect())
    }

    async fn rows_of(&self, table: Table, keys: &[Key]) -> Done<Vec<((Table, Key), Cells)>> {
        let shape = table.shape();
        let columns: Vec<Vec<i64>> = (0..shape.keys).map(|n| keys.iter().map(|key| key[n]).collect()).collect();
        let arguments: Arguments = columns.iter().map(|column| column as _).collect();
        let rows = self.query(&TEXTS.many[table as usize], &arguments).await?;
        rows.iter()
            .map(|row| {
                let cells = cells(row, shape.columns.len())?;
                Ok(((table, key_of(&cells, shape.keys)), cells))
            })
            .collect()
    }

    async fn range_of(&self, need: &Need) -> Done<Vec<Cells>> {
        let Need::Range { table, depth, from, limit } = need else { return Ok(vec![]) };
        let shape = table.shape();
        let limit = *limit as i64;
        let mut arguments: Arguments = from[..shape.keys].iter().map(|part| part as _).collect();
        arguments.push(&limit);
        let rows = self.query(&TEXTS.range[*table as usize][*depth], &arguments).await?;
        rows.iter().map(|row| cells(row, shape.columns.len())).collect()
    }

    pub async fn commit(&mut self, flush: &Flush<'_>) -> Done<()> {
        let sets: Vec<(&'static str, Vec<Vec<i64>>, usize)> = flush.sets.iter().map(columns_of).collect();
        let records = group(flush.records);
        for text in sets.iter().map(|(text, ..)| *text).chain(records.iter().map(|(text, _)| *text)) {
            self.prepare(text).await?;
        }
        let this = &*self;
        let sets = join_all(sets.iter().map(|(text, columns, rows)| async move {
            let arguments: Arguments = columns.iter().map(|column| column as _).collect();
            // A change answers one row, its own check; an insert says how many.
            if text.starts_with("with") {
                this.query(text, &arguments).await.map(drop)
            } else {
                this.execute(text, &arguments, *rows).await
            }
        }));
        let records = join_all(records.iter().map(|(text, values)| async move {
            let arguments: Arguments = values.iter().map(|value| value as _).collect();
            if wipes(text) {
                this.query(text, &arguments).await.map(drop)
            } else {
                this.execute(text, &arguments, 1).await
            }
        }));
        let h = &flush.head;
        let batch: [&(dyn ToSql + Sync); 5] = [&h.sequence, &h.at, &flush.commands, &h.next_id, &h.hash];
        let head: [&(dyn ToSql + Sync); 5] = [&h.sequence, &h.at, &h.next_id, &h.content, &h.hash];
        let (sets, records, batch, head, commit) = tokio::join!(
            sets,
            records,
            this.execute(BATCH_INSERT, &batch, 1),
            this.execute(HEAD_UPDATE, &head, 1),
            this.query("commit", &[])
        );
        // A commit alone says Ok after a rollback: every statement must have said Ok.
        sets.into_iter().chain(records).chain([batch, head, commit.map(|_| ())]).collect()
    }

    pub async fn confirm(&mut self) -> Done<()> {
        Ok(self.client.batch_execute("update head set one = one where one = 1; commit").await?)
    }

    pub async fn roll_back(&mut self) -> Done<()> {
        Ok(self.client.batch_execute("rollback").await?)
    }

    pub async fn reconnect(&mut self) -> Done<()> {
        *self = Pg::open(&self.url).await?;
        Ok(())
    }

    pub async fn batch_hash(&mut self, sequence: i64) -> Done<Option<Vec<u8>>> {
        let rows = self.query(BATCH_HASH, &[&sequence]).await?;
        Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
    }
}

static BATON: LazyLock<String> = LazyLock::new(|| format!("select {HEAD_COLUMNS} from head where one = 1 for update"));

fn load_text(need: &Need) -> &'static str {
    match need {
        Need::Row(table, _) => &TEXTS.many[*table as usize],
        Need::Range { table, depth, .. } => &TEXTS.range[*table as usize][*depth],
    }
}

fn columns_of((table, verb, rows): &(Table, Verb, Vec<Cells>)) -> (&'static str, Vec<Vec<i64>>, usize) {
    let shape = table.shape();
    let width = if *verb == Verb::Delete { shape.keys } else { shape.columns.len() };
    let columns = (0..width).map(|n| rows.iter().map(|row| row[n]).collect()).collect();
    (&TEXTS.write[*table as usize][*verb as usize], columns, rows.len())
}

fn group(records: &[Record]) -> Vec<(&'static str, Vec<Value>)> {
    records.iter().map(statement).collect()
}

fn cells(row: &Row, width: usize) -> Done<Cells> {
    let mut cells = [0; ROW_CELLS_MAX];
    for (n, cell) in cells[..width].iter_mut().enumerate() {
        *cell = row.try_get(n)?;
    }
    Ok(cells)
}
