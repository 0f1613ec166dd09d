//! Reading PostgreSQL: a few connections that all requests share; the protocol pipelines.

use super::names::with_numbers;
use super::{Query, Row, Value};
use crate::engine::pg::connect;
use crate::fault::{Done, Fault};
use futures_util::future::try_join_all;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};

const CONNECTIONS: usize = 4;
const SETTINGS: &str = "set default_transaction_read_only = on; set jit = off; set statement_timeout = 30000";

#[derive(Clone)]
pub struct PgReads(Arc<Pool>);

struct Pool {
    url: String,
    lanes: Vec<tokio::sync::RwLock<Option<Arc<Lane>>>>,
    turn: AtomicUsize,
}

struct Lane {
    client: Client,
    statements: Mutex<HashMap<&'static str, Statement>>,
}

impl PgReads {
    pub async fn open(url: &str) -> Done<Self> {
        let lanes = (0..CONNECTIONS).map(|_| tokio::sync::RwLock::new(None)).collect();
        let reads = PgReads(Arc::new(Pool { url: url.into(), lanes, turn: AtomicUsize::new(0) }));
        reads.lane().await?;
        Ok(reads)
    }

    /// A live connection; one that was lost is made anew.
    async fn lane(&self) -> Done<Arc<Lane>> {
        let turn = self.0.turn.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
        let Some(slot) = self.0.lanes.get(turn) else { return Err(Fault::Failed("no connection".into())) };
        if let Some(lane) = slot.read().await.as_ref().filter(|lane| !lane.client.is_closed()) {
            return Ok(lane.clone());
        }
        let mut slot = slot.write().await;
        if let Some(lane) = slot.as_ref().filter(|lane| !lane.client.is_closed()) {
            return Ok(lane.clone());
        }
        let client = connect(&self.0.url).await?;
        client.batch_execute(SETTINGS).await?;
        let lane = Arc::new(Lane { client, statements: Mutex::default() });
        *slot = Some(lane.clone());
        Ok(lane)
    }

    pub async fn read(&self, queries: &[Query]) -> Done<Vec<Vec<Row>>> {
        let lane = self.lane().await?;
        try_join_all(queries.iter().map(|query| run(&lane, query))).await
    }
}

async fn run(lane: &Lane, query: &Query) -> Done<Vec<Row>> {
    let known = statements(lane).get(query.text).cloned();
    let statement = match known {
        Some(statement) => statement,
        None => {
            let statement = lane.client.prepare(&with_numbers(query.text)).await?;
            statements(lane).insert(query.text, statement.clone());
            statement
        }
    };
    let arguments: Vec<&(dyn ToSql + Sync)> = query.arguments.iter().map(|value| value as _).collect();
    let rows = lane.client.query(&statement, &arguments).await?;
    rows.iter().map(row).collect()
}

fn statements(lane: &Lane) -> std::sync::MutexGuard<'_, HashMap<&'static str, Statement>> {
    lane.statements.lock().unwrap_or_else(PoisonError::into_inner)
}

fn row(row: &tokio_postgres::Row) -> Done<Row> {
    let values = row.columns().iter().enumerate().map(|(n, column)| value(row, n, column.type_()));
    Ok(Row::new(values.collect::<Done<Vec<_>>>()?))
}

fn value(row: &tokio_postgres::Row, n: usize, kind: &Type) -> Done<Value> {
    let value = match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(n)?.map(Value::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(n)?.map(|int| Value::Int(int.into())),
        Type::TEXT | Type::VARCHAR => row.try_get::<_, Option<String>>(n)?.map(Value::Text),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(n)?.map(Value::Bytes),
        ref other => return Err(Fault::Failed(format!("a column of type {other}"))),
    };
    Ok(value.unwrap_or(Value::Null))
}
