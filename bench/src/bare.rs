//! The bare driver doing a redemption batch's SQL: the same statements, without World, Draft and decide.
//! What it writes is right enough for a database to work as hard, and no more: run it last on a library.

use crate::w1::Stage;
use domain::core::asked::Actor;
use domain::core::row::{Cells, Row as _};
use domain::redemptions;
use domain::slices::{Command, Envelope};
use domain::tables::*;
use futures_util::future::{join_all, try_join_all};
use std::collections::HashMap;
use std::time::Instant;
use store::engine::pg::{SETTINGS, connect};
use store::engine::{Verb, text};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

pub const BATCH: usize = 256;
const HEAD: &str = "select sequence, at, next_id, content, hash from head where one = 1 for update";
const BATCH_ROW: &str = "insert into batch (sequence, at, commands, next_id, hash) values ($1, $2, $3, $4, $5)";
const HEAD_ROW: &str = "update head set sequence = $1, at = $2, next_id = $3, content = $4, hash = $5 where one = 1";
const LOADED: [Table; 6] =
    [Table::Card, Table::SystemAccount, Table::Reader, Table::Prize, Table::Outcome, Table::PrizeTaken];

/// Small tables that every redemption looks at whole.
const RANGES: [Table; 2] = [Table::PlaceHours, Table::PlaceDay];

pub struct Driver {
    client: Client,
    statements: HashMap<String, Statement>,
}

type Rows = Vec<Cells>;

impl Driver {
    async fn open(url: &str) -> Result<Self, String> {
        let client = connect(url).await.map_err(|fault| fault.to_string())?;
        client.batch_execute(SETTINGS).await.map_err(|error| error.to_string())?;
        let mut driver = Driver { client, statements: HashMap::new() };
        for table in LOADED {
            driver.prepare(&text::many(table.shape())).await?;
        }
        for table in RANGES {
            driver.prepare(&text::range(table.shape(), 0)).await?;
        }
        for (table, verb) in WRITTEN {
            driver.prepare(&text::write_many(table.shape(), verb)).await?;
        }
        for text in ["begin", "commit", HEAD, BATCH_ROW, HEAD_ROW] {
            driver.prepare(text).await?;
        }
        Ok(driver)
    }

    async fn prepare(&mut self, text: &str) -> Result<(), String> {
        let statement = self.client.prepare(text).await.map_err(|error| error.to_string())?;
        self.statements.insert(text.into(), statement);
        Ok(())
    }

    async fn query(&self, text: &str, with: &[&(dyn ToSql + Sync)]) -> Result<Vec<tokio_postgres::Row>, String> {
        let statement = self.statements.get(text).ok_or("not prepared")?;
        self.client.query(statement, with).await.map_err(|error| format!("{text}: {error:?}"))
    }

