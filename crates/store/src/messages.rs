//! 我的消息: a reader's messages, newest first.

use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
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

/// A message with what it is about: a redemption's prize, a card, an activity.
fn select(rest: &str) -> String {
    format!(
        "select {}, coalesce(t.title, a.title), f.masked_name, f.tail, \
         coalesce(x.text, z.reason, e.answer, w.text), k.face \
         from message m \
         left join redemption r on m.kind in (2, 3, 4, 5, 6, 7, 8) and r.id = m.about \
         left join prize_text t on t.prize = r.prize \
         left join card_face f on m.kind in (1, 9, 10, 11, 12) and f.card = m.about \
         left join announcement n on m.kind = 23 and n.id = m.about \
         left join announcement_text x on x.announcement = n.id \
         left join activity_text a on m.kind in (13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 26, 27) \
         and a.activity = coalesce(n.activity, m.about) \
         left join cancel_reason z on m.kind = 18 and z.activity = m.about \
         left join appeal e on m.kind = 27 and e.activity = m.about and e.reader = m.reader and e.member = m.points \
         left join message_text w on m.kind in (24, 25) and w.message = m.id \
         left join member_face k on k.member = case when m.kind in (24, 25) then m.about \
         when m.kind in (21, 22, 27) then m.points else 0 end \
         where m.reader = $1 and {rest}",
        columns::<Message>("m"),
    )
}

static LIST: LazyLock<String> =
    LazyLock::new(|| select(&format!("m.id < $2 order by m.id desc limit {}", PAGE_ROWS + 1)));
static UNREAD: LazyLock<String> = LazyLock::new(|| {
    select(&format!("m.id < $2 and m.id > $3 and m.read = 0 order by m.id desc limit {}", PAGE_ROWS + 1))
});
static ONE: LazyLock<String> = LazyLock::new(|| select("m.id = $2"));

/// Those not read yet, after the last that was marked with all others.
pub fn unread(reader: ReaderId, before: i64, read_upto: i64) -> Query {
    query(&UNREAD, [reader.0.into(), before.into(), read_upto.into()])
}

pub fn one(reader: ReaderId, message: i64) -> Query {
    query(&ONE, [reader.0.into(), message.into()])
}

/// The sealed openid of a reader: where notices go.
pub fn openid(reader: ReaderId) -> Query {
    query("select openid from reader_face where reader = $1", [reader.0.into()])
}

/// Older than `before`: one page and one more.
pub fn list(reader: ReaderId, before: i64) -> Query {
    query(&LIST, [reader.0.into(), before.into()])
}

pub fn views(rows: Vec<Row>) -> Done<Vec<MessageView>> {
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(message) = row.row::<Message>()? {
            let (title, name, tail, more) = (row.text()?, row.text()?, row.text()?, row.text()?);
            let face = row.bytes()?;
            let about = if title.is_empty() { format!("{name}（尾号{tail}）") } else { title };
            views.push(MessageView { message, about, more, face });
        }
    }
    Ok(views)
}
