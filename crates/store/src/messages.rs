//! 我的消息: a reader's messages, newest first, those not read before those read.

use crate::SLICES;
use crate::Slice;
use crate::cards::card_words;
use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use crate::verify::Invariant;
use domain::tables::{Message, ReaderId};
use std::sync::LazyLock;

pub const PAGE_ROWS: i64 = 30;

/// A message and what it is about.
#[derive(Clone, Debug)]
pub struct MessageView {
    pub message: Message,
    /// The prize's or the activity's title, or the card as it is shown.
    pub about: String,
    /// What staff wrote: an announcement, a reason.
    pub more: String,
    /// Sealed name of the member it is about; empty: the reader, or gone.
    pub face: Vec<u8>,
}

/// What a slice's messages are about: joins on the message `m`, and the columns that they bring. Empty: none.
pub struct About {
    pub joins: &'static str,
    pub title: &'static str,
    /// What staff wrote.
    pub words: &'static [&'static str],
    /// `when … then …`: the member whom the message is about.
    pub member: &'static str,
}

fn abouts() -> impl Iterator<Item = &'static About> {
    SLICES.iter().filter_map(|slice| slice.message.as_ref())
}

fn coalesced(columns: impl Iterator<Item = &'static str>) -> String {
    let columns = columns.filter(|column| !column.is_empty()).collect::<Vec<_>>();
    format!("coalesce({}, '')", columns.join(", "))
}

/// A card is shown by its holder's masked name and its tail, everything else by a title.
fn select(rest: &str) -> String {
    format!(
        "select {}, {}, f.masked_name, f.tail, {}, k.face from message m {} \
         left join member_face k on k.member = case {} else 0 end where m.reader = $1 and {rest}",
        columns::<Message>("m"),
        coalesced(abouts().map(|about| about.title)),
        coalesced(abouts().flat_map(|about| about.words).copied()),
        abouts().map(|about| about.joins).collect::<Vec<_>>().join(" "),
        abouts().map(|about| about.member).collect::<Vec<_>>().join(" "),
    )
}

static UNREAD: LazyLock<String> = LazyLock::new(|| {
    select(&format!("m.id < $2 and m.id > $3 and m.read = 0 order by m.id desc limit {}", PAGE_ROWS + 1))
});
static SEEN: LazyLock<String> = LazyLock::new(|| {
    select(&format!("m.id < $2 and (m.read = 1 or m.id <= $3) order by m.id desc limit {}", PAGE_ROWS + 1))
});
static ONE: LazyLock<String> = LazyLock::new(|| select("m.id = $2"));

/// Those not read yet, older than `before`: one page and one more.
pub fn unread(reader: ReaderId, before: i64, read_upto: i64) -> Query {
    query(&UNREAD, [reader.0.into(), before.into(), read_upto.into()])
}

/// Those read, one by one or with all others.
pub fn seen(reader: ReaderId, before: i64, read_upto: i64) -> Query {
    query(&SEEN, [reader.0.into(), before.into(), read_upto.into()])
}

pub fn one(reader: ReaderId, message: i64) -> Query {
    query(&ONE, [reader.0.into(), message.into()])
}

/// The sealed openid of a reader: where notices go.
pub fn openid(reader: ReaderId) -> Query {
    query("select openid from reader_face where reader = $1", [reader.0.into()])
}

pub fn views(rows: Vec<Row>) -> Done<Vec<MessageView>> {
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(message) = row.row::<Message>()? {
            let (title, name, tail, more) = (row.text()?, row.text()?, row.text()?, row.text()?);
            let face = row.bytes()?;
            let about = if title.is_empty() { card_words(&name, &tail) } else { title };
            views.push(MessageView { message, about, more, face });
        }
    }
    Ok(views)
}

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "the badge counts the unread messages",
    violations: "select r.id from reader r left join message m on m.reader = r.id \
            group by r.id, r.unread, r.read_upto \
            having r.unread <> coalesce(sum(case when m.read = 0 and m.id > r.read_upto then 1 else 0 end), 0)",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