    async fn load(&self, table: Table, keys: &[Vec<i64>]) -> Result<Rows, String> {
        let columns: Vec<Vec<i64>> = (0..table.shape().keys).map(|n| keys.iter().map(|key| key[n]).collect()).collect();
        let with: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as _).collect();
        let rows = self.query(&text::many(table.shape()), &with).await?;
        let cells = |row: &tokio_postgres::Row| {
            let mut cells = [0; domain::core::row::ROW_CELLS_MAX];
            (0..table.shape().columns.len()).for_each(|n| cells[n] = row.get(n));
            cells
        };
        Ok(rows.iter().map(cells).collect())
    }

    async fn range(&self, table: Table) -> Result<(), String> {
        let with: [&(dyn ToSql + Sync); 4] = [&0i64, &0i64, &0i64, &256i64];
        self.query(&text::range(table.shape(), 0), &with).await.map(drop)
    }

    async fn write(&self, table: Table, verb: Verb, rows: &Rows) -> Result<(), String> {
        let width = table.shape().columns.len();
        let columns: Vec<Vec<i64>> = (0..width).map(|n| rows.iter().map(|row| row[n]).collect()).collect();
        let with: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as _).collect();
        self.query(&text::write_many(table.shape(), verb), &with).await.map(drop)
    }

    async fn batch(&self, envelopes: &[Envelope]) -> Result<(), String> {
        let asked = asked(envelopes);
        let keys = |of: &dyn Fn(&Asked) -> Vec<i64>| -> Vec<Vec<i64>> { asked.iter().map(of).collect() };
        let loads = [
            (Table::Card, keys(&|a| vec![a.card])),
            (Table::Reader, keys(&|a| vec![a.reader])),
            (Table::Outcome, keys(&|a| vec![a.key.0, a.key.1])),
            (Table::Prize, vec![vec![asked[0].prize]]),
            (Table::SystemAccount, vec![vec![Account::Spent as i64]]),
            (Table::PrizeTaken, keys(&|a| vec![a.card, a.prize])),
        ];
        let loaded = try_join_all(loads.iter().map(|(table, keys)| self.load(*table, keys)));
        let ranges = try_join_all(RANGES.map(|table| self.range(table)));
        let (_, head, loaded, _) = tokio::try_join!(self.query("begin", &[]), self.query(HEAD, &[]), loaded, ranges)?;
        let (sequence, at, next, hash): (i64, i64, i64, Vec<u8>) =
            (head[0].get(0), head[0].get(1), head[0].get(2), head[0].get(4));
        let sets = effects(&asked, &loaded, next, at);
        let next = next + 3 * asked.len() as i64;
        let writes = join_all(sets.iter().map(|(table, verb, rows)| self.write(*table, *verb, rows)));
        let (sequence, commands) = (sequence + 1, asked.len() as i64);
        let batch: [&(dyn ToSql + Sync); 5] = [&sequence, &at, &commands, &next, &hash];
        let head: [&(dyn ToSql + Sync); 5] = [&sequence, &at, &next, &0i64, &hash];
        let (writes, batch, head, commit) =
            tokio::join!(writes, self.query(BATCH_ROW, &batch), self.query(HEAD_ROW, &head), self.query("commit", &[]));
        writes.into_iter().collect::<Result<Vec<()>, String>>()?;
        batch.and(head).and(commit).map(drop)
    }
}

struct Asked {
    reader: i64,
    card: i64,
    prize: i64,
    key: (i64, i64),
}

fn asked(envelopes: &[Envelope]) -> Vec<Asked> {
    let of = |e: &Envelope| match (e.actor, &e.command, e.key) {
        (Actor::Reader(reader), Command::Redemptions(redemptions::Command::Redeem(c)), Some(key)) => {
            Some(Asked { reader: reader.0, card: c.card.0, prize: c.prize.0, key: (key.key.high, key.key.low) })
        }
        _ => None,
    };
    envelopes.iter().filter_map(of).collect()
}

const WRITTEN: [(Table, Verb); 11] = [
    (Table::Card, Verb::Update),
    (Table::SystemAccount, Verb::Update),
    (Table::Reader, Verb::Update),
    (Table::Prize, Verb::Update),
    (Table::Redemption, Verb::Insert),
    (Table::RedemptionSecret, Verb::Insert),
    (Table::Outcome, Verb::Insert),
    (Table::Message, Verb::Insert),
    (Table::Posting, Verb::Insert),
    (Table::PrizeTaken, Verb::Insert),
    (Table::PrizeTaken, Verb::Update),
];

