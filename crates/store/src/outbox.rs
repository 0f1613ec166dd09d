//! The outbox as its sender sees it.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Reads, columns, query};
use crate::verify::Invariant;
use domain::core::row::Cell as _;
use domain::tables::{Channel, MessageNumber, Millis, Outbox, OutboxState};
use std::sync::LazyLock;

const DUE_ROWS_MAX: i64 = 64;

static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, p.sealed from outbox o join payload p on p.outbox = o.id \
         where o.channel = $1 and o.state in (OutboxState::Waiting, OutboxState::Sending) and o.next_at <= $2 order by o.next_at, o.id limit {DUE_ROWS_MAX}",
        columns::<Outbox>("o")
    )
});

/// What is due on a channel, with its sealed payload.
pub async fn due(reads: &Reads, channel: Channel, at: i64) -> Done<Vec<(Outbox, Vec<u8>)>> {
    let mut due = vec![];
    for mut row in reads.all(query(&DUE, [channel.into_cell().into(), at.into()])).await? {
        if let Some(outbox) = row.row::<Outbox>()? {
            due.push((outbox, row.bytes()?));
        }
    }
    Ok(due)
}

/// How many outgoing messages there are of each channel and state, of the last days.
pub async fn counts(reads: &Reads, since: Millis) -> Done<Vec<(Channel, OutboxState, i64)>> {
    const TEXT: &str = "select channel, state, count(*) from outbox where at >= $1 group by channel, state \
        order by channel, state";
    let rows = reads.all(query(TEXT, [since.into()])).await?;
    rows.into_iter().map(|mut row| Ok((row.cell()?, row.cell()?, row.int()?))).collect()
}

pub const PAGE_ROWS: i64 = 50;

/// An outgoing message as staff see it.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub outbox: Outbox,
    /// What it tells of; none where it is a code by SMS.
    pub kind: Option<MessageNumber>,
    /// Of the reader's current card; empty: none.
    pub masked_name: String,
    pub tail: String,
}

/// Older than `before`, newest first; None: of any.
pub async fn deliveries(
    reads: &Reads,
    channel: Option<Channel>,
    state: Option<OutboxState>,
    before: i64,
) -> Done<Vec<Delivery>> {
    static LIST: LazyLock<String> = LazyLock::new(|| {
        format!(
            "select {}, coalesce(m.kind, 0), coalesce(f.masked_name, ''), coalesce(f.tail, '') from outbox o \
             left join message m on m.reader = o.reader and m.id = o.cause left join reader r on r.id = o.reader \
             left join card_face f on f.card = r.card where o.id < $1 and o.channel between $2 and $3 \
             and o.state between $4 and $5 order by o.id desc limit {}",
            columns::<Outbox>("o"),
            PAGE_ROWS + 1
        )
    });
    let span = |chosen: Option<i64>| chosen.map_or((0, i64::MAX), |one| (one, one));
    let channels = span(channel.map(|channel| channel as i64));
    let states = span(state.map(|state| state as i64));
    let values = [before.into(), channels.0.into(), channels.1.into(), states.0.into(), states.1.into()];
    let mut found = vec![];
    for mut row in reads.all(query(&LIST, values)).await? {
        if let Some(outbox) = row.row()? {
            let kind = Some(row.int()?).filter(|kind| *kind != 0).and_then(MessageNumber::from_cell);
            found.push(Delivery { outbox, kind, masked_name: row.text()?, tail: row.text()? });
        }
    }
    Ok(found)
}

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "every outgoing message has a payload, wiped when it is over",
    violations: "select o.id from outbox o left join payload p on p.outbox = o.id \
            where p.outbox is null or o.cause = 0 or (p.sealed is null) <> (o.state not in (OutboxState::Waiting, OutboxState::Sending)) \
            union all select o.id from outbox o where o.channel in (Channel::WeChat, Channel::WeChatOnce) \
            and not exists (select 1 from message m where m.id = o.cause)",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
