//! Messages: what the platform tells a reader, in 我的消息.

use crate::cards::reader;
use crate::envelope::{Actor, Now, Reply, ReplyKind};
use crate::refusal::Refusal;
use crate::tables::{Message, MessageId, MessageKind, Points, Reader, ReaderId};
use crate::world::{Draft, Halt};

/// Marks one message read, or all (None).
#[derive(Clone, Copy, Debug)]
pub struct MarkRead {
    pub message: Option<MessageId>,
}

pub fn tell(d: &mut Draft, to: ReaderId, kind: MessageKind, about: i64, points: Points, now: Now) -> Result<(), Halt> {
    let mut reader = d.get::<Reader>(Reader::key(to))?.ok_or(Refusal::SignedOut)?;
    reader.unread += 1;
    d.put(reader)?;
    let id = d.new_id(MessageId);
    d.add(Message { reader: to, id, kind, about, points, read: false, at: now.at });
    Ok(())
}

pub fn mark_read(d: &mut Draft, actor: Actor, c: &MarkRead) -> Result<Reply, Halt> {
    let mut reader = reader(d, actor)?;
    let was = reader.unread;
    match c.message {
        Some(id) => {
            let key = Message::key(reader.id, id);
            let mut message = d.get::<Message>(key)?.ok_or(Refusal::NoSuchMessage)?;
            if !message.read && id.0 > reader.read_upto {
                message.read = true;
                d.put(message)?;
                reader.unread -= 1;
            }
        }
        // Every message so far has an id below the next one: no row of theirs need be touched.
        None if was > 0 => {
            reader.unread = 0;
            reader.read_upto = d.new_id(|id| id);
        }
        None => {}
    }
    d.put(reader)?;
    Ok(Reply { kind: ReplyKind::MarkedRead, a: was, b: 0 })
}