/// The rows that the same redemptions write, put together by hand.
fn effects(asked: &[Asked], loaded: &[Rows], next: i64, at: i64) -> Vec<(Table, Verb, Rows)> {
    let [cards, readers, _, prizes, accounts, taken] = loaded else { return vec![] };
    let mut rows: HashMap<Table, Rows> = HashMap::new();
    let taken: HashMap<i64, PrizeTaken> =
        taken.iter().filter_map(PrizeTaken::of).map(|taken| (taken.card.0, taken)).collect();
    let (mut first, mut again) = (vec![], vec![]);
    let cards: HashMap<i64, Card> = cards.iter().filter_map(Card::of).map(|card| (card.id.0, card)).collect();
    let readers: HashMap<i64, Reader> = readers.iter().filter_map(Reader::of).map(|r| (r.id.0, r)).collect();
    for (n, a) in asked.iter().enumerate() {
        let id = next + 3 * n as i64;
        let (redemption, posting, message) = (RedemptionId(id), PostingId(id + 1), MessageId(id + 2));
        let (Some(card), Some(reader)) = (cards.get(&a.card), readers.get(&a.reader)) else { continue };
        let after = card.balance - 1;
        match taken.get(&a.card) {
            Some(known) => again.push(PrizeTaken { count: known.count + 1, ..*known }.cells()),
            None => first.push(PrizeTaken { card: card.id, prize: PrizeId(a.prize), count: 1 }.cells()),
        }
        let mut add = |table: Table, cells: Cells| rows.entry(table).or_default().push(cells);
        let (last, last_redemption) = (Some(posting), Some(redemption));
        add(Table::Card, Card { balance: after, last, last_redemption, ..*card }.cells());
        add(Table::Reader, Reader { unread: reader.unread + 1, ..*reader }.cells());
        add(
            Table::Redemption,
            Redemption {
                id: redemption,
                card: card.id,
                reader: reader.id,
                prize: PrizeId(a.prize),
                points: 1,
                state: RedemptionState::Pending,
                last_day: 20_271_124,
                previous: card.last_redemption,
                reminded: 0,
                at,
                settled_at: 0,
                settled_by: None,
            }
            .cells(),
        );
        add(Table::RedemptionSecret, RedemptionSecret { redemption, secret: id }.cells());
        let (high, low) = a.key;
        add(Table::Outcome, Outcome { high, low, body_high: 0, body_low: 0, reply: 6, a: id, b: id, at }.cells());
        let (kind, about) = (redemptions::MessageKind::Redeemed.into(), id);
        add(
            Table::Message,
            Message { reader: reader.id, id: message, kind, about, detail: 1, read: false, at }.cells(),
        );
        let (account, kind, previous) = (Account::Spent, redemptions::PostingKind::Redemption.into(), card.last);
        add(
            Table::Posting,
            Posting { id: posting, card: card.id, account, points: -1, kind, cause: id, after, previous, at }.cells(),
        );
    }
    let count = asked.len() as i64;
    if let Some(prize) = prizes.first().and_then(Prize::of) {
        let (on_hand, reserved) = (prize.on_hand - count, prize.reserved + count);
        rows.insert(Table::Prize, vec![Prize { on_hand, reserved, ..prize }.cells()]);
    }
    if let Some(account) = accounts.first().and_then(SystemAccount::of) {
        rows.insert(Table::SystemAccount, vec![SystemAccount { balance: account.balance + count, ..account }.cells()]);
    }
    let others = WRITTEN.iter().filter_map(|(table, verb)| Some((*table, *verb, rows.remove(table)?)));
    let counted = [(Verb::Insert, first), (Verb::Update, again)].into_iter().filter(|(_, rows)| !rows.is_empty());
    others.chain(counted.map(|(verb, rows)| (Table::PrizeTaken, verb, rows))).collect()
}

/// Batches for a while: redemptions a second.
pub async fn run(url: &str, stage: &Stage, next: &mut i64, seconds: f64) -> Result<f64, String> {
    let driver = Driver::open(url).await?;
    let (mut done, started) = (0, Instant::now());
    while started.elapsed().as_secs_f64() < seconds {
        let of = |n: i64| crate::library::redemption(stage.people[n as usize % stage.people.len()], stage.prize, n);
        let batch: Vec<Envelope> = (*next..*next + BATCH as i64).map(of).collect();
        *next += BATCH as i64;
        driver.batch(&batch).await?;
        done += BATCH;
    }
    Ok(done as f64 / started.elapsed().as_secs_f64())
}
